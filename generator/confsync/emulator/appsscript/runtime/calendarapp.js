// CalendarApp: calendars and their events, through the same Calendar that the advanced service asks.
(function (kit) {
  "use strict";
  const { call, found, isDate, day, moment, midnight, event, enums } = kit.calendarApp;
  const { series, times, isRecurrence, newRecurrence, MONTHS, DAYS } = kit.calendarApp;
  const COLORS = "PALE_BLUE PALE_GREEN MAUVE PALE_RED YELLOW ORANGE CYAN GRAY BLUE GREEN RED".split(" ");
  // The platform's names of calendars' colours; one is misspelt there too.
  const CALENDAR_COLORS = Object.freeze({
    BLUE: "#2952A3",
    BROWN: "#8D6F47",
    CHARCOAL: "#4E5D6C",
    CHESTNUT: "#865A5A",
    GRAY: "#5A6986",
    GREEN: "#0D7813",
    INDIGO: "#5229A3",
    LIME: "#528800",
    MUSTARD: "#88880E",
    OLIVE: "#6E6E41",
    ORANGE: "#BE6D00",
    PINK: "#B1365F",
    PLUM: "#705770",
    PURPLE: "#7A367A",
    RED: "#A32929",
    RED_ORANGE: "#B1440E",
    SEA_BLUE: "#29527A",
    SLATE: "#4A716C",
    TEAL: "#28754E",
    TURQOISE: "#1B887A",
    YELLOW: "#AB8B00",
  });
  const SCOPES = [
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/calendar.readonly",
    "https://www.google.com/calendar/feeds",
  ];

  const pages = (service, method, given, most = Infinity) => {
    const items = [];
    let pageToken;
    do {
      const page = call(service, method, { ...given, pageToken });
      items.push(...(page.items ?? []));
      pageToken = page.nextPageToken;
    } while (pageToken && items.length < most);
    return items;
  };
  const search = (id, start, end, options) => {
    const { start: from = 0, max, search: q, author, statusFilters } = options ?? {};
    const window = { timeMin: start.toISOString(), timeMax: end.toISOString() };
    let items = pages("events", "list", { calendarId: id, singleEvents: true, orderBy: "startTime", q, ...window });
    if (author) items = items.filter((item) => item.creator?.email === author);
    const events = items.map((item) => event(id, item));
    const wanted = statusFilters?.map(String);
    const kept = wanted ? events.filter((one) => wanted.includes(String(one.getMyStatus()))) : events;
    return kept.slice(from, max === undefined ? undefined : from + max);
  };
  const byId = (id, given, made = event) => {
    const uid = String(given);
    if (!uid.includes("@")) {
      const item = found("events", "get", { calendarId: id, eventId: uid });
      return item && item.status !== "cancelled" ? made(id, item) : null;
    }
    const [item] = pages("events", "list", { calendarId: id, iCalUID: uid });
    return item ? made(id, item) : null;
  };
  const create = (id, title, when, options, made = event) => {
    const { description, location, guests, sendInvites } = options ?? {};
    const emails = String(guests ?? "").split(",").map((email) => email.trim()).filter(Boolean);
    const resource = { summary: String(title), description, location, ...when };
    if (emails.length) resource.attendees = emails.map((email) => ({ email }));
    const sendUpdates = sendInvites ? "all" : "none";
    return made(id, call("events", "insert", { resource, calendarId: id, sendUpdates }));
  };
  const createSeries = (id) => ({
    createEventSeries: [
      ["string", isDate, isDate, isRecurrence],
      ["string", isDate, isDate, isRecurrence, "object"],
      (title, start, end, recurrence, options) => create(id(), title, times(recurrence, start, end), options, series),
    ],
    createAllDayEventSeries: [
      ["string", isDate, isRecurrence],
      ["string", isDate, isRecurrence, "object"],
      (title, start, recurrence, options) => create(id(), title, times(recurrence, start), options, series),
    ],
    getEventSeriesById: [["string"], (uid) => byId(id(), uid, series)],
  });

  const events = (id) => {
    const timed = (title, start, end, options) => {
      if (end.getTime() < start.getTime()) throw kit.exception("Event start time must be before event end time.");
      return create(id(), title, { start: moment(start), end: moment(end) }, options);
    };
    const whole = (title, start, end, options) => {
      const last = isDate(end) ? day(end) : day(midnight(day(start), 1));
      return create(id(), title, { start: { date: day(start) }, end: { date: last } }, isDate(end) ? options : end);
    };
    const onDay = (date, options) => search(id(), midnight(day(date)), midnight(day(date), 1), options);
    return {
      createEvent: [["string", isDate, isDate], ["string", isDate, isDate, "object"], timed],
      createAllDayEvent: [
        ["string", isDate],
        ["string", isDate, isDate],
        ["string", isDate, "object"],
        ["string", isDate, isDate, "object"],
        whole,
      ],
      createEventFromDescription: [
        ["string"],
        (text) => event(id(), call("events", "quickAdd", { calendarId: id(), text: String(text) })),
      ],
      getEventById: [["string"], (uid) => byId(id(), uid)],
      getEvents: [
        [isDate, isDate],
        [isDate, isDate, "object"],
        (start, end, options) => search(id(), start, end, options),
      ],
      getEventsForDay: [[isDate], [isDate, "object"], onDay],
    };
  };

  // The members of a calendar, of which CalendarApp has those of the default one. `row` reads its entry in the list.
  const members = (row, object, again) => {
    const id = () => row().id;
    const changed = (service, field) => (value) => {
      const more = field === "backgroundColor" ? { foregroundColor: "#000000" } : {};
      const colorRgbFormat = field === "backgroundColor" || undefined;
      call(service, "patch", { resource: { [field]: value, ...more }, calendarId: id(), colorRgbFormat });
      again();
      return object();
    };
    return {
      ...events(id),
      ...createSeries(id),
      getId: [[], id],
      getName: [[], () => row().summaryOverride ?? row().summary],
      setName: [["string"], changed("calendars", "summary")],
      getDescription: [[], () => row().description ?? ""],
      setDescription: [["string"], changed("calendars", "description")],
      getTimeZone: [[], () => row().timeZone],
      setTimeZone: [["string"], changed("calendars", "timeZone")],
      getColor: [[], () => row().backgroundColor],
      setColor: [["string"], changed("calendarList", "backgroundColor")],
      isHidden: [[], () => row().hidden ?? false],
      setHidden: [["boolean"], changed("calendarList", "hidden")],
      isSelected: [[], () => row().selected ?? false],
      setSelected: [["boolean"], changed("calendarList", "selected")],
      isMyPrimaryCalendar: [[], () => row().primary ?? false],
      isOwnedByMe: [[], () => row().accessRole === "owner"],
    };
  };
  const calendar = (given) => {
    let held = given;
    const again = () => (held = call("calendarList", "get", { calendarId: held.id }));
    const ended = (service) => () => {
      call(service, "delete", { calendarId: held.id });
    };
    const object = kit.object("CalendarApp.Calendar", {
      ...members(() => held, () => object, again),
      deleteCalendar: [[], ended("calendars")],
      unsubscribeFromCalendar: [[], ended("calendarList")],
    });
    return object;
  };

  const checked = (name, member) => {
    if (!Array.isArray(member)) return member;
    const run = (...given) => {
      const { scopes } = kit.settings;
      if (scopes && !SCOPES.some((scope) => scopes.includes(scope))) {
        const needed = `Required permissions: (${SCOPES.join(" || ")})`;
        throw kit.exception(`Specified permissions are not sufficient to call CalendarApp.${name}. ${needed}`);
      }
      return member.at(-1)(...given);
    };
    return [...member.slice(0, -1), run];
  };
  const listed = (wanted) => pages("calendarList", "list", { showHidden: true }).filter(wanted).map(calendar);
  const one = (id, wanted) => {
    const row = found("calendarList", "get", { calendarId: String(id) });
    return row && wanted(row) ? calendar(row) : null;
  };
  const add = (id, options) => {
    const { color: backgroundColor, hidden, selected } = options ?? {};
    const resource = { id, hidden, selected, backgroundColor, foregroundColor: backgroundColor && "#000000" };
    return calendar(call("calendarList", "insert", { resource, colorRgbFormat: Boolean(backgroundColor) || undefined }));
  };
  const made = (name, options) => {
    const { location, summary: description, timeZone } = options ?? {};
    const resource = { summary: String(name), location, description, timeZone };
    const { id } = call("calendars", "insert", { resource });
    return options ? add(id, options) : calendar(call("calendarList", "get", { calendarId: id }));
  };

  kit.global("CalendarApp", () => {
    const first = () => call("calendarList", "get", { calendarId: "primary" });
    const all = () => true;
    const owned = (row) => row.accessRole === "owner";
    const named = (name) => (row) => (row.summaryOverride ?? row.summary) === String(name);
    const everything = {
      ...members(first, () => calendar(first()), () => undefined),
      newRecurrence: [[], newRecurrence],
      getDefaultCalendar: [[], () => calendar(first())],
      getCalendarById: [["string"], (id) => one(id, all)],
      getOwnedCalendarById: [["string"], (id) => one(id, owned)],
      getAllCalendars: [[], () => listed(all)],
      getAllOwnedCalendars: [[], () => listed(owned)],
      getCalendarsByName: [["string"], (name) => listed(named(name))],
      getOwnedCalendarsByName: [["string"], (name) => listed((row) => owned(row) && named(name)(row))],
      createCalendar: [["string"], ["string", "object"], made],
      subscribeToCalendar: [["string"], ["string", "object"], (id, options) => add(String(id), options)],
    };
    const more = { Month: kit.enumeration(MONTHS), Weekday: kit.enumeration(DAYS) };
    const app = { ...enums(), ...more, Color: CALENDAR_COLORS, EventColor: Object.freeze(Object.fromEntries(COLORS.map((name, at) => [name, `${at + 1}`]))) };
    for (const name of Object.keys(everything)) app[name] = checked(name, everything[name]);
    return kit.object("CalendarApp", app);
  });
})
