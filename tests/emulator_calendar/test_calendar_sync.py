"""Listings: pages, sync tokens, tombstones, and the combinations that Calendar refuses."""

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}


def meeting(day: int, **more: Any) -> dict[str, Any]:
    times = {"start": {"date": f"2026-03-{day:02}"}, "end": {"date": f"2026-03-{day + 1:02}"}}
    return {"summary": f"Day {day}", **times, **more}


def insert(events: Any, day: int, **more: Any) -> str:
    return str(events.insert(**ME, body=meeting(day, **more)).execute()["id"])


def pages(events: Any, **query: Any) -> list[dict[str, Any]]:
    found, request = [], events.list(**ME, **query)
    while request is not None:
        found.append(request.execute())
        request = events.list_next(request, found[-1])
    return found


def names(answer: dict[str, Any]) -> list[str]:
    return sorted(item.get("summary", item["status"]) for item in answer["items"])


def error_of(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


def test_a_listing_to_its_last_page(alice: Any) -> None:
    ids = {insert(alice, day) for day in range(1, 8)}
    found = pages(alice, maxResults=3)
    assert [len(page["items"]) for page in found] == [3, 3, 1]
    assert {item["id"] for page in found for item in page["items"]} == ids
    assert ["nextSyncToken" in page for page in found] == [False, False, True]
    assert ["nextPageToken" in page for page in found] == [True, True, False]


def test_a_delta_tells_what_changed_once_in_its_present_state(alice: Any) -> None:
    kept, renamed, deleted = (insert(alice, day) for day in (1, 2, 3))
    token = alice.list(**ME).execute()["nextSyncToken"]
    alice.patch(**ME, eventId=renamed, body={"summary": "First"}).execute()
    alice.patch(**ME, eventId=renamed, body={"summary": "Second"}).execute()
    alice.delete(**ME, eventId=deleted).execute()
    new = insert(alice, 4)
    delta = alice.list(**ME, syncToken=token).execute()
    assert {item["id"] for item in delta["items"]} == {renamed, deleted, new} - {kept}
    assert names(delta) == ["Day 4", "Second", "cancelled"]
    assert alice.list(**ME, syncToken=delta["nextSyncToken"]).execute()["items"] == []


def test_an_empty_delta_hands_out_the_same_token(world: World, alice: Any, bob: Any) -> None:
    token = alice.list(**ME).execute()["nextSyncToken"]
    insert(bob, 1)
    world.clock.advance(1)
    assert alice.list(**ME, syncToken=token).execute()["nextSyncToken"] == token


def test_tombstones_are_stripped_unless_deleted_events_are_asked_for(alice: Any) -> None:
    event = insert(alice, 1)
    token = alice.list(**ME).execute()["nextSyncToken"]
    alice.delete(**ME, eventId=event).execute()
    [stripped] = alice.list(**ME, syncToken=token).execute()["items"]
    assert sorted(stripped) == ["etag", "id", "kind", "status"]
    [full] = alice.list(**ME, syncToken=token, showDeleted=True).execute()["items"]
    assert (full["summary"], full["status"]) == ("Day 1", "cancelled")


def test_what_changes_between_pages_comes_with_the_next_delta(alice: Any) -> None:
    ids = sorted(insert(alice, day) for day in range(1, 7))
    first = alice.list(**ME, maxResults=2).execute()
    alice.patch(**ME, eventId=ids[0], body={"summary": "Early"}).execute()
    alice.patch(**ME, eventId=ids[5], body={"summary": "Late"}).execute()
    alice.delete(**ME, eventId=ids[3]).execute()
    rest = alice.list(**ME, pageToken=first["nextPageToken"]).execute()
    delta = alice.list(**ME, syncToken=rest["nextSyncToken"]).execute()
    assert {item["id"] for item in delta["items"]} >= {ids[0], ids[5], ids[3]}


def test_what_changes_between_the_pages_of_a_delta_is_not_lost(alice: Any) -> None:
    token = alice.list(**ME).execute()["nextSyncToken"]
    ids = [insert(alice, day) for day in range(1, 6)]
    first = alice.list(**ME, syncToken=token, maxResults=2).execute()
    alice.patch(**ME, eventId=ids[4], body={"summary": "Late"}).execute()
    rest = alice.list(**ME, syncToken=token, pageToken=first["nextPageToken"]).execute()
    after = alice.list(**ME, syncToken=rest["nextSyncToken"]).execute()
    seen = {item["id"]: item["summary"] for page in (first, rest, after) for item in page["items"]}
    assert set(seen) == set(ids)
    assert seen[ids[4]] == "Late"


def test_a_page_of_a_delta_needs_no_sync_token(alice: Any) -> None:
    token = alice.list(**ME).execute()["nextSyncToken"]
    for day in range(1, 4):
        insert(alice, day)
    first = alice.list(**ME, syncToken=token, maxResults=2).execute()
    rest = alice.list(**ME, maxResults=2, pageToken=first["nextPageToken"]).execute()
    assert len(rest["items"]) == 1


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"orderBy": "updated"}, "syncTokenWithNonDefaultOrdering"),
        ({"timeMin": "2026-01-01T00:00:00Z"}, "syncTokenWithRequestRestrictions"),
        ({"timeMax": "2026-01-01T00:00:00Z"}, "syncTokenWithRequestRestrictions"),
        ({"updatedMin": "2026-03-01T00:00:00Z"}, "syncTokenWithRequestRestrictions"),
        ({"q": "x"}, "syncTokenWithRequestRestrictions"),
        ({"iCalUID": "x"}, "syncTokenWithRequestRestrictions"),
        ({"privateExtendedProperty": "a=b"}, "syncTokenWithRequestRestrictions"),
        ({"showDeleted": False}, "syncTokenWithRequestRestrictions"),
    ],
)
def test_a_token_goes_with_few_parameters(alice: Any, query: dict[str, Any], reason: str) -> None:
    token = alice.list(**ME).execute()["nextSyncToken"]
    assert error_of(alice.list(**ME, syncToken=token, **query)) == (400, reason)


