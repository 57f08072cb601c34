"""Answers that break on their way: late, cut off, no JSON, of another kind, or none at all."""

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import Clock
from confsync.emulator.server import Server, serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

ALICE = "alice@example.com"
BEARER = {"Authorization": f"Bearer {ALICE}"}
EVENTS = "/calendar/v3/calendars/primary/events"
LIST, INSERT = "calendar.events.list", "calendar.events.insert"
MEETING = {"summary": "Planning", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[World, Server]]:
    """A world and the server in front of it, for all tests of this file."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE])
    with serve(world) as server:
        yield world, server
    world.close()


@pytest.fixture(autouse=True)
def anew(served: tuple[World, Server]) -> None:
    """Start each test with an empty calendar and without faults."""
    served[0].reset()


@pytest.fixture
def events(world: World) -> Any:
    """Alice's events, through Google's client without a socket."""
    return build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True).events()


def ask(server: Server, target: str, method: str = "GET", body: Any = None) -> http.client.HTTPResponse:
    """Send a request over a connection of its own; the answer's body is still to be read."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, target, None if body is None else json.dumps(body), BEARER)
    return connection.getresponse()


def subjects(world: World) -> list[str]:
    """Return the titles of what Alice's calendar really holds."""
    return [event["summary"] for calendar in world.calendar.survey() for event in calendar["events"]]


def test_a_truncated_answer_announces_more_than_comes(served: tuple[World, Server]) -> None:
    world, server = served
    whole = ask(server, EVENTS).read()
    world.faults.add({"method": LIST, "action": "truncate"})
    response = ask(server, EVENTS)
    assert (response.status, response.getheader("Content-Length")) == (200, str(len(whole)))
    with pytest.raises(http.client.IncompleteRead) as caught:
        response.read()
    assert caught.value.partial == whole[: len(whole) // 2]
    assert ask(server, EVENTS).read() == whole


def test_google_s_client_sees_a_truncated_answer_alike_with_and_without_a_socket(
    served: tuple[World, Server],
) -> None:
    world, server = served
    seen = []
    for transport, base in ((httplib2.Http(), server.url), (TwinHttp(world), "https://www.googleapis.com")):
        world.faults.add({"method": LIST, "action": "truncate"})
        with pytest.raises(http.client.IncompleteRead) as caught:
            transport.request(base + EVENTS, headers=BEARER)
        seen.append((caught.value.partial, caught.value.expected))
    assert seen[0] == seen[1]


def test_a_listing_comes_without_its_items_and_its_token_goes_on(world: World, events: Any) -> None:
    listed = {"calendarId": "primary"}
    events.insert(**listed, body=MEETING).execute()
    world.faults.add({"method": LIST, "action": "no-items", "full": True, "times": None})
    lied = events.list(**listed).execute()
    assert lied["items"] == []
    assert events.list(**listed, fields="nextSyncToken").execute().keys() == {"nextSyncToken"}
    made = events.insert(**listed, body=MEETING | {"summary": "Review"}).execute()
    changed = events.list(**listed, syncToken=lied["nextSyncToken"]).execute()
    assert [event["id"] for event in changed["items"]] == [made["id"]]
    assert len(events.list(**listed, iCalUID=made["iCalUID"]).execute()["items"]) == 1


def test_a_delta_comes_without_its_items(world: World, events: Any) -> None:
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    events.insert(calendarId="primary", body=MEETING).execute()
    world.faults.add({"method": LIST, "action": "no-items"})
    assert events.list(calendarId="primary", syncToken=token).execute()["items"] == []
    assert len(events.list(calendarId="primary", syncToken=token).execute()["items"]) == 1


def test_a_truncated_write_has_had_its_effect(served: tuple[World, Server]) -> None:
    world, server = served
    world.faults.add({"method": INSERT, "action": "truncate"})
    with pytest.raises(http.client.IncompleteRead):
        ask(server, EVENTS, "POST", MEETING).read()
    assert subjects(world) == ["Planning"]


def test_an_empty_answer_cannot_be_truncated(world: World, events: Any) -> None:
    made = events.insert(calendarId="primary", body=MEETING).execute()
    world.faults.add({"method": "calendar.events.delete", "action": "truncate"})
    assert events.delete(calendarId="primary", eventId=made["id"]).execute() == ""


@pytest.mark.parametrize(("when", "kept"), [("before", []), ("after", ["Planning"])])
@pytest.mark.parametrize("action", ["html", "garbage", "empty", "drop"])
def test_before_nothing_has_happened_and_after_it_has(
    served: tuple[World, Server], action: str, when: str, kept: list[str]
) -> None:
    world, server = served
    world.faults.add({"method": INSERT, "action": action, "when": when})
    if action == "drop":
        with pytest.raises(ConnectionResetError):
            ask(server, EVENTS, "POST", MEETING)
    else:
        ask(server, EVENTS, "POST", MEETING).read()
    assert subjects(world) == kept


@pytest.mark.parametrize(("rule", "status"), [({}, 502), ({"status": 503, "retryAfterSeconds": 3}, 503)])
def test_a_front_end_may_send_a_web_page(
    served: tuple[World, Server], rule: dict[str, Any], status: int
) -> None:
    world, server = served
    world.faults.add({"method": LIST, "action": "html", **rule})
    response = ask(server, EVENTS)
    assert (response.status, response.getheader("Content-Type")) == (status, "text/html; charset=UTF-8")
    assert response.getheader("Retry-After") == ("3" if rule else None)
    page = response.read().decode()
    assert page.startswith("<!DOCTYPE html>")
    assert f"Error {status}" in page


def test_google_s_client_makes_an_error_of_a_web_page(world: World, events: Any) -> None:
    world.faults.add({"method": LIST, "action": "html", "status": 503})
    with pytest.raises(HttpError) as caught:
        events.list(calendarId="primary").execute()
    assert caught.value.resp.status == 503


def test_garbage_says_that_it_is_json(served: tuple[World, Server]) -> None:
    world, server = served
    world.faults.add({"method": LIST, "action": "garbage"})
    response = ask(server, EVENTS)
    body = response.read()
    assert (response.status, response.getheader("Content-Type")) == (200, "application/json; charset=UTF-8")
    assert len(body) == int(response.getheader("Content-Length", ""))
    with pytest.raises(ValueError, match="utf-8"):
        json.loads(body)


def test_an_empty_answer_is_a_200_without_a_body(served: tuple[World, Server]) -> None:
    world, server = served
    world.faults.add({"method": LIST, "action": "empty"})
    response = ask(server, EVENTS)
    assert (response.status, response.getheader("Content-Length"), response.read()) == (200, "0", b"")


@pytest.mark.parametrize(
    ("rule", "status"),
    [({}, 200), ({"status": 503}, 503), ({"action": "html"}, 502), ({"action": "empty"}, 200)],
)
def test_a_late_answer_moves_a_virtual_clock(world: World, rule: dict[str, Any], status: int) -> None:
    world.faults.add({"method": LIST, "delaySeconds": 90.5, **rule})
    response = world.request("GET", EVENTS, BEARER)
    assert (response.status, response.delay_s) == (status, 0)
    assert world.clock.now_us() - VIRTUAL_START_US == 90_500_000
    assert response.headers["date"] == "Mon, 02 Mar 2026 08:01:30 GMT"
    assert world.request("GET", EVENTS, BEARER).status == 200
    assert world.clock.now_us() - VIRTUAL_START_US == 90_500_000


def test_a_late_write_has_its_effect_at_once(world: World, events: Any) -> None:
    world.faults.add({"method": INSERT, "delaySeconds": 60})
    made = events.insert(calendarId="primary", body=MEETING).execute()
    assert made["updated"] < "2026-03-02T08:00:01"


def test_on_a_real_clock_the_client_waits_and_others_do_not() -> None:
    world = World(users=[ALICE, "bob@example.com"])
    world.faults.add({"method": LIST, "user": ALICE, "delaySeconds": 3600})
    order = []
    with serve(world) as server:
        late = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.5)
        late.request("GET", EVENTS, None, BEARER)
        others = threading.Thread(target=lambda: order.append(ask(server, "/emulator").status))
        others.start()
        others.join()
        with pytest.raises(TimeoutError):
            late.getresponse()
        late.close()
    assert order == [200]
    assert world.clock.moved_us == 0
    world.close()


