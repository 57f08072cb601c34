/**
 * @file Records: what each conference should be, and what the third party last
 * accepted. Times are minutes since the epoch.
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
 * @property {number} unread What is still to be read: EVENT_UNREAD or
 *     INSTANCES_UNREAD.
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
 * @property {number} unknownSince When an answer was last missing.
 * @property {Array} lost The refused fingerprint, and when.
 * @property {number} more Why it is never deleted by itself: TRIMMED or PARTIAL.
 * @property {number} made When the conference was made, until the third party
 *     has accepted an update.
 * @property {string} id Only when the record's key does not tell it.
 * @property {string[]} cancelled Instances of its series that do not take place,
 *     or not with it, for third parties that know occurrences.
 */

/** The end of a series that has none, in minutes. */
const FOREVER = 1000000000;
/** Characters of an id in a property's key; a longer one stands as its hash. */
const LONGEST_NAME = 100;
/**
 * What is still to be read of a link: the event itself, which a full listing
 * has not shown, or a series' instances.
 */
const EVENT_UNREAD = 1;
const INSTANCES_UNREAD = 2;
/**
 * Why a conference is never deleted by itself: it had more links than a record
 * keeps, or the store was full when its record was made, so that other events
 * may carry it.
 */
const TRIMMED = 1;
const PARTIAL = 2;

/**
 * Returns the record that formatRecord_ wrote.
 * @param {string} text
 * @return {ConferenceRecord}
 */
function parseRecord_(text) {
  const [solution, links, sent, due, gone, first, attempts, notBefore,
    unknownSince, lost, more, made, id, cancelled] = JSON.parse(text);
  return {
    solution: solution,
    links: (links || []).map(([calendar, event, series, start, end,
      fingerprint, unsaved, unread]) => ({
      calendar: calendar,
      event: event,
      series: series || "",
      start: start || 0,
      end: end || 0,
      fingerprint: fingerprint || "",
      unsaved: unsaved || 0,
      unread: unread || 0,
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
    made: made || 0,
    id: id || "",
    cancelled: cancelled || [],
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
    link.unsaved, link.unread]));
  return JSON.stringify(trimArray_([record.solution, links, record.sent,
    record.due, record.gone, record.first, record.attempts, record.notBefore,
    record.unknownSince, record.lost, record.more, record.made, record.id,
    record.cancelled]));
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
 * Returns an id as it stands in a property's key: a long one as its hash.
 * @param {string} name
 * @return {string}
 */
function shortName_(name) {
  if (name.length <= LONGEST_NAME) return name;
  const digest = Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256,
    name, Utilities.Charset.UTF_8);
  return "#" + Utilities.base64EncodeWebSafe(digest).slice(0, 22);
}

/**
 * Returns the property that holds the conference's record.
 * @param {string} conferenceId
 * @return {string}
 */
function recordKey_(conferenceId) {
  return "conference:" + shortName_(conferenceId);
}
