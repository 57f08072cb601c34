/**
 * @file What a listing has left open: events that it did not show, and series
 * whose instances it need not show. It is marked on the links, so that it
 * outlives the execution.
 * Mirrors sync/unread.py of confsync, function by function.
 */

/**
 * Marks the seen links of a calendar as not met yet; noting an event takes the
 * mark from its link.
 * @param {Object} store
 * @param {number} calendar
 */
function markUnread_(store, calendar) {
  for (const [conferenceId, record] of store.records) {
    for (const link of seenLinks_(record)) {
      if (link.calendar === calendar) {
        link.unread = EVENT_UNREAD;
        touch_(store, conferenceId);
      }
    }
  }
}

/**
 * Returns the ids of the calendar's events whose links bear the mark.
 * @param {Object} store
 * @param {number} calendar
 * @param {number} mark
 * @return {string[]}
 */
function unreadEvents_(store, calendar, mark) {
  const found = new Set();
  for (const record of store.records.values()) {
    for (const link of record.links) {
      if (link.calendar === calendar && link.unread === mark) {
        found.add(link.event);
      }
    }
  }
  return Array.from(found).sort();
}

/**
 * Tells whether something of the calendar is still to be read.
 * @param {Object} store
 * @param {number} calendar
 * @return {boolean}
 */
function hasUnread_(store, calendar) {
  return Array.from(store.records.values()).some((record) => record.links.some(
    (link) => link.calendar === calendar && link.unread));
}

/**
 * Takes the mark from the links of an event.
 * @param {Object} store
 * @param {number} calendar
 * @param {string} eventId
 * @param {number} mark
 */
function markRead_(store, calendar, eventId, mark) {
  for (const conferenceId of linkedConferences_(store, calendar, eventId)) {
    const link = findLink_(store.records.get(conferenceId), calendar, eventId);
    if (link.unread === mark) {
      link.unread = 0;
      touch_(store, conferenceId);
    }
  }
}
