/**
 * @file What Calendar is told of a conference: the platform's own objects.
 */

/** The setters for an entry point's codes. */
const ENTRY_POINT_SETTERS = { uri: "setUri", meetingCode: "setMeetingCode",
  accessCode: "setAccessCode", passcode: "setPasscode",
  password: "setPassword", pin: "setPin", regionCode: "setRegionCode" };

/**
 * Returns the ConferenceData for what createConference_ has made.
 * @param {Object} answer
 * @return {ConferenceData}
 */
function conferenceData_(answer) {
  const builder = ConferenceDataService.newConferenceDataBuilder();
  if (answer.error) {
    return builder.setError(ConferenceDataService.newConferenceError()
      .setConferenceErrorType(
        ConferenceDataService.ConferenceErrorType[answer.error])).build();
  }
  builder.setConferenceId(answer.conferenceId);
  for (const entryPoint of answer.entryPoints) {
    builder.addEntryPoint(entryPoint_(entryPoint));
  }
  for (const key of Object.keys(answer.parameters).sort()) {
    builder.addConferenceParameter(ConferenceDataService
      .newConferenceParameter().setKey(key).setValue(answer.parameters[key]));
  }
  if (answer.notes) builder.setNotes(answer.notes);
  return builder.build();
}

/**
 * Returns one way to join.
 * @param {Object} told
 * @return {EntryPoint}
 */
function entryPoint_(told) {
  const entryPoint = ConferenceDataService.newEntryPoint()
    .setEntryPointType(
      ConferenceDataService.EntryPointType[told.entryPointType]);
  for (const key of Object.keys(ENTRY_POINT_SETTERS)) {
    if (told[key]) entryPoint[ENTRY_POINT_SETTERS[key]](told[key]);
  }
  if (told.feature) {
    entryPoint.addFeature(
      ConferenceDataService.EntryPointFeature[told.feature]);
  }
  return entryPoint;
}
