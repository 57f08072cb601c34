/**
 * @file Record → what to do now; pure: what should be, compared with what the
 * third party last accepted.
 * Mirrors sync/decision.py of confsync, function by function.
 */

/**
 * After an outcome that stayed unknown, an accepted update is repeated when so
 * many minutes are over.
 */
const REPEAT_MINUTES = 60;
/**
 * More conferences than so many, and than a share of all, that become due
 * within a day wait for a week longer.
 */
const BRAKE_COUNT = 5;
const BRAKE_SHARE = 0.2;
const BRAKE_MINUTES = 7 * 24 * 60;

/**
 * Returns what the record asks for now: update, delete or nothing.
 * @param {ConferenceRecord} record
 * @param {number} now
 * @return {string}
 */
function decide_(record, now) {
  if (record.notBefore > now) return "nothing";
  if (!record.links.length) {
    return record.due && record.due <= now && !record.more ?
      "delete" : "nothing";
  }
  const wanted = wantedOf_(record);
  if (!wanted) return "nothing";
  if (wanted === record.sent) {
    return record.unknownSince && now - record.unknownSince >= REPEAT_MINUTES ?
      "update" : "nothing";
  }
  if (record.lost[0] === wanted && now - record.lost[1] < DAY_MINUTES) {
    return "nothing";
  }
  return "update";
}

/**
 * Returns the ids of the conferences that ask for the action, soonest event
 * first.
 * @param {Object} run
 * @param {string} action
 * @param {number} now
 * @return {string[]}
 */
function conferencesTo_(run, action, now) {
  const found = [];
  const held = new Set(action === "delete" ? heldBack_(run.store, now) : []);
  for (const [conferenceId, record] of run.store.records) {
    if (decide_(record, now) === action && !held.has(conferenceId)) {
      const principal = principalOf_(record);
      found.push([principal ? principal.start : 0, conferenceId]);
    }
  }
  found.sort((one, other) => one[0] - other[0] ||
    (one[1] < other[1] ? -1 : 1));
  return found.map((entry) => entry[1]);
}

/**
 * Returns the ids of the conferences whose deletion waits for a week or for the
 * user's word.
 * @param {Object} store
 * @param {number} now
 * @return {string[]}
 */
function heldBack_(store, now) {
  if (!isBraked_(store, now)) return [];
  return Array.from(store.records.keys()).sort().filter((conferenceId) =>
    waitsLonger_(store.records.get(conferenceId), store.word, now));
}

/**
 * Tells whether so many conferences become due within a day that this may be a
 * mistake.
 * @param {Object} store
 * @param {number} now
 * @return {boolean}
 */
function isBraked_(store, now) {
  const soon = Array.from(store.records.values())
    .filter((record) => isDueBy_(record, now + DAY_MINUTES));
  return soon.length > Math.max(BRAKE_COUNT, BRAKE_SHARE * store.records.size);
}

/**
 * Tells whether a conference that an event once carried is due by that time.
 * @param {ConferenceRecord} record
 * @param {number} time
 * @return {boolean}
 */
function isDueBy_(record, time) {
  const seen = record.gone.some((entry) => entry[2] !== NEVER_SEEN);
  return seen && !record.links.length && !record.more && record.due > 0 &&
    record.due <= time;
}

/**
 * Tells whether the brake still holds up the deletion of a conference. The
 * user's word takes it off what was due by then, and off nothing else.
 * @param {ConferenceRecord} record
 * @param {Array} word
 * @param {number} now
 * @return {boolean}
 */
function waitsLonger_(record, word, now) {
  const [verb, until] = word;
  return isDueBy_(record, now + DAY_MINUTES) &&
    now < record.due + BRAKE_MINUTES &&
    !(verb === "delete" && record.due <= until);
}
