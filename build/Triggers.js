/**
 * @file The triggers that start executions: one for each calendar that needs
 * it, and the hourly safety net.
 * Mirrors sync/triggers.py of confsync, function by function.
 */

/** The function that every trigger runs. */
const HANDLER = "syncEvents";
/** Of the platform's 20 triggers, the safety net takes one. */
const CALENDAR_TRIGGERS = 19;
const PAUSE_MS = 1000;

/**
 * Makes sure that changes of the calendar start `syncEvents`, and that the
 * safety net does.
 * @param {string} calendarId
 */
function createSyncTrigger(calendarId) {
  ensureTriggers_([calendarId]);
}

/**
 * Creates the triggers that are missing and removes those that are stale or
 * double. A full list of triggers is logged and nothing else: the safety net
 * finds what no trigger reports.
 * @param {string[]} calendarIds
 */
function ensureTriggers_(calendarIds) {
  const kept = keepTriggers_(
    patiently_(() => ScriptApp.getProjectTriggers()));
  if (!kept.includes("CLOCK")) {
    kept.push("CLOCK");
    createTrigger_("CLOCK", () => ScriptApp.newTrigger(HANDLER)
      .timeBased().everyHours(1).create());
  }
  for (const calendarId of calendarIds) {
    if (!kept.includes("CALENDAR:" + calendarId) &&
        kept.length <= CALENDAR_TRIGGERS) {
      kept.push("CALENDAR:" + calendarId);
      createTrigger_("CALENDAR", () => ScriptApp.newTrigger(HANDLER)
        .forUserCalendar(calendarId).onEventUpdated().create());
    }
  }
}

/**
 * Removes triggers with another handler and double ones.
 * @param {Object[]} known
 * @return {string[]} What the others stand on.
 */
function keepTriggers_(known) {
  const kept = [];
  for (const trigger of known) {
    const standsOn = trigger.getTriggerSource() ===
      ScriptApp.TriggerSource.CLOCK ?
      "CLOCK" : "CALENDAR:" + trigger.getTriggerSourceId();
    if (trigger.getHandlerFunction() !== HANDLER || kept.includes(standsOn)) {
      removeTrigger_(trigger);
    } else {
      kept.push(standsOn);
    }
  }
  return kept;
}

/**
 * Removes a trigger; a refusal is logged, for others are still to be created.
 * @param {Object} trigger
 */
function removeTrigger_(trigger) {
  try {
    ScriptApp.deleteTrigger(trigger);
  } catch (err) {
    console.warn("a trigger too many on " + trigger.getTriggerSource() + ": " +
      err.message);
  }
}

/**
 * Creates a trigger; a refusal is logged.
 * @param {string} source
 * @param {function()} create
 */
function createTrigger_(source, create) {
  try {
    patiently_(create);
  } catch (err) {
    console.warn("no trigger on " + source + ": " + err.message);
  }
}

/**
 * Asks the platform, and once more when it refuses: without triggers nobody
 * would come by to try again.
 * @param {function(): *} ask
 * @return {*}
 */
function patiently_(ask) {
  try {
    return ask();
  } catch (err) {
    Utilities.sleep(PAUSE_MS);
    return ask();
  }
}
