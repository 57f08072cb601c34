"""CalendarApp: calendars and events as scripts see them, in the same Calendar that the API answers for."""

from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp

from .conftest import ALICE, BOB, MANIFEST, SCOPES, Script

CALENDAR = "https://www.googleapis.com/auth/calendar"
START = "new Date('2026-03-03T09:00:00Z')"
END = "new Date('2026-03-03T10:00:00Z')"


def ran(script: Script, body: str, scopes: tuple[str, ...] = (CALENDAR,)) -> Any:
    script.push(f"function main() {{ {body} }}", MANIFEST | {"oauthScopes": [*SCOPES, *scopes]})
    return script.world.appsscript.run(ALICE, script.id, "main")


def value(script: Script, body: str) -> Any:
    record = ran(script, body)
    assert record.status == "COMPLETED", record.error
    return record.result


def events(script: Script) -> Any:
    return build("calendar", "v3", http=TwinHttp(script.world, ALICE), static_discovery=True).events()


def test_an_event_is_made_read_changed_and_deleted(script: Script) -> None:
    body = f"""
      const event = CalendarApp.createEvent("One", {START}, {END}, {{ description: "D", location: "L",
        guests: "bob@example.com, carol@example.com" }});
      event.setTitle("Two").setDescription("E").setLocation("M").setColor(CalendarApp.EventColor.RED)
        .setVisibility(CalendarApp.Visibility.PRIVATE).setTag("k", "v").setGuestsCanModify(true).addGuest("dan@example.com")
        .removeGuest("carol@example.com").addPopupReminder(5)
        .setTime(new Date("2026-03-03T11:00:00Z"), new Date("2026-03-03T12:00:00Z"));
      const read = CalendarApp.getEventById(event.getId());
      return [read.getTitle(), read.getDescription(), read.getLocation(), read.getColor(), String(read.getVisibility()),
        read.getTag("k"), read.getAllTagKeys(), read.guestsCanModify(), read.getPopupReminders(),
        read.getStartTime().toISOString(), read.getEndTime().toISOString(), read.isAllDayEvent(), read.isOwnedByMe(),
        read.getGuestList().map((guest) => [guest.getEmail(), String(guest.getGuestStatus())]),
        String(read.getMyStatus()), read.getCreators(), read.isRecurringEvent()];
    """
    assert value(script, body) == [
        "Two", "E", "M", "11", "PRIVATE", "v", ["k"], True, [5], "2026-03-03T11:00:00.000Z",
        "2026-03-03T12:00:00.000Z", False, True, [["bob@example.com", "INVITED"], ["dan@example.com", "INVITED"]],
        "OWNER", [ALICE], False,
    ]  # fmt: skip
    (stored,) = events(script).list(calendarId="primary").execute()["items"]
    assert stored["summary"] == "Two" and stored["colorId"] == "11"
    gone = (
        "const one = CalendarApp.getEventById('%s'); one.deleteEvent(); return CalendarApp.getEventById('%s')"
    )
    assert value(script, gone % (stored["iCalUID"], stored["id"])) is None


def test_days_are_days_of_the_script_s_time_zone(script: Script) -> None:
    body = """
      const date = new Date(2026, 2, 3);
      const one = CalendarApp.createAllDayEvent("A", date);
      const two = CalendarApp.createAllDayEvent("B", date, new Date(2026, 2, 5), { location: "L" });
      one.setAllDayDates(date, new Date(2026, 2, 8)).setAllDayDate(date).setAllDayDates(date, new Date(2026, 2, 8));
      return [one.isAllDayEvent(), one.getAllDayEndDate().toISOString(), two.getAllDayStartDate().toISOString(),
        CalendarApp.getEventsForDay(new Date(2026, 2, 6, 12)).map((event) => event.getTitle()), two.getLocation()];
    """
    assert value(script, body) == [
        True,
        "2026-03-07T23:00:00.000Z",
        "2026-03-02T23:00:00.000Z",
        ["A"],
        "L",
    ]
    days = [item["start"]["date"] for item in events(script).list(calendarId="primary").execute()["items"]]
    assert days == ["2026-03-03", "2026-03-03"]


def test_events_are_found_by_time_and_text(script: Script) -> None:
    body = f"""
      const calendar = CalendarApp.getDefaultCalendar();
      for (const title of ["a", "b", "c"]) calendar.createEvent(title, {START}, {END});
      const titles = (options) => calendar.getEvents({START}, {END}, options).map((event) => event.getTitle());
      return [titles({{}}).length, titles({{ search: "b" }}), titles({{ max: 1, start: 1 }}).length,
        titles({{ statusFilters: [CalendarApp.GuestStatus.NO] }}), titles({{ author: "x" }}),
        calendar.getEvents({END}, new Date("2026-03-04T00:00:00Z")).length];
    """
    assert value(script, body) == [3, ["b"], 1, [], [], 0]


def test_calendars_are_found_and_changed(script: Script) -> None:
    body = """
      const made = CalendarApp.createCalendar("Rooms", { timeZone: "Europe/Paris", summary: "All", color: "#ff0000" });
      made.setName("Halls").setSelected(false);
      const found = CalendarApp.getCalendarsByName("Halls")[0];
      const seen = [found.getName(), found.getTimeZone(), found.getDescription(), found.getColor(), found.isSelected(),
        found.isOwnedByMe(), found.isMyPrimaryCalendar(), CalendarApp.getId(), CalendarApp.isMyPrimaryCalendar(),
        CalendarApp.getAllOwnedCalendars().length, CalendarApp.getCalendarById("none@example.com")];
      made.deleteCalendar();
      return [...seen, CalendarApp.getAllCalendars().length];
    """
    assert value(script, body) == [
        "Halls", "Europe/Paris", "All", "#ff0000", False, True, False, ALICE, True, 2, None, 1
    ]  # fmt: skip


def test_it_says_what_is_not_allowed(script: Script) -> None:
    assert (
        ran(script, "CalendarApp.getDefaultCalendar()", ())
        .error["message"]
        .startswith(
            "Specified permissions are not sufficient to call CalendarApp.getDefaultCalendar. Required permissions: ("
        )
    )
    calendar = build("calendar", "v3", http=TwinHttp(script.world, BOB), static_discovery=True)
    rule = {"role": "reader", "scope": {"type": "user", "value": ALICE}}
    calendar.acl().insert(calendarId="primary", body=rule).execute()
    body = f"CalendarApp.subscribeToCalendar('{BOB}').createEvent('x', {START}, {END})"
    assert ran(script, body).error["message"] == "Action not allowed"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            "createEvent('x', '2026-03-03', '2026-03-04')",
            "The parameters (String,String,String) don't match the method signature for CalendarApp.createEvent.",
        ),
        (f"createEvent('x', {END}, {START})", "Event start time must be before event end time."),
        (
            f"createEvent('x', {START}, {END}).getAllDayStartDate()",
            "This method can only be called on all-day events.",
        ),
    ],
)
def test_wrong_calls_fail(script: Script, call: str, text: str) -> None:
    assert ran(script, f"CalendarApp.{call}").error["message"] == text
