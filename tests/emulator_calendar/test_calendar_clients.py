"""Clients that other people wrote: create, change, delete, and follow the changes, over a socket.

Nothing in them is replaced but what they say may be: an address, credentials, the service object.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build, build_from_document
from googleapiclient.errors import HttpError

from confsync.emulator.server import Server, serve
from confsync.emulator.world import World

ALICE = "alice@example.com"
ME = {"calendarId": "primary"}
MEETING = {"summary": "Review", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as running:
        yield running


@pytest.fixture
def google(server: Server) -> Any:
    """Google's client, made from its own document with nothing changed but the host."""
    package = resources.files("googleapiclient") / "discovery_cache" / "documents"
    document = json.loads((package / "calendar.v3.json").read_text(encoding="utf-8"))
    document |= {"rootUrl": f"{server.url}/", "baseUrl": f"{server.url}/{document['servicePath']}"}
    return build_from_document(document, credentials=Credentials(ALICE))


class Mirror:
    """What a client knows of a calendar: the guide's own way to follow it, page by page."""

    def __init__(self, events: Any, **parameters: Any) -> None:
        self.events, self.parameters = events, {**ME, **parameters}
        self.known: dict[str, Any] = {}
        self.token: str | None = None

    def follow(self) -> dict[str, Any]:
        """Take in what changed and return all that is known, by id."""
        request = self.events.list(**self.parameters, syncToken=self.token)
        while request is not None:
            answer = request.execute()
            for item in answer["items"]:
                if item["status"] == "cancelled":
                    self.known.pop(item["id"], None)
                else:
                    self.known[item["id"]] = item
            self.token = answer.get("nextSyncToken")
            request = self.events.list_next(request, answer)
        assert self.token
        return self.known


def listed(events: Any) -> dict[str, Any]:
    """Return the events of the primary calendar by id."""
    return {item["id"]: item for item in events.list(**ME, maxResults=2500).execute()["items"]}


def test_google_client(google: Any) -> None:
    events, mirror = google.events(), Mirror(google.events(), maxResults=2)
    made = [events.insert(**ME, body={**MEETING, "summary": f"Größe {n}"}).execute() for n in range(5)]
    assert mirror.follow() == listed(events) == {event["id"]: event for event in made}
    change = events.patch(**ME, eventId=made[0]["id"], body={"summary": "Changed"})
    change.headers["If-Match"] = made[0]["etag"]
    changed = change.execute()
    with pytest.raises(HttpError) as caught:
        change.execute()
    assert caught.value.resp.status == 412
    assert caught.value.error_details[0]["reason"] == "conditionNotMet"
    replaced = events.update(**ME, eventId=made[1]["id"], body={**MEETING, "location": "Here"}).execute()
    assert events.delete(**ME, eventId=made[2]["id"]).execute() == ""
    assert mirror.follow() == listed(events)
    assert [mirror.known[made[0]["id"]], mirror.known[made[1]["id"]]] == [changed, replaced]
    assert made[2]["id"] not in mirror.known


def test_google_client_in_batches(google: Any) -> None:
    events, mirror = google.events(), Mirror(google.events())
    made = in_batch(google, [events.insert(**ME, body=MEETING) for _ in range(60)])
    assert mirror.follow() == listed(events) == {event["id"]: event for event in made}
    ids = [event["id"] for event in made]
    changes = [events.patch(**ME, eventId=id_, body={"summary": f"No {id_}"}) for id_ in ids[:20]]
    changes += [events.delete(**ME, eventId=id_) for id_ in ids[20:40]]
    changes += [events.get(**ME, eventId="never00"), events.delete(**ME, eventId=ids[20])]
    answers = in_batch(google, changes)
    assert [answer["summary"] for answer in answers[:20]] == [f"No {id_}" for id_ in ids[:20]]
    assert answers[20:] == [""] * 20 + [404, 410]
    assert mirror.follow() == listed(events)
    assert set(mirror.known) == {*ids[:20], *ids[40:]}


def in_batch(google: Any, requests: list[Any]) -> list[Any]:
    """Send requests as one batch; return their answers in order, of a failed one the status."""
    answers: dict[str, Any] = {}

    def keep(number: str, answer: Any, error: HttpError | None) -> None:
        answers[number] = error.resp.status if error else answer

    batch = google.new_batch_http_request(callback=keep)
    for number, request in enumerate(requests):
        batch.add(request, request_id=str(number))
    batch.execute()
    return [answers[str(number)] for number in range(len(requests))]


