const CURSOR = (calendarId) => `cursor/${calendarId}`;
const ROOM = (eventId) => `room/${eventId}`;

class CalendarSync {
  constructor(calendarId, api = new RoomApi()) {
    this.calendarId = calendarId;
    this.api = api;
    this.store = PropertiesService.getUserProperties();
  }

  /** Begins to follow the calendar, once. */
  follow() {
    const isOurs = (trigger) =>
      trigger.getHandlerFunction() === "entryPoints.onCalendarChange" && trigger.getTriggerSourceId() === this.calendarId;
    if (ScriptApp.getProjectTriggers().some(isOurs)) return;
    ScriptApp.newTrigger("entryPoints.onCalendarChange").forUserCalendar(this.calendarId).onEventUpdated().create();
    this.skipToPresent();
  }

  skipToPresent() {
    let last;
    for (last of this.pages({ maxResults: 2500 }));
    this.store.setProperty(CURSOR(this.calendarId), last.nextSyncToken);
  }

  *pages(options) {
    let pageToken;
    do {
      const page = GCal.Events.list(this.calendarId, { ...options, pageToken });
      yield page;
      ({ nextPageToken: pageToken } = page);
    } while (pageToken);
  }

  /** Brings what has changed since the last time to the service. */
  run() {
    const syncToken = this.store.getProperty(CURSOR(this.calendarId));
    const changed = new Map();
    let next;
    try {
      for (const { items = [], nextSyncToken } of this.pages({ syncToken, showDeleted: true })) {
        items.forEach((item) => changed.set(item.id, item));
        next = nextSyncToken ?? next;
      }
    } catch (error) {
      if (error?.details?.code !== 410) throw error;
      console.warn(`cursor of ${this.calendarId} has expired`);
      return this.skipToPresent();
    }
    const outcome = [...changed.values()].map((event) => this.bring(event)).filter(Boolean);
    this.store.setProperty(CURSOR(this.calendarId), next);
    console.log({ calendar: this.calendarId, outcome });
    return outcome;
  }

  bring({ id, status, summary = "Untitled", start, end, recurrence = [], conferenceData }) {
    const room = this.store.getProperty(ROOM(id));
    if (!room) return null;
    const isOurs = conferenceData?.parameters?.addOnParameters?.parameters?.prismeRoom === room;
    if (status === "cancelled" || !isOurs) {
      this.api.remove(room);
      this.store.deleteProperty(ROOM(id));
      return `removed ${room}`;
    }
    const timeZone = start.timeZone ?? Session.getScriptTimeZone();
    this.api.change(room, {
      title: summary,
      startTime: start.dateTime ?? start.date,
      endTime: end.dateTime ?? end.date,
      timeZone,
      recurrence,
    });
    return `changed ${room}`;
  }
}
