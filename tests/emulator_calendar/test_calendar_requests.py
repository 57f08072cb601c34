"""Requests that Calendar refuses, and how an answer looks on the wire."""

import json
from typing import Any

import pytest

from confsync.emulator.wire import Response
from confsync.emulator.world import World

EVENTS = "/calendar/v3/calendars/primary/events"
ALICE = {"authorization": "Bearer alice@example.com"}
MEETING = {"summary": "A\nB ß", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


def ask(world: World, method: str, target: str, body: Any = None) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    return world.request(method, target, ALICE, data)


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "reason"),
    [
        ("GET", "/calendar/v3/nothing", None, 404, "notFound"),
        ("PUT", EVENTS, {}, 404, "notFound"),
        ("GET", f"{EVENTS}?colour=red", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}?maxResults=0", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}?maxResults=many", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}?singleEvents=perhaps", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}?orderBy=name", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}?timeMin=2026-03-03", None, 400, "badRequest"),
        ("GET", f"{EVENTS}?timeMin=2026-03-03T00:00:00", None, 400, "badRequest"),
        ("GET", f"{EVENTS}?timeZone=Mars/Base", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}?fields=nothing", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}?fields=items(id", None, 400, "invalidParameter"),
        ("GET", f"{EVENTS}/never00", None, 404, "notFound"),
        ("POST", f"{EVENTS}/never00/move", None, 400, "required"),
        ("POST", f"{EVENTS}?conferenceDataVersion=2", {}, 400, "invalidParameter"),
        ("POST", EVENTS, b"{", 400, "parseError"),
        ("POST", EVENTS, b"[]", 400, "parseError"),
        ("POST", EVENTS, {}, 400, "required"),
    ],
)
def test_refusals(world: World, method: str, target: str, body: Any, status: int, reason: str) -> None:
    response = ask(world, method, target, body)
    assert (response.status, response.json()["error"]["code"]) == (status, status)
    assert response.json()["error"]["errors"][0]["reason"] == reason


def test_bodies_are_compact_unless_asked_otherwise_and_carry_the_etag(world: World) -> None:
    inserted = ask(world, "POST", EVENTS, MEETING)
    event = inserted.json()
    assert inserted.body.startswith(b'{"kind":"calendar#event","etag":')
    assert inserted.headers["etag"] == event["etag"]
    assert inserted.headers["content-type"] == "application/json; charset=UTF-8"
    listed = ask(world, "GET", EVENTS)
    assert listed.body.decode() == json.dumps(listed.json(), separators=(",", ":"), ensure_ascii=False)
    assert listed.json()["items"] == [event]
    pretty = ask(world, "GET", f"{EVENTS}?prettyPrint=true")
    assert pretty.body.decode() == json.dumps(listed.json(), indent=1, ensure_ascii=False)


def test_delete_has_no_body(world: World) -> None:
    event = ask(world, "POST", EVENTS, MEETING).json()
    response = ask(world, "DELETE", f"{EVENTS}/{event['id']}")
    assert (response.status, response.body) == (204, b"")


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ("items(id)", {"items": [{"id": "meeting01"}]}),
        ("items/id,kind", {"kind": "calendar#events", "items": [{"id": "meeting01"}]}),
        ("items(creator/email,start)", {"items": [
            {"creator": {"email": "alice@example.com"}, "start": {"date": "2026-03-03"}}]}),
        ("kind", {"kind": "calendar#events"}),
        ("items(start(*))", {"items": [{"start": {"date": "2026-03-03"}}]}),
        ("items(reminders/*,id)", {"items": [{"id": "meeting01", "reminders": {"useDefault": True}}]}),
        ("items(extendedProperties/private/room)", {"items": [
            {"extendedProperties": {"private": {"room": "7"}}}]}),
    ],
)  # fmt: skip
def test_fields(world: World, fields: str, answer: dict[str, Any]) -> None:
    properties = {"extendedProperties": {"private": {"room": "7", "floor": "1"}}}
    ask(world, "POST", EVENTS, {**MEETING, **properties, "id": "meeting01"})
    assert ask(world, "GET", f"{EVENTS}?fields={fields}").json() == answer


def test_fields_of_an_event_and_of_a_list_do_not_mix(world: World) -> None:
    ask(world, "POST", EVENTS, {**MEETING, "id": "meeting01"})
    assert list(ask(world, "GET", f"{EVENTS}?fields=etag").json()) == ["etag"]
    assert list(ask(world, "GET", f"{EVENTS}/meeting01?fields=etag").json()) == ["etag"]
    assert len(ask(world, "GET", f"{EVENTS}?fields=*").json()["items"][0]) > 5


def test_a_long_address_may_come_as_a_post(world: World) -> None:
    headers = {**ALICE, "x-http-method-override": "GET"}
    assert world.request("POST", EVENTS, headers, b"maxResults=1&q=nothing").json()["items"] == []


def test_same_seed_same_bytes() -> None:
    def play() -> list[bytes]:
        from confsync.emulator.clock import Clock

        world = World(seed=7, clock=Clock(start_us=1_772_438_400_000_000))
        world.oauth.add_user("alice@example.com")
        answers = [ask(world, "POST", EVENTS, MEETING).body, ask(world, "GET", EVENTS).body]
        world.close()
        return answers

    assert play() == play()


def test_max_attendees(world: World) -> None:
    people = [{"email": f"{name}@example.com"} for name in ("alice", "bob", "carol")]
    ask(world, "POST", EVENTS, {**MEETING, "id": "meeting01", "attendees": people})
    shown = ask(world, "GET", f"{EVENTS}/meeting01?maxAttendees=2").json()
    assert [person["email"] for person in shown["attendees"]] == ["alice@example.com"]
    assert shown["attendeesOmitted"] is True
