/**
 * @file The user's properties: tokens, flags and records, read once and written
 * as they change. Mirrors sync/store.py of confsync, function by function.
 */

/** How a calendar is marked: the primary one, and those out of the list. */
const PRIMARY = 1;
const UNLISTED = 2;

/**
 * Reads all properties of this user. `raw` is what is written there now;
 * `touched` are the conferences whose records have changed since they were
 * written; `index` tells, by calendar number and event id, which conferences an
 * event is or was linked to, `instances` those of a series' instances; `pages`
 * where a listing was stopped; `fetches` the day and how many requests were
 * sent on it; `health` the last success, the last failure and what it was;
 * `word` what the user has said on the card of the conferences that are due by
 * then: ["delete", until] or ["keep", until].
 * @return {Object} The store.
 */
function readStore_() {
  const raw = PropertiesService.getUserProperties().getProperties();
  const store = {
    raw: raw,
    calendars: JSON.parse(raw.calendars || "[]")
      .map(([id, mark, unreachable, partial]) => ({ id: id, mark: mark || 0,
        unreachable: unreachable || 0, partial: partial || 0 })),
    me: raw.me || "",
    key: raw.key || "",
    health: JSON.parse(raw.health || "[]"),
    fetches: JSON.parse(raw.fetches || "[0,0]"),
    word: JSON.parse(raw.word || "[]"),
    tokens: {},
    pages: new Map(),
    flags: [],
    records: new Map(),
    touched: new Set(),
    index: new Map(),
    instances: new Map(),
  };
  for (const key of Object.keys(raw).sort()) {
    const kind = key.split(":", 1)[0];
    const name = key.slice(kind.length + 1);
    if (kind === "syncToken") {
      store.tokens[name] = raw[key];
    } else if (kind === "page") {
      store.pages.set(name, JSON.parse(raw[key]));
    } else if (kind === "changed") {
      store.flags.push(name);
    } else if (kind === "conference") {
      const record = parseRecord_(raw[key]);
      store.records.set(record.id || name, record);
      for (const link of record.links) {
        indexLink_(store, record.id || name, link);
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
 * Returns the conference's record, a new one for a new conference.
 * @param {Object} store
 * @param {string} conferenceId
 * @param {string} solution
 * @return {ConferenceRecord}
 */
function addRecord_(store, conferenceId, solution) {
  let record = store.records.get(conferenceId);
  if (!record) {
    record = parseRecord_(JSON.stringify([solution]));
    store.records.set(conferenceId, record);
    if (shortName_(conferenceId) !== conferenceId) record.id = conferenceId;
  }
  return record;
}

/**
 * Remembers that the conference's record has changed: only such records are
 * written.
 * @param {Object} store
 * @param {string} conferenceId
 */
function touch_(store, conferenceId) {
  store.touched.add(conferenceId);
}

/**
 * Makes the link findable by its event, and by the series that it is an
 * instance of.
 * @param {Object} store
 * @param {string} conferenceId
 * @param {Link} link
 */
function indexLink_(store, conferenceId, link) {
  const place = link.calendar + "/" + link.event;
  const known = store.index.get(place) || [];
  if (!known.includes(conferenceId)) known.push(conferenceId);
  store.index.set(place, known);
  if (link.series) {
    const series = link.calendar + "/" + link.series;
    const instances = store.instances.get(series) || [];
    if (!instances.includes(conferenceId)) instances.push(conferenceId);
    store.instances.set(series, instances);
  }
}

/**
 * Returns the properties that should be there, without tokens, flags, untouched
 * records and what others write.
 * @param {Object} store
 * @return {Object<string, string>}
 */
function wantedProperties_(store) {
  const wanted = {};
  if (store.calendars.length) {
    wanted.calendars = JSON.stringify(store.calendars.map((each) =>
      trimArray_([each.id, each.mark, each.unreachable, each.partial])));
  }
  if (store.me) {
    wanted.me = store.me;
    wanted.key = store.key;
  }
  if (store.health.length) wanted.health = JSON.stringify(store.health);
  if (store.fetches[0]) wanted.fetches = JSON.stringify(store.fetches);
  for (const conferenceId of store.touched) {
    const record = store.records.get(conferenceId);
    if (record) wanted[recordKey_(conferenceId)] = formatRecord_(record);
  }
  return wanted;
}

/**
 * Writes what is not there yet in one call.
 * @param {Object} run
 * @param {Object<string, string>} wanted
 */
function putProperties_(run, wanted) {
  const changed = {};
  for (const key of Object.keys(wanted)) {
    if (run.store.raw[key] !== wanted[key]) changed[key] = wanted[key];
  }
  if (!Object.keys(changed).length) return;
  PropertiesService.getUserProperties().setProperties(changed);
  Object.assign(run.store.raw, changed);
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
  putProperties_(run, { ["syncToken:" + calendarId]: token });
  run.store.tokens[calendarId] = token;
}

/**
 * Writes where the listing of a calendar was stopped.
 * @param {Object} run
 * @param {string} calendarId
 * @param {Array} page
 */
function writePage_(run, calendarId, page) {
  putProperties_(run, { ["page:" + calendarId]: JSON.stringify(page) });
  run.store.pages.set(calendarId, page);
}

/**
 * Forgets where the listing of a calendar was stopped, if it was.
 * @param {Object} run
 * @param {string} calendarId
 */
function removePage_(run, calendarId) {
  if (run.store.pages.delete(calendarId)) {
    removeProperty_(run, "page:" + calendarId);
  }
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
  const known = store.calendars.findIndex(
    (calendar) => calendar.id === calendarId);
  if (known >= 0) return known;
  return store.calendars.push(
    { id: calendarId, mark: 0, unreachable: 0, partial: 0 }) - 1;
}

/**
 * Tells whether some conferences have found no room in the store.
 * @param {Object} store
 * @return {boolean}
 */
function isPartial_(store) {
  return store.calendars.some((calendar) => calendar.partial);
}
