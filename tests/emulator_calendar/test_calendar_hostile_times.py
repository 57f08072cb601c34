"""Times that there are not, and series that nobody should follow to their end: answered, and in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

import pytest
from dateutil.rrule import rrulestr

from confsync.emulator.world import World

from .hostile import EVENTS, MEETING, SERIES, ask, inhabited, is_usable, refused, sound

MANY = 10_000


@pytest.fixture
def world() -> Iterator[World]:
    """A world with something in it, which is still usable afterwards."""
    made = inhabited()
    yield made
    assert is_usable(made)
    made.close()


TIMES = [
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2016-12-31T23:59:60Z",
    "2026-02-30T09:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T09:00:00+99:00", "2026-03-02T09:00:00-99:99",
    "-0001-03-02T09:00:00Z", "12026-03-02T09:00:00Z", "\uff12026-03-02T09:00:00Z", "2026-W10-1T09:00:00Z", "20260302T090000Z",
    "2026-03-02 09:00:00Z", "2026-03-02T09:00Z", "now", "1772442000", "2026-03-02T09:00:00Z\0",
]  # fmt: skip


@pytest.mark.parametrize("time", TIMES)
def test_times_that_there_are_not(world: World, time: str) -> None:
    refused(world, "POST", EVENTS, {**SERIES, "start": {"dateTime": time, "timeZone": "Etc/UTC"}})
    refused(world, "POST", EVENTS, {**MEETING, "end": {"date": time.partition("T")[0] + "Z"}})
    refused(world, "GET", f"{EVENTS}?timeMin={quote(time)}")
    refused(world, "GET", f"{EVENTS}/series01/instances?timeMax={quote(time)}")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia", "Etc/GMT-14"])
@pytest.mark.parametrize("year", ["0002", "0099", "0999", "1883", "2026", "9968", "9998"])
def test_a_series_at_the_edges_of_time(world: World, zone: str, year: str) -> None:
    start, end = ({"dateTime": f"{year}-12-20T0{hour}:00:00", "timeZone": zone} for hour in (8, 9))
    body = {"start": start, "end": end, "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]}
    made = ask(world, "POST", EVENTS, body).json()
    target = f"{EVENTS}/{made['id']}"
    for asked in (f"{target}/instances", f"{target}/instances?timeZone=Etc/UTC"):
        listed = ask(world, "GET", asked).json()["items"]
        assert [item["id"] for item in listed] == sorted({item["id"] for item in listed})
        assert len(listed) == 2
    for item in listed:
        assert ask(world, "GET", f"{EVENTS}/{item['id']}").json()["recurringEventId"] == made["id"]
        assert item["id"][-16:-12] == item["originalStartTime"]["dateTime"][:4]
    changed = ask(world, "PATCH", f"{EVENTS}/{listed[0]['id']}", {"summary": "Changed"})
    assert changed.json()["start"] == ask(world, "GET", f"{EVENTS}/{listed[0]['id']}").json()["start"]
    assert ask(world, "PATCH", target, {"summary": "Changed"}).status == 200
    assert ask(world, "DELETE", target).status == 204


LINES = {
    "seconds": ["RRULE:FREQ=SECONDLY"],
    "no interval": ["RRULE:FREQ=DAILY;INTERVAL=0"],
    "long interval": ["RRULE:FREQ=YEARLY;INTERVAL=1000000000"],
    "endless interval": [f"RRULE:FREQ=DAILY;INTERVAL={10**30}"],
    "very often": [f"RRULE:FREQ=DAILY;COUNT={10**9}"],
    "never": ["RRULE:FREQ=DAILY;COUNT=0"],
    "less than never": ["RRULE:FREQ=DAILY;COUNT=-1"],
    "over before it begins": ["RRULE:FREQ=DAILY;UNTIL=20200101"],
    "for eight thousand years": ["RRULE:FREQ=DAILY;UNTIL=99991231T235959Z"],
    "on a day that never comes": ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
    "daily on a day that never comes": ["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"] * 5,
    "monthly on a day that never comes": ["RRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11"] * 5,
    "a second of one": ["RRULE:FREQ=DAILY;BYSETPOS=2"],
    "many positions": ["RRULE:FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=" + ",".join(map(str, range(13, 367)))],
    "every position": ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=" + ",".join(map(str, range(-31, 0)))],
    "no position": ["RRULE:FREQ=MONTHLY;BYSETPOS=0"],
    "one position again and again": ["RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=" + ",".join(["1"] * MANY)],
    "on the ninety-ninth": ["RRULE:FREQ=DAILY;BYMONTHDAY=99"],
    "in the thirteenth month": ["RRULE:FREQ=MONTHLY;BYMONTH=13"],
    "on all days by number": [f"RRULE:FREQ=YEARLY;BYYEARDAY={','.join(map(str, range(1, 367)))}"],
    "twice said": ["RRULE:FREQ=DAILY;FREQ=DAILY"],
    "two ends": ["RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260310"],
    "other digits": ["RRULE:FREQ=DAILY;INTERVAL=\u0663"],
    "lines in a line": ["RRULE:EXDATE:20260303T090000 RRULE:INTERVAL=1;FREQ=DAILY"],
    "line breaks": ["RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY"],
    "semicolons": ["RRULE:FREQ=DAILY" + ";" * 1_000_000],
    "ten thousand exceptions": ["RRULE:FREQ=DAILY", *["EXDATE:20260303T090000"] * MANY],
    "exceptions in one line": ["RRULE:FREQ=DAILY", "EXDATE:" + ",".join(["20260303T090000"] * MANY)],
    "a million dates": ["RDATE:" + ",".join(["20260303T090000"] * 1_000_000)],
    "a thousand rules": ["RRULE:FREQ=DAILY"] * 1000,
    "excluding itself": ["RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY"],
    "a date at the end of time": ["RDATE:99981231T235959"],
    "a date beyond": ["RDATE:99991231T235959Z"],
    "a date elsewhere": ["RDATE;TZID=../../etc/passwd:20260303T090000"],
    "empty lines": [""] * MANY,
    "options without end": ["RRULE" + ";A=B" * MANY + ":FREQ=DAILY"],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES.keys())
def test_rules_from_hell(world: World, lines: list[str]) -> None:
    token = ask(world, "GET", f"{EVENTS}?singleEvents=true&timeMax=2026-03-09T00:00:00Z").json()[
        "nextSyncToken"
    ]
    made = sound(world, "POST", EVENTS, {**SERIES, "recurrence": lines})
    if made.status >= 400:
        return
    target = f"{EVENTS}/{made.json()['id']}"
    for asked in (
        "",
        "/instances",
        "/instances?timeMax=9998-01-01T00:00:00Z&maxResults=2500",
        "_99980101T080000Z",
    ):
        assert ask(world, "GET", target + asked).status in (200, 404)
    listed = ask(world, "GET", f"{EVENTS}?singleEvents=true&orderBy=startTime&maxResults=10")
    changed = ask(world, "GET", f"{EVENTS}?syncToken={token}&singleEvents=true")
    assert (listed.status, changed.status) == (200, 200)
    assert ask(world, "PATCH", target, {"recurrence": ["RRULE:FREQ=WEEKLY"]}).status == 200
    assert ask(world, "PATCH", target, {"recurrence": lines}).status == 200
    assert ask(world, "DELETE", target).status == 204


@pytest.mark.parametrize("interval", ["", ";INTERVAL=2", ";INTERVAL=5"])
@pytest.mark.parametrize(
    "days",
    [
        "",
        ";BYMONTH=2,12",
        ";BYMONTHDAY=31,-31,-1",
        ";BYDAY=MO,SU",
        ";BYMONTH=3;BYMONTHDAY=1,2,3,4,5,6;BYDAY=SA,TU",
        ";BYSETPOS=-1",
    ],
)
def test_daily_rules_take_the_days_that_the_library_takes(world: World, interval: str, days: str) -> None:
    rule = f"FREQ=DAILY{interval}{days}"
    made = ask(world, "POST", EVENTS, {**SERIES, "recurrence": [f"RRULE:{rule}"]}).json()
    listed = ask(
        world, "GET", f"{EVENTS}/{made['id']}/instances?timeMax=2032-01-01T00:00:00Z&maxResults=2500"
    )
    expected = rrulestr(rule, dtstart=datetime(2026, 3, 2, 9)).between(
        datetime(2026, 1, 1), datetime(2032, 1, 1)
    )
    starts = [item["start"]["dateTime"][:10] for item in listed.json()["items"]]
    assert starts == [f"{moment:%Y-%m-%d}" for moment in expected]
    assert starts


@pytest.mark.parametrize("end", ["2034-06-01T10:00:00", "9998-12-31T23:59:59"])
def test_occurrences_that_last_for_years(world: World, end: str) -> None:
    times = {**SERIES, "end": {"dateTime": end, "timeZone": "America/New_York"}}
    made = ask(world, "POST", EVENTS, {**times, "recurrence": ["RRULE:FREQ=DAILY"]}).json()
    target = f"{EVENTS}/{made['id']}"
    for asked in (f"{target}/instances", f"{EVENTS}?singleEvents=true&timeMin=2030-01-01T00:00:00Z"):
        assert made["id"] in {item["recurringEventId"] for item in ask(world, "GET", asked).json()["items"]}
    assert ask(world, "PATCH", target, {"summary": "Changed"}).status == 200
    assert ask(world, "DELETE", target).status == 204


def test_a_hundred_thousand_guests(world: World) -> None:
    guests = [{"email": f"guest{number}@example.com"} for number in range(100_000)]
    made = sound(world, "POST", EVENTS, {**MEETING, "attendees": guests})
    if made.status == 200:
        target = f"{EVENTS}/{made.json()['id']}"
        assert len(made.json()["attendees"]) == len(guests)
        assert ask(world, "GET", f"{target}?maxAttendees=1").json()["attendeesOmitted"] is True
        assert ask(world, "PATCH", target, {"location": "The stadium"}).status == 200
        assert ask(world, "DELETE", target).status == 204
