// CalendarApp's events and guests: each getter reads what Calendar answered last, each setter is a patch.
(function (kit) {
  "use strict";
  const STATUS = { needsAction: "INVITED", declined: "NO", tentative: "MAYBE", accepted: "YES" };
  const TYPES = {
    default: "DEFAULT",
    birthday: "BIRTHDAY",
    focusTime: "FOCUS_TIME",
    fromGmail: "FROM_GMAIL",
    outOfOffice: "OUT_OF_OFFICE",
    workingLocation: "WORKING_LOCATION",
  };
  const FLAGS = {
    anyoneCanAddSelf: [false, "setAnyoneCanAddSelf"],
    guestsCanInviteOthers: [true, "setGuestsCanInviteOthers"],
    guestsCanModify: [false, "setGuestsCanModify"],
    guestsCanSeeGuests: [true, "setGuestsCanSeeGuests"],
  };
  const LONGEST_REMINDER_MINUTES = 4 * 7 * 24 * 60;
  const FIELDS = { guestsCanSeeGuests: "guestsCanSeeOtherGuests" };
  let made;
  const enums = () =>
    (made ??= {
      EventTransparency: kit.enumeration(["OPAQUE", "TRANSPARENT"]),
      EventType: kit.enumeration(Object.values(TYPES)),
      GuestStatus: kit.enumeration(["INVITED", "MAYBE", "NO", "OWNER", "YES"]),
      Visibility: kit.enumeration(["CONFIDENTIAL", "DEFAULT", "PRIVATE", "PUBLIC"]),
    });
  const one = (name) => (value) => Object.values(enums()[name]).includes(value);
  const { isDate } = kit;
  const day = (date) => kit.formatDate(date, kit.settings.timeZone, "yyyy-MM-dd");
  const moment = (date) => ({ dateTime: new Date(date.getTime()).toISOString(), timeZone: kit.settings.timeZone });
  // A day of Calendar is midnight in the script's time zone.
  const midnight = (text, more = 0) => {
    const [year, month, number] = text.split("-").map(Number);
    return new Date(year, month - 1, number + more);
  };

  // Calendar's own errors become the short ones of CalendarApp.
  const call = (service, method, given) => {
    try {
      return kit.ask(`calendar.${service}`, method, given);
    } catch (error) {
      const { code, message } = error.details ?? {};
      throw Object.assign(kit.exception(code === 403 ? "Action not allowed" : (message ?? error.message)), { code });
    }
  };
  const found = (service, method, given) => {
    try {
      return call(service, method, given);
    } catch (error) {
      if (error.code === 404 || error.code === 410) return null;
      throw error;
    }
  };
  kit.calendarApp = { call, found, isDate, day, moment, midnight, enums };

  const guest = (row) => {
    const object = kit.object("CalendarApp.EventGuest", {
      getAdditionalGuests: [[], () => row.additionalGuests ?? 0],
      getEmail: [[], () => row.email],
      getGuestStatus: [[], () => enums().GuestStatus[row.organizer ? "OWNER" : STATUS[row.responseStatus]]],
      getName: [[], () => row.displayName ?? ""],
      getStatus: [[], () => String(object.getGuestStatus())],
    });
    return object;
  };

  const people = (row, change) => {
    const guests = () => row().attendees ?? [];
    const byEmail = (email) => guests().find((one) => one.email === String(email).toLowerCase());
    return {
      getGuestList: [[], ["boolean"], (all) => guests().filter((one) => all || !one.organizer).map(guest)],
      getGuestByEmail: [["string"], (email) => (byEmail(email) ? guest(byEmail(email)) : null)],
      addGuest: [["string"], (email) => change({ attendees: [...guests(), { email: String(email) }] })],
      removeGuest: [["string"], (email) => change({ attendees: guests().filter((one) => one !== byEmail(email)) })],
      getMyStatus: [
        [],
        () => {
          const me = guests().find((one) => one.self);
          if (row().organizer?.self) return enums().GuestStatus.OWNER;
          return me ? enums().GuestStatus[STATUS[me.responseStatus]] : null;
        },
      ],
      setMyStatus: [
        [one("GuestStatus")],
        (status) => {
          const responseStatus = Object.keys(STATUS).find((name) => STATUS[name] === String(status));
          if (!responseStatus) throw kit.exception("Invalid argument: status");
          return change({ attendees: guests().map((one) => (one.self ? { ...one, responseStatus } : one)) });
        },
      ],
      getCreators: [[], () => [row().creator?.email].filter(Boolean)],
    };
  };

  const times = (row, change) => ({
    isAllDayEvent: [[], () => Boolean(row().start.date)],
    getStartTime: [[], () => (row().start.date ? midnight(row().start.date) : new Date(row().start.dateTime))],
    getEndTime: [[], () => (row().end.date ? midnight(row().end.date) : new Date(row().end.dateTime))],
    getAllDayStartDate: [[], () => midnight(row().start.date ?? notAllDay())],
    getAllDayEndDate: [[], () => midnight(row().end.date ?? notAllDay())],
    setTime: [
      [isDate, isDate],
      (start, end) => change({ start: { date: null, ...moment(start) }, end: { date: null, ...moment(end) } }),
    ],
    setAllDayDate: [[isDate], (date) => change(allDay(date, midnight(day(date), 1)))],
    setAllDayDates: [[isDate, isDate], (start, end) => change(allDay(start, end))],
  });
  const notAllDay = () => {
    throw kit.exception("This method can only be called on all-day events.");
  };
  const allDay = (start, end) => ({
    start: { date: day(start), dateTime: null, timeZone: null },
    end: { date: day(end), dateTime: null, timeZone: null },
  });

  const reminders = (row, change) => {
    const list = (method) => (row().reminders?.overrides ?? []).filter((one) => one.method === method);
    const add = (method) => (minutes) => {
      if (minutes < 5 || minutes > LONGEST_REMINDER_MINUTES) throw kit.exception("Invalid argument: minutesBefore");
      const overrides = [...(row().reminders?.overrides ?? []), { method, minutes: Number(minutes) }];
      return change({ reminders: { useDefault: false, overrides } });
    };
    return {
      getPopupReminders: [[], () => list("popup").map((one) => one.minutes)],
      getSmsReminders: [[], () => []],
      getEmailReminders: [[], () => list("email").map((one) => one.minutes)],
      addPopupReminder: [["number"], add("popup")],
      addEmailReminder: [["number"], add("email")],
      removeAllReminders: [[], () => change({ reminders: { useDefault: false, overrides: [] } })],
      resetRemindersToDefault: [[], () => change({ reminders: { useDefault: true } })],
    };
  };

  const texts = (row, change) => {
    const shared = () => row().extendedProperties?.shared ?? {};
    const tag = (key, value) => change({ extendedProperties: { shared: { [key]: value } } });
    const members = {
      getTag: [["string"], (key) => shared()[key] ?? null],
      setTag: [["string", "string"], (key, value) => tag(key, String(value))],
      deleteTag: [["string"], (key) => tag(key, null)],
      getAllTagKeys: [[], () => Object.keys(shared())],
      getColor: [[], () => row().colorId ?? ""],
      setColor: [["string"], (color) => change({ colorId: String(color) || null })],
      getVisibility: [[], () => enums().Visibility[(row().visibility ?? "default").toUpperCase()]],
      setVisibility: [[one("Visibility")], (value) => change({ visibility: String(value).toLowerCase() })],
      getTransparency: [[], () => enums().EventTransparency[(row().transparency ?? "opaque").toUpperCase()]],
      setTransparency: [[one("EventTransparency")], (value) => change({ transparency: String(value).toLowerCase() })],
    };
    for (const [name, field] of [["Title", "summary"], ["Description", "description"], ["Location", "location"]]) {
      members[`get${name}`] = [[], () => row()[field] ?? ""];
      members[`set${name}`] = [["string"], (value) => change({ [field]: String(value ?? "") })];
    }
    for (const name of Object.keys(FLAGS)) {
      const field = FIELDS[name] ?? name;
      members[name] = [[], () => row()[field] ?? FLAGS[name][0]];
      members[FLAGS[name][1]] = [["boolean"], (value) => change({ [field]: value })];
    }
    return members;
  };

  // An event, or a series of them: what both have, and what `more` makes of the row, a change and the deletion.
  const entry = (owner, calendarId, given, more) => {
    let held = given;
    const row = () => held;
    const change = (resource) => {
      held = call("events", "patch", { resource, calendarId, eventId: held.id });
      return object;
    };
    const remove = () => {
      call("events", "delete", { calendarId, eventId: held.id });
    };
    const object = kit.object(owner, {
      ...texts(row, change),
      ...people(row, change),
      ...reminders(row, change),
      getId: [[], () => held.iCalUID],
      getDateCreated: [[], () => new Date(held.created)],
      getLastUpdated: [[], () => new Date(held.updated)],
      getEventType: [[], () => enums().EventType[TYPES[held.eventType ?? "default"]]],
      getOriginalCalendarId: [[], () => held.organizer?.email ?? calendarId],
      isOwnedByMe: [[], () => Boolean(held.organizer?.self)],
      ...more(row, change, remove),
    });
    return object;
  };
  kit.calendarApp.entry = entry;
  kit.calendarApp.event = (calendarId, given) =>
    entry("CalendarApp.CalendarEvent", calendarId, given, (row, change, remove) => ({
      ...times(row, change),
      isRecurringEvent: [[], () => Boolean(row().recurringEventId ?? row().recurrence)],
      getEventSeries: [
        [],
        () => {
          const { id, recurringEventId } = row();
          const eventId = recurringEventId ?? id;
          return kit.calendarApp.series(calendarId, call("events", "get", { calendarId, eventId }));
        },
      ],
      deleteEvent: [[], remove],
    }));
})
