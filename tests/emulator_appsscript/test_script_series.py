"""CalendarApp's series: recurrences as scripts build them, and the events that come of them."""

from .conftest import SCOPES, Script
from .test_script_calendar_app import CALENDAR, events, ran, value

SERIES = """
  const start = new Date(2026, 2, 2, 9), end = new Date(2026, 2, 2, 10);
  const recurrence = CalendarApp.newRecurrence().addWeeklyRule().interval(1)
    .onlyOnWeekdays([CalendarApp.Weekday.MONDAY, CalendarApp.Weekday.TUESDAY]).times(4)
    .addDateExclusion(new Date(2026, 2, 3, 9));
  const series = CalendarApp.createEventSeries("S", start, end, recurrence, { location: "L" });
"""


def test_a_series_recurs_as_its_rules_say(script: Script) -> None:
    body = f"""{SERIES}
      const found = CalendarApp.getEvents(start, new Date(2026, 3, 1));
      const same = found[0].getEventSeries();
      same.setTitle("T");
      return [found.map((event) => event.getStartTime().getDate()), found[0].isRecurringEvent(), series.getLocation(),
        same.getId() === series.getId(), CalendarApp.getEventSeriesById(series.getId()).getTitle()];"""
    assert value(script, body) == [[2, 9, 10], True, "L", True, "T"]
    (stored,) = events(script).list(calendarId="primary").execute()["items"]
    assert stored["recurrence"] == [
        "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU;COUNT=4",
        "EXDATE:20260303T080000Z",
    ]


def test_a_series_of_days_can_change_and_end(script: Script) -> None:
    body = f"""{SERIES}
      const days = CalendarApp.newRecurrence().addYearlyRule().onlyInMonth(CalendarApp.Month.MARCH).onlyOnMonthDay(2)
        .until(new Date(2028, 2, 2));
      const whole = CalendarApp.createAllDayEventSeries("D", start, days);
      series.setRecurrence(CalendarApp.newRecurrence().addDailyRule().times(2), start);
      const count = () => CalendarApp.getEvents(new Date(2026, 0, 1), new Date(2030, 0, 1)).length;
      const before = count();
      whole.deleteEventSeries();
      return [before, count()];"""
    assert value(script, body) == [3 + 2, 2]


def test_a_rule_can_leave_days_out(script: Script) -> None:
    body = """
      const start = new Date(2026, 2, 2, 9), recurrence = CalendarApp.newRecurrence().addDailyRule().times(5)
        .addWeeklyExclusion().onlyOnWeekday(CalendarApp.Weekday.TUESDAY);
      CalendarApp.createEventSeries("S", start, new Date(2026, 2, 2, 10), recurrence);
      return CalendarApp.getEvents(start, new Date(2026, 3, 1)).map((event) => event.getStartTime().getDate());"""
    assert value(script, body) == [2, 4, 5, 6]


def test_a_series_needs_a_recurrence(script: Script) -> None:
    call = "CalendarApp.createEventSeries('S', new Date(), new Date(), {})"
    assert CALENDAR not in SCOPES
    assert ran(script, call).error["message"] == (
        "The parameters (String,Date,Date,Object) don't match the method signature for CalendarApp.createEventSeries."
    )
