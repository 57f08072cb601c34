/**
 * @file One execution and what it knows so far.
 * Mirrors sync/run.py of confsync, function by function.
 */

/**
 * Returns a new execution that should come to an end within the budget.
 * `listed` holds the events that it has seen, by calendar and id; `read` the
 * calendars that it has read to their last page; `failed` is what went wrong
 * last.
 * @param {number} budgetMs
 * @return {Object}
 */
function startRun_(budgetMs) {
  return {
    deadlineMs: Date.now() + budgetMs,
    store: null,
    listed: new Map(),
    read: new Set(),
    secrets: null,
    calendarsKnown: false,
    locked: false,
    failed: "",
  };
}

/**
 * Returns the present time in minutes since the epoch.
 * @return {number}
 */
function nowMinutes_() {
  return Math.floor(Date.now() / 60000);
}

/**
 * Tells whether the execution should come to its end.
 * @param {Object} run
 * @return {boolean}
 */
function isLate_(run) {
  return Date.now() > run.deadlineMs;
}

/**
 * Logs what happened to a conference or event, its id shortened; never text,
 * guests or links.
 * @param {Object} run
 * @param {string} severity
 * @param {string} what
 * @param {string} item
 * @param {*} detail
 */
function report_(run, severity, what, item, detail) {
  run.failed = what;
  const line = what + " [" + item.slice(0, 8) + "] " + detail;
  if (severity === "ERROR") {
    console.error(line);
  } else {
    console.warn(line);
  }
}
