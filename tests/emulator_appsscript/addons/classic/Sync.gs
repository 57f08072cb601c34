var TOKEN = 'syncToken@';

/** Sees to it that changes of a calendar reach us from now on. */
function startSyncing(calendarId) {
  var triggers = ScriptApp.getProjectTriggers();
  for (var i = 0; i < triggers.length; i++) {
    if (triggers[i].getTriggerSourceId() == calendarId &&
        triggers[i].getEventType() == ScriptApp.EventType.ON_EVENT_UPDATED) {
      return;
    }
  }
  ScriptApp.newTrigger('syncEvents').forUserCalendar(calendarId).onEventUpdated().create();
  // From here on: what was before does not concern us.
  listChanges_(calendarId, { timeMin: new Date().toISOString(), maxResults: 100 });
}

/** Called by the trigger after a calendar has changed. */
function syncEvents(e) {
  var calendarId = e.calendarId;
  var token = PropertiesService.getUserProperties().getProperty(TOKEN + calendarId);
  var events;
  try {
    events = listChanges_(calendarId, { syncToken: token });
  } catch (err) {
    if (('' + err.message).indexOf('Sync token is no longer valid') < 0) {
      throw err;
    }
    Logger.log('Starting over for ' + calendarId);
    events = listChanges_(calendarId, { timeMin: new Date().toISOString() });
  }
  for (var i = 0; i < events.length; i++) {
    updateRoom_(events[i]);
  }
}

function listChanges_(calendarId, options) {
  var found = [];
  var page;
  do {
    page = Calendar.Events.list(calendarId, options);
    found = found.concat(page.items || []);
    options.pageToken = page.nextPageToken;
  } while (page.nextPageToken);
  PropertiesService.getUserProperties().setProperty(TOKEN + calendarId, page.nextSyncToken);
  return found;
}

function updateRoom_(event) {
  var properties = PropertiesService.getUserProperties();
  var roomId = properties.getProperty('room.' + event.id);
  if (!roomId) {
    return;
  }
  if (event.status == 'cancelled' || !hasRoom_(event, roomId)) {
    var deleted = callRooms_('DELETE', '/' + roomId);
    if (deleted.code == 204 || deleted.code == 404) {
      properties.deleteProperty('room.' + event.id);
    }
    Logger.log('Room ' + roomId + ' of "' + event.id + '" is gone');
  } else {
    callRooms_('PATCH', '/' + roomId, roomFor_(event));
  }
}

function hasRoom_(event, roomId) {
  var data = event.conferenceData;
  return Boolean(data && data.parameters && data.parameters.addOnParameters &&
    data.parameters.addOnParameters.parameters.roomId == roomId);
}
