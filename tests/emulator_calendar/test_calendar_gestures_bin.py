"""The bin: what is deleted comes back as it was, or is gone for good."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

ME = {"calendarId": "primary"}
ALICE, BOB = {"email": "alice@example.com"}, {"email": "bob@example.com"}
MEETING: dict[str, Any] = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": "Europe/Berlin"},
}
WEEKLY = {**MEETING, "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]}
FIRST, SECOND, THIRD = "_20260316T080000Z", "_20260323T080000Z", "_20260330T070000Z"


def insert(events: Any, body: dict[str, Any] = MEETING, **more: Any) -> str:
    return str(events.insert(**ME, body={**body, **more}).execute()["id"])


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def patch(events: Any, event: str, **body: Any) -> None:
    events.patch(**ME, eventId=event, body=body).execute()


def listed(events: Any, calendar: str = "primary", **query: Any) -> dict[str, dict[str, Any]]:
    found = events.list(calendarId=calendar, **query).execute()["items"]
    return {item["id"]: item for item in found}


def token_of(events: Any) -> str:
    return str(events.list(**ME).execute()["nextSyncToken"])


def statuses(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: item["status"] for name, item in found.items()}


def answers(event: dict[str, Any]) -> dict[str, str]:
    return {person["email"].partition("@")[0]: person["responseStatus"] for person in event["attendees"]}


def status_of(request: Any) -> int:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return int(caught.value.resp.status)


@pytest.fixture
def team(service: Callable[[str], Any]) -> str:
    made = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()
    return str(made["id"])


def test_the_bin_gives_everything_back_as_it_was(alice: Any, bob: Any, gesture: Any) -> None:
    event = insert(alice, attendees=[BOB])
    gesture("add-conference", "alice", eventId=event)
    before = get(alice, event)
    [gone] = gesture("delete", "alice", eventId=event)
    assert gone["status"] == get(bob, event)["status"] == "cancelled"
    assert "deleted" in gesture("rename", "alice", eventId=event, summary="New")
    token = token_of(alice)
    [back] = gesture("restore", "alice", eventId=event)
    changing = ("etag", "updated", "sequence")
    assert {**back, **dict.fromkeys(changing)} == {**before, **dict.fromkeys(changing)}
    assert back["conferenceData"] == before["conferenceData"]
    assert statuses(listed(alice, syncToken=token)) == {event: "confirmed"}
    assert get(bob, event)["status"] == "confirmed"
    assert "not in the bin" in gesture("restore", "alice", eventId=event)


def test_occurrences_come_back_from_the_bin_while_their_series_has_them(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    patch(alice, series + SECOND, summary="Own")
    gesture("delete", "alice", eventId=series + SECOND)
    assert len(listed(alice, singleEvents=True)) == 2
    [back] = gesture("restore", "alice", eventId=series + SECOND)
    assert (back["summary"], back["status"]) == ("Own", "confirmed")
    gesture("delete-following", "alice", eventId=series + SECOND)
    assert "no longer has" in gesture("restore", "alice", eventId=series + SECOND)
    gesture("delete", "alice", eventId=series)
    for stamp in (FIRST, SECOND):
        assert f'Restore "{series}"' in gesture("restore", "alice", eventId=series + stamp)
    gesture("restore", "alice", eventId=series)
    assert statuses(listed(alice)) == {series: "confirmed", series + SECOND: "cancelled"}


def test_a_guest_takes_back_what_the_guest_deleted(alice: Any, bob: Any, gesture: Any) -> None:
    event = insert(alice, attendees=[BOB])
    gesture("remove-from-my-calendar", "bob", eventId=event)
    assert answers(get(alice, event)) == {"bob": "declined"}
    gesture("restore", "bob", eventId=event)
    assert statuses(listed(bob)) == {event: "confirmed"}
    gesture("delete", "alice", eventId=event)
    assert "organiser" in gesture("restore", "bob", eventId=event)
    assert "no invitation" in gesture("remove-from-my-calendar", "alice", eventId=insert(alice))


def test_an_emptied_bin_is_read_by_nobody_and_nothing_is_lost(alice: Any, gesture: Any) -> None:
    event, kept, series = insert(alice), insert(alice), insert(alice, WEEKLY)
    patch(alice, series + SECOND, summary="Own")
    token = token_of(alice)
    for gone in (event, series):
        gesture("delete", "alice", eventId=gone)
    later = token_of(alice)
    assert gesture("empty-bin", "alice") == []
    for gone in (event, series, series + FIRST, series + SECOND):
        assert status_of(alice.get(**ME, eventId=gone)) == 404
        assert "no such event" in gesture("restore", "alice", eventId=gone)
    assert [status_of(alice.list(**ME, syncToken=old)) for old in (token, later)] == [410, 410]
    assert statuses(listed(alice, showDeleted=True)) == {kept: "confirmed"}
    fresh = token_of(alice)
    assert gesture("empty-bin", "alice") == []
    assert listed(alice, syncToken=fresh) == {}
    assert insert(alice, id=event) == event


def test_the_bin_keeps_what_something_living_needs(alice: Any, bob: Any, gesture: Any, team: str) -> None:
    series, meeting, moved = insert(alice, WEEKLY), insert(bob, attendees=[ALICE]), insert(alice)
    gesture("delete", "alice", eventId=series + SECOND)
    gesture("remove-from-my-calendar", "alice", eventId=meeting)
    gesture("change-calendar", "alice", eventId=moved, destination=team)
    gesture("empty-bin", "alice")
    patch(bob, meeting, summary="New")
    assert statuses(listed(alice)) == {series: "confirmed", series + SECOND: "cancelled"}
    assert get(alice, meeting)["status"] == get(alice, moved)["status"] == "cancelled"
    assert "moved to another calendar" in gesture("restore", "alice", eventId=moved)
    gesture("delete", "bob", eventId=meeting)
    gesture("empty-bin", "alice")
    assert status_of(alice.get(**ME, eventId=meeting)) == 404
    gesture("restore", "bob", eventId=meeting)
    assert get(alice, meeting)["status"] == "confirmed"


def test_a_guest_takes_a_series_back_as_it_is_by_now(alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY, attendees=[BOB])
    patch(alice, series + SECOND, summary="Own")
    gesture("remove-from-my-calendar", "bob", eventId=series)
    assert listed(bob) == {}
    patch(alice, series + SECOND, summary="Changed")
    gesture("delete", "alice", eventId=series + THIRD)
    assert listed(bob) == {}
    gesture("restore", "bob", eventId=series)
    assert statuses(listed(bob)) == {
        series: "confirmed",
        series + SECOND: "confirmed",
        series + THIRD: "cancelled",
    }
    assert get(bob, series + SECOND)["summary"] == "Changed"
