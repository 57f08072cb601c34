/**
 * @file Listing a calendar: every page is noted, and nothing is forgotten when
 * a token expires. Mirrors sync/listing.py of confsync, function by function.
 */

/**
 * Reads a calendar, or leaves it to the next execution when the time is over.
 * @param {Object} run
 * @param {string} calendarId
 * @return {boolean} Whether it was read.
 */
function readOrFlag_(run, calendarId) {
  if (run.read.has(calendarId)) return true;
  if (Date.now() > run.deadlineMs) {
    setFlag_(calendarId);
    return false;
  }
  return readCalendar_(run, calendarId);
}

/**
 * Notes all that changed in a calendar; an expired token is dropped for one
 * full listing.
 * @param {Object} run
 * @param {string} calendarId
 * @return {boolean} Whether it was read.
 */
function readCalendar_(run, calendarId) {
  const token = run.store.tokens[calendarId] || "";
  try {
    try {
      listChanges_(run, calendarId, token);
    } catch (err) {
      if (err.kind !== "expired" || !token) throw err;
      writeToken_(run, calendarId, "");
      listChanges_(run, calendarId, "");
    }
  } catch (err) {
    if (!err.kind) throw err;
    report_("WARNING", "the calendar could not be read", calendarId, err.kind);
    return false;
  }
  run.read.add(calendarId);
  return true;
}

/**
 * Notes every page of a listing; the new token is stored once all records are
 * written. Throws an error of kind `late` when the time is over before the last
 * page; the calendar is flagged then.
 * @param {Object} run
 * @param {string} calendarId
 * @param {string} token
 */
function listChanges_(run, calendarId, token) {
  const number = calendarNumber_(run.store, calendarId);
  const now = nowMinutes_();
  const met = [];
  let page = { nextPageToken: "" };
  while (page.nextPageToken !== undefined) {
    page = listPage_(calendarId, token, page.nextPageToken, now);
    for (const event of page.items || []) {
      noteItem_(run, number, event);
      met.push(event.id);
    }
    writeStore_(run);
    if (page.nextPageToken !== undefined && Date.now() > run.deadlineMs) {
      setFlag_(calendarId);
      throw Object.assign(new Error("late"), { kind: "late" });
    }
  }
  if (!token) readBack_(run, number, met);
  if (page.nextSyncToken && page.nextSyncToken !== token) {
    writeToken_(run, calendarId, page.nextSyncToken);
  }
}

/**
 * Reads the linked events that a full listing did not show: it has no
 * tombstones for what went meanwhile.
 * @param {Object} run
 * @param {number} calendar
 * @param {string[]} met
 */
function readBack_(run, calendar, met) {
  const known = new Set(met);
  const unmet = new Set();
  for (const record of run.store.records.values()) {
    for (const link of record.links) {
      if (link.calendar === calendar && !link.unsaved &&
          !known.has(link.event)) {
        unmet.add(link.event);
      }
    }
  }
  for (const eventId of Array.from(unmet).sort()) {
    readEvent_(run, calendar, eventId);
  }
  writeStore_(run);
}
