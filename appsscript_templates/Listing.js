/**
 * @file Listing a calendar: every page is noted, and nothing is forgotten when
 * a token expires. Mirrors sync/listing.py of confsync, function by function.
 */

/** How many events are read back before the records are written. */
const READ_BACK_BATCH = 50;
/**
 * How often Calendar may be busy until the rest is left to the next execution.
 */
const BUSY_READS = 3;

/**
 * Reads a calendar, or leaves it to the next execution when the time is over.
 * @param {Object} run
 * @param {string} calendarId
 * @return {boolean} Whether it was read.
 */
function readOrFlag_(run, calendarId) {
  if (run.read.has(calendarId)) return true;
  if (isLate_(run)) {
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
    if (err.kind !== "late") {
      report_(run, "WARNING", "the calendar could not be read", calendarId,
        err.kind);
      noteReached_(run, calendarId, false, nowMinutes_());
    }
    return false;
  }
  noteReached_(run, calendarId, true, nowMinutes_());
  run.read.add(calendarId);
  readBack_(run, calendarId);
  return true;
}

/**
 * Notes every page of a listing; the new token is stored once all records are
 * written. What a full listing does not show is left marked as unread. Throws
 * an error of kind `late` when the time is over before the last page: where it
 * was stopped is written down, and the calendar is flagged.
 * @param {Object} run
 * @param {string} calendarId
 * @param {string} token
 */
function listChanges_(run, calendarId, token) {
  const number = calendarNumber_(run.store, calendarId);
  const { pageToken, begun } = beginListing_(run, calendarId, token);
  let page = { nextPageToken: pageToken };
  while (page.nextPageToken !== undefined) {
    page = askPage_(run, calendarId, token, page.nextPageToken, begun);
    for (const event of page.items || []) noteItem_(run, number, event);
    writeStore_(run);
    if (page.nextPageToken !== undefined && isLate_(run)) {
      writePage_(run, calendarId, [page.nextPageToken, token, begun]);
      setFlag_(calendarId);
      throw new CalendarError("late");
    }
  }
  if (!token) {
    for (const eventId of unreadEvents_(run.store, number, INSTANCES_UNREAD)) {
      markRead_(run.store, number, eventId, INSTANCES_UNREAD);
    }
    writeStore_(run);
  }
  if (page.nextSyncToken && page.nextSyncToken !== token) {
    writeToken_(run, calendarId, page.nextSyncToken);
  }
  removePage_(run, calendarId);
}

/**
 * Returns the page to go on with, empty for the first one, and when the listing
 * was begun. A full listing marks the links of the calendar, so that what it
 * does not show is found afterwards: there are no tombstones for what went
 * meanwhile.
 * @param {Object} run
 * @param {string} calendarId
 * @param {string} token
 * @return {{pageToken: string, begun: number}}
 */
function beginListing_(run, calendarId, token) {
  const stopped = run.store.pages.get(calendarId);
  if (stopped && stopped[1] === token) {
    return { pageToken: stopped[0], begun: stopped[2] };
  }
  if (!token) markUnread_(run.store, calendarNumber_(run.store, calendarId));
  return { pageToken: "", begun: nowMinutes_() };
}

/**
 * Returns a page; one that is refused is not asked for again, so that the next
 * listing begins anew.
 * @param {Object} run
 * @param {string} calendarId
 * @param {string} token
 * @param {string} pageToken
 * @param {number} begun
 * @return {Object}
 */
function askPage_(run, calendarId, token, pageToken, begun) {
  try {
    return listPage_(calendarId, token, pageToken, begun);
  } catch (err) {
    if (err.kind && err.kind !== "busy") removePage_(run, calendarId);
    throw err;
  }
}

/**
 * Reads what a listing has left open: events that it did not show, and the
 * instances of series.
 * @param {Object} run
 * @param {string} calendarId
 */
function readBack_(run, calendarId) {
  const number = calendarNumber_(run.store, calendarId);
  if (readMarked_(run, number, EVENT_UNREAD, readEvent_)) {
    readMarked_(run, number, INSTANCES_UNREAD, readInstances_);
  }
  if (isLate_(run) && hasUnread_(run.store, number)) setFlag_(calendarId);
}

/**
 * Reads the calendar's events whose links bear the mark. What is withheld from
 * this user stays as it was; what cannot be read now keeps its mark for the
 * next execution, and one event that Calendar never shows keeps no other from
 * being read.
 * @param {Object} run
 * @param {number} calendar
 * @param {number} mark
 * @param {function(Object, number, string): Object} read
 * @return {boolean} Whether one may go on.
 */
function readMarked_(run, calendar, mark, read) {
  const unread = unreadEvents_(run.store, calendar, mark);
  let busy = 0;
  let count = 0;
  for (const eventId of unread) {
    if (busy === BUSY_READS || isLate_(run)) return false;
    try {
      read(run, calendar, eventId);
      markRead_(run.store, calendar, eventId, mark);
    } catch (err) {
      if (!err.kind) throw err;
      report_(run, "WARNING", "an event could not be read", eventId, err.kind);
      if (err.kind === "withheld") {
        markRead_(run.store, calendar, eventId, mark);
      }
      if (err.kind === "busy") busy += 1;
    }
    count += 1;
    if (count % READ_BACK_BATCH === 0 || count === unread.length) {
      writeStore_(run);
    }
  }
  return true;
}