@asynccontextmanager
async def gcal_sync_service(url: str) -> AsyncIterator[Any]:
    """Yield gcal_sync's service, which comes here by its `host`."""
    aiohttp = pytest.importorskip("aiohttp", reason="aiohttp is not installed")
    api = pytest.importorskip("gcal_sync.api", reason="gcal-sync is not installed")
    from gcal_sync.auth import AbstractAuth

    class Auth(AbstractAuth):
        async def async_get_access_token(self) -> str:
            return ALICE

    async with aiohttp.ClientSession() as session:
        yield api.GoogleCalendarService(Auth(session, f"{url}/calendar/v3"))


def with_gcal_sync(url: str, story: Callable[[Any, Any], Any]) -> None:
    """Play a story with gcal_sync's service and a sync manager of the primary calendar."""

    async def play() -> None:
        async with gcal_sync_service(url) as service:
            from gcal_sync.sync import CalendarEventSyncManager

            await story(service, CalendarEventSyncManager(service, "primary"))

    asyncio.run(play())


async def known_to(manager: Any) -> list[tuple[str, datetime | date]]:
    """Return title and start of all that a sync manager's store holds, a series by its occurrences."""
    from gcal_sync.api import LocalListEventsRequest

    request = LocalListEventsRequest(start_time=MONDAY, end_time=MONDAY + timedelta(days=60))
    found = await manager.store_service.async_list_events(request)
    return [(event.summary, event.start.value) for event in found.events]


def gcal_event(summary: str, start: datetime, **more: Any) -> Any:
    """Return an event of gcal_sync, one hour long."""
    from gcal_sync.model import DateOrDatetime, Event

    times = [
        DateOrDatetime(date_time=moment, timezone="Etc/UTC") for moment in (start, start + timedelta(hours=1))
    ]
    return Event(summary=summary, start=times[0], end=times[1], **more)


def test_gcal_sync(world: World, server: Server, alice: Any) -> None:
    async def story(service: Any, manager: Any) -> None:
        await manager.run()
        assert await known_to(manager) == []
        await manager.store_service.async_add_event(gcal_event("One", MONDAY))
        await manager.store_service.async_add_event(gcal_event("Two", MONDAY + timedelta(days=1)))
        await manager.run()
        assert await known_to(manager) == [("One", MONDAY), ("Two", MONDAY + timedelta(days=1))]
        ids = {event["summary"]: event for event in listed(alice).values()}
        await service.async_patch_event("primary", ids["One"]["id"], {"summary": "Uno"})
        await manager.store_service.async_delete_event(ids["Two"]["iCalUID"])
        await manager.run()
        assert await known_to(manager) == [("Uno", MONDAY)]
        assert [event["summary"] for event in listed(alice).values()] == ["Uno"]
        world.calendar.expire_tokens(ALICE)
        alice.patch(**ME, eventId=ids["One"]["id"], body={"summary": "Eins"}).execute()
        await manager.run()
        assert await known_to(manager) == [("Eins", MONDAY)]

    with_gcal_sync(server.url, story)


