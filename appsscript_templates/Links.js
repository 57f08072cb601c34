/**
 * @file Links: which events carry which conference, and how that changes.
 * Mirrors sync/links.py of confsync, function by function.
 */

/** How many ended links a record keeps for a last look. */
const GONE_KEPT = 8;
/** How many links a record keeps: a property holds 9 KB. */
const LINKS_KEPT = 40;
/** How a link in `gone` ended, if its event did not live on without it (0). */
const CANCELLED = 1;
const NEVER_SEEN = 2;
/**
 * By then, in minutes, the execution that made an entry has surely ended, and
 * the third party knows of the conference wherever one asks.
 */
const CREATION_MINUTES = 10;

/**
 * Returns the link of an event, or undefined.
 * @param {ConferenceRecord} record
 * @param {number} calendar
 * @param {string} eventId
 * @return {Link|undefined}
 */
function findLink_(record, calendar, eventId) {
  return record.links.find(
    (link) => link.calendar === calendar && link.event === eventId);
}

/**
 * Returns the ids of the conferences that an event is linked to.
 * @param {Object} store
 * @param {number} calendar
 * @param {string} eventId
 * @return {string[]}
 */
function linkedConferences_(store, calendar, eventId) {
  const known = store.index.get(calendar + "/" + eventId) || [];
  return known.filter((conferenceId) => {
    const record = store.records.get(conferenceId);
    return record && findLink_(record, calendar, eventId);
  });
}

/**
 * Returns the links whose events have been seen.
 * @param {ConferenceRecord} record
 * @return {Link[]}
 */
function seenLinks_(record) {
  return record.links.filter((link) => !link.unsaved);
}

/**
 * Returns the link that says what the conference looks like. The latest end
 * decides, links without `series` go first; ties go to the smallest event id,
 * then calendar.
 * @param {ConferenceRecord} record
 * @return {?Link}
 */
function principalOf_(record) {
  let best = null;
  for (const link of seenLinks_(record)) {
    if (!best || precedes_(link, best)) best = link;
  }
  return best;
}

/**
 * Tells whether the first link is the better principal.
 * @param {Link} one
 * @param {Link} other
 * @return {boolean}
 */
function precedes_(one, other) {
  if (Boolean(one.series) !== Boolean(other.series)) return !one.series;
  if (one.end !== other.end) return one.end > other.end;
  if (one.event !== other.event) return one.event < other.event;
  return one.calendar < other.calendar;
}

/**
 * Returns the fingerprint of what the third party should hold, empty when no
 * seen event says so.
 * @param {ConferenceRecord} record
 * @return {string}
 */
function wantedOf_(record) {
  const principal = principalOf_(record);
  return principal ? principal.fingerprint : "";
}

/**
 * Carries out one change that the note of an event asks for.
 * @param {Object} run
 * @param {Object} change
 * @param {number} now
 */
function applyChange_(run, change, now) {
  const store = run.store;
  let record = store.records.get(change.conference);
  if (change.change === "unlink") {
    unlink_(run, record, change.link, change.cancelled, now);
  } else {
    if (!record) {
      record = parseRecord_(JSON.stringify([change.solution]));
      store.records.set(change.conference, record);
    }
    linkEvent_(record, change.link, now);
    indexLink_(store, change.conference, change.link);
  }
  forgetSent_(record);
}

/**
 * Adds or refreshes a link; a conference that was due, or lost, is thought
 * about anew.
 * @param {ConferenceRecord} record
 * @param {Link} link
 * @param {number} now
 */
function linkEvent_(record, link, now) {
  const known = findLink_(record, link.calendar, link.event);
  if (known) {
    record.links[record.links.indexOf(known)] = link;
  } else {
    record.links.push(link);
    record.lost = [];
    trimLinks_(record);
  }
  if (record.due && record.due <= now) record.sent = "";
  record.due = 0;
  record.gone = record.gone.filter(
    (entry) => entry[0] !== link.calendar || entry[1] !== link.event);
}