def test_tokens_that_are_none(alice: Any) -> None:
    insert(alice, 1)
    insert(alice, 2)
    page = alice.list(**ME, maxResults=1).execute()["nextPageToken"]
    assert error_of(alice.list(**ME, syncToken="nonsense!")) == (400, "invalid")
    assert error_of(alice.list(**ME, pageToken="nonsense!")) == (400, "invalid")
    assert error_of(alice.list(**ME, pageToken=page, showDeleted=True)) == (400, "invalid")


def test_a_token_belongs_to_one_calendar_and_one_user(service: Any, alice: Any, bob: Any) -> None:
    whole = service("alice@example.com")
    other = whole.calendars().insert(body={"summary": "Team"}).execute()["id"]
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    whole.acl().insert(calendarId=other, body=rule).execute()
    primary, team = (
        alice.list(calendarId=calendar).execute()["nextSyncToken"] for calendar in ("primary", other)
    )
    assert error_of(alice.list(calendarId=other, syncToken=primary)) == (410, "fullSyncRequired")
    assert error_of(bob.list(calendarId=other, syncToken=team)) == (410, "fullSyncRequired")


def test_a_change_of_access_ends_all_tokens(service: Any, alice: Any) -> None:
    acl = service("alice@example.com").acl()
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}

    def gone(change: Any) -> bool:
        token = alice.list(**ME).execute()["nextSyncToken"]
        change.execute()
        return error_of(alice.list(**ME, syncToken=token)) == (410, "fullSyncRequired")

    assert gone(acl.insert(**ME, body=rule))
    assert gone(acl.patch(**ME, ruleId="user:bob@example.com", body={"role": "writer"}))
    assert gone(acl.delete(**ME, ruleId="user:bob@example.com"))


