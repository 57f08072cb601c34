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
 * no event shows up again.
 * @param {Object} run
 */
function settleDue_(run) {
  if (!conferencesTo_(run, "delete", nowMinutes_()).length) return;
  refreshCalendars_(run);
  if (!run.calendarsKnown) return;
  for (const calendarId of syncedCalendars_(run.store)) {
    if (!readOrFlag_(run, calendarId)) return;
  }
  sendAll_(run, lookAgain_(run, conferencesTo_(run, "delete", nowMinutes_())),
    "delete");
}

/**
 * Reads every event that once carried the conferences. An event that was gone
 * and is seen again, without the conference, buys it another grace.
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
        if (entry[2] && event.status !== "cancelled" && !record.links.length) {
          entry[2] = 0;
          record.due = now + CONFIG.sync.graceMinutes;
        }
      }
    } catch (err) {
      if (!err.kind) throw err;
      report_("WARNING", "not deleted: an event could not be read",
        conferenceId, err.kind);
      continue;
    }
    if (decide_(record, now) === "delete") confirmed.push(conferenceId);
  }
  writeStore_(run);
  return confirmed;
}
