/**
 * @file Carrying differences to the third party, and writing down what its
 * answers mean. Mirrors sync/send.py of confsync, function by function.
 */

/** How many requests are sent side by side. */
const BATCH = 20;
const FAILURES_IN_A_ROW = 3;
/** A day's requests of one user, half of the platform's quota. */
const FETCHES_A_DAY = 10000;

/**
 * Sends one operation for each conference in batches, and writes the results
 * of each batch.
 * @param {Object} run
 * @param {string[]} conferenceIds
 * @param {string} operation
 * @return {boolean} Whether more may be sent: there is time, and the third party
 *     serves.
 */
function sendAll_(run, conferenceIds, operation) {
  let failures = 0;
  for (let begin = 0; begin < conferenceIds.length; begin += BATCH) {
    if (isLate_(run) || failures >= FAILURES_IN_A_ROW || !mayFetch_(run)) {
      return false;
    }
    let batch = conferenceIds.slice(begin, begin + BATCH)
      .map((conferenceId) => prepare_(run, conferenceId, operation))
      .filter((prepared) => prepared);
    writeStore_(run);
    // What has no room any more is left alone.
    batch = batch.filter((prepared) =>
      run.store.records.has(prepared.conference));
    fetchBatch_(run, batch).forEach((answer, at) => {
      const failed = settleAnswer_(run, batch[at], answer, operation);
      failures = failed ? failures + 1 : 0;
    });
    writeStore_(run);
  }
  return !isLate_(run) && failures < FAILURES_IN_A_ROW;
}

/**
 * Tells whether the day's requests are not used up.
 * @param {Object} run
 * @return {boolean}
 */
function mayFetch_(run) {
  const sent = fetchedToday_(run);
  if (sent >= FETCHES_A_DAY) {
    report_(run, "ERROR", "the requests of a day are used up", "", sent);
  }
  return sent < FETCHES_A_DAY;
}

/**
 * Returns how many requests were sent today, by UTC.
 * @param {Object} run
 * @return {number}
 */
function fetchedToday_(run) {
  const [day, sent] = run.store.fetches;
  return day === Math.floor(nowMinutes_() / DAY_MINUTES) ? sent : 0;
}

/**
 * Returns the request for a conference and what it will have sent, or null
 * when there is nothing to send.
 * @param {Object} run
 * @param {string} conferenceId
 * @param {string} operation
 * @return {?Object}
 */
function prepare_(run, conferenceId, operation) {
  const record = run.store.records.get(conferenceId);
  if (!record) return null;
  try {
    if (operation === "delete") {
      return { conference: conferenceId, sent: "",
        request: deleteConference_(run, conferenceId) };
    }
    let principal = principalOf_(record);
    if (principal && !run.listed.has(principal.calendar + "/" +
        principal.event)) {
      readEvent_(run, principal.calendar, principal.event);
    }
    principal = principalOf_(record);
    if (!principal || decide_(record, nowMinutes_()) !== "update") return null;
    const event = run.listed.get(principal.calendar + "/" + principal.event);
    if (!event) return null;
    const request = updateConference(event, conferenceId, run);
    return { conference: conferenceId, sent: wantedOf_(record),
      request: request };
  } catch (err) {
    if (!err.kind && err.name !== "Unrenderable") throw err;
    report_(run, "WARNING", operation + " put off", conferenceId,
      err.kind || err.message);
    return null;
  }
}

/**
 * Returns the request that makes the conference what the event says.
 * @param {Object} calEvent An event as the Calendar API returns it.
 * @param {string} conferenceId
 * @param {Object} run
 * @return {Object}
 */
function updateConference(calEvent, conferenceId, run) {
  const record = run.store.records.get(conferenceId);
  const principal = principalOf_(record);
  const calendarId = run.store.calendars[principal ? principal.calendar : 0].id;
  const context = updateContext_(calEvent, calendarId, conferenceId,
    record.solution, spanOf_(record));
  if (principal && calEvent.recurrence && knowsOccurrences_()) {
    context.occurrences = readOccurrences_(run, record, principal);
  }
  return operationRequest_(CONFIG.provider, "update",
    withSecrets_(run, context));
}

