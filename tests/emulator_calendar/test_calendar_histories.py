"""Random histories: what a client makes of deltas is what a fresh listing says, and copies follow their event."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.world import VIRTUAL_START_US, World

USERS = ("alice@example.com", "bob@example.com", "carol@example.com")
STEPS = 60


class History:
    """Three users who work on their calendars and on a shared one, and read them as a syncing client does."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = World(seed=seed, clock=Clock(start_us=VIRTUAL_START_US))
        for user in USERS:
            self.world.oauth.add_user(user, "Europe/Berlin")
        team = self.ask(USERS[0], "POST", "calendars", {"summary": "Team"})["id"]
        self.places = [(USERS[0], team), *((user, user) for user in USERS)]
        self.ids: list[str] = []
        self.restless = True

    def ask(self, user: str, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else b""
        headers = {"authorization": f"Bearer {user}"}
        response = self.world.request(method, f"/calendar/v3/{path}", headers, data)
        assert response.status < 500
        return response.json()

    def step(self) -> None:
        """Do one thing that a person could do; many of them are refused, as they should be."""
        user, calendar = self.chance.choice(self.places)
        guests = [{"email": guest} for guest in self.chance.sample(USERS, self.chance.randint(0, 2))]
        if not self.ids or self.chance.random() < 0.2:
            event = self.ask(user, "POST", f"calendars/{calendar}/events", self._meeting(guests))
            self.ids.append(event["id"])
            return
        path = f"calendars/{calendar}/events/{self._some_id(user, calendar)}"
        target = self.chance.choice(self.places)[1]
        method, suffix, body = self.chance.choice(
            [
                ("DELETE", "", None),
                ("DELETE", "", None),
                ("PATCH", "", {"status": "confirmed"}),
                ("PATCH", "", {"summary": str(self.chance.random())}),
                ("PATCH", "", {"attendees": guests}),
                ("PATCH", "", {"recurrence": [f"RRULE:FREQ=DAILY;COUNT={self.chance.randint(1, 5)}"]}),
                ("PATCH", "", {"colorId": str(self.chance.randint(1, 9))}),
                ("PATCH", "", self._answer(user, path)),
                ("POST", f"/move?destination={target}", None),
            ]
        )
        self.ask(user, method, path + suffix, body)

    def listed(self, user: str, calendar: str, token: str | None) -> Iterator[dict[str, Any] | str]:
        """Yield the items of a listing, then its sync token; sometimes something happens between the pages."""
        more = f"&syncToken={token}" if token else ""
        while True:
            size = self.chance.choice([1, 3, 250])
            page = self.ask(user, "GET", f"calendars/{calendar}/events?maxResults={size}{more}")
            yield from page["items"]
            if "nextSyncToken" in page:
                yield page["nextSyncToken"]
                return
            more = f"&pageToken={page['nextPageToken']}"
            if self.restless and self.chance.random() < 0.3:
                self.step()

    def _meeting(self, guests: list[dict[str, str]]) -> dict[str, Any]:
        day, hour = self.chance.randint(3, 28), self.chance.randint(1, 20)
        start, end = (
            {"dateTime": f"2026-03-{day:02}T{at:02}:00:00", "timeZone": "Europe/Berlin"}
            for at in (hour, hour + 1)
        )
        lines = [f"RRULE:FREQ=WEEKLY;COUNT={self.chance.randint(2, 5)}"] if self.chance.random() < 0.6 else []
        return {"summary": "New", "start": start, "end": end, "recurrence": lines, "attendees": guests}

    def _some_id(self, user: str, calendar: str) -> str:
        event = self.chance.choice(self.ids)
        path = f"calendars/{calendar}/events/{event}/instances?showDeleted=true"
        found = self.ask(user, "GET", path).get("items", [])
        return str(self.chance.choice(found)["id"]) if found and self.chance.random() < 0.5 else event

    def _answer(self, user: str, path: str) -> dict[str, Any]:
        people = self.ask(user, "GET", path).get("attendees", [])
        answer = {"responseStatus": self.chance.choice(["accepted", "declined"])}
        return {"attendees": [{**person, **answer} if person.get("self") else person for person in people]}


def folded(known: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a client knows after a listing: a deleted series takes its occurrences with it."""
    fresh = {item["id"]: item for item in items}
    gone = {name for name, item in fresh.items() if item["status"] == "cancelled"} - {
        name for name, item in fresh.items() if "recurringEventId" in item
    }
    kept = {name: item for name, item in known.items() if item.get("recurringEventId") not in gone}
    now = {name: item for name, item in {**kept, **fresh}.items() if name not in gone}
    return {
        name: item
        for name, item in now.items()
        if item["status"] != "cancelled" or item["recurringEventId"] in now
    }


@pytest.mark.parametrize("seed", range(12))
def test_deltas_add_up_to_a_fresh_listing(seed: int) -> None:
    history = History(seed)
    known: dict[str, tuple[dict[str, Any], str | None]] = {}

    def sync(user: str, calendar: str) -> dict[str, Any]:
        before, token = known.get(calendar, ({}, None))
        *items, token = history.listed(user, calendar, token)
        known[calendar] = folded(before, items), token
        return known[calendar][0]

    for _ in range(STEPS):
        history.step()
        for user, calendar in history.places:
            if history.chance.random() < 0.3:
                sync(user, calendar)
    history.restless = False
    for user, calendar in history.places:
        *items, _ = history.listed(user, calendar, None)
        assert sync(user, calendar) == {item["id"]: item for item in items}


@pytest.mark.parametrize("seed", range(12))
def test_copies_follow_their_event(seed: int) -> None:
    history = History(seed)
    for _ in range(STEPS):
        history.step()
    events = {
        calendar: {
            item["id"]: item for item in history.ask(user, "GET", f"calendars/{calendar}/events")["items"]
        }
        for user, calendar in history.places
    }
    for held in events.values():
        for event in (event for event in held.values() if event["status"] != "cancelled"):
            main = history.world.calendar.event(event["organizer"]["email"], event["id"])
            assert main is not None
            for name in ("status", "summary", "start", "recurrence", "iCalUID"):
                assert main.get(name) == event.get(name)
            answers = [
                {person["email"]: person["responseStatus"] for person in copy.get("attendees", [])}
                for copy in (main, event)
            ]
            assert answers[0] == answers[1]
