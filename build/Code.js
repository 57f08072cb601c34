/**
 * @file What the platform calls. The functions that Calendar calls when a user
 * picks a solution stand in Config.js, one for each; triggers call syncEvents.
 */

/**
 * Makes a conference of a solution for the event in the editor.
 * @param {Object} arg What the platform tells: eventData with calendarId and
 *     eventId.
 * @param {string} solution The solution's id.
 * @return {ConferenceData}
 */
function createConference(arg, solution) {
  return conferenceData_(createConference_(arg, solution));
}
