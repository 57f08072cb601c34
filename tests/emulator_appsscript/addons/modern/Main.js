const minutes = (count) => count * 60_000;

const conferenceOf = ({ id, joinUrl, phone, pin }) => {
  const { VIDEO, PHONE } = ConferenceDataService.EntryPointType;
  const entry = (type, uri) => ConferenceDataService.newEntryPoint().setEntryPointType(type).setUri(uri);
  const parameters = { prismeRoom: id, version: 2 };
  return Object.entries(parameters)
    .reduce(
      (builder, [key, value]) =>
        builder.addConferenceParameter(ConferenceDataService.newConferenceParameter().setKey(key).setValue(value)),
      ConferenceDataService.newConferenceDataBuilder(),
    )
    .setConferenceId(id)
    .addEntryPoint(entry(VIDEO, joinUrl).setPasscode(pin))
    .addEntryPoint(entry(PHONE, `tel:${phone}`).setPin(pin).setRegionCode("US"));
};

const failure = (type) =>
  ConferenceDataService.newConferenceDataBuilder()
    .setError(ConferenceDataService.newConferenceError().setConferenceErrorType(type))
    .build();

const createRoom = ({ calendarId, eventId }, more = {}) => {
  const now = Date.now();
  const room = new RoomApi().create({
    title: `Prisme ${Utilities.formatDate(new Date(now), Session.getScriptTimeZone(), "yyyy-MM-dd HH:mm")}`,
    startTime: new Date(now).toISOString(),
    endTime: new Date(now + minutes(30)).toISOString(),
    timeZone: Session.getScriptTimeZone(),
    externalReference: `${calendarId}/${eventId}`,
    ...more,
  });
  PropertiesService.getUserProperties().setProperty(ROOM(eventId), room.id);
  return room;
};

const created = ({ eventData }, more) => {
  const lock = LockService.getUserLock();
  lock.waitLock(5000);
  try {
    const room = createRoom(eventData, more);
    new CalendarSync(eventData.calendarId).follow();
    return conferenceOf(room).build();
  } catch (error) {
    console.error(error);
    const { TEMPORARY, PERMANENT } = ConferenceDataService.ConferenceErrorType;
    return failure(error instanceof ApiError && error.status < 500 ? PERMANENT : TEMPORARY);
  } finally {
    lock.releaseLock();
  }
};

const onCreateVideo = (arg) => created(arg);

const entryPoints = {
  onCreateRecorded: (arg) => created(arg, { recording: true }),

  onCalendarChange({ calendarId, triggerUid } = {}) {
    if (!calendarId) return undefined;
    const lock = LockService.getUserLock();
    if (!lock.tryLock(minutes(1))) throw new Error(`trigger ${triggerUid}: another one is still busy`);
    return new CalendarSync(calendarId).run();
  },

  addRoom(event) {
    const { calendarId, id: eventId } = event.calendar;
    const conference = conferenceOf(createRoom({ calendarId, eventId })).setConferenceSolutionId("prisme-video").build();
    new CalendarSync(calendarId).follow();
    return CardService.newCalendarEventActionResponseBuilder().setConferenceData(conference).build();
  },
};

function onEventOpen({ calendar: { conferenceData, capabilities, organizer } = {} }) {
  const section = CardService.newCardSection();
  const paragraph = (text) => section.addWidget(CardService.newTextParagraph().setText(text));
  if (conferenceData?.conferenceId) {
    paragraph(`Room <b>${conferenceData.conferenceId}</b>`);
  } else if (capabilities?.canSetConferenceData) {
    const action = CardService.newAction().setFunctionName("entryPoints.addRoom");
    paragraph(`No room for ${organizer?.email ?? "this event"} yet`);
    section.addWidget(CardService.newTextButton().setText("Add a room").setOnClickAction(action));
  }
  return CardService.newCardBuilder().setHeader(CardService.newCardHeader().setTitle("Prisme")).addSection(section).build();
}
