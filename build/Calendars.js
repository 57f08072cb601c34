/**
 * @file Which calendars there are, which are synced, and which are watched.
 * Mirrors sync/calendars.py of confsync, function by function.
 */

/** So long, in minutes, one may be out of reach before its links are dropped. */
const WEEK_MINUTES = 7 * 24 * 60;

/**
 * Learns which calendars there are; one that has left the list keeps its
 * number.
 * @param {Object} run
 */
function refreshCalendars_(run) {
  if (run.calendarsKnown) return;
  let listed;
  try {
    listed = listCalendars_();
  } catch (err) {
    if (!err.kind) throw err;
    report_(run, "WARNING", "the calendars could not be listed", "", err.kind);
    return;
  }
  const found = new Map(listed.map(
    (calendar) => [calendar.id, calendar.primary ? PRIMARY : 0]));
  for (const calendar of run.store.calendars) {
    calendar.mark = found.has(calendar.id) ? found.get(calendar.id) : UNLISTED;
  }
  for (const [calendarId, mark] of found) {
    run.store.calendars[calendarNumber_(run.store, calendarId)].mark = mark;
  }
  run.calendarsKnown = true;
  writeStore_(run);
}

/**
 * Writes down whether a calendar has answered, and since when it has not.
 * @param {Object} run
 * @param {string} calendarId
 * @param {boolean} reached
 * @param {number} now
 */
function noteReached_(run, calendarId, reached, now) {
  const calendar = run.store.calendars[calendarNumber_(run.store, calendarId)];
  if (reached) {
    calendar.unreachable = 0;
  } else if (!calendar.unreachable) {
    calendar.unreachable = now;
    writeStore_(run);
  }
}

/**
 * Drops the links of calendars that have not answered for a week; no conference
 * is deleted for it, for others may still see the events. A calendar that
 * answers again is listed from the beginning.
 * @param {Object} run
 * @param {number} now
 */
function dropUnreachable_(run, now) {
  const noted = notedCalendars_(run.store);
  run.store.calendars.forEach((calendar, number) => {
    if (isGivenUp_(run.store, calendar.id, now) && noted.has(number)) {
      report_(run, "ERROR", "a calendar has been out of reach for a week",
        calendar.id, "");
      writeToken_(run, calendar.id, "");
      removePage_(run, calendar.id);
      dropLinks_(run, number);
      writeStore_(run);
    }
  });
}

/**
 * Tells whether the calendar has not answered for a week: it holds up nothing
 * any more.
 * @param {Object} store
 * @param {string} calendarId
 * @param {number} now
 * @return {boolean}
 */
function isGivenUp_(store, calendarId, now) {
  const calendar = store.calendars[calendarNumber_(store, calendarId)];
  return calendar.unreachable > 0 &&
    now - calendar.unreachable >= WEEK_MINUTES;
}

/**
 * Returns the calendars that the safety net reads: all of the list, and others
 * as long as they have links. Links that ended count: one of their events may
 * be there again.
 * @param {Object} store
 * @return {string[]}
 */
function syncedCalendars_(store) {
  const noted = notedCalendars_(store);
  return store.calendars
    .filter((calendar, number) =>
      calendar.mark !== UNLISTED || noted.has(number))
    .map((calendar) => calendar.id);
}

/**
 * Returns the calendars on which triggers stand: the primary one and those
 * with links.
 * @param {Object} store
 * @return {string[]}
 */
function watchedCalendars_(store) {
  const linked = linkedCalendars_(store);
  return store.calendars
    .filter((calendar, number) =>
      calendar.mark === PRIMARY || linked.has(number))
    .map((calendar) => calendar.id);
}

/**
 * Tells whether the safety net has come by: until then nobody has learnt which
 * calendar is the primary one.
 * @param {Object} store
 * @return {boolean}
 */
function netHasCome_(store) {
  return store.calendars.some((calendar) => calendar.mark === PRIMARY);
}

/**
 * Returns the numbers of the calendars that have links.
 * @param {Object} store
 * @return {Set<number>}
 */
function linkedCalendars_(store) {
  const linked = new Set();
  for (const record of store.records.values()) {
    for (const link of record.links) linked.add(link.calendar);
  }
  return linked;
}

/**
 * Returns the numbers of the calendars that have links, or had some that ended.
 * @param {Object} store
 * @return {Set<number>}
 */
function notedCalendars_(store) {
  const noted = linkedCalendars_(store);
  for (const record of store.records.values()) {
    for (const entry of record.gone) noted.add(entry[0]);
  }
  return noted;
}
