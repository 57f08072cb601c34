"""Switches of listings and tokens: each does what it says, and its default is tested elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
DAY_US = 24 * 3600 * 1_000_000
BOB = {"email": "bob@example.com"}
HOURS = (("start", 10), ("end", 11))


def meeting(day: int, **more: Any) -> dict[str, Any]:
    times = {"start": {"date": f"2026-03-{day:02}"}, "end": {"date": f"2026-03-{day + 1:02}"}}
    return {"summary": f"Day {day}", **times, **more}


def insert(events: Any, day: int, **more: Any) -> str:
    return str(events.insert(**ME, body=meeting(day, **more)).execute()["id"])


def token_of(events: Any, **query: Any) -> str:
    return str(events.list(**ME, **query).execute()["nextSyncToken"])


def delta(events: Any, token: str, **query: Any) -> list[str]:
    """Return the ids of what changed."""
    return [item["id"] for item in events.list(**ME, syncToken=token, **query).execute()["items"]]


def status_of(request: Any) -> int:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return int(caught.value.resp.status)


@pytest.mark.parametrize(
    "query",
    [
        {"orderBy": "startTime", "singleEvents": True},
        {"orderBy": "updated"},
        {"updatedMin": "2026-03-01T00:00:00Z"},
        {"q": "day"},
        {"iCalUID": "x"},
        {"privateExtendedProperty": "a=b"},
        {"sharedExtendedProperty": "a=b"},
    ],
)
def test_every_first_listing_may_yield_a_token(world: World, alice: Any, query: dict[str, Any]) -> None:
    world.switches.change({"firstListingToken": "lenient"})
    token = token_of(alice, **query)
    event = insert(alice, 3)
    assert delta(alice, token) == [event]


def test_tokens_may_age(world: World, alice: Any) -> None:
    world.switches.change({"tokenLifetimeDays": 7})
    token = token_of(alice)
    world.clock.advance(6 * DAY_US)
    fresh = token_of(alice)
    assert delta(alice, token) == []
    world.clock.advance(2 * DAY_US)
    assert status_of(alice.list(**ME, syncToken=token)) == 410
    assert delta(alice, fresh) == []


def test_a_change_of_access_may_leave_tokens_alone(
    world: World, service: Callable[[str], Any], alice: Any
) -> None:
    world.switches.change({"accessChangeEndsTokens": False})
    token = token_of(alice)
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    service("alice@example.com").acl().insert(**ME, body=rule).execute()
    assert delta(alice, token) == []


def test_a_token_of_another_calendar_may_be_taken(
    world: World, service: Callable[[str], Any], alice: Any
) -> None:
    world.switches.change({"foreignToken": "accept"})
    team = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()["id"]
    old = alice.insert(calendarId=team, body=meeting(3)).execute()["id"]
    world.clock.advance(1_000_000)
    insert(alice, 4)
    token = token_of(alice)
    world.clock.advance(1_000_000)
    new = alice.insert(calendarId=team, body=meeting(5)).execute()["id"]
    told = alice.list(calendarId=team, syncToken=token).execute()["items"]
    assert [item["id"] for item in told] == [new] != [old]


def test_a_page_in_between_may_be_empty(world: World, alice: Any) -> None:
    world.switches.change({"emptyPageEvery": 1})
    ids = {insert(alice, day) for day in (1, 2, 3, 4)}
    request, sizes, found = alice.list(**ME, maxResults=2), [], set()
    while request is not None:
        page = request.execute()
        sizes.append(len(page["items"]))
        found |= {item["id"] for item in page["items"]}
        last, request = page, alice.list_next(request, page)
    assert (sizes, found) == ([2, 0, 2], ids)
    assert "nextSyncToken" in last


def test_changes_may_be_delivered_again(world: World, alice: Any) -> None:
    world.switches.change({"tokenSlackSeconds": 10})
    early = insert(alice, 1)
    world.clock.advance(60_000_000)
    late = insert(alice, 2)
    token = token_of(alice)
    assert delta(alice, token) == [late]
    assert early not in delta(alice, token)


def test_the_items_of_a_page_may_come_in_any_order(world: World, alice: Any) -> None:
    token = token_of(alice)
    ids = [insert(alice, day) for day in range(1, 21)]
    plain, told = [item["id"] for item in alice.list(**ME).execute()["items"]], delta(alice, token)
    world.switches.change({"shuffledPages": True})
    for shuffled, before in (
        ([item["id"] for item in alice.list(**ME).execute()["items"]], plain),
        (delta(alice, token), told),
    ):
        assert shuffled != before
        assert sorted(shuffled) == sorted(before) == sorted(ids)


def test_tombstones_may_be_full(world: World, alice: Any) -> None:
    world.switches.change({"tombstones": "full"})
    event = insert(alice, 1)
    token = token_of(alice)
    alice.delete(**ME, eventId=event).execute()
    [item] = alice.list(**ME, syncToken=token).execute()["items"]
    assert (item["status"], item["summary"], item["start"]) == ("cancelled", "Day 1", {"date": "2026-03-01"})


def test_a_deleted_series_may_take_its_exceptions_along(world: World, alice: Any) -> None:
    world.switches.change({"exceptionTombstones": True})
    series = insert(alice, 1, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    exception = f"{series}_20260302"
    alice.patch(**ME, eventId=exception, body={"summary": "Own"}).execute()
    token = token_of(alice)
    alice.delete(**ME, eventId=series).execute()
    told = alice.list(**ME, syncToken=token).execute()["items"]
    assert {item["id"]: item["status"] for item in told} == {series: "cancelled", exception: "cancelled"}


@pytest.mark.parametrize("days", [10, 20])
def test_a_deleted_series_is_told_of_as_far_as_is_set(world: World, alice: Any, days: int) -> None:
    world.switches.change({"occurrenceTombstoneDays": days})
    series = insert(alice, 2, recurrence=["RRULE:FREQ=DAILY"])
    token = token_of(alice, singleEvents=True, maxResults=2500)
    alice.delete(**ME, eventId=series).execute()
    told = delta(alice, token, singleEvents=True, maxResults=2500)
    last = max(name.rpartition("_")[2] for name in told)
    assert last == f"202603{2 + days:02}"
    assert len(told) == days + 1


def test_an_endless_series_is_followed_as_far_as_is_set(world: World, alice: Any) -> None:
    times = {name: {"dateTime": f"2026-03-02T{hour}:00:00Z", "timeZone": "Etc/UTC"} for name, hour in HOURS}
    alice.insert(**ME, body={**times, "recurrence": ["RRULE:FREQ=DAILY"]}).execute()

    def last() -> str:
        items = alice.list(**ME, singleEvents=True, maxResults=2500).execute()["items"]
        return max(str(item["id"]) for item in items).rpartition("_")[2]

    # Counted from the end of the year 2026.
    assert last() == "20281231T100000Z"
    world.switches.change({"expansionDays": 10})
    assert last() == "20270110T100000Z"


@pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 410), (60, 410)])
def test_updated_min_reaches_back_as_far_as_is_set(world: World, alice: Any, days: int, status: int) -> None:
    world.switches.change({"updatedMinDays": 30})
    insert(alice, 3)
    world.clock.advance(days * DAY_US)
    request = alice.list(**ME, updatedMin="2026-03-02T08:00:00Z")
    if status == 200:
        assert len(request.execute()["items"]) == 1
    else:
        assert status_of(request) == status
        world.switches.change({"updatedMinDays": days + 1})
        assert len(request.execute()["items"]) == 1


def test_deleted_events_disappear_in_the_end(world: World, alice: Any) -> None:
    gone = insert(alice, 3)
    token = token_of(alice)
    alice.delete(**ME, eventId=gone).execute()
    world.clock.advance(29 * DAY_US)
    assert alice.get(**ME, eventId=gone).execute()["status"] == "cancelled"
    assert delta(alice, token) == [gone]
    world.clock.advance(2 * DAY_US)
    assert status_of(alice.get(**ME, eventId=gone)) == 404
    assert status_of(alice.delete(**ME, eventId=gone)) == 404
    assert alice.list(**ME, showDeleted=True).execute()["items"] == []
    assert status_of(alice.list(**ME, syncToken=token)) == 410
    world.switches.change({"tombstoneDays": 0})
    assert alice.get(**ME, eventId=gone).execute()["status"] == "cancelled"


def test_copies_may_lag_behind(world: World, alice: Any, bob: Any) -> None:
    world.switches.change({"copyLagSeconds": 30})
    token = token_of(bob)
    event = insert(alice, 3, attendees=[BOB])
    assert status_of(bob.get(**ME, eventId=event)) == 404
    assert delta(bob, token) == []
    world.clock.advance(31_000_000)
    assert bob.get(**ME, eventId=event).execute()["summary"] == "Day 3"
    assert delta(bob, token) == [event]
    alice.delete(**ME, eventId=event).execute()
    assert bob.get(**ME, eventId=event).execute()["status"] == "confirmed"
    world.clock.advance(31_000_000)
    assert bob.get(**ME, eventId=event).execute()["status"] == "cancelled"


def test_a_delta_may_lag_behind(world: World, alice: Any) -> None:
    world.switches.change({"deltaLagSeconds": 30})
    token = token_of(alice)
    event = insert(alice, 3)
    assert alice.get(**ME, eventId=event).execute()["id"] == event
    behind = alice.list(**ME, syncToken=token).execute()
    assert behind["items"] == []
    world.clock.advance(31_000_000)
    for known in (token, behind["nextSyncToken"]):
        assert delta(alice, known) == [event]
