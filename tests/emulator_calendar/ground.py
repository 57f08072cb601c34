"""A local Google with a few people and calendars, and the book that they keep of what they made there."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from googleapiclient.discovery import build

from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

USERS = {
    "alice@example.com": "Europe/Berlin",
    "bob@example.com": "America/New_York",
    "carol@example.com": "Etc/UTC",
    "dave@example.com": "Australia/Lord_Howe",
}
ALICE, BOB, CAROL, DAVE = USERS

# Deleted series are told of further ahead than endless ones are followed (some days into the next year, so that listings
# stay small), and nothing is forgotten: only then can deltas add up.
SWITCHES = {"expansionDays": 30, "occurrenceTombstoneDays": 450, "tombstoneDays": 0}

# A Monday at the end of September: the clocks change soon, and the end of the year is not far.
_AUTUMN_US = 1_790_582_400_000_000
# How often something is done where somebody looks.
_IN_SIGHT = 0.7

Named = TypeVar("Named")


class NothingToDo(Exception):
    """There is nothing yet that this could be done with."""


class Refused(Exception):
    """A control route refused what was asked."""


class Place(NamedTuple):
    """A calendar, and who works on it."""

    user: str
    calendar: str


@dataclass
class Known:
    """An event that somebody made: where its main copy is, and how it looked when it was last written."""

    name: str
    id: str
    place: Place
    resource: dict[str, Any]
    deleted: bool = False
    left: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)

    @property
    def repeats(self) -> bool:
        """Whether it is a series."""
        return "recurrence" in self.resource

    @property
    def guests(self) -> list[str]:
        """Who is invited and has a calendar, but for the organiser."""
        return guests_of(self.resource, self.place.calendar)


class Call(NamedTuple):
    """A request that somebody made, and the status of the answer."""

    user: str
    method: str
    target: str
    body: str
    status: int

    def is_like(self, other: Call) -> bool:
        """Tell whether somebody asked the same as in another call, but for its parameters."""
        mine, theirs = (call.target.partition("?")[0] for call in (self, other))
        return (self.user, self.method, mine) == (other.user, other.method, theirs)

    def __str__(self) -> str:
        path = re.sub(r"(Token=)[^&]*", r"\1...", self.target.removeprefix("/calendar/v3/"))
        return f"{self.user.partition('@')[0]}: {self.method} {path} {self.body} -> {self.status}"


class RecordingHttp(TwinHttp):
    """The client's way to the world, which writes down what was asked."""

    def __init__(self, world: World, user: str, calls: list[Call]) -> None:
        super().__init__(world, user)
        self._user, self._calls = user, calls

    def request(self, uri: str, method: str = "GET", body: Any = None, *rest: Any, **more: Any) -> Any:
        """Ask the world."""
        answer = super().request(uri, method, body, *rest, **more)
        target = uri.partition("googleapis.com")[2]
        self._calls.append(Call(self._user, method, target, str(body or ""), int(answer[0].status)))
        return answer


class Ground:
    """The world, Google's client for each person, two shared calendars, and what is known of the events."""

    def __init__(self, seed: int, switches: Mapping[str, Any] = {}) -> None:
        clock = Clock(start_us=_AUTUMN_US)
        self.world = World(seed=seed, clock=clock, switches={**SWITCHES, **switches})
        self.calls: list[Call] = []
        for user, zone in USERS.items():
            self.world.oauth.add_user(user, zone)
        services = {
            user: build(
                "calendar", "v3", http=RecordingHttp(self.world, user, self.calls), static_discovery=True
            )
            for user in USERS
        }
        self.events = {user: service.events() for user, service in services.items()}
        self.calendars = {user: service.calendars() for user, service in services.items()}
        self.rules = {user: service.acl() for user, service in services.items()}
        self.team, self.hall = (
            self.calendars[ALICE].insert(body={"summary": name}).execute()["id"] for name in ("Team", "Hall")
        )
        self._share(self.team, BOB, "writer")
        self._share(self.team, CAROL, "reader")
        self._share(self.hall, BOB, "owner")
        self.places = [
            *(Place(user, user) for user in USERS),
            Place(ALICE, self.team),
            Place(ALICE, self.hall),
        ]
        self.book: dict[str, Known] = {}
        # The calendar that somebody is just listing, if any.
        self.in_sight = ""

    def close(self) -> None:
        """End the world."""
        self.world.close()

    @property
    def now(self) -> datetime:
        """The present time."""
        return self.world.clock.now()

    def answers(self, route: str) -> bool:
        """Tell whether the emulator does more with a POST to that path than to say that it is not there."""
        headers = {"authorization": f"Bearer {ALICE}"}
        return self.world.request("POST", route, headers, b"{}").status not in (404, 501)

    def control(self, path: str, body: dict[str, Any]) -> Any:
        """Return the answer to a POST to a control route; Refused when it is an error."""
        data = json.dumps(body).encode()
        answer = self.world.request("POST", f"/emulator/{path}", {}, data)
        self.calls.append(Call("control", "POST", f"/emulator/{path}", data.decode(), answer.status))
        if answer.status != 200:
            raise Refused(answer.json()["error"]["message"])
        return answer.json()

    def events_of(self, known: Known) -> tuple[Any, dict[str, str]]:
        """Return the client of who made an event, and the parameters that name it."""
        return self.events[known.place.user], {"calendarId": known.place.calendar, "eventId": known.id}

    def note(self, known: Known, resource: dict[str, Any]) -> None:
        """Write down how an event looks after it was written."""
        known.resource = resource
        known.deleted = resource["status"] == "cancelled"
        self.book[known.name] = known

    def some(self, chance: random.Random, fits: Any = lambda known: True) -> Known:
        """Return one of the events that fit, rather one of the calendar that is just being listed."""
        found = [known for known in self.book.values() if fits(known)]
        if self.in_sight and chance.random() < _IN_SIGHT:
            found = [
                known for known in found if self.in_sight in (known.place.calendar, *known.guests)
            ] or found
        return self.pick(chance, found, lambda known: known.name)

    def pick(self, chance: random.Random, found: Iterable[Named], name: Any = str) -> Named:
        """Return one of many by chance.

        Each is weighed by its name: without the others the same one is drawn, so that histories can be shortened.
        """
        salt = chance.getrandbits(32)
        return min(found, key=lambda one: _weight(salt, name(one)), default=None) or _nothing()

    def _share(self, calendar: str, user: str, role: str) -> None:
        rule = {"role": role, "scope": {"type": "user", "value": user}}
        self.rules[ALICE].insert(calendarId=calendar, body=rule).execute()


def guests_of(resource: dict[str, Any], organizer: str) -> list[str]:
    """Return who is invited and has a calendar, but for the organiser."""
    people = [person["email"] for person in resource.get("attendees", ())]
    return sorted(email for email in people if email in USERS and email != organizer)


def living(known: Known) -> bool:
    """Tell whether an event is there."""
    return not known.deleted


def _weight(salt: int, name: str) -> bytes:
    return hashlib.blake2b(f"{salt}/{name}".encode(), digest_size=8).digest()


def _nothing() -> Any:
    raise NothingToDo
