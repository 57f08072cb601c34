"""Batches, through the client's own batch request."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

ME = {"calendarId": "primary"}
MEETING = {"summary": "Line\r\n\r\nbreaks", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


def test_each_call_gets_its_own_answer(service: Callable[[str], Any], alice: Any) -> None:
    answers: dict[str, Any] = {}

    def keep(number: str, answer: Any, error: HttpError | None) -> None:
        answers[number] = error.resp.status if error else answer

    batch = service("alice@example.com").new_batch_http_request(callback=keep)
    batch.add(alice.insert(**ME, body={**MEETING, "id": "meeting01"}), request_id="insert")
    batch.add(alice.get(**ME, eventId="meeting01"), request_id="get")
    batch.add(alice.get(**ME, eventId="never00"), request_id="missing")
    batch.add(alice.delete(**ME, eventId="meeting01"), request_id="delete")
    batch.execute()
    assert answers["insert"] == answers["get"]
    assert answers["get"]["summary"] == MEETING["summary"]
    assert (answers["missing"], answers["delete"]) == (404, "")
    assert alice.list(**ME).execute()["items"] == []


def test_a_part_may_speak_for_another_user(world: World, alice: Any, bob: Any) -> None:
    body = (
        "--b\r\nContent-Type: application/http\r\nContent-ID: <one>\r\n\r\n"
        "GET /calendar/v3/calendars/primary?fields=id\r\nAuthorization: Bearer bob@example.com\r\n\r\n\r\n"
        "--b\r\nContent-Type: application/http\r\n\r\nGET /calendar/v3/calendars/primary?fields=id\r\n\r\n"
        "--b\r\nContent-Type: application/http\r\n\r\nGET /v1/projects\r\n\r\n"
        "--b--\r\n"
    )
    headers = {"authorization": "Bearer alice@example.com", "content-type": "multipart/mixed; boundary=b"}
    response = world.request("POST", "/batch/calendar/v3", headers, body.encode())
    assert response.body.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert response.body.index(b"bob@example.com") < response.body.index(b"alice@example.com")
    assert b"Content-ID: <response-one>\r\n" in response.body
    assert b"HTTP/1.1 404 Not Found\r\n" in response.body


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/mixed; boundary=other"])
def test_what_is_no_batch(world: World, content_type: str) -> None:
    http = TwinHttp(world, "alice@example.com")
    uri = "https://www.googleapis.com/batch/calendar/v3"
    response, _ = http.request(uri, "POST", b"hello", {"content-type": content_type})
    assert response.status == 400
