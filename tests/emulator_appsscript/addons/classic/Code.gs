/**
 * Dialup Rooms: a room at conferences.example for a calendar event.
 */
var BASE = 'https://conferences.example/v1/conferences';
var SIGN_UP = 'https://conferences.example/sign-up';

/**
 * Called by Calendar when the user picks "Dialup Rooms".
 */
function createConference(arg) {
  var eventData = arg.eventData;
  var calendarId = eventData.calendarId;
  var eventId = eventData.eventId;
  var builder = ConferenceDataService.newConferenceDataBuilder();

  if (!getApiKey_()) {
    return builder.setError(
      ConferenceDataService.newConferenceError()
        .setConferenceErrorType(ConferenceDataService.ConferenceErrorType.AUTHENTICATION)
        .setAuthenticationUrl(SIGN_UP + '?user=' + encodeURIComponent(Session.getActiveUser().getEmail()))
    ).build();
  }

  var event = null;
  try {
    event = Calendar.Events.get(calendarId, eventId);
  } catch (err) {
    // A new event is not saved yet.
    Logger.log('No event %s yet: %s', eventId, err);
  }

  var answer = callRooms_('POST', '', roomFor_(event));
  if (answer.code != 201) {
    Logger.log('Room not created: ' + answer.text);
    var type = answer.code == 401
      ? ConferenceDataService.ConferenceErrorType.PERMISSION_DENIED
      : ConferenceDataService.ConferenceErrorType.TEMPORARY;
    return builder.setError(ConferenceDataService.newConferenceError().setConferenceErrorType(type)).build();
  }
  var room = JSON.parse(answer.text);
  PropertiesService.getUserProperties().setProperty('room.' + eventId, room.id);
  startSyncing(calendarId);

  var video = ConferenceDataService.newEntryPoint()
    .setEntryPointType(ConferenceDataService.EntryPointType.VIDEO)
    .setUri(room.joinUrl);
  var phone = ConferenceDataService.newEntryPoint()
    .setEntryPointType(ConferenceDataService.EntryPointType.PHONE)
    .setUri('tel:' + room.phone)
    .setPin(Number(room.pin));
  return builder
    .setConferenceId(room.id)
    .addEntryPoint(video)
    .addEntryPoint(phone)
    .addConferenceParameter(ConferenceDataService.newConferenceParameter().setKey('roomId').setValue(room.id))
    .setNotes('Phone <b>' + room.phone + '</b>, PIN ' + room.pin)
    .build();
}

/** What the service wants to know of an event; of one that is not saved, something to begin with. */
function roomFor_(event) {
  var now = new Date();
  var start = now.toISOString();
  var end = new Date(now.getTime() + 60 * 60 * 1000).toISOString();
  var title = 'Meeting of ' + Session.getActiveUser().getEmail();
  if (event) {
    start = event.start.dateTime || event.start.date;
    end = event.end.dateTime || event.end.date;
    title = event.summary || title;
  }
  return { title: title, startTime: start, endTime: end, timeZone: Session.getScriptTimeZone() };
}

function getApiKey_() {
  return PropertiesService.getUserProperties().getProperty('apiKey');
}

function callRooms_(method, path, body) {
  var options = {
    method: method,
    headers: { Authorization: 'Bearer ' + getApiKey_() },
    muteHttpExceptions: true
  };
  if (body) {
    options.contentType = 'application/json';
    options.payload = JSON.stringify(body);
  }
  var response = UrlFetchApp.fetch(BASE + path, options);
  return { code: response.getResponseCode(), text: '' + response };
}
