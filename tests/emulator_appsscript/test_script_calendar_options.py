"""What CalendarApp takes: colours, reminders, guests and enums, and what it says to wrong arguments."""

from typing import Any

import pytest

from .conftest import ALICE, BOB, MANIFEST, Script

EVERYTHING = MANIFEST | {"oauthScopes": ["https://www.googleapis.com/auth/calendar"]}
EVENT = """const start = new Date("2026-03-03T09:00:00Z"), end = new Date("2026-03-03T10:00:00Z");
  const event = CalendarApp.createEvent("One", start, end, { guests: "bob@example.com" });"""


def ran(script: Script, statements: str) -> Any:
    """Run statements with Calendar's whole scope; return what they return, or the error's message."""
    script.push(f"function main() {{ {statements} }}", EVERYTHING)
    record = script.world.appsscript.run(ALICE, script.id, "main")
    return record.error["message"] if record.error else record.result


def test_calendars_have_colours_by_name(script: Script) -> None:
    body = """const made = CalendarApp.createCalendar("Two", { color: CalendarApp.Color.TEAL });
      const teal = made.getColor();
      return [Object.keys(CalendarApp.Color).length, teal, made.setColor(CalendarApp.Color.RED_ORANGE).getColor()]"""
    count, teal, red_orange = ran(script, body)
    assert (count, teal.upper(), red_orange.upper()) == (21, "#28754E", "#B1440E")


def test_reminders_are_five_minutes_to_four_weeks_ahead(script: Script) -> None:
    for kind in ("Email", "Popup"):
        added = f"return event.add{kind}Reminder(5).add{kind}Reminder(40320).get{kind}Reminders()"
        assert ran(script, EVENT + added) == [5, 40320]
        for minutes in (4, 40321):
            assert (
                ran(script, f"{EVENT} event.add{kind}Reminder({minutes})")
                == "Invalid argument: minutesBefore"
            )
    assert ran(script, f"{EVENT} return event.getSmsReminders()") == []


def test_guests_say_whether_they_come(script: Script) -> None:
    body = f"""{EVENT} const [guest] = event.getGuestList();
      return [guest.getStatus(), guest.getGuestStatus() === CalendarApp.GuestStatus.INVITED, guest.getEmail()]"""
    assert ran(script, body) == ["INVITED", True, BOB]


@pytest.mark.parametrize(
    ("call", "types", "name"),
    [
        ("CalendarApp.createEvent('x', '2026-03-03', '2026-03-04')", "String,String,String", "createEvent"),
        ("CalendarApp.getEvents(start)", "Date", "getEvents"),
        ("CalendarApp.getDefaultCalendar().getEvents(start, 'x')", "Date,String", "Calendar.getEvents"),
        ("event.setTime(start)", "Date", "CalendarEvent.setTime"),
        ("event.setVisibility('private')", "String", "CalendarEvent.setVisibility"),
        ("event.setTransparency('opaque')", "String", "CalendarEvent.setTransparency"),
        ("event.setMyStatus('YES')", "String", "CalendarEvent.setMyStatus"),
        ("event.addGuest()", "", "CalendarEvent.addGuest"),
        ("event.setGuestsCanModify('yes')", "String", "CalendarEvent.setGuestsCanModify"),
        (
            "CalendarApp.createEventSeries('x', start, end, {})",
            "String,Date,Date,Object",
            "createEventSeries",
        ),
    ],
)
def test_wrong_arguments_are_refused_by_their_types(script: Script, call: str, types: str, name: str) -> None:
    assert ran(script, f"{EVENT} {call}") == (
        f"The parameters ({types}) don't match the method signature for CalendarApp.{name}."
    )


def test_other_services_know_their_own_objects(script: Script) -> None:
    for call, types, name in (
        ("ScriptApp.deleteTrigger({})", "Object", "ScriptApp.deleteTrigger"),
        (
            "ContentService.createTextOutput().setMimeType('x')",
            "String",
            "ContentService.TextOutput.setMimeType",
        ),
        ("HtmlService.createHtmlOutput().setWidth('wide')", "String", "HtmlService.HtmlOutput.setWidth"),
        ("Logger.clear(1)", "number", "Logger.clear"),
    ):
        assert script.error(call) == (
            f"Exception: The parameters ({types}) don't match the method signature for {name}."
        )


def test_older_names_are_still_there(script: Script) -> None:
    body = """return [Session.getUser().getEmail(), Session.getTimeZone(), MimeType.PLAIN_TEXT, MimeType.GOOGLE_DOCS]"""
    assert script.value(body) == [
        ALICE,
        "Europe/Berlin",
        "text/plain",
        "application/vnd.google-apps.document",
    ]