/**
 * Forgets the least of the links of a record that has too many; it is never
 * deleted from then on.
 * @param {ConferenceRecord} record
 */
function trimLinks_(record) {
  while (record.links.length > LINKS_KEPT) {
    const least = seenLinks_(record)
      .reduce((one, other) => precedes_(one, other) ? other : one);
    record.links.splice(record.links.indexOf(least), 1);
    record.more = 1;
  }
}

/**
 * Moves a link to `gone`; without a seen one the conference is due after the
 * grace.
 * @param {Object} run
 * @param {ConferenceRecord} record
 * @param {Link} link
 * @param {boolean} cancelled
 * @param {number} now
 */
function unlink_(run, record, link, cancelled, now) {
  record.links.splice(record.links.indexOf(link), 1);
  record.gone.push([link.calendar, link.event, cancelled ? CANCELLED : 0]);
  record.gone = record.gone.slice(-GONE_KEPT);
  if (!seenLinks_(record).length) record.due = now + CONFIG.sync.graceMinutes;
}

/**
 * Empties `sent` when the third party should hold something else, before
 * anything is requested.
 * @param {ConferenceRecord} record
 */
function forgetSent_(record) {
  const wanted = wantedOf_(record);
  if (wanted && wanted !== record.sent) record.sent = "";
}

/**
 * Takes in what the creation of conferences has left: one unsaved link for
 * each.
 * @param {Object} run
 * @param {number} now
 */
function foldUnsaved_(run, now) {
  const store = run.store;
  const folded = [];
  for (const key of Object.keys(store.raw).sort()) {
    if (!key.startsWith("unsaved:")) continue;
    const conferenceId = key.slice("unsaved:".length, key.lastIndexOf(":"));
    const eventId = key.slice(key.lastIndexOf(":") + 1);
    const [solution, calendarId, since, completed] = JSON.parse(store.raw[key]);
    if (!completed && now - since < CREATION_MINUTES) continue;
    folded.push(key);
    const record = store.records.get(conferenceId) ||
      parseRecord_(JSON.stringify([solution]));
    store.records.set(conferenceId, record);
    const number = calendarNumber_(store, calendarId);
    if (!findLink_(record, number, eventId)) {
      const link = { calendar: number, event: eventId, series: "", start: 0,
        end: 0, fingerprint: "", unsaved: since };
      record.links.push(link);
      record.unknownSince = since;
      indexLink_(store, conferenceId, link);
    }
  }
  if (folded.length) writeStore_(run);
  for (const key of folded) removeProperty_(run, key);
}

/**
 * Ends the links of events that were not seen within their own grace. Nothing
 * more is waited for then, unless another event carried the conference: that
 * one's grace goes on.
 * @param {Object} run
 * @param {number} now
 */
function endUnsaved_(run, now) {
  const grace = CONFIG.sync.unsavedGraceMinutes;
  for (const record of run.store.records.values()) {
    for (const link of record.links.slice()) {
      if (link.unsaved && now - link.unsaved >= grace) {
        const due = record.due;
        unlink_(run, record, link, false, now);
        record.gone[record.gone.length - 1][2] = NEVER_SEEN;
        record.due = record.links.length ? due : Math.max(due, now);
      }
    }
  }
}

/**
 * Forgets links of events that ended long ago; it requests nothing, the
 * conference stays.
 * @param {Object} run
 * @param {number} now
 */
function pruneLinks_(run, now) {
  const line = now - CONFIG.sync.pruneMinutes;
  for (const conferenceId of Array.from(run.store.records.keys()).sort()) {
    const record = run.store.records.get(conferenceId);
    const kept = record.links.filter((link) => link.unsaved || link.end >= line);
    if (kept.length === record.links.length) continue;
    const starts = record.links.filter((link) => !kept.includes(link))
      .map((link) => link.start);
    record.first = Math.min(...starts, record.first || Infinity);
    record.links = kept;
    if (!kept.length) run.store.records.delete(conferenceId);
  }
}
