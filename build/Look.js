/**
 * @file Looking at events: each one that an execution sees is noted at once.
 * Mirrors sync/look.py of confsync, function by function.
 */

/**
 * Reads an event and notes what it says.
 * @param {Object} run
 * @param {number} calendar
 * @param {string} eventId
 * @return {Object}
 */
function readEvent_(run, calendar, eventId) {
  const event = getEvent_(run.store.calendars[calendar][0], eventId);
  noteItem_(run, calendar, event);
  return event;
}

/**
 * Notes an event; one that cannot be projected is reported and left as it was.
 * @param {Object} run
 * @param {number} calendar
 * @param {Object} event
 */
function noteItem_(run, calendar, event) {
  run.listed.set(calendar + "/" + event.id, event);
  const now = nowMinutes_();
  try {
    for (const change of noteEvent_(run.store, calendar, event, now)) {
      applyChange_(run, change, now);
    }
  } catch (err) {
    if (err.name !== "Unrenderable") throw err;
    report_("ERROR", "an event cannot be projected", event.id, err.message);
  }
}
