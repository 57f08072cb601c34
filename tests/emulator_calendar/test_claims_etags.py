"""Etags and what depends on them: conditions on writes and reads, and the sequence beside them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from confsync.emulator.wire import Response
from confsync.emulator.world import World

CALENDARS = "/calendar/v3/calendars"
EVENTS = f"{CALENDARS}/primary/events"
RULE = "user:bob@example.com"
SCOPE = {"scope": {"type": "user", "value": "bob@example.com"}}
ME = {"calendarId": "primary"}
MEETING = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-16T09:00:00+01:00"},
    "end": {"dateTime": "2026-03-16T10:00:00+01:00"},
}


def ask(world: World, method: str, target: str, body: Any = None, **headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent["authorization"] = "Bearer alice@example.com"
    return world.request(method, target, sent, b"" if body is None else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("PATCH", f"{EVENTS}/meeting01", {"summary": "x"}),
        ("PUT", f"{EVENTS}/meeting01", MEETING),
        ("DELETE", f"{EVENTS}/meeting01", None),
        ("POST", f"{EVENTS}/meeting01/move?destination={{team}}", None),
        ("PATCH", f"{CALENDARS}/primary/acl/{RULE}", {"role": "writer"}),
        ("PUT", f"{CALENDARS}/primary/acl/{RULE}", {**SCOPE, "role": "writer"}),
        ("DELETE", f"{CALENDARS}/primary/acl/{RULE}", None),
        ("PATCH", f"{CALENDARS}/{{team}}", {"summary": "x"}),
        ("PUT", f"{CALENDARS}/{{team}}", {"summary": "x"}),
    ],
)
def test_which_methods_heed_if_match(world: World, method: str, target: str, body: Any) -> None:
    ask(world, "POST", EVENTS, {"id": "meeting01", **MEETING})
    ask(world, "POST", f"{CALENDARS}/primary/acl", {**SCOPE, "role": "reader"})
    team = ask(world, "POST", CALENDARS, {"summary": "Team"}).json()["id"]
    target = target.format(team=team)
    refused = ask(world, method, target, body, if_match='"1"')
    assert (refused.status, refused.json()["error"]["errors"][0]["reason"]) == (412, "conditionNotMet")
    assert ask(world, method, target, body, if_match="*").status in (200, 204)


def test_an_insert_heeds_no_etag(world: World) -> None:
    inserted = ask(world, "POST", EVENTS, {"id": "meeting01", **MEETING}, if_match='"1"')
    assert (inserted.status, inserted.json()["id"]) == (200, "meeting01")


@pytest.mark.parametrize("target", [EVENTS, f"{EVENTS}/meeting01"])
def test_a_304_keeps_its_etag(world: World, target: str) -> None:
    ask(world, "POST", EVENTS, {"id": "meeting01", **MEETING})
    etag = ask(world, "GET", target).json()["etag"]
    known = ask(world, "GET", target, if_none_match=etag)
    headers = {name.lower(): value for name, value in known.headers.items()}
    assert (known.status, known.body, headers["etag"]) == (304, b"", etag)
    assert ask(world, "GET", target, if_none_match='"1"').status == 200


def test_the_etag_of_an_entry_is_its_microsecond(world: World, service: Callable[[str], Any]) -> None:
    entries = service("alice@example.com").calendarList()
    world.clock.advance(1_234_567)
    entry = entries.patch(**ME, body={"summaryOverride": "Mine"}).execute()
    assert entry["etag"] == f'"{world.clock.now_us()}"'
    assert entries.get(**ME).execute()["etag"] == entry["etag"]


@pytest.mark.parametrize(
    ("body", "grows"),
    [
        ({"start": {"dateTime": "2026-03-16T08:00:00+01:00"}}, True),
        ({"end": {"dateTime": "2026-03-16T12:00:00+01:00"}}, True),
        ({"location": "Room 7"}, True),
        ({"status": "tentative"}, True),
        ({"summary": "New"}, False),
        ({"description": "New"}, False),
        ({"colorId": "3"}, False),
        ({"reminders": {"useDefault": False}}, False),
        ({"extendedProperties": {"private": {"a": "1"}}}, False),
    ],
)
def test_what_makes_the_sequence_grow(alice: Any, body: dict[str, Any], grows: bool) -> None:
    event = alice.insert(**ME, body=MEETING).execute()
    changed = alice.patch(**ME, eventId=event["id"], body=body).execute()
    assert changed["sequence"] - event["sequence"] == int(grows)