def test_a_short_delay_on_a_real_clock_ends(served: tuple[World, Server]) -> None:
    world = World(users=[ALICE])
    world.faults.add({"method": LIST, "delaySeconds": 0.05, "times": 2})
    with serve(world) as server:
        assert ask(server, EVENTS).status == 200
    assert TwinHttp(world, ALICE).request(f"https://www.googleapis.com{EVENTS}")[0].status == 200
    world.close()


def test_tokens_can_expire_at_a_given_call(world: World, events: Any) -> None:
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    world.faults.add({"method": LIST, "action": "expire-tokens", "skip": 1})
    assert events.list(calendarId="primary", syncToken=token).execute()["items"] == []
    for _ in range(2):
        with pytest.raises(HttpError) as caught:
            events.list(calendarId="primary", syncToken=token).execute()
        assert caught.value.error_details[0]["reason"] == "fullSyncRequired"


def test_tokens_can_expire_right_after_they_are_handed_out(world: World, events: Any) -> None:
    world.faults.add({"method": LIST, "action": "expire-tokens", "when": "after"})
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    with pytest.raises(HttpError, match="410"):
        events.list(calendarId="primary", syncToken=token).execute()


def test_a_listing_breaks_off_at_its_second_page(world: World, events: Any) -> None:
    for _ in range(5):
        events.insert(calendarId="primary", body=MEETING).execute()
    world.faults.add({"method": LIST, "reason": "fullSyncRequired", "page": 2})
    request = events.list(calendarId="primary", maxResults=2)
    following = events.list_next(request, request.execute())
    with pytest.raises(HttpError, match="410"):
        following.execute()
    assert len(following.execute()["items"]) == 2


@pytest.mark.parametrize("action", ["drop", "truncate"])
def test_a_batch_shares_the_fate_of_its_parts(world: World, action: str) -> None:
    world.faults.add({"method": LIST, "action": action, "when": "after", "skip": 1, "delaySeconds": 5})
    service = build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True)
    whole = service.new_batch_http_request()
    for _ in range(2):
        whole.add(service.events().list(calendarId="primary"))
    with pytest.raises(ConnectionResetError if action == "drop" else http.client.IncompleteRead):
        whole.execute()
    assert world.clock.now_us() - VIRTUAL_START_US == 5_000_000
