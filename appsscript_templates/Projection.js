/**
 * @file Event → what the third party must hold, and its fingerprint; pure.
 * Mirrors sync/projection.py of confsync, function by function.
 */

/** How many characters of a keyed hash make a fingerprint. */
const FINGERPRINT_LENGTH = 10;
const DAY_MINUTES = 24 * 60;
/** The longest that one step of a rule without BY… parts can take, in days. */
const STEP_DAYS = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 };
/**
 * How many steps can be left out in a row where not every month has that day,
 * or not every year a 29th of February.
 */
const STEPS_LEFT_OUT = 8;

/**
 * Returns the event as the provider's templates see it.
 * @param {Object} event
 * @param {string} calendarId
 * @return {Object}
 */
function eventContext_(event, calendarId) {
  const start = eventTime_(event.start);
  const hidden = event.visibility === "private" ||
    event.visibility === "confidential";
  const context = {
    key: calendarId + "/" + event.id,
    start: start,
    end: eventTime_(event.end),
    time_zone: start.tz,
    is_all_day: start.date !== undefined,
    is_recurring: Boolean(event.recurrence && event.recurrence.length),
  };
  if (hidden) {
    context.title = CONFIG.provider.event.privateTitle;
  } else if (event.summary) {
    context.title = event.summary;
  }
  if (event.description && !hidden) context.description = event.description;
  if (context.is_recurring) context.recurrence = event.recurrence;
  return context;
}

/**
 * Returns an event's start or end, with `date` for an all-day one.
 * @param {?Object} value
 * @return {{ms: number, tz: string}}
 */
function eventTime_(value) {
  if (value && value.dateTime) {
    return { ms: parseInstant_(value.dateTime), tz: value.timeZone || "UTC" };
  }
  if (value && value.date) {
    return { ms: parseInstant_(value.date), tz: value.timeZone || "UTC",
      date: value.date };
  }
  return { ms: 0, tz: "UTC" };
}

/**
 * Returns an RFC 3339 time, or a date at midnight UTC, as milliseconds since
 * the epoch.
 * @param {string} text
 * @return {number}
 */
function parseInstant_(text) {
  return new Date(text).getTime();
}

/**
 * Returns the minute by which the event, or the last occurrence of a series,
 * has ended: FOREVER at the latest.
 * @param {Object} event
 * @return {number}
 */
function eventEnd_(event) {
  const start = Math.floor(eventTime_(event.start).ms / 60000);
  const end = Math.floor(eventTime_(event.end).ms / 60000);
  const rules = event.recurrence || [];
  if (!rules.length) return end;
  if (rules.some((line) => /^(RDATE|EXRULE)/.test(line))) return FOREVER;
  let latest = start;
  for (const line of rules) {
    if (line.startsWith("RRULE:")) {
      latest = Math.max(latest, ruleEnd_(line.slice(6), start));
    }
  }
  return Math.min(latest + end - start, FOREVER);
}

/**
 * Tells whether it is plain to see that a series has no occurrence: all of its
 * rules end before it begins.
 * @param {Object} event
 * @return {boolean}
 */
function neverTakesPlace_(event) {
  const start = Math.floor(eventTime_(event.start).ms / 60000);
  const rules = (event.recurrence || [])
    .filter((line) => !/^(EXRULE|EXDATE)/.test(line));
  const limits = rules.filter((line) => line.startsWith("RRULE:"))
    .map((line) => ruleParts_(line.slice(6)).UNTIL);
  return rules.length > 0 && rules.length === limits.length &&
    limits.every((limit) => Boolean(limit) && parseUntil_(limit) < start);
}

/**
 * Returns the minute by which the last occurrence of an RRULE has begun,
 * FOREVER when that is not plain to see. It is exact for days and weeks without
 * BY… parts, but for a change of clocks, and otherwise an upper bound.
 * @param {string} rule
 * @param {number} start
 * @return {number}
 */
