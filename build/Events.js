/**
 * @file Calendar requests: what is asked of Calendar, paging, and kinds of
 * errors. Mirrors sync/events.py of confsync, function by function.
 */

const PAGE_SIZE = 2500;
/** How often a busy Calendar is asked again. */
const RETRIES = 2;
const RATE_LIMITS = ["rateLimitExceeded", "userRateLimitExceeded",
  "quotaExceeded"];
/** Who has it sees when people are busy, and nothing that an event carries. */
const BUSY_ROLE = "freeBusyReader";
/** What notes need of an event, whatever the provider projects. */
const EVENT_FIELDS = [
  "creator(email,self)",
  "end",
  "iCalUID",
  "id",
  "recurrence",
  "recurringEventId",
  "start",
  "status",
];
/** Of a conference that is only read, and what a write-back needs besides. */
const READ_FIELDS = [
  "conferenceData(conferenceId,conferenceSolution(key,name),parameters)"];
const WRITTEN_FIELDS = ["conferenceData", "etag", "organizer(self)"];

/**
 * An error of Calendar: `kind` is expired, absent, changed, busy or refused;
 * withheld; or, without time to ask on, late.
 */
class CalendarError extends Error {
  /** @param {string} kind */
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

/**
 * Returns the field mask of one event: what notes and projections need, and no
 * more.
 * @return {string}
 */
function eventFields_() {
  const carried = writesBack_() ? WRITTEN_FIELDS : READ_FIELDS;
  const fields = new Set(EVENT_FIELDS.concat(carried, CONFIG.eventFields));
  return Array.from(fields).sort().join(",");
}

/**
 * Tells whether events shall show what the third party answers to an update.
 * @return {boolean}
 */
function writesBack_() {
  return Boolean(CONFIG.provider.operations.update.conference);
}

/**
 * Returns one page of what changed since the token, or of all events that
 * matter when there is none. Throws also for a calendar that shows only when
 * people are busy.
 * @param {string} calendarId
 * @param {string} token
 * @param {string} pageToken
 * @param {number} now
 * @return {Object}
 */
function listPage_(calendarId, token, pageToken, now) {
  const options = {
    maxResults: PAGE_SIZE,
    fields: "accessRole,items(" + eventFields_() +
      "),nextPageToken,nextSyncToken",
  };
  if (token) {
    options.syncToken = token;
  } else {
    options.timeMin = formatInstant_(now - CONFIG.sync.pruneMinutes);
  }
  if (pageToken) options.pageToken = pageToken;
  return checkedPage_(
    askCalendar_(() => Calendar.Events.list(calendarId, options)));
}

/**
 * Returns the page; throws when it cannot show what events carry.
 * @param {Object} page
 * @return {Object}
 */
function checkedPage_(page) {
  if (page.accessRole === BUSY_ROLE) throw new CalendarError("withheld");
  return page;
}

/**
 * Tells whether this user sees only when the event is: such an event tells
 * nothing of its conference. It comes without a creator: private events of
 * somebody else's calendar look so to who may not see them.
 * @param {Object} event
 * @return {boolean}
 */
function isWithheld_(event) {
  return event.status !== "cancelled" &&
    !(event.creator || event.conferenceData);
}

/**
 * Returns the events of an iCalendar UID: a series and its stored instances.
 * @param {string} calendarId
 * @param {string} iCalUid
 * @return {Object[]}
 */
function listInstances_(calendarId, iCalUid) {
  let events = [];
  const options = { iCalUID: iCalUid, maxResults: PAGE_SIZE,
    fields: "items(" + eventFields_() + "),nextPageToken" };
  for (;;) {
    const page = askCalendar_(() => Calendar.Events.list(calendarId, options));
    events = events.concat(page.items || []);
    if (!page.nextPageToken) return events;
    options.pageToken = page.nextPageToken;
  }
}

/**
 * Returns an event as it is now; one that is not there looks like a cancelled
 * one, and is `missing`. An event in a calendar that is out of reach is answered
 * like one that is not there: only the calendar can tell. Throws also for an
 * event whose details this user may not see.
 * @param {Object} run
 * @param {string} calendarId
 * @param {string} eventId
 * @return {Object}
 */
function getEvent_(run, calendarId, eventId) {
  const options = { fields: eventFields_() };
  let event;
  try {
    event = askCalendar_(
      () => Calendar.Events.get(calendarId, eventId, options));
  } catch (err) {
    if (err.kind !== "absent" && err.kind !== "expired") throw err;
    if (err.kind === "absent" && !run.read.has(calendarId)) {
      checkCalendar_(calendarId);
    }
    return { id: eventId, status: "cancelled", missing: true };
  }
  if (isWithheld_(event)) throw new CalendarError("withheld");
  return event;
}

/**
 * Throws unless the calendar answers, and shows what events carry.
 * @param {string} calendarId
 */
function checkCalendar_(calendarId) {
  const options = { maxResults: 1, fields: "accessRole" };
  checkedPage_(askCalendar_(() => Calendar.Events.list(calendarId, options)));
}

/**
 * Gives an event other conference data, if it is still as it was read, and
 * returns it as it is then.
 * @param {string} calendarId
 * @param {Object} event
 * @param {Object} data
 * @return {Object}
 */
function patchConference_(calendarId, event, data) {
  const options = { conferenceDataVersion: 1, sendUpdates: "none",
    fields: eventFields_() };
  return askCalendar_(() => Calendar.Events.patch({ conferenceData: data },
    calendarId, event.id, options, { "If-Match": event.etag }));
}

/**
 * Returns all calendars in which the user may write.
 * @return {Object[]} `{id, primary}` of each.
 */
function listCalendars_() {
  let calendars = [];
  const options = { minAccessRole: "writer", maxResults: 250,
    fields: "items(id,primary),nextPageToken" };
  for (;;) {
    const page = askCalendar_(() => Calendar.CalendarList.list(options));
    calendars = calendars.concat(page.items || []);
    if (!page.nextPageToken) return calendars;
    options.pageToken = page.nextPageToken;
  }
}

/**
 * Returns Calendar's answer; a busy Calendar is asked again a little later.
 * Throws an error whose `kind` is expired, absent, changed, busy or
 * refused.
 * @param {function(): Object} request
 * @return {Object}
 */
function askCalendar_(request) {
  let attempt = 0;
  for (;;) {
    try {
      return request();
    } catch (err) {
      const kind = errorKind_(err);
      if (kind !== "busy" || attempt === RETRIES) {
        err.kind = kind;
        throw err;
      }
    }
    attempt += 1;
    Utilities.sleep(500 * Math.pow(2, attempt));
  }
}

/**
 * Returns what a refusal means; told by code and reason, never by message,
 * which comes in the user's language. Without a code no answer came, or none
 * that could be read: Calendar is busy.
 * @param {Error} err
 * @return {string}
 */
function errorKind_(err) {
  const details = err.details || {};
  const code = Number(details.code) || 0;
  const reason = ((details.errors || [])[0] || {}).reason || "";
  if (code === 410) return "expired";
  if (code === 404) return "absent";
  if (code === 412) return "changed";
  if (!code || code === 429 || code >= 500 ||
      (code === 403 && RATE_LIMITS.includes(reason))) {
    return "busy";
  }
  return "refused";
}

/**
 * Returns minutes since the epoch as an RFC 3339 time in UTC.
 * @param {number} minutes
 * @return {string}
 */
function formatInstant_(minutes) {
  return new Date(minutes * 60000).toISOString().slice(0, 19) + "Z";
}