def test_tokens_expire_when_told_to_also_between_pages(world: World, alice: Any) -> None:
    token = alice.list(**ME).execute()["nextSyncToken"]
    for day in (1, 2, 3):
        insert(alice, day)
    page = alice.list(**ME, syncToken=token, maxResults=1).execute()["nextPageToken"]
    world.calendar.expire_tokens("alice@example.com")
    request = alice.list(**ME, syncToken=token)
    with pytest.raises(HttpError) as caught:
        request.execute()
    [item] = caught.value.error_details
    assert caught.value.resp.status == 410
    assert (item["domain"], item["reason"]) == ("calendar", "fullSyncRequired")
    assert (item["locationType"], item["location"]) == ("parameter", "syncToken")
    assert error_of(alice.list(**ME, pageToken=page))[0] == 410
    fresh = alice.list(**ME).execute()["nextSyncToken"]
    assert alice.list(**ME, syncToken=fresh).execute()["items"] == []


@pytest.mark.parametrize(
    ("query", "hands_out"),
    [
        ({}, True),
        ({"timeMin": "2026-01-01T00:00:00Z"}, True),
        ({"singleEvents": True}, True),
        ({"showDeleted": True}, True),
        ({"singleEvents": True, "orderBy": "startTime"}, False),
        ({"orderBy": "updated"}, False),
        ({"q": "day"}, False),
        ({"updatedMin": "2026-03-01T00:00:00Z"}, False),
        ({"fields": "items(id)"}, False),
        ({"fields": "items(id),nextSyncToken"}, True),
    ],
)
def test_which_first_listing_hands_out_a_token(alice: Any, query: dict[str, Any], hands_out: bool) -> None:
    insert(alice, 1)
    assert ("nextSyncToken" in alice.list(**ME, **query).execute()) == hands_out


def test_the_time_window_is_open_at_both_ends(alice: Any) -> None:
    for hour in (8, 10, 12):
        body = {
            "summary": str(hour),
            "start": {"dateTime": f"2026-03-03T{hour:02}:00:00Z"},
            "end": {"dateTime": f"2026-03-03T{hour + 1:02}:00:00Z"},
        }
        alice.insert(**ME, body=body).execute()
    window = {"timeMin": "2026-03-03T09:00:00Z", "timeMax": "2026-03-03T12:00:00Z"}
    assert names(alice.list(**ME, **window).execute()) == ["10"]
    assert error_of(alice.list(**ME, timeMin=window["timeMax"], timeMax=window["timeMin"])) == (
        400,
        "timeRangeEmpty",
    )


def test_order_and_filters(world: World, alice: Any) -> None:
    first = insert(alice, 9, description="Budget")
    world.clock.advance(1_000_000)
    insert(alice, 3, extendedProperties={"private": {"room": "7"}})
    world.clock.advance(1_000_000)
    alice.patch(**ME, eventId=first, body={"colorId": "2"}).execute()

    def listed(**query: Any) -> list[str]:
        return [item["summary"] for item in alice.list(**ME, **query).execute()["items"]]

    assert listed(orderBy="updated") == ["Day 3", "Day 9"]
    assert listed(orderBy="startTime", singleEvents=True) == ["Day 3", "Day 9"]
    assert listed(q="BUDGET") == ["Day 9"]
    assert listed(privateExtendedProperty="room=7") == ["Day 3"]
    assert listed(iCalUID=f"{first}@google.com") == ["Day 9"]
    assert listed(updatedMin="2026-03-02T08:00:02Z") == ["Day 9"]
    assert listed(eventTypes="focusTime") == []
    assert error_of(alice.list(**ME, orderBy="startTime")) == (400, "invalid")


def test_ordered_listings_page_too(alice: Any) -> None:
    for day in (5, 1, 3, 2, 4):
        insert(alice, day)
    found = pages(alice, maxResults=2, orderBy="startTime", singleEvents=True)
    listed = [item["summary"] for page in found for item in page["items"]]
    assert listed == [f"Day {day}" for day in range(1, 6)]


def test_updated_min_shows_what_was_deleted_since_and_reaches_29_days_back(world: World, alice: Any) -> None:
    event = insert(alice, 1)
    world.clock.advance(1_000_000)
    alice.delete(**ME, eventId=event).execute()
    listed = alice.list(**ME, updatedMin="2026-03-02T08:00:00Z").execute()
    assert [item["status"] for item in listed["items"]] == ["cancelled"]
    assert error_of(alice.list(**ME, updatedMin="2026-01-01T00:00:00Z")) == (410, "updatedMinTooLongAgo")