function ruleEnd_(rule, start) {
  const parts = ruleParts_(rule);
  const known = ["FREQ", "COUNT", "UNTIL", "INTERVAL", "WKST"];
  if (parts.FREQ === "WEEKLY") known.push("BYDAY");
  const plain = Object.keys(parts).every((name) => known.includes(name)) &&
    STEP_DAYS[parts.FREQ] !== undefined;
  const step = plain ? stepDays_(parts.FREQ, start) *
    Number(parts.INTERVAL || "1") * DAY_MINUTES : 0;
  const even = plain && ["DAILY", "WEEKLY"].includes(parts.FREQ) &&
    !parts.BYDAY;
  if (parts.UNTIL) {
    const until = parseUntil_(parts.UNTIL);
    if (!even || until < start) return until;
    // An hour more, for in summer the last one may come an hour earlier.
    return Math.min(until,
      start + Math.floor((until + 60 - start) / step) * step);
  }
  if (!parts.COUNT || !plain) return FOREVER;
  return start + (Number(parts.COUNT) - (parts.BYDAY ? 0 : 1)) * step;
}

/**
 * Returns the parts of an RRULE by their names.
 * @param {string} rule
 * @return {Object}
 */
function ruleParts_(rule) {
  return Object.fromEntries(rule.split(";")
    .filter((part) => part.includes("="))
    .map((part) => [part.split("=")[0], part.slice(part.indexOf("=") + 1)]));
}

/**
 * Returns the longest that one step of a rule can take, in days, in whatever
 * time zone the rule starts.
 * @param {string} frequency
 * @param {number} start
 * @return {number}
 */
function stepDays_(frequency, start) {
  const day = new Date(start * 60000).getUTCDate();
  const rare = ["MONTHLY", "YEARLY"].includes(frequency) &&
    (day < 2 || day > 27);
  return STEP_DAYS[frequency] * (rare ? STEPS_LEFT_OUT : 1);
}

/**
 * Returns the minute of an UNTIL value; a date, or a time without a zone,
 * counts to its end anywhere on Earth.
 * @param {string} text
 * @return {number}
 */
function parseUntil_(text) {
  const date = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)].join("-");
  if (text.length === 8) {
    return Math.floor(parseInstant_(date) / 60000) + 2 * DAY_MINUTES;
  }
  const time = [text.slice(9, 11), text.slice(11, 13), text.slice(13, 15)];
  const floating = text.endsWith("Z") ? 0 : DAY_MINUTES;
  return Math.floor(parseInstant_(date + "T" + time.join(":") + "Z") / 60000) +
    floating;
}

/**
 * Returns the body that an update would send: what the third party must hold.
 * @param {Object} context
 * @return {*}
 */
function projectEvent_(context) {
  return operationBody_(CONFIG.provider, "update", context);
}

/**
 * Returns everything that the provider's templates may name for an event and
 * its conference.
 * @param {Object} event
 * @param {string} calendarId
 * @param {string} conferenceId
 * @param {string} solution
 * @param {number[]} span The earliest start and the latest end of all of its
 *     events, in minutes.
 * @return {Object}
 */
function updateContext_(event, calendarId, conferenceId, solution, span) {
  return {
    event: eventContext_(event, calendarId),
    span: spanContext_(span),
    conference: { id: conferenceId },
    solution: solutionSettings_(solution),
  };
}

/**
 * Returns a span as the provider's templates see it; one without an end has
 * none.
 * @param {number[]} span
 * @return {Object}
 */
function spanContext_(span) {
  const [start, end] = span.map(
    (minutes) => ({ ms: minutes * 60000, tz: "UTC" }));
  return span[1] < FOREVER ? { start: start, end: end } : { start: start };
}

/**
 * Returns what the developer configured for a solution; nothing for one that
 * is no longer offered.
 * @param {string} solution
 * @return {Object}
 */
function solutionSettings_(solution) {
  const entry = CONFIG.solutions.find((offered) => offered.id === solution);
  return entry ? entry.settings : {};
}

/**
 * Returns the first characters of the keyed hash of a projection.
 * @param {string} key
 * @param {*} projection
 * @return {string}
 */
function fingerprintOf_(key, projection) {
  const digest = Utilities.computeHmacSha256Signature(
    canonicalJson_(projection), key, Utilities.Charset.UTF_8);
  return Utilities.base64EncodeWebSafe(digest).slice(0, FINGERPRINT_LENGTH);
}
