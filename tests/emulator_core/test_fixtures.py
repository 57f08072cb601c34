"""Fixtures: users and calendars with their events are there as they were written, or none of them is."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.clock import Clock
from confsync.emulator.fixtures import Fixtures, fixtures_of
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

ALICE, BOB = "alice@example.com", "bob@example.com"
DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
DAILY = {
    "id": "series",
    "summary": "Daily",
    "start": {"dateTime": "2026-03-02T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-02T09:30:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"],
}
MOVED = {
    "summary": "Later",
    "recurringEventId": "series",
    "originalStartTime": {"dateTime": "2026-03-03T09:00:00+01:00"},
    "start": {"dateTime": "2026-03-03T15:00:00+01:00"},
    "end": {"dateTime": "2026-03-03T15:30:00+01:00"},
}
DROPPED = {
    "kind": "calendar#event",
    "etag": '"1"',
    "id": "series_20260304T080000Z",
    "status": "cancelled",
    "recurringEventId": "series",
    "originalStartTime": {"dateTime": "2026-03-04T09:00:00+01:00", "timeZone": "Europe/Berlin"},
}


@pytest.fixture
def events(world: World) -> Any:
    """Alice's events, through Google's client."""
    return client(world, ALICE).events()


def client(world: World, user: str) -> Any:
    """Return Google's client for a user."""
    return build("calendar", "v3", http=TwinHttp(world, user), static_discovery=True)


def load(world: World, *given: dict[str, Any], calendar: str = ALICE, **keys: Any) -> None:
    """Load events into a calendar."""
    world.import_({"calendars": [{"id": calendar, "events": given, **keys}]})


def test_users_and_calendars_are_made(world: World) -> None:
    carol, team = "carol@example.com", "team@group.calendar.google.com"
    described = {"summary": "Team", "description": "Ours", "timeZone": "Asia/Tokyo"}
    world.import_(
        {
            "users": ["dora@example.com", {"email": "Carol@example.com", "timeZone": "America/New_York"}],
            "calendars": [
                {"id": team, "owner": carol, **described, "events": [{**DAY, "summary": "Kick-off"}]}
            ],
        }
    )
    service = client(world, carol)
    entries = service.calendarList().list().execute()["items"]
    assert [(entry["id"], entry["accessRole"], entry["timeZone"]) for entry in entries] == [
        (carol, "owner", "America/New_York"),
        (team, "owner", "Asia/Tokyo"),
    ]
    calendar = service.calendars().get(calendarId=team).execute()
    assert calendar == calendar | described
    (event,) = service.events().list(calendarId=team).execute()["items"]
    assert event["organizer"] == {"email": team, "displayName": "Team", "self": True}
    assert event["creator"] == {"email": carol}


def test_events_look_as_if_they_had_been_written_one_by_one(world: World, events: Any) -> None:
    given = {
        **DAY, "id": "given", "summary": "Review", "location": "Room 5", "colorId": "3", "transparency": "transparent",
        "attendees": [{"email": "Zoe@example.org", "responseStatus": "accepted"}, {"email": ALICE}],
        "extendedProperties": {"private": {"a": "b"}}, "reminders": {"useDefault": False},
    }  # fmt: skip
    written = events.insert(calendarId="primary", body={**given, "id": "direct"}).execute()
    load(world, given)
    loaded = events.get(calendarId="primary", eventId="given").execute()
    own = ("id", "etag", "htmlLink", "iCalUID", "updated")
    assert {name: loaded[name] for name in loaded if name not in own} == {
        name: written[name] for name in written if name not in own
    }
    assert loaded["etag"] > written["etag"]


