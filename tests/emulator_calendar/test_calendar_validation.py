"""Requests that are not quite right: spellings that pass, bodies that do not, and in which envelope each is refused."""

import json
from typing import Any

import pytest

from confsync.emulator.wire import Response
from confsync.emulator.world import World

EVENTS = "/calendar/v3/calendars/primary/events"
ALICE = {"authorization": "Bearer alice@example.com"}
MEETING = {"summary": "Review", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


def ask(world: World, method: str, target: str, body: bytes = b"", **headers: str) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.request(method, target, {**ALICE, **given}, body)


def error_of(response: Response) -> tuple[int, str, str]:
    item = response.json()["error"]["errors"][0]
    return response.status, item["reason"], item["message"]


@pytest.mark.parametrize("spelling", ["true", "True", "TRUE", "1", "t", "yes"])
def test_spellings_of_true(world: World, spelling: str) -> None:
    series = {**MEETING, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}
    ask(world, "POST", EVENTS, json.dumps(series).encode())
    assert len(ask(world, "GET", f"{EVENTS}?singleEvents={spelling}").json()["items"]) == 3


@pytest.mark.parametrize("spelling", ["false", "False", "0", "n"])
def test_spellings_of_false(world: World, spelling: str) -> None:
    series = {**MEETING, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}
    ask(world, "POST", EVENTS, json.dumps(series).encode())
    assert len(ask(world, "GET", f"{EVENTS}?singleEvents={spelling}").json()["items"]) == 1


@pytest.mark.parametrize(
    "empty", ["pageToken", "syncToken", "timeMin", "orderBy", "maxResults", "q", "fields"]
)
def test_a_parameter_without_a_value_is_none(world: World, empty: str) -> None:
    assert ask(world, "GET", f"{EVENTS}?{empty}=").json() == ask(world, "GET", EVENTS).json()


def test_a_parameter_given_twice(world: World) -> None:
    assert ask(world, "GET", f"{EVENTS}?maxResults=5&maxResults=5&alt=json&alt=json").status == 200
    refused = error_of(ask(world, "GET", f"{EVENTS}?maxResults=5&maxResults=6"))
    assert refused == (400, "invalidParameter", "Parameter 'maxResults' is given more than once.")
    assert ask(world, "GET", f"{EVENTS}?eventTypes=default&eventTypes=birthday").status == 200


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("maxResults=0", "Invalid value '0'. Values must be within the range: [1, 2147483647]"),
        (
            "maxResults=2147483648",
            "Invalid value '2147483648'. Values must be within the range: [1, 2147483647]",
        ),
        ("maxResults=1.5", "Invalid integer value: '1.5'."),
        ("orderBy=name", "Invalid value 'name'. Allowed values: [startTime, updated]"),
        ("showDeleted=maybe", "Invalid boolean value: 'maybe'."),
        ("colour=red", 'Unknown name "colour": Cannot bind query parameter.'),
        ("calendarId=primary", 'Unknown name "calendarId": Cannot bind query parameter.'),
        (f"quotaUser={'x' * 41}", f"Invalid value '{'x' * 41}'. It must not exceed 40 characters."),
    ],
)
def test_what_is_said_of_a_parameter(world: World, query: str, message: str) -> None:
    response = ask(world, "GET", f"{EVENTS}?{query}")
    assert error_of(response) == (400, "invalidParameter", message)
    error = response.json()["error"]
    assert error["errors"][0]["location"] == query.partition("=")[0]
    assert list(error) == ["errors", "code", "message"]


@pytest.mark.parametrize(
    "text", ["2026-03-03T00:00:00Z", "2026-03-03t00:00:00z", "2026-03-03T00:00:00.123%2B01:00"]
)
def test_spellings_of_a_time(world: World, text: str) -> None:
    assert ask(world, "GET", f"{EVENTS}?timeMin={text}").status == 200


@pytest.mark.parametrize(
    "text", ["2026-03-03", "2026-03-03T00:00:00", "2026-03-03T00:00:00+01:00", "2026-13-03T00:00:00Z", "now"]
)
def test_times_that_cannot_be_read(world: World, text: str) -> None:
    assert error_of(ask(world, "GET", f"{EVENTS}?timeMin={text}")) == (400, "badRequest", "Bad Request")


@pytest.mark.parametrize("name", ["access_token", "oauth_token"])
def test_a_token_may_come_in_the_query(world: World, name: str) -> None:
    for number in range(3):
        world.request("POST", EVENTS, ALICE, json.dumps({**MEETING, "id": f"event0{number}"}).encode())
    first = world.request("GET", f"{EVENTS}?maxResults=2&{name}=alice@example.com").json()
    rest = ask(world, "GET", f"{EVENTS}?maxResults=2&pageToken={first['nextPageToken']}")
    assert len(first["items"] + rest.json()["items"]) == 3


