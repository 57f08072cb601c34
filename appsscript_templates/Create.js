/**
 * @file Making a conference for an event in the editor, so that nothing is
 * lost whatever happens then. The event may not exist yet, and may never be
 * saved. Mirrors sync/create.py of confsync, function by function.
 */

/** Of the 30 seconds that the platform gives the editor. */
const CREATE_BUDGET_MS = 8000;
/** What the user is told, by what the third party answered. */
const CREATE_ERRORS = { auth: "PERMISSION_DENIED", retry: "TEMPORARY",
  refused: "PERMANENT", gone: "PERMANENT" };

/**
 * Makes a conference for the event in the editor.
 * @param {Object} arg What the platform tells: eventData with calendarId and
 *     eventId.
 * @param {string} solution
 * @return {Object} `{conferenceId, entryPoints, notes, parameters}`, or
 *     `{error}`.
 */
function createConference_(arg, solution) {
  const run = startRun_(CREATE_BUDGET_MS);
  run.store = readStore_();
  ensureIdentity_(run);
  const { calendarId, eventId } = arg.eventData;
  const conferenceId = Utilities.getUuid().replace(/-/g, "");
  writeUnsaved_(conferenceId, eventId,
    [solution, calendarId, nowMinutes_(), 0]);
  watchCalendar_(run, calendarId);
  const outcome = requestCreation_(run, calendarId, eventId, conferenceId,
    solution);
  if (outcome.kind !== "ok") {
    if (outcome.unmade) {
      PropertiesService.getUserProperties()
        .deleteProperty(unsavedKey_(conferenceId, eventId));
    }
    return { error: CREATE_ERRORS[outcome.kind] || "UNKNOWN" };
  }
  const conference = outcome.conference;
  writeUnsaved_(conference.id, eventId,
    [solution, calendarId, nowMinutes_(), 1]);
  if (conference.id !== conferenceId) {
    PropertiesService.getUserProperties()
      .deleteProperty(unsavedKey_(conferenceId, eventId));
  }
  beginSyncing_(run, calendarId);
  return answerOf_(run, conference, solution);
}

/**
 * Returns the property that tells the holder of the lock about a conference
 * without a seen event.
 * @param {string} conferenceId
 * @param {string} eventId
 * @return {string}
 */
function unsavedKey_(conferenceId, eventId) {
  return "unsaved:" + conferenceId + ":" + eventId;
}

/**
 * Writes the entry: before the request as a promise, after it as a fact.
 * @param {string} conferenceId
 * @param {string} eventId
 * @param {Array} entry
 */
function writeUnsaved_(conferenceId, eventId, entry) {
  PropertiesService.getUserProperties().setProperties(
    { [unsavedKey_(conferenceId, eventId)]: JSON.stringify(entry) });
}

/**
 * Makes sure that somebody comes by again, before anything is made that may
 * have to be deleted. A failure is logged and nothing else.
 * @param {Object} run
 * @param {string} calendarId
 */
function watchCalendar_(run, calendarId) {
  try {
    createSyncTrigger(calendarId);
  } catch (err) {
    report_("ERROR", "the triggers are not known", calendarId, err.message);
  }
}

/**
 * Asks the third party for a conference with placeholder data; the first sync
 * brings the event's own. `unmade` tells that surely none was made.
 * @param {Object} run
 * @param {string} calendarId
 * @param {string} eventId
 * @param {string} conferenceId
 * @param {string} solution
 * @return {Object}
 */
function requestCreation_(run, calendarId, eventId, conferenceId, solution) {
  const now = nowMinutes_();
  const event = {
    id: eventId,
    start: { dateTime: formatInstant_(now) },
    end: { dateTime: formatInstant_(now + 60) },
  };
  const context = updateContext_(event, calendarId, conferenceId, solution);
  let outcome = { kind: "refused", unmade: true };
  try {
    const request = operationRequest_(CONFIG.provider, "create",
      withSecrets_(run, context));
    const answer = fetchBatch_([{ request: request }])[0];
    outcome = operationOutcome_(CONFIG.provider, "create", answer.status,
      answer.body);
    outcome.unmade = answer.status >= 400 && answer.status < 500 &&
      outcome.kind !== "retry";
    if (outcome.kind === "ok") {
      outcome.conference = conferenceOf_(CONFIG.provider,
        Object.assign({}, context, { resp: outcome.response }));
    } else {
      report_("ERROR", "create: " + outcome.kind, conferenceId, answer.status);
    }
  } catch (err) {
    if (err.name !== "Unrenderable") throw err;
    report_("ERROR", "a conference cannot be created", conferenceId,
      err.message);
    outcome.kind = "refused";
  }
  return outcome;
}

/**
 * Syncs the calendar as far as the time allows; the conference is there
 * whatever comes of it.
 * @param {Object} run
 * @param {string} calendarId
 */
function beginSyncing_(run, calendarId) {
  try {
    syncRun_(run, [calendarId]);
  } catch (err) {
    report_("ERROR", "syncing has not begun", calendarId, err.message);
  }
}

/**
 * Returns the conference as the platform is told of it, with the parameters by
 * which it is known again.
 * @param {Object} run
 * @param {Object} conference
 * @param {string} solution
 * @return {Object}
 */
function answerOf_(run, conference, solution) {
  const answer = {
    conferenceId: conference.id,
    entryPoints: conference.entryPoints,
    parameters: Object.assign({}, conference.parameters, {
      [USER_PARAMETER]: run.store.me,
      [SOLUTION_PARAMETER]: solution,
    }),
  };
  if (conference.notes) answer.notes = conference.notes;
  return answer;
}
