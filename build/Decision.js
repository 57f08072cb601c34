/**
 * @file Record → what to do now; pure: what should be, compared with what the
 * third party last accepted.
 * Mirrors sync/decision.py of confsync, function by function.
 */

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
  if (!wanted || wanted === record.sent) return "nothing";
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
  for (const [conferenceId, record] of run.store.records) {
    if (decide_(record, now) === action) {
      const principal = principalOf_(record);
      found.push([principal ? principal.start : 0, conferenceId]);
    }
  }
  found.sort((one, other) => one[0] - other[0] ||
    (one[1] < other[1] ? -1 : 1));
  return found.map((entry) => entry[1]);
}