def test_gcal_sync_and_a_series(server: Server, alice: Any) -> None:
    weeks = [MONDAY + timedelta(days=7 * week) for week in range(5)]

    async def story(service: Any, manager: Any) -> None:
        await manager.store_service.async_add_event(
            gcal_event("Weekly", MONDAY, recurrence=["RRULE:FREQ=WEEKLY;COUNT=5"])
        )
        await manager.run()
        assert await known_to(manager) == [("Weekly", week) for week in weeks]
        (series,) = listed(alice).values()
        occurrences = alice.instances(**ME, eventId=series["id"]).execute()["items"]
        delete = manager.store_service.async_delete_event
        await delete(series["iCalUID"], occurrences[1]["id"])
        await manager.run()
        assert await known_to(manager) == [("Weekly", weeks[n]) for n in (0, 2, 3, 4)]
        shorter = {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260317T000000Z"]}
        await service.async_patch_event("primary", series["id"], shorter)
        await manager.run()
        assert await known_to(manager) == [("Weekly", weeks[n]) for n in (0, 2)]
        await delete(series["iCalUID"])
        await manager.run()
        assert await known_to(manager) == []
        assert listed(alice) == {}

    with_gcal_sync(server.url, story)


def test_gcal_sync_reads_page_after_page(server: Server, google: Any) -> None:
    made = in_batch(google, [google.events().insert(**ME, body=MEETING) for _ in range(1000)])
    made += in_batch(google, [google.events().insert(**ME, body=MEETING) for _ in range(5)])

    async def story(service: Any, manager: Any) -> None:
        await manager.run()
        found = (await manager.store_service.async_get_timeline()).included(
            date(2026, 3, 3), date(2026, 3, 5)
        )
        assert {event.id for event in found} == {event["id"] for event in made}

    with_gcal_sync(server.url, story)


def test_gcal_sync_follows_the_list_of_calendars(server: Server, google: Any) -> None:
    async def play() -> None:
        async with gcal_sync_service(server.url) as service:
            from gcal_sync.sync import CalendarListSyncManager

            manager = CalendarListSyncManager(service)
            await manager.run()
            new = google.calendars().insert(body={"summary": "Team"}).execute()
            await manager.run()
            found = (await manager.store_service.async_list_calendars()).calendars
            assert {calendar.id: calendar.summary for calendar in found} == {ALICE: ALICE, new["id"]: "Team"}
            assert (await service.async_get_calendar(new["id"])).summary == "Team"

    asyncio.run(play())


@pytest.fixture
def gcsa(server: Server) -> Any:
    """gcsa's calendar, whose public `service` is one that comes here."""
    module = pytest.importorskip("gcsa.google_calendar", reason="gcsa is not installed")
    calendar = module.GoogleCalendar(credentials=Credentials(ALICE))
    calendar.service = build(
        "calendar",
        "v3",
        credentials=Credentials(ALICE),
        client_options={"api_endpoint": f"{server.url}/calendar/v3/"},
    )
    return calendar


def test_gcsa(gcsa: Any) -> None:
    from gcsa.event import Event

    mirror = Mirror(gcsa.service.events())
    mirror.follow()
    window = {"time_min": MONDAY - timedelta(days=1), "time_max": MONDAY + timedelta(days=30)}
    lunch = gcsa.add_event(
        Event("Lunch", start=MONDAY, end=MONDAY + timedelta(hours=1), attendees=["bob@example.com"])
    )
    holiday = gcsa.add_event(Event("Holiday", start=date(2026, 3, 9), minutes_before_popup_reminder=30))
    assert [
        event.event_id for event in gcsa.get_events(**window, order_by="startTime", single_events=True)
    ] == [
        lunch.event_id,
        holiday.event_id,
    ]
    assert set(mirror.follow()) == {lunch.event_id, holiday.event_id}
    lunch.summary = "Long lunch"
    lunch.end = MONDAY + timedelta(hours=2)
    changed = gcsa.update_event(lunch)
    assert (changed.summary, changed.end) == ("Long lunch", MONDAY + timedelta(hours=2))
    assert gcsa.get_event(lunch.event_id) == changed
    gcsa.delete_event(holiday)
    assert [event.summary for event in gcsa.get_events(**window, query="lunch")] == ["Long lunch"]
    assert mirror.follow() == listed(gcsa.service.events())
    assert set(mirror.known) == {lunch.event_id}


def test_gcsa_and_a_series(gcsa: Any) -> None:
    from gcsa.event import Event
    from gcsa.recurrence import WEEKLY, Recurrence

    series = gcsa.add_event(
        Event(
            "Weekly", start=MONDAY, timezone="Europe/Berlin", recurrence=Recurrence.rule(freq=WEEKLY, count=5)
        )
    )
    mirror = Mirror(gcsa.service.events(), singleEvents=True)
    mirror.follow()
    window = {"time_min": MONDAY - timedelta(days=1), "time_max": MONDAY + timedelta(days=60)}
    occurrences = list(gcsa.get_instances(series, **window))
    assert [occurrence.start for occurrence in occurrences] == [
        MONDAY + timedelta(days=7 * week, hours=-1 if week == 4 else 0) for week in range(5)
    ]
    occurrences[1].location = "Elsewhere"
    gcsa.update_event(occurrences[1])
    gcsa.delete_event(occurrences[2])
    mirror.follow()
    assert {event["start"]["dateTime"][:10]: event.get("location") for event in mirror.known.values()} == {
        "2026-03-02": None,
        "2026-03-09": "Elsewhere",
        "2026-03-23": None,
        "2026-03-30": None,
    }


def test_gcsa_moves_an_event_to_another_calendar(gcsa: Any) -> None:
    from gcsa.calendar import Calendar
    from gcsa.event import Event

    team = gcsa.add_calendar(Calendar("Team"))
    assert [entry.calendar_id for entry in gcsa.get_calendar_list()] == sorted([ALICE, team.calendar_id])
    event = gcsa.add_event(Event("Moving", start=MONDAY))
    gcsa.move_event(event, destination_calendar_id=team.calendar_id)
    assert gcsa.get_event(event.event_id, calendar_id=team.calendar_id).summary == "Moving"
    assert listed(gcsa.service.events()) == {}
    gcsa.delete_calendar(team)
    assert [entry.calendar_id for entry in gcsa.get_calendar_list()] == [ALICE]
