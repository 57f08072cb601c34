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
  writeUnsaved_(conferenceId, eventId, calendarId, solution, false);
  watchCalendar_(run, calendarId);
  const outcome = requestCreation_(run, calendarId, eventId, conferenceId,
    solution);
  if (outcome.kind !== "ok") {
    if (outcome.unmade) removeUnsaved_(conferenceId, eventId);
    return { error: CREATE_ERRORS[outcome.kind] || "UNKNOWN" };
  }
  const conference = outcome.conference;
  writeUnsaved_(conference.id, eventId, calendarId, solution, true);
  if (conference.id !== conferenceId) removeUnsaved_(conferenceId, eventId);
  beginSyncing_(run, calendarId);
  return answerOf_(run, conference, solution);
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
    report_(run, "ERROR", "the triggers are not known", calendarId,
      err.message);
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
  const context = updateContext_(event, calendarId, conferenceId, solution,
    [now, now + 60]);
  let outcome = { kind: "refused", unmade: true };
  try {
    const request = operationRequest_(CONFIG.provider, "create",
      withSecrets_(run, context));
    const answer = fetchBatch_(run, [{ request: request }])[0];
    outcome = operationOutcome_(CONFIG.provider, "create", answer.status,
      answer.body);
    outcome.unmade = answer.status >= 400 && answer.status < 500 &&
      outcome.kind !== "retry";
    if (outcome.kind === "ok") {
      outcome.conference = conferenceOf_(CONFIG.provider,
        Object.assign({}, context, { resp: outcome.response }));
    } else {
      report_(run, "ERROR", "create: " + outcome.kind, conferenceId,
        answer.status);
    }
  } catch (err) {
    if (err.name !== "Unrenderable") throw err;
    report_(run, "ERROR", "a conference cannot be created", conferenceId,
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
    report_(run, "ERROR", "syncing has not begun", calendarId, err.message);
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
