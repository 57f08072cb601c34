"""What a listing reads of the store, counted; and that what is handed out as stored is what would be made anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from confsync.emulator.world import World

EVENTS = "/calendar/v3/calendars/primary/events"
ALICE = {"authorization": "Bearer alice@example.com"}
# Larger than any guest list here: nothing is left out, but each event has to be looked at.
LOOKED_AT = "maxAttendees=1000"


def day(number: int, **more: Any) -> dict[str, Any]:
    date = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    times = {"start": {"dateTime": f"{date}T09:00:00Z"}, "end": {"dateTime": f"{date}T10:00:00Z"}}
    return {"summary": f"Day {number}", **times, **more}


@contextmanager
def counted(world: World) -> Iterator[list[int]]:
    """Count the steps of SQLite's machine: each row that is read costs some."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    world.store.connection.set_progress_handler(step, 1)
    try:
        yield steps
    finally:
        world.store.connection.set_progress_handler(None, 1)


def get(world: World, query: str) -> dict[str, Any]:
    answer = world.request("GET", f"{EVENTS}?{query}", ALICE)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json()
    return found


def last_token(world: World, query: str = "maxResults=2500") -> str:
    page = get(world, query)
    while "nextPageToken" in page:
        page = get(world, f"{query}&pageToken={page['nextPageToken']}")
    return str(page["nextSyncToken"])


def steps_of(world: World, query: str) -> tuple[int, int]:
    """Return how many items a listing has and how many steps it takes, the second time."""
    get(world, query)
    with counted(world) as steps:
        items = get(world, query)["items"]
    return len(items), steps[0]


@pytest.mark.parametrize("single", ["", "&singleEvents=true"])
def test_a_delta_reads_what_changed_and_not_what_there_is(world: World, alice: Any, single: str) -> None:
    found: dict[tuple[int, int], tuple[int, int]] = {}
    total = 0
    for size in (30, 1500):
        while total < size:
            alice.insert(calendarId="primary", body=day(total)).execute()
            total += 1
        token = last_token(world, f"maxResults=2500{single}")
        for changes in (0, 1, 20):
            for number in range(changes):
                alice.insert(calendarId="primary", body=day(number)).execute()
            found[size, changes] = steps_of(world, f"syncToken={token}{single}")
            token = last_token(world, f"maxResults=2500{single}")
            total += changes
    assert [found[size, changes][0] for size in (30, 1500) for changes in (0, 1, 20)] == [0, 1, 20] * 2
    for changes in (0, 1, 20):
        assert found[1500, changes][1] == found[30, changes][1]
    one, twenty = found[1500, 1][1] - found[1500, 0][1], found[1500, 20][1] - found[1500, 0][1]
    assert twenty <= 20 * one


def test_a_page_reads_no_more_than_itself(world: World, alice: Any) -> None:
    steps = []
    for size in (200, 1200):
        while get(world, "maxResults=2500&fields=items(id)")["items"][size - 1 :] == []:
            for number in range(100):
                alice.insert(calendarId="primary", body=day(number)).execute()
        steps.append(steps_of(world, "maxResults=50")[1])
    assert steps[0] == steps[1]


@pytest.fixture
def busy(world: World, alice: Any, bob: Any) -> World:
    """Alice's calendar with one of everything that a listing treats in its own way."""
    me = {"calendarId": "primary"}
    guests = [{"email": "bob@example.com"}, {"email": "someone@else.example"}]
    for number in range(12):
        alice.insert(
            **me, body=day(number, location="Zürich “Halle” 𝄞", attendees=guests[: number % 3])
        ).execute()
    series = alice.insert(**me, body=day(1, recurrence=["RRULE:FREQ=DAILY;COUNT=5"], **zoned())).execute()
    first, second, third = alice.instances(**me, eventId=series["id"], maxResults=3).execute()["items"]
    alice.patch(**me, eventId=first["id"], body={"summary": "Moved"}).execute()
    alice.delete(**me, eventId=second["id"]).execute()
    alice.patch(**me, eventId=third["id"], body={"visibility": "private"}).execute()
    alice.insert(**me, body={"start": {"date": "2026-03-05"}, "end": {"date": "2026-03-06"}}).execute()
    gone = alice.insert(**me, body=day(3)).execute()
    alice.delete(**me, eventId=gone["id"]).execute()
    hidden = day(5, attendees=[{"email": "alice@example.com"}, *guests], guestsCanSeeOtherGuests=False)
    bob.insert(**me, body=hidden).execute()
    return world


def zoned() -> dict[str, Any]:
    times = {"start": "2026-03-02T09:00:00", "end": "2026-03-02T09:30:00"}
    return {name: {"dateTime": text, "timeZone": "Europe/Berlin"} for name, text in times.items()}


@pytest.mark.parametrize("size", [1, 4, 250])
@pytest.mark.parametrize(
    "query", ["", "showDeleted=true", "singleEvents=true", "timeMin=2026-01-05T00:00:00Z"]
)
def test_what_is_stored_is_what_would_be_made(busy: World, query: str, size: int) -> None:
    pages: dict[str, list[bytes]] = {"": [], f"&{LOOKED_AT}": []}
    for looked_at, bodies in pages.items():
        asked, page = f"{query}&maxResults={size}{looked_at}".lstrip("&"), ""
        while True:
            answer = busy.request("GET", f"{EVENTS}?{asked}{page}", ALICE)
            bodies.append(answer.body.partition(b'"items":')[2])
            token = answer.json().get("nextPageToken")
            if token is None:
                break
            page = f"&pageToken={token}"
    stored, made = pages.values()
    assert b"".join(stored).count(b'"id":') > 12
    assert stored == made


@pytest.mark.parametrize("role", ["reader", "writerWithoutPrivateAccess", "freeBusyReader"])
def test_who_sees_less_gets_it_from_no_shortcut(
    busy: World, service: Callable[[str], Any], role: str
) -> None:
    rule = {"role": role, "scope": {"type": "user", "value": "carol@example.com"}}
    service("alice@example.com").acl().insert(calendarId="primary", body=rule).execute()
    listed = service("carol@example.com").events().list(calendarId="alice@example.com").execute()["items"]
    private = [item for item in listed if item.get("visibility") == "private"]
    assert private and not any("summary" in item for item in private)
    assert role == "freeBusyReader" or any("summary" in item for item in listed)


def test_a_guest_who_may_not_see_the_others_does_not(busy: World, alice: Any) -> None:
    [copy] = [
        item
        for item in alice.list(calendarId="primary").execute()["items"]
        if item.get("guestsCanSeeOtherGuests") is False
    ]
    shown = {person["email"] for person in copy["attendees"]}
    assert shown == {"alice@example.com", "bob@example.com"}  # who organises it, and herself
