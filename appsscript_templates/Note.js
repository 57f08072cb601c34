/**
 * @file Event → change of links: what an event says about the conferences that
 * it carries or carried; pure. What becomes of a link stands in NOTE_TABLE, by
 * the link's state and by how the event looks from that link.
 * Mirrors sync/note.py of confsync, function by function.
 */

/** The conference parameter that names the user whose add-on looks after it. */
const USER_PARAMETER = "confsyncUser";
/** The conference parameter that names the solution. */
const SOLUTION_PARAMETER = "confsyncSolution";

/**
 * Tells whether the event carries a conference of this add-on.
 * @param {Object} calEvent An event as the Calendar API returns it.
 * @return {boolean}
 */
function eventHasConference(calEvent) {
  const data = calEvent.conferenceData || {};
  const key = (data.conferenceSolution || {}).key || {};
  return key.type === "addOn" && Boolean(data.conferenceId) &&
    Boolean(solutionOf_(calEvent));
}

/**
 * Returns the id of the event's solution, by our parameter or else by its
 * name; empty when it is not ours.
 * @param {Object} event
 * @return {string}
 */
function solutionOf_(event) {
  const told = conferenceParameters_(event)[SOLUTION_PARAMETER];
  const name = ((event.conferenceData || {}).conferenceSolution || {}).name;
  const solution = CONFIG.solutions.find((offered) => offered.id === told ||
    (told === undefined && offered.name === name));
  return solution ? solution.id : "";
}

/**
 * Returns the parameters that an add-on left in the conference data.
 * @param {Object} event
 * @return {Object}
 */
function conferenceParameters_(event) {
  const parameters = (event.conferenceData || {}).parameters || {};
  return (parameters.addOnParameters || {}).parameters || {};
}

/**
 * Returns the id of the conference of ours that the event carries, empty when
 * there is none. One that has a record stays ours, also when its solution is
 * no longer offered. A series without any occurrence carries none, for nobody
 * can see it.
 * @param {Object} store
 * @param {Object} event
 * @return {string}
 */
function carriedConference_(store, event) {
  if (neverTakesPlace_(event)) return "";
  const conferenceId = (event.conferenceData || {}).conferenceId || "";
  return eventHasConference(event) || store.records.has(conferenceId) ?
    conferenceId : "";
}

/**
 * Tells whether this user's add-on looks after the event's conference. It is
 * known here already, or the parameter names the user. Without it, the event
 * was created by this user in the user's own primary calendar
 * (`organizer.self` is true for everybody on a shared one).
 * @param {Object} store
 * @param {number} calendar
 * @param {Object} event
 * @return {boolean}
 */
function isManaged_(store, calendar, event) {
  if (store.records.has(event.conferenceData.conferenceId)) return true;
  const user = conferenceParameters_(event)[USER_PARAMETER];
  if (user !== undefined) return user === store.me;
  return store.calendars[calendar].mark === PRIMARY &&
    Boolean((event.creator || {}).self);
}

/**
 * Returns the changes of links that the event asks for.
 * @param {Object} store
 * @param {number} calendar The number of the event's calendar.
 * @param {Object} event
 * @param {number} now
 * @return {Object[]}
 */
function noteEvent_(store, calendar, event, now) {
  let changes = [];
  const carried = carriedConference_(store, event);
  const linked = linkedConferences_(store, calendar, event.id);
  for (const conferenceId of linked) {
    const link = findLink_(store.records.get(conferenceId), calendar, event.id);
    const action = NOTE_TABLE[link.unsaved ? "unsaved" : "seen"][
      eventState_(event, carried, conferenceId)];
    if (action === "link") {
      changes.push(linkChange_(store, calendar, event, conferenceId));
    }
    if (action === "unlink") {
      changes.push(unlinkChange_(conferenceId, link, event));
    }
  }
  if (event.status === "cancelled") {
    changes = changes.concat(seriesChanges_(store, calendar, event));
  } else if (carried && !linked.includes(carried) &&
      linksAnew_(store, calendar, event, now)) {
    changes.push(linkChange_(store, calendar, event, carried));
  }
  if (knowsOccurrences_() && event.recurringEventId) {
    changes = changes.concat(
      occurrenceChanges_(store, calendar, event, carried));
  }
  return changes;
}

/**
 * Returns how the event looks from a link: cancelled, same, other or without.
 * @param {Object} event
 * @param {string} carried
 * @param {string} conferenceId
 * @return {string}
 */
function eventState_(event, carried, conferenceId) {
  if (event.status === "cancelled") return "cancelled";
  if (carried === conferenceId) return "same";
  return carried ? "other" : "without";
}

/**
 * Tells whether an event that is not linked to the conference it carries
 * becomes linked.
 * @param {Object} store
 * @param {number} calendar
 * @param {Object} event
 * @param {number} now
 * @return {boolean}
 */
function linksAnew_(store, calendar, event, now) {
  const ended = eventEnd_(event) < now - CONFIG.sync.pruneMinutes;
  return !ended && NOTE_TABLE.none.same === "link" &&
    isManaged_(store, calendar, event);
}

/**
 * Returns the change that links the event to the conference as it looks now.
 * @param {Object} store
 * @param {number} calendar
 * @param {Object} event
 * @param {string} conferenceId
 * @return {Object}
 */
function linkChange_(store, calendar, event, conferenceId) {
  const solution = solutionOf_(event);
  const context = updateContext_(event, store.calendars[calendar].id,
    conferenceId, solution, [0, 0]);
  const link = {
    calendar: calendar,
    event: event.id,
    series: event.recurringEventId || "",
    start: Math.floor(context.event.start.ms / 60000),
    end: eventEnd_(event),
    fingerprint: fingerprintOf_(store.key, projectEvent_(context)),
    unsaved: 0,
    unread: 0,
  };
  return { change: "link", conference: conferenceId, solution: solution,
    link: link, series: Boolean(event.recurrence) };
}

/**
 * Returns the change that ends the link.
 * @param {string} conferenceId
 * @param {Link} link
 * @param {Object} event
 * @return {Object}
 */
function unlinkChange_(conferenceId, link, event) {
  return { change: "unlink", conference: conferenceId, link: link,
    cancelled: event.status === "cancelled" };
}

/**
 * Returns the changes that end the links of a cancelled series' instances,
 * which get no tombstones.
 * @param {Object} store
 * @param {number} calendar
 * @param {Object} event
 * @return {Object[]}
 */
function seriesChanges_(store, calendar, event) {
  return instanceLinks_(store, calendar, event.id)
    .map(([conferenceId, link]) => unlinkChange_(conferenceId, link, event));
}

/**
 * Returns the changes of the series' conferences, for which an instance does
 * not take place without them.
 * @param {Object} store
 * @param {number} calendar
 * @param {Object} event
 * @param {string} carried
 * @return {Object[]}
 */
function occurrenceChanges_(store, calendar, event, carried) {
  const changes = [];
  for (const conferenceId of
    linkedConferences_(store, calendar, event.recurringEventId)) {
    const cancelled = event.status === "cancelled" || carried !== conferenceId;
    const known = store.records.get(conferenceId).cancelled.includes(event.id);
    if (known !== cancelled) {
      changes.push({ change: "occurrence", conference: conferenceId,
        event: event.id, cancelled: cancelled });
    }
  }
  return changes;
}
