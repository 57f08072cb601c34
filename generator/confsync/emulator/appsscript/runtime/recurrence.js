// CalendarApp's series of events: recurrences become the lines of RFC 5545 that Calendar takes.
(function (kit) {
  "use strict";
  const { entry, isDate, day, moment } = kit.calendarApp;
  const FREQUENCIES = { Daily: "DAILY", Weekly: "WEEKLY", Monthly: "MONTHLY", Yearly: "YEARLY" };
  const MONTHS = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER".split(" ");
  const DAYS = "SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY".split(" ");
  const parts = kit.known("parts"); // EventRecurrence or RecurrenceRule → the recurrence that it belongs to

  const weekday = (value) => String(value).slice(0, 2);
  const month = (value) => MONTHS.indexOf(String(value)) + 1;
  // What a method of a rule sets: the part of the rule, and its value.
  const RULES = {
    interval: ["number", "INTERVAL", Number],
    times: ["number", "COUNT", Number],
    until: [isDate, "UNTIL", (date) => date],
    weekStartsOn: ["any", "WKST", weekday],
    onlyOnWeekday: ["any", "BYDAY", weekday],
    onlyOnWeekdays: ["array", "BYDAY", (days) => days.map(weekday)],
    onlyOnMonthDay: ["number", "BYMONTHDAY", Number],
    onlyOnMonthDays: ["array", "BYMONTHDAY", (days) => days],
    onlyOnYearDay: ["number", "BYYEARDAY", Number],
    onlyOnYearDays: ["array", "BYYEARDAY", (days) => days],
    onlyOnWeek: ["number", "BYWEEKNO", Number],
    onlyOnWeeks: ["array", "BYWEEKNO", (weeks) => weeks],
    onlyInMonth: ["any", "BYMONTH", month],
    onlyInMonths: ["array", "BYMONTH", (months) => months.map(month)],
  };

  const kept = (object, held) => {
    parts.set(object, held);
    return object;
  };
  const adding = (held) => {
    const members = {
      addDate: [[isDate], (date) => add({ name: "RDATE", date })],
      addDateExclusion: [[isDate], (date) => add({ name: "EXDATE", date })],
      setTimeZone: [
        ["string"],
        (timeZone) => {
          held.timeZone = String(timeZone);
          return held.object;
        },
      ],
    };
    const add = (line) => {
      held.lines.push(line);
      return held.object;
    };
    for (const name of Object.keys(FREQUENCIES)) {
      members[`add${name}Rule`] = [[], () => rule(held, "RRULE", FREQUENCIES[name])];
      members[`add${name}Exclusion`] = [[], () => rule(held, "EXRULE", FREQUENCIES[name])];
    }
    return members;
  };
  const rule = (held, name, frequency) => {
    const line = { name, parts: { FREQ: frequency } };
    held.lines.push(line);
    const members = adding(held);
    for (const method of Object.keys(RULES)) {
      const [type, part, value] = RULES[method];
      members[method] = [
        [type],
        (given) => {
          line.parts[part] = value(given);
          return object;
        },
      ];
    }
    const object = kept(kit.object("CalendarApp.RecurrenceRule", members), held);
    return object;
  };

  // A moment as RFC 5545 writes it: a day, or a time in UTC.
  const stamp = (date, whole) =>
    whole ? day(date).replaceAll("-", "") : date.toISOString().replace(/[-:]|\.\d+/g, "");
  const lines = (held, whole) =>
    held.lines.map(({ name, date, parts: given }) => {
      if (date) return `${name}${whole ? ";VALUE=DATE" : ""}:${stamp(date, whole)}`;
      const texts = Object.keys(given).map((part) => `${part}=${isDate(given[part]) ? stamp(given[part], whole) : given[part]}`);
      return `${name}:${texts.join(";")}`;
    });
  const isRecurrence = (value) => parts.has(value);
  const times = (recurrence, start, end) => {
    const held = parts.get(recurrence);
    if (!end) {
      const next = new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1);
      const days = { start: { date: day(start), dateTime: null }, end: { date: day(next), dateTime: null } };
      return { ...days, recurrence: lines(held, true) };
    }
    const at = (date) => ({ date: null, ...moment(date), ...(held.timeZone ? { timeZone: held.timeZone } : {}) });
    return { start: at(start), end: at(end), recurrence: lines(held, false) };
  };

  const series = (calendarId, row) =>
    entry("CalendarApp.CalendarEventSeries", calendarId, row, (_, change, remove) => ({
      deleteEventSeries: [[], remove],
      setRecurrence: [
        [isRecurrence, isDate],
        [isRecurrence, isDate, isDate],
        (recurrence, start, end) => change(times(recurrence, start, end)),
      ],
    }));
  const newRecurrence = () => {
    const held = { lines: [] };
    held.object = kept(kit.object("CalendarApp.EventRecurrence", adding(held)), held);
    return held.object;
  };
  Object.assign(kit.calendarApp, { series, times, isRecurrence, newRecurrence, MONTHS, DAYS });
})
