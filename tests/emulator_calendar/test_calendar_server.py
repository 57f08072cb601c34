"""Google's client over a socket, and a state that is kept in a file."""

from pathlib import Path
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import Clock
from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

ME = {"calendarId": "primary"}
MEETING = {"summary": "Review", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


class Bearer(httplib2.Http):
    """A connection that acts as one user."""

    def request(self, uri: str, method: str = "GET", **more: Any) -> Any:
        headers = {**(more.pop("headers", None) or {}), "authorization": "Bearer alice@example.com"}
        return super().request(uri, method, headers=headers, **more)


def test_insert_list_delta_412_and_410_over_a_socket(world: World) -> None:
    with serve(world, port=0) as server:
        options = {"api_endpoint": f"{server.url}/calendar/v3/"}
        client = build("calendar", "v3", http=Bearer(), static_discovery=True, client_options=options)
        events = client.events()
        ids = [events.insert(**ME, body=MEETING).execute()["id"] for _ in range(3)]
        first = events.list(**ME, maxResults=2).execute()
        token = events.list(**ME, pageToken=first["nextPageToken"]).execute()["nextSyncToken"]
        stale = events.patch(**ME, eventId=ids[0], body={"summary": "New"}).execute()["etag"]
        events.patch(**ME, eventId=ids[0], body={"summary": "Newer"}).execute()
        events.delete(**ME, eventId=ids[1]).execute()
        new = events.insert(**ME, body=MEETING).execute()["id"]
        delta = events.list(**ME, syncToken=token).execute()
        assert {item["id"] for item in delta["items"]} == {ids[0], ids[1], new}
        request = events.patch(**ME, eventId=ids[0], body={"summary": "x"})
        request.headers["If-Match"] = stale
        assert status_of(request) == 412
        rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
        client.acl().insert(**ME, body=rule).execute()
        assert status_of(events.list(**ME, syncToken=delta["nextSyncToken"])) == 410


def status_of(request: Any) -> int:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return int(caught.value.resp.status)


def test_a_file_keeps_events_tokens_and_signatures(tmp_path: Path) -> None:
    def opened() -> tuple[World, Any]:
        world = World(clock=Clock(start_us=VIRTUAL_START_US), data=tmp_path / "state.db")
        world.oauth.add_user("alice@example.com")
        http = TwinHttp(world, "alice@example.com")
        return world, build("calendar", "v3", http=http, static_discovery=True).events()

    data = {"conferenceSolution": {"key": {"type": "addOn"}, "name": "Web"}, "conferenceId": "c1"}
    world, events = opened()
    signed = world.calendar.sign(data)
    kept = events.insert(**ME, conferenceDataVersion=1, body={**MEETING, "conferenceData": signed}).execute()
    token = events.list(**ME).execute()["nextSyncToken"]
    world.close()
    world, events = opened()
    assert events.get(**ME, eventId=kept["id"]).execute() == kept
    new = events.insert(**ME, conferenceDataVersion=1, body={**MEETING, "conferenceData": signed}).execute()
    assert [item["id"] for item in events.list(**ME, syncToken=token).execute()["items"]] == [new["id"]]
    world.close()