/**
 * Returns the request that deletes the conference.
 * @param {Object} run
 * @param {string} conferenceId
 * @return {Object}
 */
function deleteConference_(run, conferenceId) {
  const context = { conference: { id: conferenceId } };
  return operationRequest_(CONFIG.provider, "delete",
    withSecrets_(run, context));
}

/**
 * Returns the context with the provider's secrets, each read once an
 * execution.
 * @param {Object} run
 * @param {Object} context
 * @return {Object}
 */
function withSecrets_(run, context) {
  if (!run.secrets) {
    run.secrets = {};
    for (const name of secretNames_(CONFIG.provider)) {
      const value = PropertiesService.getScriptProperties()
        .getProperty("secret." + name);
      if (value) run.secrets[name] = value;
    }
  }
  return Object.assign({}, context, { secret: run.secrets });
}

/**
 * Sends the requests of a batch side by side; without an answer nobody knows
 * what happened: status 0.
 * @param {Object} run
 * @param {Object[]} batch
 * @return {{status: number, headers: Object, body: string}[]}
 */
function fetchBatch_(run, batch) {
  if (!batch.length) return [];
  run.store.fetches = [Math.floor(nowMinutes_() / DAY_MINUTES),
    fetchedToday_(run) + batch.length];
  try {
    return UrlFetchApp.fetchAll(batch.map((prepared) => prepared.request))
      .map((response) => ({
        status: response.getResponseCode(),
        headers: response.getHeaders(),
        body: response.getContentText(),
      }));
  } catch (err) {
    return batch.map(() => ({ status: 0, headers: {}, body: "" }));
  }
}

/**
 * Writes into the record what an answer means. Until it has accepted an
 * update, a conference made a few minutes ago may not be known yet wherever
 * one asks.
 * @param {Object} run
 * @param {Object} prepared
 * @param {Object} answer
 * @param {string} operation
 * @return {boolean} Whether the third party failed to serve.
 */
function settleAnswer_(run, prepared, answer, operation) {
  const conferenceId = prepared.conference;
  const record = run.store.records.get(conferenceId);
  touch_(run.store, conferenceId);
  const now = nowMinutes_();
  const outcome = operationOutcome_(CONFIG.provider, operation, answer.status,
    answer.body);
  let kind = outcome.kind;
  if (answer.status === 0 || answer.status >= 500) record.unknownSince = now;
  if (kind === "gone" && operation === "update" &&
      now - record.made < CREATION_MINUTES) {
    kind = "retry";
  }
  if (kind === "ok" && operation === "update" &&
      !writeBack_(run, conferenceId, outcome.response)) {
    return false;
  }
  if (kind === "ok" || (kind === "gone" && operation === "delete")) {
    accept_(run, conferenceId, prepared.sent, operation);
  } else if (operation === "update" && kind !== "retry") {
    record.lost = [prepared.sent, now];
    report_(run, "ERROR", "update: " + kind, conferenceId, answer.status);
  } else {
    record.attempts += 1;
    const wait = kind === "retry" ? Math.floor(retryAfter_(CONFIG.provider,
      answer.status, answer.headers, Date.now(), record.attempts) / 60000) + 1 :
      DAY_MINUTES;
    record.notBefore = now + wait;
    report_(run, "WARNING", operation + ": " + kind, conferenceId,
      answer.status);
  }
  return kind === "retry";
}

/**
 * Writes down that the third party holds what was sent, or nothing any more.
 * @param {Object} run
 * @param {string} conferenceId
 * @param {string} sent
 * @param {string} operation
 */
function accept_(run, conferenceId, sent, operation) {
  if (operation === "delete") {
    run.store.records.delete(conferenceId);
    return;
  }
  const record = run.store.records.get(conferenceId);
  record.sent = sent;
  record.attempts = 0;
  record.notBefore = 0;
  record.made = 0;
  record.lost = [];
  if (nowMinutes_() - record.unknownSince >= REPEAT_MINUTES) {
    record.unknownSince = 0;
  }
  // The events were read once more after the request.
  if (writesBack_()) forgetSent_(record);
}