@pytest.mark.parametrize(
    ("body", "content_type", "reason", "message"),
    [
        (b"{", "application/json", "parseError", "Parse Error"),
        (b"\xff\xfe", "application/json", "parseError", "Parse Error"),
        (b"[]", "application/json", "parseError", "Parse Error"),
        (b'"text"', "application/json", "parseError", "Parse Error"),
        (b"null", "application/json", "parseError", "Parse Error"),
        (b"NaN", "application/json", "parseError", "Parse Error"),
        (b"{}", "application/json; charset=UTF-8", "required", "Missing end time."),
        (b"", "application/json", "required", "Missing end time."),
        (b"  ", "", "required", "Missing end time."),
        (b"a=b", "application/x-www-form-urlencoded", "parseError", "This API does not support parsing form-encoded input."),
        (b"{}", "text/plain;charset=UTF-8", "badContent", "Unsupported content with type: text/plain"),
        (b'{"summary": 5}', "application/json", "invalid", "Invalid value for 'summary': string expected."),
        (b'{"start": "now"}', "application/json", "invalid", "Invalid value for 'start': object expected."),
        (b'{"attendees": {}}', "application/json", "invalid", "Invalid value for 'attendees': array expected."),
        (b'{"attendees": [null]}', "application/json", "invalid", "Invalid value for 'attendees': null in a list."),
    ],
)  # fmt: skip
def test_bodies(world: World, body: bytes, content_type: str, reason: str, message: str) -> None:
    response = ask(world, "POST", EVENTS, body, content_type=content_type)
    assert error_of(response) == (400, reason, message)
    assert response.body.startswith(b'{\n "error"')


def test_a_get_brings_no_body(world: World) -> None:
    assert error_of(ask(world, "GET", EVENTS, b"{}")) == (400, "badRequest", "Bad Request")


@pytest.mark.parametrize("target", ["/calendar/v3/calendars/primary/clear", f"{EVENTS}/quickAdd?text=Lunch"])
def test_a_body_that_nobody_asked_for_is_ignored(world: World, target: str) -> None:
    assert ask(world, "POST", target, b"nonsense").status in (200, 204)


def test_a_body_can_be_too_large(world: World) -> None:
    body = json.dumps({**MEETING, "description": "x" * 10 * 1024 * 1024}).encode()
    assert error_of(ask(world, "POST", EVENTS, body)) == (413, "uploadTooLarge", "Request Too Large")
    assert ask(world, "GET", EVENTS).json()["items"] == []


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/calendar/v3"),
        ("GET", "/calendar/v3/"),
        ("GET", "/calendar/v3/calendars"),
        ("GET", "/calendar/v3/calendars/primary/events/"),
        ("PUT", EVENTS),
        ("POST", f"{EVENTS}/never00"),
        ("PATCH", "/calendar/v3/colors"),
        ("GET", f"{EVENTS}/quickAdd/more"),
    ],
)
def test_paths_and_verbs_that_are_not_there(world: World, method: str, target: str) -> None:
    assert error_of(ask(world, method, target)) == (404, "notFound", "Not Found")


def test_unknown_fields_are_ignored(world: World) -> None:
    body = json.dumps({**MEETING, "colour": "red", "start": {"date": "2026-03-03", "place": "here"}}).encode()
    event = ask(world, "POST", EVENTS, body).json()
    assert "colour" not in event and event["start"] == {"date": "2026-03-03"}


def test_auth_comes_before_the_calendar_and_that_before_everything_else(world: World) -> None:
    strange = "/calendar/v3/calendars/nobody/events?colour=red"
    assert world.request("POST", strange, {}, b"{").status == 401
    assert error_of(ask(world, "POST", strange, b"{"))[:2] == (404, "notFound")
    assert error_of(ask(world, "POST", f"{EVENTS}?colour=red", b"{"))[:2] == (400, "invalidParameter")
    assert error_of(ask(world, "PATCH", f"{EVENTS}/never00", b"{"))[:2] == (400, "parseError")


def test_a_known_listing_is_not_sent_again(world: World) -> None:
    for target in ("/calendar/v3/users/me/calendarList", "/calendar/v3/calendars/primary/acl", EVENTS):
        etag = ask(world, "GET", target).headers["etag"]
        again: Any = ask(world, "GET", target, if_none_match=etag)
        assert (again.status, again.body) == (304, b"")
