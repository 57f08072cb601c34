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
  const braked = action === "delete" && isBraked_(run.store, now);
  for (const [conferenceId, record] of run.store.records) {
    if (decide_(record, now) === action &&
        !(braked && waitsLonger_(record, now))) {
      const principal = principalOf_(record);
      found.push([principal ? principal.start : 0, conferenceId]);
    }
  }
  found.sort((one, other) => one[0] - other[0] ||
    (one[1] < other[1] ? -1 : 1));
  return found.map((entry) => entry[1]);
}

/**
 * Tells whether so many conferences become due within a day that this may be a
 * mistake. The user's word, given on the card, takes the brake off for a while.
 * @param {Object} store
 * @param {number} now
 * @return {boolean}
 */
function isBraked_(store, now) {
  const soon = Array.from(store.records.values())
    .filter((record) => isSoonDue_(record, now));
  return soon.length > Math.max(BRAKE_COUNT, BRAKE_SHARE * store.records.size) &&
    store.word <= now;
}

/**
 * Tells whether a conference that an event once carried becomes due within a
 * day.
 * @param {ConferenceRecord} record
 * @param {number} now
 * @return {boolean}
 */
function isSoonDue_(record, now) {
  const seen = record.gone.some((entry) => entry[2] !== NEVER_SEEN);
  return seen && !record.links.length && record.due > 0 &&
    record.due <= now + DAY_MINUTES;
}

/**
 * Tells whether the brake still holds up the deletion of a conference.
 * @param {ConferenceRecord} record
 * @param {number} now
 * @return {boolean}
 */
function waitsLonger_(record, now) {
  return isSoonDue_(record, now) && now < record.due + BRAKE_MINUTES;
}