def test_what_the_api_shows_can_be_loaded_as_it_is(world: World, events: Any) -> None:
    sent = {**DAY, "summary": "Meet", "attendees": [{"email": BOB}]}
    sent["conferenceData"] = {
        "createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    }
    events.insert(calendarId="primary", body=sent, conferenceDataVersion=1).execute()
    gone = events.insert(calendarId="primary", body={**DAY, "summary": "Gone"}).execute()
    events.delete(calendarId="primary", eventId=gone["id"]).execute()
    load(world, DAILY, MOVED, DROPPED)
    shown = events.list(calendarId="primary", showDeleted=True).execute()["items"]
    other = World(clock=Clock(start_us=VIRTUAL_START_US + 3600_000_000), users=[ALICE])
    load(other, *json.loads(json.dumps(shown)))
    again = client(other, ALICE).events().list(calendarId="primary", showDeleted=True).execute()["items"]
    other.close()
    assert len(again) == 5

    def lasting(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [
            {name: value for name, value in item.items() if name not in ("etag", "updated")} for item in items
        ]
        for item in kept:
            item.get("conferenceData", {}).pop("signature", None)
        return kept

    assert lasting(again) == lasting(shown)


def test_exceptions_may_come_before_their_series(world: World, events: Any) -> None:
    load(world, DROPPED, MOVED, DAILY)
    expanded = events.list(calendarId="primary", singleEvents=True, orderBy="startTime").execute()["items"]
    assert [(item["summary"], item["start"]["dateTime"]) for item in expanded] == [
        ("Daily", "2026-03-02T08:00:00Z"),
        ("Later", "2026-03-03T14:00:00Z"),
        ("Daily", "2026-03-05T08:00:00Z"),
    ]
    moved = expanded[1]
    assert (moved["id"], moved["recurringEventId"]) == ("series_20260303T080000Z", "series")
    assert moved["originalStartTime"] == {"dateTime": "2026-03-03T08:00:00Z", "timeZone": "Europe/Berlin"}


def test_a_split_series_keeps_its_ids(world: World, events: Any) -> None:
    series = {**DAILY, "id": "series_R20260302T080000"}
    load(world, series, {**MOVED, "recurringEventId": series["id"], "id": "series_20260303T080000Z"})
    items = events.list(calendarId="primary").execute()["items"]
    assert [item["id"] for item in items] == ["series_20260303T080000Z", "series_R20260302T080000"]


def test_a_delta_tells_of_what_was_loaded(world: World, events: Any) -> None:
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    load(world, *({**DAY, "summary": str(number)} for number in range(3)))
    delta = events.list(calendarId="primary", syncToken=token).execute()["items"]
    assert sorted(item["summary"] for item in delta) == ["0", "1", "2"]
    assert len({item["etag"] for item in delta}) == 3


def test_triggers_hear_of_it_once(world: World) -> None:
    heard: list[str] = []
    world.calendar.listeners.append(heard.append)
    load(world, DAY, DAY, DAY)
    assert heard == [ALICE]


def test_nobody_is_invited(world: World) -> None:
    load(world, {**DAY, "attendees": [{"email": BOB}]})
    assert client(world, BOB).events().list(calendarId="primary").execute()["items"] == []


def test_an_add_on_s_conference_is_signed_so_that_it_can_be_copied(world: World, events: Any) -> None:
    data = {
        "conferenceId": "c1",
        "conferenceSolution": {"key": {"type": "addOn"}, "name": "Conf"},
        "entryPoints": [{"entryPointType": "video", "uri": "https://conf.example/1"}],
    }
    load(world, {**DAY, "id": "first", "conferenceData": data})
    shown = events.get(calendarId="primary", eventId="first").execute()["conferenceData"]
    body = {**DAY, "conferenceData": shown}
    copied = events.insert(calendarId="primary", body=body, conferenceDataVersion=1).execute()
    assert copied["conferenceData"] == shown


def test_a_calendar_that_is_there_keeps_its_events_and_can_be_described(world: World, events: Any) -> None:
    load(world, DAY)
    load(world, DAY, summary="Mine", timeZone="Asia/Tokyo", owner=ALICE)
    listed = events.list(calendarId="primary").execute()
    assert (len(listed["items"]), listed["summary"], listed["timeZone"]) == (2, "Mine", "Asia/Tokyo")


EVENT = "calendars[0].events[1]"
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no times": ({"summary": "A"}, f'{EVENT} ("A")', "Missing end time"),
    "no name": ({"start": {"date": "x"}}, EVENT, "Missing end time"),
    "no date": ({**DAY, "start": {"date": "x"}, "id": "abcde"}, f'{EVENT} ("abcde")', "Bad Request"),
    "backwards": ({**DAY, "end": {"date": "2026-03-01"}}, EVENT, "The specified time range is empty"),
    "a wrong type": ({**DAY, "summary": 5}, f'{EVENT} ("5")', "Invalid value for 'summary': string expected"),
    "a wrong guest": ({**DAY, "attendees": [{"email": "x"}]}, EVENT, "Invalid attendee email"),
    "a wrong rule": ({**DAILY, "recurrence": ["RRULE:FREQ=HOURLY"]}, f'{EVENT} ("Daily")', "Invalid recurrence rule"),
    "a wrong id": ({**DAY, "id": "UPPER"}, f'{EVENT} ("UPPER")', "Invalid resource id value"),
    "the same id": ({**DAY, "id": "first"}, f'{EVENT} ("first")', "There is an event with the id first already"),
    "no series": (MOVED, f'{EVENT} ("Later")', "There is no series series"),
    "half a character": ({**DAY, "summary": "\ud800"}, EVENT, "surrogates not allowed"),
}  # fmt: skip


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_event_is_named_and_nothing_is_loaded(world: World, events: Any, how: str) -> None:
    event, where, what = WRONG[how]
    with pytest.raises(EmulatorError) as caught:
        world.import_(
            {"users": ["new@example.com"], "calendars": [{"id": ALICE, "events": [FIRST, event, DAY]}]}
        )
    assert caught.value.where.startswith(where)
    assert what in caught.value.what
    assert events.list(calendarId="primary").execute()["items"] == []
    assert world.oauth.users() == [ALICE, BOB]


FIRST = {**DAY, "id": "first"}


@pytest.mark.parametrize(
    ("exception", "what"),
    [
        ({**MOVED, "originalStartTime": {"date": "2026-03-03"}}, "no occurrence with this originalStartTime"),
        ({**MOVED, "originalStartTime": {"dateTime": "2026-03-03T10:00:00Z"}}, "no occurrence with this"),
        ({**MOVED, "id": "series_20260305T080000Z"}, "The id of this occurrence is series_20260303T080000Z"),
        ({**MOVED, "recurringEventId": "first"}, "There is no series first"),
    ],
)
def test_an_exception_must_fit_its_series(world: World, exception: dict[str, Any], what: str) -> None:
    with pytest.raises(EmulatorError, match=what):
        load(world, FIRST, DAILY, exception)


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        ({"user": []}, "", '"user" is not a key here; there are users, calendars'),
        ({"users": "alice"}, "", '"users" must be a list'),
        ({"users": [{"mail": "a"}]}, "users[0]", '"mail" is not a key here'),
        ({"users": [{}]}, "users[0]", '"email" is missing'),
        ({"users": [ALICE, "alice"]}, "users[1]", '"alice" is not an e-mail address'),
        ({"users": [{"email": ALICE, "timeZone": 1}]}, "users[0]", '"timeZone" must be a string'),
        (
            {"users": [{"email": "new@example.com", "timeZone": "Mars"}]},
            "users[0]",
            '"Mars" is not a time zone',
        ),
        ({"calendars": [5]}, "calendars[0]", "there must be an object here"),
        ({"calendars": [{"id": ALICE, "events": "x"}]}, "calendars[0]", '"events" must be a list'),
        ({"calendars": [{"id": ALICE, "events": {}}]}, "calendars[0]", '"events" must be a list'),
        (
            {"calendars": [{"id": ALICE, "events": [5]}]},
            "calendars[0].events[0]",
            "An event must be an object",
        ),
        (
            {"calendars": [{"id": "team@x.org"}]},
            "calendars[0]",
            '"owner" must be the e-mail address of a user',
        ),
        ({"calendars": [{"id": "team@x.org", "owner": "no@x.org"}]}, "calendars[0]", '"owner" must be'),
        (
            {"calendars": [{"id": ALICE, "owner": BOB}]},
            "calendars[0]",
            f"the owner of this calendar is {ALICE}",
        ),
        ({"calendars": [{"id": ALICE, "timeZone": "Mars"}]}, "calendars[0]", '"Mars" is not a time zone'),
    ],
)
def test_a_wrong_key_is_named(world: World, data: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        world.import_(data)
    assert (caught.value.where, what in caught.value.what) == (where, True)


def test_a_file_is_named_too(world: World, tmp_path: Path) -> None:
    file = tmp_path / "fixtures.json"
    file.write_text(json.dumps({"calendars": [{"id": ALICE, "events": [{}]}]}))
    with pytest.raises(EmulatorError) as caught:
        world.import_(file)
    assert str(caught.value) == f"{file}: calendars[0].events[0]: Missing end time"


def test_a_request_can_bring_them(world: World, events: Any) -> None:
    body = json.dumps({"calendars": [{"id": ALICE, "events": [DAY]}]}, indent=2).encode()
    assert world.request("POST", "/emulator/import", {}, body).status == 200
    assert len(events.list(calendarId="primary").execute()["items"]) == 1
    wrong = world.request("POST", "/emulator/import", {}, b'{"calendars": [{}]}')
    assert (wrong.status, wrong.json()["error"]["message"]) == (400, 'body: calendars[0]: "id" is missing')


def test_events_may_be_made_while_they_are_loaded(world: World, events: Any) -> None:
    def many() -> Iterator[dict[str, Any]]:
        for number in range(3000):
            yield {**DAY, "summary": str(number)}

    world.import_({"calendars": [{"id": ALICE, "events": many()}]})
    assert len(events.list(calendarId="primary", maxResults=2500).execute()["items"]) == 2500


def test_bytes_and_objects_mean_the_same(world: World) -> None:
    data = {"users": [ALICE], "calendars": [{"id": ALICE, "events": [DAY]}]}
    assert fixtures_of(data) == Fixtures([ALICE], [{"id": ALICE, "events": [DAY]}])
    world.import_(io.BytesIO(json.dumps(data).encode()))
    assert len(world.calendar.survey()[0]["events"]) == 1
