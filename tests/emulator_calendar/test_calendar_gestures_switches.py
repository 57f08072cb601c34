"""Gestures where a switch makes things late: guests' copies, conferences, and what listings of single events are told."""

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
WEEKLY: dict[str, Any] = {
    "summary": "Weekly",
    "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"],
}
THIRD, FOURTH = "_20260330T070000Z", "_20260406T070000Z"


def insert(events: Any, **more: Any) -> str:
    return str(events.insert(**ME, body={**WEEKLY, **more}).execute()["id"])


def listed(events: Any, **query: Any) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in events.list(**ME, **query).execute()["items"]}


def test_the_halves_reach_guests_late(world: World, alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice, attendees=[{"email": "bob@example.com"}])
    alice.patch(**ME, eventId=series + FOURTH, body={"summary": "Own"}).execute()
    token = bob.list(**ME).execute()["nextSyncToken"]
    world.switches.change({"copyLagSeconds": 60})
    new = gesture("split", "alice", eventId=series + THIRD, event={"summary": "New"})[1]["id"]
    assert listed(bob, syncToken=token) == {}
    world.appsscript.advance(61)
    delta = listed(bob, syncToken=token)
    assert set(delta) == {series, new, series + FOURTH}
    assert (delta[new]["summary"], delta[series + FOURTH]["recurringEventId"]) == ("New", new)
    world.switches.change({"copyLagSeconds": 0})
    alice.delete(**ME, eventId=new).execute()
    assert set(listed(bob)) == {series}


def test_a_conference_of_googles_own_comes_after_some_reads(world: World, alice: Any, gesture: Any) -> None:
    world.switches.change({"conferencePendingReads": 2})
    event = insert(alice)
    [asked] = gesture("add-conference", "alice", eventId=event)
    assert asked["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    found = [alice.get(**ME, eventId=event).execute() for _ in range(3)]
    assert ["conferenceId" in event["conferenceData"] for event in found] == [False, False, True]


def test_the_ends_of_a_series_are_told_to_who_lists_single_events(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    token = alice.list(**ME, singleEvents=True).execute()["nextSyncToken"]
    gesture("delete-following", "alice", eventId=series + THIRD)
    delta = listed(alice, singleEvents=True, syncToken=token)
    gone = {name for name, item in delta.items() if item["status"] == "cancelled"}
    assert gone == {series + THIRD, series + FOURTH}


def test_what_has_long_been_deleted_is_in_no_bin(world: World, alice: Any, gesture: Any) -> None:
    event = insert(alice)
    gesture("delete", "alice", eventId=event)
    world.appsscript.advance(31 * 24 * 3600)
    with pytest.raises(HttpError):
        alice.get(**ME, eventId=event).execute()
    assert "no such event" in gesture("restore", "alice", eventId=event)
