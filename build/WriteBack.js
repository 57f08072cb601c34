/**
 * @file Write-backs: events show what the third party answered to an update.
 * They come before the update counts as accepted. Whatever ends an execution
 * in between leaves the difference visible, and the next one sends the update
 * once more. Mirrors sync/write_back.py of confsync, function by function.
 */

/** How often an event that changes meanwhile is read again. */
const TRIES = 3;
/** What a write-back leaves as it is. */
const KEPT = ["conferenceId", "conferenceSolution", "parameters"];
/** What of an entry point, besides its kind and address, makes it another. */
const CODES = ["meetingCode", "accessCode", "passcode", "password", "pin"];

/**
 * Lets all events of a conference show what an update was answered. An event
 * that may not be written is reported, and looked at once more an hour later;
 * it holds up nothing.
 * @param {Object} run
 * @param {string} conferenceId
 * @param {*} response
 * @return {boolean} Whether that is settled.
 */
function writeBack_(run, conferenceId, response) {
  if (!writesBack_()) return true;
  const record = run.store.records.get(conferenceId);
  const shown = shownBy_(run, conferenceId, response);
  if (!shown) return true;
  const outcomes = linksInOrder_(record).map((link) =>
    isLate_(run) ? "later" : show_(run, link, conferenceId, shown));
  if (outcomes.includes("later")) {
    putOff_(run, record);
    return false;
  }
  if (outcomes.includes("refused") && !record.unknownSince) {
    record.unknownSince = nowMinutes_();
  }
  return true;
}

/**
 * Returns the entry points and notes that an answer asks for, as Calendar has
 * them, or null when it cannot be shown.
 * @param {Object} run
 * @param {string} conferenceId
 * @param {*} response
 * @return {?Object}
 */
function shownBy_(run, conferenceId, response) {
  const described = Object.assign({}, CONFIG.provider,
    { response: CONFIG.provider.operations.update.conference });
  const context = {
    conference: { id: conferenceId },
    solution: solutionSettings_(run.store.records.get(conferenceId).solution),
    resp: response,
  };
  let conference;
  try {
    conference = conferenceOf_(described, context);
  } catch (err) {
    if (err.name !== "Unrenderable") throw err;
    report_(run, "ERROR", "an answer cannot be shown", conferenceId,
      err.message);
    return null;
  }
  return { entryPoints: conference.entryPoints.map(wayIn_),
    notes: conference.notes || null };
}

/**
 * Returns a way to join as Calendar's API has it.
 * @param {Object} point
 * @return {Object}
 */
function wayIn_(point) {
  const shown = {};
  for (const name of ["uri", "regionCode"].concat(CODES)) {
    if (point[name] !== undefined) shown[name] = point[name];
  }
  shown.entryPointType = point.entryPointType.toLowerCase();
  if (point.feature) shown.entryPointFeatures = [point.feature.toLowerCase()];
  return shown;
}

/**
 * Returns the links whose events have been seen, the principal first.
 * @param {ConferenceRecord} record
 * @return {Link[]}
 */
function linksInOrder_(record) {
  const principal = principalOf_(record);
  const links = seenLinks_(record);
  return links.filter((link) => link === principal)
    .concat(links.filter((link) => link !== principal));
}

/**
 * Writes into an event what it shall show, unless it does. An event that
 * changed since it was read is read and noted again, and perhaps needs no
 * writing any more.
 * @param {Object} run
 * @param {Link} link
 * @param {string} conferenceId
 * @param {Object} shown
 * @return {string} ok, refused, or later when it should be tried again.
 */
function show_(run, link, conferenceId, shown) {
  const place = link.calendar + "/" + link.event;
  let kind = "";
  for (let tried = 0; tried < TRIES; tried += 1) {
    try {
      const event = run.listed.get(place) ||
        readEvent_(run, link.calendar, link.event);
      if (!differs_(event, conferenceId, shown)) return "ok";
      const calendarId = run.store.calendars[link.calendar].id;
      const written = patchConference_(calendarId, event,
        changedConferenceData_(event, shown));
      noteItem_(run, link.calendar, written);
      return "ok";
    } catch (err) {
      if (!err.kind) throw err;
      kind = err.kind;
      run.listed.delete(place);
      if (!["absent", "changed"].includes(kind)) break;
    }
  }
  report_(run, "WARNING", "not written back", conferenceId, kind);
  return ["busy", "changed"].includes(kind) ? "later" : "refused";
}

/**
 * Tells whether an event that carries the conference shows something else. A
 * guest's copy follows its organiser's.
 * @param {Object} event
 * @param {string} conferenceId
 * @param {Object} shown
 * @return {boolean}
 */
function differs_(event, conferenceId, shown) {
  const data = event.conferenceData || {};
  const own = Boolean((event.organizer || {}).self);
  if (event.status === "cancelled" || data.conferenceId !== conferenceId ||
      !own) {
    return false;
  }
  if ((data.notes || "") !== (shown.notes || "")) return true;
  return canonicalJson_(waysIn_(data.entryPoints || [])) !==
    canonicalJson_(waysIn_(shown.entryPoints));
}

/**
 * Returns what can be compared of entry points: Calendar adds labels and
 * regions, and has an order of its own.
 * @param {Object[]} points
 * @return {string[]}
 */
function waysIn_(points) {
  return points.map((point) => {
    const told = {};
    for (const name of ["entryPointType", "uri"].concat(CODES)) {
      if (point[name] !== undefined) told[name] = point[name];
    }
    return canonicalJson_(told);
  }).sort();
}

/**
 * Returns the event's conference data with what it shall show; null takes
 * notes away.
 * @param {Object} event
 * @param {Object} shown
 * @return {Object}
 */
function changedConferenceData_(event, shown) {
  const data = {};
  for (const name of KEPT) {
    if (event.conferenceData[name]) data[name] = event.conferenceData[name];
  }
  return Object.assign(data, shown);
}

/**
 * Leaves the record as after an answer that is missing: the update and its
 * write-backs come again later.
 * @param {Object} run
 * @param {ConferenceRecord} record
 */
function putOff_(run, record) {
  record.sent = "";
  record.attempts += 1;
  const wait = Math.floor(retryAfter_(CONFIG.provider, 0, {}, Date.now(),
    record.attempts) / 60000) + 1;
  record.notBefore = nowMinutes_() + wait;
}
