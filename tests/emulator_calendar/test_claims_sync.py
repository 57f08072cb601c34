"""Sync tokens: what they are good for, and what a delta says of what is gone."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

ME = {"calendarId": "primary"}
HOUR_US = 3600 * 1_000_000
DATA = {
    "conferenceId": "conf-1",
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
    "entryPoints": [{"entryPointType": "video", "uri": "https://conferences.example/join/conf-1"}],
}


def meeting(day: int, **more: Any) -> dict[str, Any]:
    times = {"start": {"date": f"2026-03-{day:02}"}, "end": {"date": f"2026-03-{day + 1:02}"}}
    return {"summary": f"Day {day}", **times, **more}


def insert(events: Any, day: int, **more: Any) -> str:
    return str(events.insert(**ME, conferenceDataVersion=1, body=meeting(day, **more)).execute()["id"])


def token_of(events: Any, **query: Any) -> str:
    return str(events.list(**ME, **query).execute()["nextSyncToken"])


def delta(events: Any, token: str, **query: Any) -> dict[str, dict[str, Any]]:
    """Return what changed, by id."""
    return {item["id"]: item for item in events.list(**ME, syncToken=token, **query).execute()["items"]}


def error_of(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


def test_a_token_that_reads_well_but_was_never_made_is_gone(alice: Any) -> None:
    later = World(clock=Clock(start_us=VIRTUAL_START_US + HOUR_US), users=("alice@example.com",))
    http = TwinHttp(later, "alice@example.com")
    theirs = build("calendar", "v3", http=http, static_discovery=True).events()
    insert(theirs, 3)
    token = token_of(theirs)
    later.close()
    assert error_of(alice.list(**ME, syncToken=token)) == (410, "fullSyncRequired")


def test_a_page_of_a_delta_takes_no_other_sync_token(alice: Any) -> None:
    first = token_of(alice)
    for day in (1, 2, 3):
        insert(alice, day)
    second = token_of(alice)
    page = alice.list(**ME, syncToken=first, maxResults=1).execute()["nextPageToken"]
    assert error_of(alice.list(**ME, syncToken=second, maxResults=1, pageToken=page))[0] == 400
    assert len(delta(alice, first, maxResults=1, pageToken=page)) == 1


def test_a_fault_can_strike_between_pages(world: World, alice: Any) -> None:
    token = token_of(alice)
    for day in (1, 2, 3):
        insert(alice, day)
    world.faults.add({"method": "calendar.events.list", "status": 410, "skip": 1})
    page = alice.list(**ME, syncToken=token, maxResults=1).execute()["nextPageToken"]
    following = alice.list(**ME, syncToken=token, maxResults=1, pageToken=page)
    assert error_of(following) == (410, "fullSyncRequired")
    assert len(following.execute()["items"]) == 1


def test_an_older_token_tells_all_of_it_again(alice: Any) -> None:
    token = token_of(alice)
    early = insert(alice, 1)
    first = delta(alice, token)
    late = insert(alice, 2)
    alice.delete(**ME, eventId=early).execute()
    again = delta(alice, token)
    assert first.keys() == {early}
    assert {name: item["status"] for name, item in again.items()} == {early: "cancelled", late: "confirmed"}


def test_the_tombstone_of_a_series_is_that_of_an_event(alice: Any) -> None:
    single, series = insert(alice, 1), insert(alice, 2, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    token = token_of(alice)
    for event in (single, series):
        alice.delete(**ME, eventId=event).execute()
    gone = delta(alice, token)
    assert sorted(gone[series]) == sorted(gone[single]) == ["etag", "id", "kind", "status"]


def test_a_deleted_event_shows_its_conference_only_in_full(world: World, alice: Any) -> None:
    signed = world.calendar.sign(DATA)
    event = insert(alice, 1, conferenceData=signed)
    token = token_of(alice)
    alice.delete(**ME, eventId=event).execute()
    assert "conferenceData" not in delta(alice, token)[event]
    assert delta(alice, token, showDeleted=True)[event]["conferenceData"] == signed


def test_event_types_go_with_a_token(alice: Any) -> None:
    token = token_of(alice, eventTypes="focusTime")
    hours = {name: {"dateTime": f"2026-03-03T{hour}:00:00Z"} for name, hour in (("start", 10), ("end", 11))}
    focus = insert(
        alice, 1, eventType="focusTime", focusTimeProperties={"autoDeclineMode": "declineNone"}, **hours
    )
    insert(alice, 2)
    assert delta(alice, token, eventTypes="focusTime").keys() == {focus}


def test_deleted_occurrences_are_listed_without_their_series(alice: Any) -> None:
    living, dead = (insert(alice, day, recurrence=["RRULE:FREQ=DAILY;COUNT=2"]) for day in (2, 12))
    occurrence = f"{living}_20260303"
    alice.delete(**ME, eventId=occurrence).execute()
    alice.delete(**ME, eventId=dead).execute()
    items = alice.list(**ME, showDeleted=True, singleEvents=True).execute()["items"]
    statuses = {item["id"]: item["status"] for item in items}
    assert statuses[occurrence] == "cancelled"
    assert statuses[f"{living}_20260302"] == "confirmed"
    assert not {living, dead} & statuses.keys()


def test_show_deleted_lists_deleted_events(alice: Any) -> None:
    event = insert(alice, 1)
    alice.delete(**ME, eventId=event).execute()
    [item] = alice.list(**ME, showDeleted=True).execute()["items"]
    assert (item["id"], item["status"], item["summary"]) == (event, "cancelled", "Day 1")


def test_a_window_yields_a_token(alice: Any) -> None:
    window = {"timeMin": "2026-03-01T00:00:00Z", "timeMax": "2026-04-01T00:00:00Z"}
    assert delta(alice, token_of(alice, **window)) == {}


@pytest.mark.parametrize(
    "query",
    [{"iCalUID": "x"}, {"privateExtendedProperty": "a=b"}, {"sharedExtendedProperty": "a=b"}, {"q": "x"}],
)
def test_filters_yield_no_token(alice: Any, query: dict[str, Any]) -> None:
    assert "nextSyncToken" not in alice.list(**ME, **query).execute()


def test_a_delta_does_not_remember_the_window(alice: Any) -> None:
    token = token_of(alice, timeMin="2026-03-10T00:00:00Z", timeMax="2026-03-20T00:00:00Z")
    outside = [insert(alice, 1), insert(alice, 25)]
    assert delta(alice, token).keys() == set(outside)


def test_time_alone_changes_nothing(world: World, alice: Any) -> None:
    insert(alice, 20)
    token = token_of(alice, timeMax="2026-03-10T00:00:00Z")
    world.clock.advance(15 * 24 * HOUR_US)
    assert delta(alice, token) == {}


def test_a_full_listing_tells_nothing_of_what_was_deleted_before(world: World, alice: Any) -> None:
    kept, gone = insert(alice, 1), insert(alice, 2)
    token = token_of(alice)
    alice.delete(**ME, eventId=gone).execute()
    world.calendar.expire_tokens("alice@example.com")
    assert error_of(alice.list(**ME, syncToken=token)) == (410, "fullSyncRequired")
    assert [item["id"] for item in alice.list(**ME).execute()["items"]] == [kept]


def test_each_collection_has_tokens_of_its_own(service: Callable[[str], Any]) -> None:
    whole = service("alice@example.com")
    collections = {
        "events": lambda **query: whole.events().list(**ME, **query),
        "acl": lambda **query: whole.acl().list(**ME, **query),
        "calendarList": lambda **query: whole.calendarList().list(**query),
        "settings": lambda **query: whole.settings().list(**query),
    }
    tokens = {name: listing().execute()["nextSyncToken"] for name, listing in collections.items()}
    for name, listing in collections.items():
        assert listing(syncToken=tokens[name]).execute()["items"] == []
        for other in collections.keys() - {name}:
            assert error_of(listing(syncToken=tokens[other]))[0] in (400, 410)


@pytest.mark.parametrize(
    "query",
    [
        {"minAccessRole": "reader"},
        {"showOwnOrganizationOnly": True},
        {"showDeleted": False},
        {"showHidden": False},
    ],
)
def test_what_goes_with_a_token_of_the_calendar_list(
    service: Callable[[str], Any], query: dict[str, Any]
) -> None:
    entries = service("alice@example.com").calendarList()
    token = entries.list().execute()["nextSyncToken"]
    assert error_of(entries.list(syncToken=token, **query)) == (400, "syncTokenWithRequestRestrictions")
    assert entries.list(syncToken=token, showDeleted=True, showHidden=True).execute()["items"] == []


def test_occurrences_that_a_series_loses_are_told_of(alice: Any) -> None:
    series = insert(alice, 2, recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    token = token_of(alice, singleEvents=True)
    alice.patch(**ME, eventId=series, body={"recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]}).execute()
    told = delta(alice, token, singleEvents=True)
    assert {name.rpartition("_")[2]: item["status"] for name, item in told.items()} == {
        "20260302": "confirmed",
        "20260303": "confirmed",
        "20260304": "cancelled",
        "20260305": "cancelled",
    }
    assert delta(alice, token_of(alice, singleEvents=True), singleEvents=True) == {}


def test_a_delta_across_the_new_year_tells_what_came_into_sight(world: World, alice: Any) -> None:
    insert(alice, 2, recurrence=["RRULE:FREQ=MONTHLY"])
    token = token_of(alice, singleEvents=True)
    known = {item["id"] for item in alice.list(**ME, singleEvents=True).execute()["items"]}
    world.clock.advance(305 * 24 * HOUR_US)
    now = {item["id"] for item in alice.list(**ME, singleEvents=True).execute()["items"]}
    assert delta(alice, token, singleEvents=True).keys() == now - known
    assert len(now - known) == 12
