/**
 * @file Occurrences of a series that differ from it, for third parties that
 * know them; pure.
 * Mirrors sync/occurrences.py of confsync, function by function.
 */

/** How many cancelled instances a record keeps. */
const CANCELLED_KEPT = 50;

/**
 * Tells whether the third party is told of single occurrences.
 * @return {boolean}
 */
function knowsOccurrences_() {
  return CONFIG.provider.occurrence !== undefined;
}

/**
 * Writes down whether an instance of the conference's series takes place; of
 * too many the last ones are kept.
 * @param {ConferenceRecord} record
 * @param {string} eventId
 * @param {boolean} cancelled
 */
function setCancelled_(record, eventId, cancelled) {
  const others = record.cancelled.filter((each) => each !== eventId);
  if (cancelled) others.push(eventId);
  record.cancelled = others.sort().slice(-CANCELLED_KEPT);
}

/**
 * Returns what changes whenever an instance of the principal does, empty when
 * none differs from it.
 * @param {ConferenceRecord} record
 * @param {Link} principal
 * @return {string}
 */
function occurrenceMark_(record, principal) {
  const told = record.links
    .filter((link) => link.series === principal.event &&
      link.calendar === principal.calendar)
    .map((link) => link.event + "=" + link.fingerprint)
    .sort().concat(record.cancelled);
  return told.length ? "/" + checksum_(told.join(" ")) : "";
}

/**
 * Returns an instance of a series as the provider's templates see it; of a
 * cancelled one little is known.
 * @param {Object} event
 * @param {string} calendarId
 * @param {boolean} cancelled
 * @return {Object}
 */
function occurrenceContext_(event, calendarId, cancelled) {
  const original = eventTime_(event.originalStartTime);
  const context = eventContext_(event, calendarId);
  if (!event.start) {
    Object.assign(context, { start: original, end: original,
      is_all_day: original.date !== undefined });
  }
  return Object.assign(context,
    { original_start: original, is_cancelled: cancelled });
}

/**
 * Returns the FNV-1a hash of a text of ASCII letters, 32 bits as hexadecimal
 * digits.
 * @param {string} text
 * @return {string}
 */
function checksum_(text) {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, "0");
}
