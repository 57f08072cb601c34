/**
 * @file Records and tokens in UserProperties: what each conference should be,
 * and what the third party last accepted. Times are minutes since the epoch.
 * Mirrors sync/records.py of confsync, function by function.
 */

/**
 * One event that carries a conference; `unsaved` is since when the event has
 * not been seen.
 * @typedef {Object} Link
 * @property {number} calendar The calendar's number in `calendars`.
 * @property {string} event
 * @property {string} series The master's id, for an instance.
 * @property {number} start
 * @property {number} end Of the last occurrence.
 * @property {string} fingerprint
 * @property {number} unsaved
 */

/**
 * What is known of one conference; an empty `sent` means that nobody knows
 * what the third party holds.
 * @typedef {Object} ConferenceRecord
 * @property {string} solution
 * @property {Link[]} links
 * @property {string} sent
 * @property {number} due
 * @property {Array[]} gone Links that ended: calendar, event, cancelled.
 * @property {number} first The earliest start of forgotten links.
 * @property {number} attempts
 * @property {number} notBefore
 * @property {number} unknownSince When the conference was made, until the
 *     third party has accepted an update.
 * @property {Array} lost The refused fingerprint, and when.
 * @property {number} more Whether there were more links than a record keeps.
 */

/** The end of a series that has none, in minutes. */
const FOREVER = 1000000000;

/**
 * Reads all properties of this user.
 * @return {Object} The store.
 */
function readStore_() {
  const raw = PropertiesService.getUserProperties().getProperties();
  const store = {
    raw: raw,
    calendars: JSON.parse(raw.calendars || "[]"),
    me: raw.me || "",
    key: raw.key || "",
    tokens: {},
    flags: [],
    records: new Map(),
    index: new Map(),
  };
  for (const key of Object.keys(raw).sort()) {
    const kind = key.split(":", 1)[0];
    const name = key.slice(kind.length + 1);
    if (kind === "syncToken") {
      store.tokens[name] = raw[key];
    } else if (kind === "changed") {
      store.flags.push(name);
    } else if (kind === "conference") {
      store.records.set(name, parseRecord_(raw[key]));
      for (const link of store.records.get(name).links) {
        indexLink_(store, name, link);
      }
    }
  }
  return store;
}

/**
 * Returns the calendars for which other executions have left a flag.
 * @return {string[]}
 */
function readFlags_() {
  const raw = PropertiesService.getUserProperties().getProperties();
  return Object.keys(raw).sort()
    .filter((key) => key.startsWith("changed:"))
    .map((key) => key.slice("changed:".length));
}

/**
 * Makes the link findable by its event.
 * @param {Object} store
 * @param {string} conferenceId
 * @param {Link} link
 */
function indexLink_(store, conferenceId, link) {
  const place = link.calendar + "/" + link.event;
  const known = store.index.get(place) || [];
  if (!known.includes(conferenceId)) known.push(conferenceId);
  store.index.set(place, known);
}

/**
 * Returns the record that formatRecord_ wrote.
 * @param {string} text
 * @return {ConferenceRecord}
 */
function parseRecord_(text) {
  const [solution, links, sent, due, gone, first, attempts, notBefore,
    unknownSince, lost, more] = JSON.parse(text);
  return {
    solution: solution,
    links: (links || []).map(([calendar, event, series, start, end,
      fingerprint, unsaved]) => ({
      calendar: calendar,
      event: event,
      series: series || "",
      start: start || 0,
      end: end || 0,
      fingerprint: fingerprint || "",
      unsaved: unsaved || 0,
    })),
    sent: sent || "",
    due: due || 0,
    gone: gone || [],
    first: first || 0,
    attempts: attempts || 0,
    notBefore: notBefore || 0,
    unknownSince: unknownSince || 0,
    lost: lost || [],
    more: more || 0,
  };
}

/**
 * Returns the record as a short JSON array; empty values at an array's end are
 * left out.
 * @param {ConferenceRecord} record
 * @return {string}
 */
function formatRecord_(record) {
  const links = record.links.map((link) => trimArray_([link.calendar,
    link.event, link.series, link.start, link.end, link.fingerprint,
    link.unsaved]));
  return JSON.stringify(trimArray_([record.solution, links, record.sent,
    record.due, record.gone, record.first, record.attempts, record.notBefore,
    record.unknownSince, record.lost, record.more]));
}

/**
 * Returns the array without the empty values at its end.
 * @param {Array} values
 * @return {Array}
 */
function trimArray_(values) {
  let length = values.length;
  while (length && (!values[length - 1] || values[length - 1].length === 0)) {
    length -= 1;
  }
  return values.slice(0, length);
}

/**
 * Writes what has changed since it was read: first all that is new, then what
 * has to go.
 * @param {Object} run
 */
function writeStore_(run) {
  const store = run.store;
  const wanted = {};
  if (store.calendars.length) {
    wanted.calendars = JSON.stringify(store.calendars);
  }
  if (store.me) {
    wanted.me = store.me;
    wanted.key = store.key;
  }
  for (const [conferenceId, record] of store.records) {
    wanted["conference:" + conferenceId] = formatRecord_(record);
  }
  const changed = {};
  for (const key of Object.keys(wanted)) {
    if (store.raw[key] !== wanted[key]) changed[key] = wanted[key];
  }
  if (Object.keys(changed).length) {
    PropertiesService.getUserProperties().setProperties(changed);
    Object.assign(store.raw, changed);
  }
  for (const key of Object.keys(store.raw).sort()) {
    if (key.startsWith("conference:") && !(key in wanted)) {
      removeProperty_(run, key);
    }
  }
}

/**
 * Removes one property.
 * @param {Object} run
 * @param {string} key
 */
function removeProperty_(run, key) {
  PropertiesService.getUserProperties().deleteProperty(key);
  delete run.store.raw[key];
}

/**
 * Writes a calendar's token; a dropped one is the empty string, the key stays.
 * @param {Object} run
 * @param {string} calendarId
 * @param {string} token
 */
function writeToken_(run, calendarId, token) {
  PropertiesService.getUserProperties()
    .setProperties({ ["syncToken:" + calendarId]: token });
  run.store.raw["syncToken:" + calendarId] = token;
  run.store.tokens[calendarId] = token;
}

/**
 * Tells the next execution, or the present holder of the lock, that a calendar
 * is to be read.
 * @param {string} calendarId
 */
function setFlag_(calendarId) {
  PropertiesService.getUserProperties()
    .setProperties({ ["changed:" + calendarId]: "1" });
}

/**
 * Removes the flags of other executions.
 * @param {Object} run
 * @return {string[]} The calendars that they named.
 */
function clearFlags_(run) {
  const flagged = run.store.flags;
  for (const calendarId of flagged) {
    removeProperty_(run, "changed:" + calendarId);
  }
  run.store.flags = [];
  return flagged;
}

/**
 * Returns the number under which records know a calendar, a new one for a new
 * calendar.
 * @param {Object} store
 * @param {string} calendarId
 * @return {number}
 */
function calendarNumber_(store, calendarId) {
  const known = store.calendars.findIndex((entry) => entry[0] === calendarId);
  return known < 0 ? store.calendars.push([calendarId]) - 1 : known;
}
