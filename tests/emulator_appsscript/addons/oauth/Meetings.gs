function createMeeting(arg) {
  const { calendarId, eventId } = arg.eventData;
  const data = ConferenceDataService.newConferenceDataBuilder();
  const service = getService_();
  if (!service.hasAccess()) {
    return data.setError(ConferenceDataService.newConferenceError()
      .setConferenceErrorType(ConferenceDataService.ConferenceErrorType.AUTHENTICATION)
      .setAuthenticationUrl(service.getAuthorizationUrl())).build();
  }
  const settings = getSettings_();
  const room = api_('post', '', Object.assign({ recording: settings.recording }, describe_(null)));
  remember_(eventId, room.id);
  ensureTriggers_(calendarId);
  return data
    .setConferenceId(room.id)
    .addEntryPoint(ConferenceDataService.newEntryPoint()
      .setEntryPointType(ConferenceDataService.EntryPointType.VIDEO)
      .setUri(room.joinUrl)
      .setMeetingCode(room.id))
    .addConferenceParameter(ConferenceDataService.newConferenceParameter().setKey('meeting').setValue(room.id))
    .build();
}

function describe_(event) {
  const prefix = getSettings_().prefix;
  const hour = 3600 * 1000;
  const start = event ? event.start.dateTime || event.start.date : new Date().toISOString();
  const end = event ? event.end.dateTime || event.end.date : new Date(Date.now() + hour).toISOString();
  const title = (event && event.summary) || 'New meeting';
  return { title: prefix ? prefix + ' ' + title : title, startTime: start, endTime: end, timeZone: 'Etc/UTC' };
}

function remember_(eventId, roomId) {
  const store = PropertiesService.getUserProperties();
  const rooms = JSON.parse(store.getProperty('rooms') || '{}');
  if (roomId) rooms[eventId] = roomId; else delete rooms[eventId];
  store.setProperty('rooms', JSON.stringify(rooms));
  return rooms;
}

function ensureTriggers_(calendarId) {
  const existing = ScriptApp.getProjectTriggers();
  if (!existing.some((t) => t.getHandlerFunction() === 'onEventUpdated' && t.getTriggerSourceId() === calendarId)) {
    ScriptApp.newTrigger('onEventUpdated').forUserCalendar(calendarId).onEventUpdated().create();
    let page = Calendar.Events.list(calendarId, { fields: 'nextPageToken,nextSyncToken' });
    while (page.nextPageToken) {
      page = Calendar.Events.list(calendarId, { fields: 'nextPageToken,nextSyncToken', pageToken: page.nextPageToken });
    }
    PropertiesService.getUserProperties().setProperty('sync:' + calendarId, page.nextSyncToken);
  }
  if (!existing.some((t) => t.getTriggerSource() === ScriptApp.TriggerSource.CLOCK)) {
    ScriptApp.newTrigger('sweep').timeBased().everyHours(6).create();
  }
}

function onEventUpdated(e) {
  syncEvents(e.calendarId);
}

/** In case a change was not told: looks at every calendar again. */
function sweep() {
  PropertiesService.getUserProperties().getKeys()
    .filter((key) => key.startsWith('sync:'))
    .forEach((key) => syncEvents(key.slice('sync:'.length)));
}

function syncEvents(calendarId) {
  const store = PropertiesService.getUserProperties();
  const key = 'sync:' + calendarId;
  const options = { syncToken: store.getProperty(key) };
  let page;
  do {
    page = Calendar.Events.list(calendarId, options);
    for (const event of page.items) apply_(event);
    options.pageToken = page.nextPageToken;
  } while (options.pageToken);
  store.setProperty(key, page.nextSyncToken);
}

function apply_(event) {
  const rooms = remember_('', null);
  const roomId = rooms[event.id];
  if (!roomId) return;
  const data = event.conferenceData;
  const own = data && data.conferenceId === roomId && data.conferenceSolution.key.type === 'addOn';
  if (event.status !== 'cancelled' && own) {
    api_('patch', '/' + roomId, describe_(event));
  } else {
    api_('delete', '/' + roomId);
    remember_(event.id, null);
  }
}
