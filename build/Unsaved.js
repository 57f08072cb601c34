/**
 * @file Conferences made for events that nobody has seen yet. Making one leaves
 * an entry of its own, which the holder of the lock folds into the records.
 * Mirrors sync/unsaved.py of confsync, function by function.
 */

/**
 * By then, in minutes, the execution that made an entry has surely ended, and
 * the third party knows of the conference wherever one asks.
 */
const CREATION_MINUTES = 10;

/**
 * Returns the property that tells the holder of the lock about a conference
 * without a seen event.
 * @param {string} conferenceId
 * @param {string} eventId
 * @return {string}
 */
function unsavedKey_(conferenceId, eventId) {
  return "unsaved:" + shortName_(conferenceId) + ":" + shortName_(eventId);
}

/**
 * Writes the entry: before the request as a promise, after it as a fact.
 * @param {string} conferenceId
 * @param {string} eventId
 * @param {string} calendarId
 * @param {string} solution
 * @param {boolean} completed
 */
function writeUnsaved_(conferenceId, eventId, calendarId, solution, completed) {
  const entry = [solution, calendarId, nowMinutes_(), completed ? 1 : 0,
    conferenceId, eventId];
  PropertiesService.getUserProperties().setProperties(
    { [unsavedKey_(conferenceId, eventId)]: JSON.stringify(entry) });
}

/**
 * Removes the entry.
 * @param {string} conferenceId
 * @param {string} eventId
 */
function removeUnsaved_(conferenceId, eventId) {
  PropertiesService.getUserProperties()
    .deleteProperty(unsavedKey_(conferenceId, eventId));
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
    const [solution, calendarId, since, completed, conferenceId, eventId] =
      JSON.parse(store.raw[key]);
    if (!completed && now - since < CREATION_MINUTES) continue;
    folded.push(key);
    const record = addRecord_(store, conferenceId, solution);
    const number = calendarNumber_(store, calendarId);
    if (!findLink_(record, number, eventId)) {
      const link = { calendar: number, event: eventId, series: "", start: 0,
        end: 0, fingerprint: "", unsaved: since, unread: 0 };
      record.links.push(link);
      record.made = since;
      indexLink_(store, conferenceId, link);
    }
    touch_(store, conferenceId);
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
  for (const [conferenceId, record] of run.store.records) {
    for (const link of record.links.slice()) {
      if (link.unsaved && now - link.unsaved >= grace) {
        const due = record.due;
        unlink_(record, link, false, now);
        record.gone[record.gone.length - 1][2] = NEVER_SEEN;
        record.due = record.links.length ? due : Math.max(due, now);
        touch_(run.store, conferenceId);
      }
    }
  }
}
