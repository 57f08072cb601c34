"""The bin: what is deleted comes back as it was, or is gone for good."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from .pages import (
    ALICE,
    BOB,
    FIRST,
    ME,
    SECOND,
    THIRD,
    WEEKLY,
    answers,
    get,
    insert,
    listed,
    patch,
    statuses,
    token_of,
)


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
