/**
 * @file One execution of the sync protocol: note what changed, then settle the
 * difference. Mirrors sync/engine.py of confsync, function by function.
 */

const ROUNDS = 3;
/** Of the 6 minutes that the platform gives a trigger. */
const SYNC_BUDGET_MS = 240000;
/** How long a second try for the lock may take. */
const SECOND_TRY_MS = 1000;

/**
 * Makes sure that the calendar is watched, and syncs it for the first time.
 * @param {string} calendarId
 */
function initializeSyncing(calendarId) {
  createSyncTrigger(calendarId);
  syncRun_(startRun_(SYNC_BUDGET_MS), [calendarId]);
}

/**
 * Syncs the calendar of a trigger event; without one, as the safety net, every
 * calendar of the user.
 * @param {Object} e What a calendar trigger tells: calendarId, triggerUid.
 */
function syncEvents(e) {
  const run = startRun_(SYNC_BUDGET_MS);
  const calendarId = (e || {}).calendarId;
  syncRun_(run, calendarId ? [calendarId] : []);
}

/**
 * Works in rounds under the user's lock until nobody has left a flag, or the
 * time is over; without calendars, as the safety net.
 * @param {Object} run
 * @param {string[]} fired
 */
function syncRun_(run, fired) {
  if (!takeLock_(run, fired)) return;
  try {
    let calendars = fired;
    let net = !fired.length;
    for (let round = 0; round < ROUNDS; round += 1) {
      workRound_(run, calendars, net);
      calendars = [];
      net = false;
      if (isLate_(run)) return;
      if (readFlags_().length) continue;
      releaseLock_(run);
      if (!readFlags_().length || !tryLock_(run, 0)) return;
    }
  } finally {
    if (run.locked) releaseLock_(run);
  }
}

/**
 * Takes the user's lock, or leaves a flag for its holder.
 * @param {Object} run
 * @param {string[]} fired
 * @return {boolean} Whether it was taken.
 */
function takeLock_(run, fired) {
  if (tryLock_(run, 0)) return true;
  const flagged = readFlags_();
  for (const calendarId of fired) {
    if (flagged.includes(calendarId)) return false;
    setFlag_(calendarId);
  }
  return tryLock_(run, SECOND_TRY_MS);
}

/**
 * Tries for the user's lock.
 * @param {Object} run
 * @param {number} milliseconds
 * @return {boolean}
 */
function tryLock_(run, milliseconds) {
  run.locked = LockService.getUserLock().tryLock(milliseconds);
  return run.locked;
}

/**
 * Gives the user's lock back.
 * @param {Object} run
 */
function releaseLock_(run) {
  LockService.getUserLock().releaseLock();
  run.locked = false;
}

/**
 * Notes what changed in the calendars that fired or were flagged, then settles
 * every difference.
 * @param {Object} run
 * @param {string[]} fired
 * @param {boolean} net
 */
function workRound_(run, fired, net) {
  run.store = readStore_();
  run.listed = new Map();
  run.read = new Set();
  ensureIdentity_(run);
  heedWord_(run);
  foldUnsaved_(run, nowMinutes_());
  let calendars = fired.concat(
    clearFlags_(run).filter((flagged) => !fired.includes(flagged)));
  if (net) {
    refreshCalendars_(run);
    dropUnreachable_(run, nowMinutes_());
    pruneLinks_(run, nowMinutes_());
    takeBack_(run);
    calendars = Array.from(
      new Set(syncedCalendars_(run.store).concat(calendars)));
  }
  for (const calendarId of calendars) readOrFlag_(run, calendarId);
  if (net) endPartial_(run, calendars);
  endUnsaved_(run, nowMinutes_());
  writeStore_(run);
  if (net || !netHasCome_(run.store)) keepWatch_(run);
  settleUpdates_(run);
  settleDue_(run);
  if (net) noteHealth_(run);
}

/**
 * Writes down, once an hour, whether all went well, or what did not; the card
 * shows it.
 * @param {Object} run
 */
function noteHealth_(run) {
  const now = nowMinutes_();
  const [succeeded, failed, what] = run.store.health.length ?
    run.store.health : [0, 0, ""];
  run.store.health = run.failed ? [succeeded, now, run.failed] :
    [now, failed, what];
  writeStore_(run);
}

/**
 * Makes sure that all triggers stand; what the platform refuses is logged, and
 * holds up nothing else.
 * @param {Object} run
 */
function keepWatch_(run) {
  try {
    ensureTriggers_(watchedCalendars_(run.store));
  } catch (err) {
    report_(run, "ERROR", "the triggers are not known", "", err.message);
  }
}

/**
 * Gives the user a random id, for conference parameters, and a key, for
 * fingerprints, on first use.
 * @param {Object} run
 */
function ensureIdentity_(run) {
  if (run.store.me) return;
  run.store.me = Utilities.getUuid();
  run.store.key = Utilities.getUuid();
  writeStore_(run);
}
