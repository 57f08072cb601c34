"""Batches: how large, which parameters, what comes back, and what Google's own client makes of it."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.discovery import build, build_from_document
from googleapiclient.errors import BatchError, HttpError

from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.wire import Response
from confsync.emulator.world import World
from confsync.platform.discovery import discovery

ME = {"calendarId": "primary"}
DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
CALENDAR = "/calendar/v3/calendars/primary"


def send(world: World, *calls: str, query: str = "") -> Response:
    """Send a batch of request lines as they stand."""
    parts = [f"--b\r\nContent-Type: application/http\r\n\r\n{call}\r\n\r\n\r\n" for call in calls]
    headers = {"authorization": "Bearer alice@example.com", "content-type": "multipart/mixed; boundary=b"}
    return world.request("POST", f"/batch/calendar/v3{query}", headers, f"{''.join(parts)}--b--".encode())


class Kept:
    """What came back for each call of a batch, by the call's name."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def keep(self, name: str, answer: Any, error: HttpError | None) -> None:
        """Keep an answer, or the status of an error."""
        self.answers[name] = error.resp.status if error else answer


def test_a_batch_holds_1000_calls(world: World, service: Callable[[str], Any], alice: Any) -> None:
    event = alice.insert(**ME, body=DAY).execute()["id"]
    kept, client = Kept(), service("alice@example.com")
    batch = client.new_batch_http_request(callback=kept.keep)
    for _ in range(1000):
        batch.add(alice.get(**ME, eventId=event, fields="id"))
    batch.execute()
    assert [*kept.answers.values()] == [{"id": event}] * 1000
    with pytest.raises(BatchError):
        batch.add(alice.get(**ME, eventId=event))
    assert send(world, *[f"GET {CALENDAR}"] * 1001).status == 400


def test_parameters_of_the_batch_count_for_each_part(world: World) -> None:
    answer = send(world, f"GET {CALENDAR}", f"GET {CALENDAR}?prettyPrint=false", query="?fields=id")
    assert answer.status == 200
    assert answer.body.count(b'{"id":"alice@example.com"}') == 2


def test_a_part_carries_its_etag(world: World) -> None:
    etag = world.request("GET", CALENDAR, {"authorization": "Bearer alice@example.com"}).json()["etag"]
    head, _, body = send(world, f"GET {CALENDAR}").body.partition(b"HTTP/1.1 200 OK\r\n")
    assert b"content-type: application/http" in head.lower()
    headers, _, content = body.partition(b"\r\n\r\n")
    assert f"etag: {etag}" in headers.decode().lower().split("\r\n")
    assert json.loads(content.partition(b"\r\n--")[0])["etag"] == etag


def test_a_part_can_conflict(world: World, service: Callable[[str], Any], alice: Any) -> None:
    event = alice.insert(**ME, body=DAY).execute()["id"]
    rule = {"method": "calendar.events.patch", "status": 409, "reason": "conflict", "skip": 1}
    world.faults.add(rule)
    kept = Kept()
    batch = service("alice@example.com").new_batch_http_request(callback=kept.keep)
    for name in ("one", "two"):
        batch.add(alice.patch(**ME, eventId=event, body={"summary": name}), request_id=name)
    batch.execute()
    assert (kept.answers["one"]["summary"], kept.answers["two"]) == ("one", 409)
    assert alice.get(**ME, eventId=event).execute()["summary"] == "one"


def test_the_client_asks_again_for_parts_without_access(
    world: World, service: Callable[[str], Any], alice: Any
) -> None:
    ids = [alice.insert(**ME, body=DAY).execute()["id"] for _ in range(2)]
    world.faults.add({"method": "calendar.events.get", "status": 401})
    kept = Kept()
    batch = service("alice@example.com").new_batch_http_request(callback=kept.keep)
    for event in ids:
        batch.add(alice.get(**ME, eventId=event), request_id=event)
    batch.execute()
    assert {name: answer["id"] for name, answer in kept.answers.items()} == {name: name for name in ids}


class Noting(TwinHttp):
    """A connection that notes where requests go."""

    def __init__(self, world: World, token: str) -> None:
        super().__init__(world, token)
        self.addresses: list[str] = []

    def request(self, uri: str, *more: Any, **others: Any) -> Any:
        """Note the address and answer."""
        self.addresses.append(uri.partition("?")[0])
        return super().request(uri, *more, **others)


def test_batches_follow_the_root_of_the_document(world: World) -> None:
    with serve(world) as server:
        http = Noting(world, "alice@example.com")
        options = {"api_endpoint": f"{server.url}/calendar/v3/"}
        named = build("calendar", "v3", http=http, static_discovery=True, client_options=options)
        # A copy of its own, for Google's client writes into the document that it is given.
        document = {**copy.deepcopy(discovery("calendar").document), "rootUrl": f"{server.url}/"}
        rooted = build_from_document(document, http=http)
        for client in (named, rooted):
            batch = client.new_batch_http_request()
            batch.add(client.events().list(**ME))
            batch.execute()
    assert http.addresses == [
        "https://www.googleapis.com/batch/calendar/v3",
        f"{server.url}/batch/calendar/v3",
    ]
