/**
 * @file Links: which events carry which conference, and how that changes.
 * Mirrors sync/links.py of confsync, function by function.
 */

/** How many ended links a record keeps for a last look. */
const GONE_KEPT = 8;
/** How many links a record keeps. */
const LINKS_KEPT = 40;
/** How a link in `gone` ended, if its event did not live on without it (0). */
const CANCELLED = 1;
const NEVER_SEEN = 2;

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
 * Returns the earliest start and the latest end of the events that carry or
 * carried the conference, in minutes.
 * @param {ConferenceRecord} record
 * @return {number[]}
 */
function spanOf_(record) {
  const links = seenLinks_(record);
  const starts = links.map((link) => link.start)
    .concat(record.first ? [record.first] : []);
  return [Math.min(...starts), Math.max(...links.map((link) => link.end))];
}

/**
 * Returns the fingerprint of what the third party should hold, empty when no
 * seen event says so.
 * @param {ConferenceRecord} record
 * @return {string}
 */
function wantedOf_(record) {
  const principal = principalOf_(record);
  if (!principal) return "";
  let wanted = principal.fingerprint;
  if (CONFIG.provider.usesSpan) wanted += "/" + spanOf_(record).join("-");
  if (knowsOccurrences_()) wanted += occurrenceMark_(record, principal);
  return wanted;
}

/**
 * Carries out one change that the note of an event asks for.
 * @param {Object} run
 * @param {Object} change
 * @param {number} now
 */
function applyChange_(run, change, now) {
  const store = run.store;
  const conferenceId = change.conference;
  if (change.change === "unlink") {
    unlink_(store.records.get(conferenceId), change.link, change.cancelled,
      now);
  } else if (change.change === "occurrence") {
    setCancelled_(store.records.get(conferenceId), change.event,
      change.cancelled);
  } else {
    if (!store.records.has(conferenceId)) {
      addRecord_(store, conferenceId, change.solution).more =
        isPartial_(store) ? PARTIAL : 0;
    }
    const record = store.records.get(conferenceId);
    // Its event may show something else than the others do.
    if (writesBack_() && isNewLink_(record, change.link)) record.sent = "";
    linkEvent_(store, conferenceId, change.link, change.series, now);
  }
  forgetSent_(store.records.get(conferenceId));
  touch_(store, conferenceId);
}

/**
 * Tells whether the event of a link has not been seen with the conference yet.
 * @param {ConferenceRecord} record
 * @param {Link} link
 * @return {boolean}
 */
function isNewLink_(record, link) {
  const known = findLink_(record, link.calendar, link.event);
  return !known || Boolean(known.unsaved);
}

/**
 * Adds or refreshes a link; a conference that was due, or lost, is thought
 * about anew.
 * @param {Object} store
 * @param {string} conferenceId
 * @param {Link} link
 * @param {boolean} series
 * @param {number} now
 */
function linkEvent_(store, conferenceId, link, series, now) {
  const record = store.records.get(conferenceId);
  const known = findLink_(record, link.calendar, link.event);
  if (series && isReshaped_(store, known, link)) link.unread = INSTANCES_UNREAD;
  if (known) {
    record.links[record.links.indexOf(known)] = link;
  } else {
    record.links.push(link);
    record.lost = [];
    while (record.links.length > LINKS_KEPT) trimLinks_(record);
  }
  indexLink_(store, conferenceId, link);
  if (record.due && record.due <= now) record.sent = "";
  record.due = 0;
  record.gone = record.gone.filter(
    (entry) => entry[0] !== link.calendar || entry[1] !== link.event);
}

/**
 * Tells whether nobody knows what became of a series' instances: it is newly
 * linked, or they may have gone. A changed series need not list its instances
 * again, nor have tombstones for those that went.
 * @param {Object} store
 * @param {Link|undefined} known
 * @param {Link} link
 * @return {boolean}
 */
function isReshaped_(store, known, link) {
  if (!known || known.unsaved || known.unread === INSTANCES_UNREAD) return true;
  const changed = known.start !== link.start || known.end !== link.end ||
    known.fingerprint !== link.fingerprint;
  return changed && instanceLinks_(store, link.calendar, link.event).length > 0;
}

/**
 * Returns the links of a series' instances, each with its conference's id.
 * @param {Object} store
 * @param {number} calendar
 * @param {string} series
 * @return {Array[]}
 */
function instanceLinks_(store, calendar, series) {
  const found = [];
  const known = store.instances.get(calendar + "/" + series) || [];
  for (const conferenceId of known.slice().sort()) {
    const record = store.records.get(conferenceId);
    for (const link of record ? record.links : []) {
      if (link.calendar === calendar && link.series === series) {
        found.push([conferenceId, link]);
      }
    }
  }
  return found;
}

/**
 * Forgets the least of the links of a record that has too many; it is never
 * deleted from then on.
 * @param {ConferenceRecord} record
 */
function trimLinks_(record) {
  const seen = seenLinks_(record);
  const least = (seen.length > 1 ? seen : record.links)
    .reduce((one, other) => precedes_(one, other) ? other : one);
  record.links.splice(record.links.indexOf(least), 1);
  record.more = TRIMMED;
}

/**
 * Moves a link to `gone`; without a seen one the conference is due after the
 * grace.
 * @param {ConferenceRecord} record
 * @param {Link} link
 * @param {boolean} cancelled
 * @param {number} now
 */
function unlink_(record, link, cancelled, now) {
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
