"""What holds for every request: common parameters, the order of checks, headers, answers without a body."""

import json
from typing import Any

import pytest

from confsync.emulator.wire import Response
from confsync.emulator.world import World

CALENDARS = "/calendar/v3/calendars"
EVENTS = f"{CALENDARS}/primary/events"
MEETING = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
COMMON = "alt=json&key=k&oauth_token=t&prettyPrint=true&quotaUser=somebody&userIp=127.0.0.1&fields=*"


def ask(
    world: World, method: str, target: str, body: Any = None, token: str = "alice@example.com", **headers: str
) -> Response:
    sent = {
        "authorization": f"Bearer {token}",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return world.request(method, target, sent, b"" if body is None else json.dumps(body).encode())


def told(response: Response) -> tuple[int, str]:
    return response.status, response.json()["error"]["errors"][0]["reason"]


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", EVENTS, None),
        ("POST", EVENTS, MEETING),
        ("GET", f"{EVENTS}/meeting01", None),
        ("PATCH", f"{EVENTS}/meeting01", {}),
        ("PUT", f"{EVENTS}/meeting01", MEETING),
        ("DELETE", f"{EVENTS}/meeting01", None),
        ("GET", f"{EVENTS}/meeting01/instances", None),
        ("GET", f"{CALENDARS}/primary", None),
        ("GET", f"{CALENDARS}/primary/acl", None),
        ("GET", "/calendar/v3/users/me/calendarList", None),
    ],
)
def test_every_method_takes_the_common_parameters(world: World, method: str, target: str, body: Any) -> None:
    ask(world, "POST", EVENTS, {"id": "meeting01", **MEETING})
    assert ask(world, method, f"{target}?{COMMON}", body).status in (200, 204)


def test_the_first_thing_wrong_is_the_one_that_is_told(world: World) -> None:
    ask(world, "POST", EVENTS, {"id": "meeting01", **MEETING})
    body = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    ask(world, "POST", f"{CALENDARS}/primary/acl", body)
    scopes = frozenset({"https://www.googleapis.com/auth/calendar.events.readonly"})
    narrow, wide = world.oauth.mint("bob@example.com", scopes), world.oauth.mint("bob@example.com", None)
    missing, shared = f"{CALENDARS}/nowhere/events", f"{CALENDARS}/alice@example.com/events"

    def patch(target: str, token: str) -> tuple[int, str]:
        return told(ask(world, "PATCH", target, {"summary": 7}, token, if_match='"1"'))

    assert patch(f"{missing}/never00?colour=red", "nobody") == (401, "authError")
    assert patch(f"{missing}/never00?colour=red", narrow)[0] == 403
    assert patch(f"{missing}/never00?colour=red", wide) == (404, "notFound")
    assert patch(f"{shared}/never00?colour=red", wide) == (400, "invalidParameter")
    assert patch(f"{shared}/never00", wide) == (404, "notFound")
    assert patch(f"{shared}/meeting01", wide) == (403, "requiredAccessLevel")
    assert patch(f"{EVENTS}/meeting01", "alice@example.com") == (412, "conditionNotMet")
    refused = ask(world, "PATCH", f"{EVENTS}/meeting01", {"summary": 7})
    assert told(refused) == (400, "invalid")


def test_answers_carry_date_and_etag(world: World) -> None:
    event = ask(world, "POST", EVENTS, {"id": "meeting01", **MEETING})
    for response in (
        event,
        ask(world, "GET", f"{EVENTS}/meeting01"),
        ask(world, "PATCH", f"{EVENTS}/meeting01", {"summary": "New"}),
        ask(world, "PUT", f"{EVENTS}/meeting01", MEETING),
        ask(world, "GET", EVENTS),
        ask(world, "GET", f"{CALENDARS}/primary"),
    ):
        headers = {name.lower(): value for name, value in response.headers.items()}
        assert headers["etag"] == response.json()["etag"]
        assert headers["date"] == "Mon, 02 Mar 2026 08:00:00 GMT"
        assert headers["content-type"] == "application/json; charset=UTF-8"


def test_what_is_done_answers_without_a_body(world: World) -> None:
    ask(world, "POST", EVENTS, {"id": "meeting01", **MEETING})
    body = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    rule = ask(world, "POST", f"{CALENDARS}/primary/acl", body).json()["id"]
    team = ask(world, "POST", CALENDARS, {"summary": "Team"}).json()["id"]
    for method, target, token in (
        ("DELETE", f"{EVENTS}/meeting01", "alice@example.com"),
        ("DELETE", "/calendar/v3/users/me/calendarList/alice@example.com", "bob@example.com"),
        ("DELETE", f"{CALENDARS}/primary/acl/{rule}", "alice@example.com"),
        ("POST", f"{CALENDARS}/primary/clear", "alice@example.com"),
        ("DELETE", f"{CALENDARS}/{team}", "alice@example.com"),
    ):
        response = ask(world, method, target, token=token)
        assert (response.status, response.body) == (204, b"")


def test_documented_parameters_are_taken(alice: Any) -> None:
    me, tells = {"calendarId": "primary"}, {"sendUpdates": "externalOnly", "sendNotifications": True}
    event = alice.insert(**me, **tells, body={"summary": "One", **MEETING}).execute()["id"]
    assert (
        alice.patch(**me, **tells, alwaysIncludeEmail=True, eventId=event, body={}).execute()["id"] == event
    )
    assert alice.update(**me, **tells, alwaysIncludeEmail=True, eventId=event, body=MEETING).execute()
    assert alice.get(**me, alwaysIncludeEmail=True, eventId=event).execute()["id"] == event
    listed = alice.list(**me, alwaysIncludeEmail=True, showHiddenInvitations=True).execute()
    assert [item["id"] for item in listed["items"]] == [event]
    assert alice.instances(**me, alwaysIncludeEmail=True, eventId=event).execute()["items"] == []
    assert alice.delete(**me, **tells, eventId=event).execute() == ""


def test_whom_to_tell_is_one_of_three_words(world: World) -> None:
    for word in ("all", "externalOnly", "none"):
        assert ask(world, "POST", f"{EVENTS}?sendUpdates={word}", MEETING).status == 200
    assert told(ask(world, "POST", f"{EVENTS}?sendUpdates=everybody", MEETING)) == (400, "invalidParameter")
