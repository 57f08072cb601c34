"""A world to be hostile to, and what must hold of it: an answer in time, in Google's envelope, and nothing broken."""

from __future__ import annotations

import contextlib
import json
import re
import signal
from collections.abc import Iterator
from typing import Any

from confsync.emulator.clock import Clock
from confsync.emulator.wire import Response
from confsync.emulator.world import VIRTUAL_START_US, World

USERS = ["alice@example.com", "bob@example.com", "carol@example.com"]
ALICE = {"authorization": "Bearer alice@example.com"}
EVENTS = "/calendar/v3/calendars/primary/events"
MEETING = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
SERIES = {
    "start": {"dateTime": "2026-03-02T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["RRULE:FREQ=WEEKLY"],
}
STATUSES = (200, 204, 304, 400, 401, 403, 404, 409, 410, 412, 413, 501)

# Processor time, of which a request needs a thousandth: beyond it, it hangs, however slow the machine.
BUDGET_S = 30


def inhabited(**options: Any) -> World:
    """Return a world with three users who share their calendars, a meeting of theirs and a series."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), **options)
    for user in USERS:
        world.oauth.add_user(user, "Europe/Berlin")
    people = {"attendees": [{"email": user} for user in USERS[1:]]}
    for body in ({**MEETING, **people, "id": "meeting01"}, {**SERIES, **people, "id": "series01"}):
        assert ask(world, "POST", EVENTS, body).status == 200
    rules = [("default", "", "reader"), ("user", "bob@example.com", "writer")]
    for user in (USERS[0], USERS[2]):
        for kind, value, role in rules:
            rule = {"role": role, "scope": {"type": kind, "value": value}}
            acl = "/calendar/v3/calendars/primary/acl"
            assert ask(world, "POST", acl, rule, {"authorization": f"Bearer {user}"}).status == 200
    return world


def ask(world: World, method: str, target: str, body: Any = b"", headers: dict[str, str] = ALICE) -> Response:
    """Ask as Alice, a body that is no bytes as JSON; TimeoutError when the answer takes forever."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with within_budget():
        return world.request(method, target, headers, data)


@contextlib.contextmanager
def within_budget() -> Iterator[None]:
    """Raise TimeoutError, there where the time is spent, once this process has worked for too long."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"no answer within {BUDGET_S} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, BUDGET_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def state_of(world: World) -> str:
    """Return all that clients can see of a world, by each of its users."""
    looks = ["users/me/calendarList?showHidden=true", "calendars/primary/acl", "calendars/primary/events"]
    seen = [
        world.request("GET", f"/calendar/v3/{look}", {"authorization": f"Bearer {user}"}).body.decode()
        for user in USERS
        for look in looks
    ]
    return json.dumps([world.calendar.survey(), seen])


def is_usable(world: World) -> bool:
    """Tell whether a user can still make an event, change it, find it in a listing and delete it."""
    made = ask(world, "POST", EVENTS, {**MEETING, "summary": "Still here"})
    target = f"{EVENTS}/{made.json().get('id')}"
    steps = [made, ask(world, "PATCH", target, {"location": "Here"})]
    listed = ask(world, "GET", f"{EVENTS}?maxResults=2500&singleEvents=true&timeMax=2027-01-01T00:00:00Z")
    steps += [listed, ask(world, "DELETE", target)]
    found = any(item["id"] == made.json().get("id") for item in listed.json().get("items", []))
    return [step.status for step in steps] == [200, 200, 200, 204] and found


def refused(world: World, method: str, target: str, body: Any = b"", headers: Any = ALICE) -> Response:
    """Ask for what must be refused: nothing changes by it."""
    before = state_of(world)
    response = ask(world, method, target, body, headers)
    assert response.status in (400, 404, 410, 413), response.body[:500]
    assert faults_of(response) == []
    assert state_of(world) == before
    return response


def sound(world: World, method: str, target: str, body: Any = b"", headers: Any = ALICE) -> Response:
    """Ask for something odd that may be refused or not; where it is, nothing changes."""
    before = state_of(world)
    response = ask(world, method, target, body, headers)
    assert faults_of(response) == [], response.body[:500]
    if response.status >= 400:
        assert state_of(world) == before
    return response


def faults_of(response: Response) -> list[str]:
    """Return what is wrong with an answer: the status, the envelope, its JSON, its headers."""
    found = [] if response.status in STATUSES else [f"status {response.status}"]
    for name, value in response.headers.items():
        if re.search(r"[\r\n\0]", name + value):
            found.append(f"a broken header: {name!r}: {value!r}")
    if response.status in (204, 304):
        return found + ([f"a body with {response.status}"] if response.body else [])
    if response.headers.get("content-type", "").startswith("multipart/mixed"):
        return found
    try:
        answer = json.loads(response.body.decode())
    except ValueError as error:
        return [*found, f"no JSON: {error}"]
    return found if response.status == 200 else found + _faults_of_error(response.status, answer)


def _faults_of_error(status: int, answer: Any) -> list[str]:
    try:
        error = answer["error"]
        items = error["errors"]
        right = error["code"] == status and isinstance(error["message"], str) and bool(items)
        right &= all(
            isinstance(item[name], str) for item in items for name in ("domain", "reason", "message")
        )
    except (TypeError, KeyError) as missing:
        return [f"not Google's envelope ({missing!r}): {answer}"]
    return [] if right else [f"not Google's envelope: {answer}"]
