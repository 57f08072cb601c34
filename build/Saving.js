/**
 * @file Writing records so that they fit: a value holds 9 KB, a user's store
 * 500 KB. What has no room is given up whole, so that nothing is sent and
 * nothing deleted for it: first what has ended, then what begins latest. Links
 * are taken only from a record that is too long by itself, which is never
 * deleted then. Mirrors sync/saving.py of confsync, function by function.
 */

const VALUE_BYTES = 9000;
/** Of the platform's 500 KB: what others write needs room too. */
const STORE_BYTES = 490 * 1024;
/** With so much room again, what was given up is taken back. */
const ROOMY_BYTES = 400 * 1024;

/**
 * Writes what has changed since it was read: first all that is new, then what
 * has to go.
 * @param {Object} run
 */
function writeStore_(run) {
  let wanted = wantedProperties_(run.store);
  if (makeRoom_(run, wanted)) {
    wanted = wantedProperties_(run.store);
    removeRecords_(run);
  }
  putProperties_(run, wanted);
  removeRecords_(run);
  run.store.touched = new Set();
}

/**
 * Removes the records that are no longer wanted.
 * @param {Object} run
 */
function removeRecords_(run) {
  for (const key of leftRecords_(run.store)) removeProperty_(run, key);
}

/**
 * Returns the properties of records that are no longer wanted.
 * @param {Object} store
 * @return {string[]}
 */
function leftRecords_(store) {
  return Array.from(store.touched)
    .filter((conferenceId) => !store.records.has(conferenceId))
    .map(recordKey_)
    .filter((key) => key in store.raw)
    .sort();
}

/**
 * Shortens records that are too long and gives up those that do not fit.
 * @param {Object} run
 * @param {Object<string, string>} wanted
 * @return {boolean} Whether there were any.
 */
function makeRoom_(run, wanted) {
  let shortened = false;
  for (const conferenceId of run.store.touched) {
    const text = wanted[recordKey_(conferenceId)] || "";
    if (byteLength_(text) > VALUE_BYTES) {
      shorten_(run.store.records.get(conferenceId));
      shortened = true;
    }
  }
  const excess = storeBytes_(run.store, wanted) - STORE_BYTES;
  if (excess > 0) giveUp_(run, wanted, excess);
  return shortened || excess > 0;
}

/**
 * Takes links from a record, the least first, then ended ones, the oldest
 * first, until it is short enough.
 * @param {ConferenceRecord} record
 */
function shorten_(record) {
  while (byteLength_(formatRecord_(record)) > VALUE_BYTES &&
      (record.links.length > 1 || record.gone.length)) {
    if (record.links.length > 1) {
      trimLinks_(record);
    } else {
      record.gone.shift();
    }
  }
}

/**
 * Gives up whole records until the rest fits; a calendar with events that have
 * not ended is partial from then on.
 * @param {Object} run
 * @param {Object<string, string>} wanted
 * @param {number} excess In bytes.
 */
function giveUp_(run, wanted, excess) {
  const now = nowMinutes_();
  let left = excess;
  for (const conferenceId of leastWanted_(run.store, now)) {
    if (left <= 0) break;
    const record = run.store.records.get(conferenceId);
    run.store.records.delete(conferenceId);
    touch_(run.store, conferenceId);
    left -= recordBytes_(run.store, wanted, conferenceId);
    for (const link of record.links) {
      const calendar = run.store.calendars[link.calendar];
      if (link.end >= now &&
          (!calendar.partial || link.start < calendar.partial)) {
        calendar.partial = Math.max(link.start, 1);
      }
    }
  }
  report_(run, "ERROR", "no room for all conferences", "",
    run.store.records.size);
}

/**
 * Returns the conferences that may be given up: those that have ended, then
 * those that begin latest.
 * @param {Object} store
 * @param {number} now
 * @return {string[]}
 */
function leastWanted_(store, now) {
  const found = [];
  for (const [conferenceId, record] of store.records) {
    const principal = principalOf_(record);
    if (!principal) continue;
    const ended = hasEnded_(record, now);
    found.push([ended ? 0 : 1, ended ? principal.end : -principal.start,
      conferenceId]);
  }
  return found.sort((one, other) => one[0] - other[0] || one[1] - other[1] ||
    (one[2] < other[2] ? -1 : 1)).map((each) => each[2]);
}

/**
 * Tells whether all of the events of a conference have ended.
 * @param {ConferenceRecord} record
 * @param {number} now
 * @return {boolean}
 */
function hasEnded_(record, now) {
  return record.links.length > 0 &&
    record.links.every((link) => !link.unsaved && link.end < now);
}

/**
 * Begins a full listing of the calendars with conferences that were given up,
 * if there is room again.
 * @param {Object} run
 */
function takeBack_(run) {
  const store = run.store;
  if (!isPartial_(store)) return;
  const now = nowMinutes_();
  const wanted = wantedProperties_(store);
  let held = storeBytes_(store, wanted);
  for (const [conferenceId, record] of store.records) {
    if (hasEnded_(record, now)) {
      held -= recordBytes_(store, wanted, conferenceId);
    }
  }
  if (held >= ROOMY_BYTES) return;
  for (const calendar of store.calendars) {
    if (calendar.partial) {
      calendar.partial = 0;
      writeToken_(run, calendar.id, "");
      removePage_(run, calendar.id);
    }
  }
}

/**
 * Lets go of the caution about records made while the store was full, once
 * everything was read and fits.
 * @param {Object} run
 * @param {string[]} calendars
 */
function endPartial_(run, calendars) {
  if (isPartial_(run.store) ||
      !calendars.every((calendarId) => run.read.has(calendarId))) {
    return;
  }
  for (const [conferenceId, record] of run.store.records) {
    if (record.more === PARTIAL) {
      record.more = 0;
      touch_(run.store, conferenceId);
    }
  }
}

/**
 * Returns how much the store holds once that is written and the rest removed,
 * in bytes of UTF-8.
 * @param {Object} store
 * @param {Object<string, string>} wanted
 * @return {number}
 */
function storeBytes_(store, wanted) {
  const held = Object.assign({}, store.raw, wanted);
  for (const key of leftRecords_(store)) delete held[key];
  return Object.keys(held)
    .reduce((sum, key) => sum + byteLength_(key + held[key]), 0);
}

/**
 * Returns how much of it is the conference's record.
 * @param {Object} store
 * @param {Object<string, string>} wanted
 * @param {string} conferenceId
 * @return {number}
 */
function recordBytes_(store, wanted, conferenceId) {
  const key = recordKey_(conferenceId);
  return byteLength_(key + (wanted[key] || store.raw[key] || ""));
}

/**
 * Returns the length of a text in bytes of UTF-8.
 * @param {string} text
 * @return {number}
 */
function byteLength_(text) {
  if (/^[\x00-\x7f]*$/.test(text)) return text.length;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
