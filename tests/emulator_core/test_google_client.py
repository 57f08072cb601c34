"""Google's own client against the local Google on a socket: nothing patched, only the address set."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import Clock
from confsync.emulator.server import Server, serve
from confsync.emulator.world import VIRTUAL_START_US, World

ALICE = "alice@example.com"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[World, Server]]:
    """A world and the server in front of it."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE, "bob@example.com"])
    with serve(world) as server:
        yield world, server
    world.close()


@pytest.fixture(scope="module")
def events(served: tuple[World, Server]) -> Any:
    """Alice's events, through Google's client."""
    return calendar(served[1], Credentials(ALICE)).events()


@pytest.fixture(autouse=True)
def anew(served: tuple[World, Server]) -> None:
    """Start each test with empty calendars."""
    served[0].reset()


def event(day: int) -> dict[str, Any]:
    """Return an event on a day of March."""
    times = {"start": {"date": f"2026-03-{day:02}"}, "end": {"date": f"2026-03-{day + 1:02}"}}
    return {"summary": f"Day {day}", **times}


def refused(request: Any) -> HttpError:
    """Return the error that a request ends with."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value


def listed(events: Any, **parameters: Any) -> tuple[list[dict[str, Any]], str]:
    """List to the last page; return the items and the sync token."""
    items: list[dict[str, Any]] = []
    request = events.list(calendarId="primary", **parameters)
    while True:
        page = request.execute()
        items += page["items"]
        following = events.list_next(request, page)
        if following is None:
            return items, page["nextSyncToken"]
        request = following


def test_pages_and_deltas(events: Any) -> None:
    made = [events.insert(calendarId="primary", body=event(day)).execute() for day in range(1, 6)]
    items, token = listed(events, maxResults=2)
    assert {item["id"] for item in items} == {item["id"] for item in made}
    inserted = events.insert(calendarId="primary", body=event(9)).execute()
    events.patch(calendarId="primary", eventId=made[0]["id"], body={"summary": "Other"}).execute()
    events.delete(calendarId="primary", eventId=made[1]["id"]).execute()
    changed, _ = listed(events, syncToken=token)
    assert {item["id"]: item["status"] for item in changed} == {
        inserted["id"]: "confirmed",
        made[0]["id"]: "confirmed",
        made[1]["id"]: "cancelled",
    }


def test_a_stale_etag_is_refused(events: Any) -> None:
    made = events.insert(calendarId="primary", body=event(1)).execute()
    events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Other"}).execute()
    stale = events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Third"})
    stale.headers["If-Match"] = made["etag"]
    assert refused(stale).status_code == 412


def test_tokens_expire_when_told(served: tuple[World, Server], events: Any) -> None:
    _, token = listed(events)
    served[0].request("POST", f"/emulator/calendars/{ALICE}/expire-tokens")
    error = refused(events.list(calendarId="primary", syncToken=token))
    assert (error.status_code, error.error_details[0]["reason"]) == (410, "fullSyncRequired")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"status": 403}, "rateLimitExceeded"),
        ({"status": 403, "frontEnd": True}, "rateLimitExceeded"),
        ({"status": 503}, "backendError"),
    ],
)
def test_the_client_understands_a_fault_and_its_own_retry_gets_over_it(
    served: tuple[World, Server], events: Any, rule: dict[str, Any], reason: str
) -> None:
    served[0].faults.add({"method": "calendar.events.list", **rule})
    error = refused(events.list(calendarId="primary"))
    assert (error.status_code, reason in str(error.content)) == (rule["status"], True)
    assert events.list(calendarId="primary").execute()["items"] == []


def test_a_broken_connection_after_the_effect_reaches_the_client(
    served: tuple[World, Server], events: Any
) -> None:
    served[0].faults.add({"method": "calendar.events.insert", "action": "drop", "when": "after"})
    with pytest.raises(ConnectionResetError):
        events.insert(calendarId="primary", body=event(1)).execute()
    items, _ = listed(events)
    assert [item["summary"] for item in items] == ["Day 1"]


def calendar(server: Server, credentials: Credentials) -> Any:
    """Return Google's client with those credentials."""
    options = {"api_endpoint": f"{server.url}/calendar/v3/"}
    return build("calendar", "v3", credentials=credentials, client_options=options)


def test_an_unknown_token_is_refused(served: tuple[World, Server]) -> None:
    service = calendar(served[1], Credentials("carol@example.com"))
    with pytest.raises(RefreshError):  # the client's answer to a 401 is to refresh, which it cannot
        service.events().list(calendarId="primary").execute()


def test_a_stale_token_is_refreshed_by_the_client_itself(served: tuple[World, Server]) -> None:
    credentials = Credentials(
        "stale",
        refresh_token=f"refresh-{ALICE}",
        token_uri=f"{served[1].url}/oauth2/token",
        client_id="id",
        client_secret="secret",
        scopes=["https://www.googleapis.com/auth/calendar.readonly"],
    )
    service = calendar(served[1], credentials)
    assert service.events().list(calendarId="primary").execute()["summary"] == ALICE
    assert refused(service.events().insert(calendarId="primary", body=event(1))).status_code == 403
