/**
 * @file Forgetting links. It requests nothing: the conferences stay.
 * Mirrors sync/pruning.py of confsync, function by function.
 */

/**
 * Forgets all links of a calendar, ended ones too; it requests nothing, no
 * conference is deleted for it.
 * @param {Object} run
 * @param {number} calendar
 */
function dropLinks_(run, calendar) {
  const store = run.store;
  for (const conferenceId of Array.from(store.records.keys()).sort()) {
    const record = store.records.get(conferenceId);
    record.gone = record.gone.filter((entry) => entry[0] !== calendar);
    touch_(store, conferenceId);
    const kept = record.links.filter((link) => link.calendar !== calendar);
    if (kept.length === record.links.length) continue;
    record.links = kept;
    forgetSent_(record);
    if (!kept.length) store.records.delete(conferenceId);
  }
}

/**
 * Forgets links of events that ended long ago; it requests nothing, the
 * conference stays.
 * @param {Object} run
 * @param {number} now
 */
function pruneLinks_(run, now) {
  const line = now - CONFIG.sync.pruneMinutes;
  for (const conferenceId of Array.from(run.store.records.keys()).sort()) {
    const record = run.store.records.get(conferenceId);
    const kept = record.links.filter((link) => link.unsaved || link.end >= line);
    if (!record.links.length && record.more === TRIMMED && record.due < line) {
      run.store.records.delete(conferenceId);
      touch_(run.store, conferenceId);
    }
    if (kept.length === record.links.length) continue;
    touch_(run.store, conferenceId);
    const starts = record.links.filter((link) => !kept.includes(link))
      .map((link) => link.start);
    record.first = Math.min(...starts, record.first || Infinity);
    record.links = kept;
    if (!kept.length) run.store.records.delete(conferenceId);
  }
}
