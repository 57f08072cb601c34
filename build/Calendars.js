/**
 * @file Which calendars there are, which are synced, and which are watched.
 * Mirrors sync/calendars.py of confsync, function by function.
 */

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
    report_("WARNING", "the calendars could not be listed", "", err.kind);
    return;
  }
  const found = new Map(
    listed.map((calendar) => [calendar.id, calendar.primary ? 1 : 0]));
  for (const entry of run.store.calendars) {
    const mark = found.has(entry[0]) ? found.get(entry[0]) : 2;
    entry.splice(1, 1, ...calendarMark_(mark));
  }
  for (const [calendarId, mark] of found) {
    const number = calendarNumber_(run.store, calendarId);
    run.store.calendars[number].splice(1, 1, ...calendarMark_(mark));
  }
  run.calendarsKnown = true;
  writeStore_(run);
}

/**
 * Returns how a calendar is marked: 1 the primary one, 2 no longer in the
 * list, otherwise nothing.
 * @param {number} mark
 * @return {number[]}
 */
function calendarMark_(mark) {
  return mark ? [mark] : [];
}

/**
 * Returns the calendars that the safety net reads: all of the list, and others
 * as long as they have links.
 * @param {Object} store
 * @return {string[]}
 */
function syncedCalendars_(store) {
  const linked = linkedCalendars_(store);
  return store.calendars
    .filter((entry, number) => entry[1] !== 2 || linked.has(number))
    .map((entry) => entry[0]);
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
    .filter((entry, number) => entry[1] === 1 || linked.has(number))
    .map((entry) => entry[0]);
}

/**
 * Tells whether the safety net has come by: until then nobody has learnt which
 * calendar is the primary one.
 * @param {Object} store
 * @return {boolean}
 */
function netHasCome_(store) {
  return store.calendars.some((entry) => entry[1] === 1);
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
