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
  const event = getEvent_(run, run.store.calendars[calendar].id, eventId);
  noteItem_(run, calendar, event);
  return event;
}

/**
 * Reads the stored instances of a series and notes them, and one by one those
 * that are no longer there.
 * @param {Object} run
 * @param {number} calendar
 * @param {string} eventId
 * @return {Object} The series.
 */
function readInstances_(run, calendar, eventId) {
  const series = run.listed.get(calendar + "/" + eventId) ||
    readEvent_(run, calendar, eventId);
  const met = new Set();
  if (series.iCalUID) {
    const calendarId = run.store.calendars[calendar].id;
    for (const event of listInstances_(calendarId, series.iCalUID)) {
      if (event.recurringEventId !== eventId) continue;
      noteItem_(run, calendar, event);
      met.add(event.id);
    }
  }
  for (const [, link] of instanceLinks_(run.store, calendar, eventId)) {
    if (met.has(link.event)) continue;
    met.add(link.event);
    readEvent_(run, calendar, link.event);
  }
  return series;
}

/**
 * Reads the instances of a conference's series that differ from it.
 * @param {Object} run
 * @param {ConferenceRecord} record
 * @param {Link} series
 * @return {Object[]} As the provider's templates see them.
 */
function readOccurrences_(run, record, series) {
  const calendarId = run.store.calendars[series.calendar].id;
  readInstances_(run, series.calendar, series.event);
  const own = record.links
    .filter((link) => link.calendar === series.calendar &&
      link.series === series.event)
    .map((link) => link.event);
  const found = [];
  for (const eventId of
    Array.from(new Set(own.concat(record.cancelled))).sort()) {
    const event = run.listed.get(series.calendar + "/" + eventId);
    if (event && event.recurringEventId === series.event) {
      found.push(occurrenceContext_(event, calendarId,
        record.cancelled.includes(eventId)));
    }
  }
  return found;
}

/**
 * Notes an event; one that is withheld says nothing, one that cannot be
 * projected is reported and left as it was.
 * @param {Object} run
 * @param {number} calendar
 * @param {Object} event
 */
function noteItem_(run, calendar, event) {
  if (isWithheld_(event)) return;
  run.listed.set(calendar + "/" + event.id, event);
  const now = nowMinutes_();
  try {
    for (const change of noteEvent_(run.store, calendar, event, now)) {
      applyChange_(run, change, now);
    }
  } catch (err) {
    if (err.name !== "Unrenderable") throw err;
    report_(run, "ERROR", "an event cannot be projected", event.id, err.message);
  }
}
