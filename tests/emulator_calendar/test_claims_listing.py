"""What a listing holds, in which order and in how many pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

DECLINE = {"autoDeclineMode": "declineNone"}
ME = {"calendarId": "primary"}
KINDS = ("focusTime", "outOfOffice")
HEADERS = {"authorization": "Bearer alice@example.com"}
DAILY = {
    "start": {"dateTime": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-02T11:00:00", "timeZone": "Europe/Berlin"},
}


def meeting(day: int, **more: Any) -> dict[str, Any]:
    times = {"start": {"date": f"2026-03-{day:02}"}, "end": {"date": f"2026-03-{day + 1:02}"}}
    return {"summary": f"Day {day}", **times, **more}


def at(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"start": {"dateTime": start}, "end": {"dateTime": end}, **more}


def insert(events: Any, body: dict[str, Any]) -> str:
    return str(events.insert(**ME, body=body).execute()["id"])


def listed(events: Any, **query: Any) -> list[str]:
    return [item["id"] for item in events.list(**ME, **query).execute()["items"]]


def test_primary_is_the_calendar_of_who_asks(alice: Any, bob: Any) -> None:
    insert(alice, meeting(3))
    assert alice.list(**ME).execute()["summary"] == "alice@example.com"
    assert bob.list(**ME).execute()["summary"] == "bob@example.com"
    assert listed(alice) == [
        item["id"] for item in alice.list(calendarId="alice@example.com").execute()["items"]
    ]
    assert listed(bob) == []


def test_a_page_has_250_events_and_never_more_than_2500(alice: Any) -> None:
    insert(alice, {**DAILY, "recurrence": ["RRULE:FREQ=DAILY;COUNT=2600"]})
    years = {"singleEvents": True, "timeMax": "2036-01-01T00:00:00Z", "fields": "items(id),nextPageToken"}
    usual, largest = (alice.list(**ME, **years, **size).execute() for size in ({}, {"maxResults": 9999}))
    assert (len(usual["items"]), len(largest["items"])) == (250, 2500)
    rest = alice.list(**ME, **years, maxResults=9999, pageToken=largest["nextPageToken"]).execute()
    assert len(rest["items"]) == 100
    assert "nextPageToken" not in rest


def test_a_page_token_is_of_one_query_one_user_and_one_calendar(
    service: Callable[[str], Any], alice: Any
) -> None:
    whole = service("alice@example.com")
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    whole.acl().insert(**ME, body=rule).execute()
    team = whole.calendars().insert(body={"summary": "Team"}).execute()["id"]
    for day in (3, 4, 5):
        insert(alice, meeting(day))
    token = alice.list(calendarId="alice@example.com", maxResults=1).execute()["nextPageToken"]
    theirs = service("bob@example.com").events()
    for request in (
        alice.list(calendarId="alice@example.com", maxResults=1, pageToken=token, singleEvents=True),
        alice.list(calendarId="alice@example.com", maxResults=1, pageToken=token, q="Day"),
        alice.list(calendarId=team, maxResults=1, pageToken=token),
        theirs.list(calendarId="alice@example.com", maxResults=1, pageToken=token),
    ):
        with pytest.raises(HttpError) as caught:
            request.execute()
        assert (caught.value.resp.status, caught.value.reason) == (400, "Invalid page token value.")


def test_instances_come_in_pages(alice: Any) -> None:
    series = insert(alice, {**DAILY, "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]})
    request, sizes, ids = alice.instances(**ME, eventId=series, maxResults=2), [], set()
    while request is not None:
        page = request.execute()
        sizes.append(len(page["items"]))
        ids |= {item["id"] for item in page["items"]}
        request = alice.instances_next(request, page)
    assert (sizes, len(ids)) == ([2, 2, 1], 5)


@pytest.mark.parametrize(
    "query", ["syncToken=x", "orderBy=startTime", "q=x", "iCalUID=x", "singleEvents=true"]
)
def test_instances_take_no_token_no_order_and_no_search(world: World, alice: Any, query: str) -> None:
    series = insert(alice, {**DAILY, "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]})
    target = f"/calendar/v3/calendars/primary/events/{series}/instances"
    assert world.request("GET", target, HEADERS).status == 200
    refused = world.request("GET", f"{target}?{query}", HEADERS)
    assert refused.status == 400
    assert refused.json()["error"]["errors"][0]["reason"] == "invalidParameter"


def test_events_come_in_the_order_of_their_ids(alice: Any) -> None:
    for day in (9, 3, 7, 5):
        insert(alice, meeting(day))
    ids = listed(alice)
    assert ids == sorted(ids)
    assert listed(alice) == ids


def test_ties_are_ordered_by_id(alice: Any) -> None:
    for name in ("ccccc", "aaaaa", "bbbbb"):
        insert(alice, meeting(3, id=name))
    early = insert(alice, meeting(2))
    single = {"orderBy": "startTime", "singleEvents": True}
    assert listed(alice, **single) == [early, "aaaaa", "bbbbb", "ccccc"]
    page = alice.list(**ME, **single, maxResults=2).execute()
    assert listed(alice, **single, pageToken=page["nextPageToken"]) == ["bbbbb", "ccccc"]


def test_milliseconds_of_a_window_are_ignored(alice: Any) -> None:
    insert(alice, at("2026-03-03T10:00:00Z", "2026-03-03T11:00:00Z"))
    assert listed(alice, timeMax="2026-03-03T10:00:00.900Z") == []
    assert len(listed(alice, timeMax="2026-03-03T10:00:01Z")) == 1
    assert listed(alice, timeMin="2026-03-03T11:00:00.000Z") == []
    assert len(listed(alice, timeMin="2026-03-03T10:59:59.999Z")) == 1


def test_an_event_without_length_at_the_edge_is_left_out(alice: Any) -> None:
    event = insert(alice, at("2026-03-03T10:00:00Z", "2026-03-03T10:00:00Z"))
    assert listed(alice, timeMin="2026-03-03T10:00:00Z") == []
    assert listed(alice, timeMin="2026-03-03T09:59:59Z", timeMax="2026-03-03T10:00:01Z") == [event]


def test_the_last_day_of_an_event_is_not_in_it(alice: Any) -> None:
    event = insert(alice, meeting(3))
    assert listed(alice, timeMin="2026-03-04T00:00:00+01:00") == []
    assert listed(alice, timeMin="2026-03-03T23:59:59+01:00") == [event]


def test_updated_min_shows_deleted_events_though_they_are_not_wanted(world: World, alice: Any) -> None:
    before, after = insert(alice, meeting(3)), insert(alice, meeting(4))
    alice.delete(**ME, eventId=before).execute()
    world.clock.advance(10_000_000)
    alice.delete(**ME, eventId=after).execute()
    assert listed(alice, updatedMin="2026-03-02T08:00:05Z", showDeleted=False) == [after]


@pytest.mark.parametrize(
    "text", ["budget", "minutes", "Room 7", "Carla", "carla@elsewhere.example", "ALICE@example"]
)
def test_a_search_looks_at_texts_and_people(alice: Any, text: str) -> None:
    guest = {"email": "carla@elsewhere.example", "displayName": "Carla"}
    texts = {"summary": "Budget", "description": "Read the minutes", "location": "Room 7"}
    event = insert(alice, meeting(3, **{**texts, "attendees": [guest]}))
    assert listed(alice, q=text) == [event]
    assert listed(alice, q=f"{text} nowhere") == []


def test_all_wanted_properties_must_match(alice: Any) -> None:
    one = insert(
        alice, meeting(3, extendedProperties={"private": {"a": "1", "b": "2"}, "shared": {"c": "3"}})
    )
    insert(alice, meeting(4, extendedProperties={"private": {"a": "1", "b": "9"}}))
    assert len(listed(alice, privateExtendedProperty="a=1")) == 2
    assert listed(alice, privateExtendedProperty=["a=1", "b=2"]) == [one]
    assert listed(alice, privateExtendedProperty="a=1", sharedExtendedProperty="c=3") == [one]
    assert listed(alice, sharedExtendedProperty="a=1") == []


def test_only_events_of_the_wanted_types(alice: Any) -> None:
    times = at("2026-03-03T10:00:00Z", "2026-03-03T11:00:00Z")
    focus, away = (
        insert(alice, {**times, "eventType": kind, f"{kind}Properties": DECLINE}) for kind in KINDS
    )
    plain = insert(alice, times)
    assert listed(alice, eventTypes="focusTime") == [focus]
    assert set(listed(alice, eventTypes=["focusTime", "outOfOffice"])) == {focus, away}
    assert listed(alice, eventTypes="default") == [plain]


def test_a_listing_is_shown_in_the_wanted_zone(alice: Any) -> None:
    insert(alice, at("2026-03-03T10:00:00Z", "2026-03-03T11:00:00Z"))
    page = alice.list(**ME, timeZone="Asia/Tokyo").execute()
    assert (page["timeZone"], page["items"][0]["start"]["dateTime"]) == (
        "Asia/Tokyo",
        "2026-03-03T19:00:00+09:00",
    )
    assert alice.list(**ME).execute()["items"][0]["start"]["dateTime"] == "2026-03-03T11:00:00+01:00"


def test_the_window_of_instances_includes_its_beginning(alice: Any) -> None:
    series = insert(alice, {**DAILY, "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]})

    def within(**window: str) -> int:
        return len(alice.instances(**ME, eventId=series, **window).execute()["items"])

    assert within(timeMin="2026-03-02T11:00:00+01:00") == 2
    assert within(timeMin="2026-03-02T11:00:01+01:00") == 1
    assert within(timeMax="2026-03-03T10:00:00+01:00") == 1


def test_what_stands_around_the_events(service: Callable[[str], Any], alice: Any) -> None:
    service("alice@example.com").calendars().patch(**ME, body={"description": "Mine"}).execute()
    last = insert(alice, meeting(3))
    page = alice.list(**ME).execute()
    assert {**page, "etag": "", "nextSyncToken": "", "items": []} == {
        "kind": "calendar#events",
        "etag": "",
        "summary": "alice@example.com",
        "description": "Mine",
        "updated": alice.get(**ME, eventId=last).execute()["updated"],
        "timeZone": "Europe/Berlin",
        "accessRole": "owner",
        "defaultReminders": [{"method": "popup", "minutes": 30}],
        "nextSyncToken": "",
        "items": [],
    }


def test_an_empty_calendar_lists_no_items(alice: Any) -> None:
    page = alice.list(**ME).execute()
    assert page["items"] == []
    assert "description" not in page
    series = insert(alice, meeting(3))
    assert alice.instances(**ME, eventId=series).execute()["items"] == []


def test_the_etag_of_a_listing(alice: Any) -> None:
    etags = [alice.list(**ME).execute()["etag"]]

    def changed() -> bool:
        etags.append(alice.list(**ME).execute()["etag"])
        return bool(etags[-1] != etags[-2])

    assert re.fullmatch('"p3[0-9a-v]{14}"', etags[0])
    assert not changed()
    event = insert(alice, meeting(3))
    assert changed()
    alice.patch(**ME, eventId=event, body={"reminders": {"useDefault": False}}).execute()
    assert changed()
    alice.delete(**ME, eventId=event).execute()
    assert changed()
