"""Events from one line of text."""

from typing import Any

import pytest

from confsync.emulator.world import World

ME = {"calendarId": "primary"}


# It is Monday, 2 March 2026, nine o'clock in Berlin, where Alice is.
@pytest.mark.parametrize(
    ("text", "summary", "start", "end"),
    [
        ("Lunch tomorrow at 3pm", "Lunch", "2026-03-03T15:00", "2026-03-03T16:00"),
        ("Review on March 5 10:00-11:30", "Review", "2026-03-05T10:00", "2026-03-05T11:30"),
        ("Review on 5 Mar 2027 from 10 to 12", "Review", "2027-03-05T10:00", "2027-03-05T12:00"),
        ("Call Bob 3-4:30pm", "Call Bob", "2026-03-02T15:00", "2026-03-02T16:30"),
        ("Call 11-1pm", "Call", "2026-03-02T11:00", "2026-03-02T13:00"),
        ("Standup at 8:30", "Standup", "2026-03-03T08:30", "2026-03-03T09:30"),
        ("Dinner Friday at 19:00 for 90 minutes", "Dinner", "2026-03-06T19:00", "2026-03-06T20:30"),
        ("Planning next Monday at noon for 2 hours", "Planning", "2026-03-09T12:00", "2026-03-09T14:00"),
        ("Night shift today 10pm-2am", "Night shift", "2026-03-02T22:00", "2026-03-03T02:00"),
        ("Change of clocks 2026-03-29 at 12pm", "Change of clocks", "2026-03-29T12:00", "2026-03-29T13:00"),
        ("Buy milk", "Buy milk", "2026-03-02T10:00", "2026-03-02T11:00"),
        ("Version 2 to 3", "Version 2 to 3", "2026-03-02T10:00", "2026-03-02T11:00"),
        ("May Day at 25:00", "May Day at 25:00", "2026-03-02T10:00", "2026-03-02T11:00"),
    ],
)
def test_a_time(alice: Any, text: str, summary: str, start: str, end: str) -> None:
    event = alice.quickAdd(**ME, text=text).execute()
    times = event["start"]["dateTime"][:16], event["end"]["dateTime"][:16]
    assert (event["summary"], *times) == (summary, start, end)
    assert event["start"]["timeZone"] == "Europe/Berlin"
    assert alice.get(**ME, eventId=event["id"]).execute() == event


@pytest.mark.parametrize(
    ("text", "summary", "day", "after"),
    [
        ("Trip on 2026-05-01", "Trip", "2026-05-01", "2026-05-02"),
        ("Anna's birthday March 1st", "Anna's birthday", "2027-03-01", "2027-03-02"),
        ("Leap day Feb 29", "Leap day", "2028-02-29", "2028-03-01"),
        ("Holiday tomorrow", "Holiday", "2026-03-03", "2026-03-04"),
    ],
)
def test_a_day_alone_is_a_whole_day(alice: Any, text: str, summary: str, day: str, after: str) -> None:
    event = alice.quickAdd(**ME, text=text).execute()
    assert (event["summary"], event["start"], event["end"]) == (summary, {"date": day}, {"date": after})


def test_the_usual_length_is_a_setting(world: World, alice: Any) -> None:
    world.request("PUT", "/emulator/users/alice@example.com/settings", {}, b'{"defaultEventLength": "25"}')
    event = alice.quickAdd(**ME, text="Coffee at 15:00").execute()
    assert event["end"]["dateTime"] == "2026-03-02T15:25:00+01:00"


def test_a_text_is_needed(world: World) -> None:
    alice = {"authorization": "Bearer alice@example.com"}
    response = world.request("POST", "/calendar/v3/calendars/primary/events/quickAdd", alice)
    assert (response.status, response.json()["error"]["errors"][0]["reason"]) == (400, "required")


def test_readers_cannot(service: Any, bob: Any, refusal: Any) -> None:
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    service("alice@example.com").acl().insert(**ME, body=rule).execute()
    request = bob.quickAdd(calendarId="alice@example.com", text="Lunch")
    assert refusal(request) == (403, "requiredAccessLevel")
