/**
 * @file Doing what the records ask for: updates first, then deletions with
 * their brakes. Mirrors sync/settle.py of confsync, function by function.
 */

/**
 * Brings every conference that differs to what its events say.
 * @param {Object} run
 */
function settleUpdates_(run) {
  sendAll_(run, conferencesTo_(run, "update", nowMinutes_()), "update");
}

/**
 * Deletes what is due, if every calendar could be read in this execution and
 * no event shows up again. Each batch is deleted right after the last look at
 * its events, so that whatever the time allows is done.
 * @param {Object} run
 */
function settleDue_(run) {
  if (!conferencesTo_(run, "delete", nowMinutes_()).length) return;
  refreshCalendars_(run);
  if (!run.calendarsKnown) return;
  for (const calendarId of syncedCalendars_(run.store)) {
    if (!readOrFlag_(run, calendarId) &&
        !isGivenUp_(run.store, calendarId, nowMinutes_())) {
      return;
    }
  }
  const due = conferencesTo_(run, "delete", nowMinutes_());
  for (let begin = 0; begin < due.length; begin += BATCH) {
    const batch = due.slice(begin, begin + BATCH)
      .filter((conferenceId) => run.store.records.has(conferenceId));
    if (!sendAll_(run, lookAgain_(run, batch), "delete")) return;
  }
}

/**
 * Reads every event that once carried the conferences, a series with its
 * instances. An event that was gone
 * and is seen again, without the conference, buys it another grace; so does one
 * that had never been seen and was saved after all, for nobody knows until when
 * it carried the conference.
 * @param {Object} run
 * @param {string[]} conferenceIds
 * @return {string[]} Those that still have to be deleted.
 */
function lookAgain_(run, conferenceIds) {
  const now = nowMinutes_();
  const confirmed = [];
  for (const conferenceId of conferenceIds) {
    const record = run.store.records.get(conferenceId);
    try {
      for (const entry of record.gone.slice()) {
        const event = readEvent_(run, entry[0], entry[1]);
        if (event.recurrence) readInstances_(run, entry[0], entry[1]);
        if (turnedUp_(entry, event) && !record.links.length) {
          touch_(run.store, conferenceId);
          entry[2] = 0;
          record.due = now + CONFIG.sync.graceMinutes;
        }
      }
    } catch (err) {
      if (!err.kind) throw err;
      report_(run, "WARNING", "not deleted: an event could not be read",
        conferenceId, err.kind);
      continue;
    }
    if (decide_(record, now) === "delete") confirmed.push(conferenceId);
  }
  writeStore_(run);
  return confirmed;
}

/**
 * Tells whether the event of a link that ended is there although it was not,
 * or was never seen.
 * @param {Array} entry
 * @param {Object} event
 * @return {boolean}
 */
function turnedUp_(entry, event) {
  if (entry[2] === NEVER_SEEN) return !event.missing;
  return entry[2] === CANCELLED && event.status !== "cancelled";
}
