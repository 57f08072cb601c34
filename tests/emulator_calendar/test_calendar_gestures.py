"""What a person does in Calendar's pages with single events and series, and who may do it."""

from collections.abc import Callable
from typing import Any

import pytest

from confsync.emulator.control.service import ROUTES
from confsync.emulator.world import World

from .pages import (
    ALICE,
    BOB,
    FIRST,
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

NO_EVENT = {"empty-bin"}
KEYS: dict[str, dict[str, Any]] = {
    "rename": {"summary": "New"},
    "reschedule": {"start": {"date": "2026-03-17"}},
    "change-all": {"event": {}},
    "split": {"event": {}},
    "make-recurring": {"recurrence": ["RRULE:FREQ=DAILY"]},
    "copy-to": {"destination": "primary"},
    "change-calendar": {"destination": "primary"},
    "invite": {"guests": ["carol@example.com"]},
    "uninvite": {"guests": ["carol@example.com"]},
    "answer": {"answer": "accepted"},
    "transfer": {"to": "bob@example.com"},
}
NAMES = [route.path.partition("/")[2] for route in ROUTES if route.path.startswith("gestures/")]


def begins(event: dict[str, Any]) -> str:
    return str(event["start"].get("date") or event["start"]["dateTime"][5:16])


@pytest.fixture
def team(service: Callable[[str], Any]) -> str:
    made = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()
    return str(made["id"])


def test_rename_one_occurrence_or_all(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    [one] = gesture("rename", "alice", eventId=series + SECOND, summary="Other")
    assert (one["id"], one["summary"]) == (series + SECOND, "Other")
    gesture("rename", "alice", eventId=series, summary="All")
    assert [get(alice, series + stamp)["summary"] for stamp in (FIRST, SECOND)] == ["All", "Other"]


def test_an_event_is_dragged_and_keeps_its_length(alice: Any, gesture: Any) -> None:
    event = insert(alice)
    [moved] = gesture("reschedule", "alice", eventId=event, start={"dateTime": "2026-03-28T23:30:00"})
    assert (begins(moved), moved["end"]["dateTime"][5:16]) == ("03-28T23:30", "03-29T00:30")
    [moved] = gesture(
        "reschedule", "alice", eventId=event, start={"date": "2026-03-20"}, end={"date": "2026-03-22"}
    )
    assert (begins(moved), moved["end"]) == ("2026-03-20", {"date": "2026-03-22"})
    [moved] = gesture("reschedule", "alice", eventId=event, start={"date": "2026-04-01"})
    assert moved["end"] == {"date": "2026-04-03"}
    said = gesture("reschedule", "alice", eventId=event, start={"dateTime": "2026-03-28T09:00:00"})
    assert '"end"' in said


def test_an_occurrence_is_dragged_alone(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    token = token_of(alice)
    gesture("reschedule", "alice", eventId=series + SECOND, start={"dateTime": "2026-03-24T11:00:00"})
    [exception] = listed(alice, syncToken=token).values()
    assert (exception["id"], begins(exception)) == (series + SECOND, "03-24T11:00")
    assert exception["originalStartTime"]["dateTime"][5:16] == "03-23T09:00"


def test_a_series_is_dragged_with_its_days(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO"])
    [moved] = gesture("reschedule", "alice", eventId=series, start={"dateTime": "2026-03-18T12:00:00"})
    assert moved["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE"]
    assert [begins(item) for item in listed(alice, singleEvents=True).values()] == [
        "03-18T12:00",
        "03-25T12:00",
        "04-01T12:00",
    ]


def test_all_are_changed_from_one_of_them_and_exceptions_keep_their_own(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    patch(alice, series + THIRD, summary="Own")
    [changed] = gesture(
        "change-all", "alice", eventId=series + SECOND, event={"summary": "New", "location": "Room 1"}
    )
    assert (changed["id"], changed["summary"]) == (series, "New")
    third = get(alice, series + THIRD)
    assert (third["summary"], third.get("location")) == ("Own", None)
    gesture("change-all", "alice", eventId=series + THIRD, event={"summary": "Newer"})
    assert [get(alice, series + stamp)["summary"] for stamp in ("", THIRD)] == ["Newer", "Newer"]


def test_all_move_as_far_as_the_one_that_is_open(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    patch(alice, series + THIRD, summary="Own")
    later = {
        "start": {"dateTime": "2026-03-24T14:00:00+01:00"},
        "end": {"dateTime": "2026-03-24T16:00:00+01:00"},
    }
    gesture("change-all", "alice", eventId=series + SECOND, event=later)
    found = listed(alice, singleEvents=True).values()
    assert [begins(item) for item in found] == ["03-17T14:00", "03-24T14:00", "03-31T14:00"]
    assert get(alice, series + THIRD)["status"] == "cancelled"


def test_all_become_whole_days(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    days = {"start": {"date": "2026-03-23"}, "end": {"date": "2026-03-24"}}
    [changed] = gesture("change-all", "alice", eventId=series + SECOND, event=days)
    assert (changed["start"], changed["end"]) == ({"date": "2026-03-16"}, {"date": "2026-03-17"})


def test_an_event_repeats_and_repeats_no_longer(alice: Any, gesture: Any) -> None:
    event = insert(alice)
    [series] = gesture("make-recurring", "alice", eventId=event, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    assert series["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3"]
    said = gesture("make-recurring", "alice", eventId=event, recurrence=["RRULE:FREQ=DAILY"])
    assert "repeats already" in said and "change-all" in said
    patch(alice, event + THIRD, summary="Own")
    [single] = gesture("make-single", "alice", eventId=event + SECOND)
    assert (single["id"], begins(single), "recurrence" in single) == (event, "03-23T09:00", False)
    assert statuses(listed(alice)) == {event: "confirmed", event + THIRD: "cancelled"}


def test_an_event_goes_to_another_calendar(alice: Any, gesture: Any, team: str) -> None:
    series = insert(alice, WEEKLY)
    gesture("add-conference", "alice", eventId=series)
    patch(alice, series + SECOND, summary="Own")
    before, token = get(alice, series), token_of(alice)
    [moved] = gesture("change-calendar", "alice", eventId=series + SECOND, destination=team)
    assert (moved["id"], moved["organizer"]["email"], moved["iCalUID"]) == (series, team, before["iCalUID"])
    assert moved["conferenceData"] == before["conferenceData"]
    assert statuses(listed(alice, syncToken=token)) == {series: "cancelled"}
    assert set(listed(alice, team)) == {series, series + SECOND}
    back = gesture("change-calendar", "alice", calendarId=team, eventId=series, destination="primary")
    assert back[0]["organizer"]["email"] == "alice@example.com"


def test_a_duplicate_has_guests_and_conference_but_is_another_event(
    alice: Any, bob: Any, gesture: Any
) -> None:
    people = [{**ALICE, "responseStatus": "accepted"}, {**BOB, "responseStatus": "declined"}]
    event = insert(alice, attendees=people, extendedProperties={"private": {"key": "1"}})
    gesture("add-conference", "alice", eventId=event)
    before = get(alice, event)
    [made] = gesture("duplicate", "alice", eventId=event)
    assert made["id"] != event and made["iCalUID"] == f"{made['id']}@google.com"
    assert (made["summary"], made["start"]) == (before["summary"], before["start"])
    assert made["conferenceData"] == before["conferenceData"]
    assert answers(made) == {"alice": "accepted", "bob": "needsAction"}
    assert "extendedProperties" not in made
    assert get(bob, made["id"])["summary"] == "Review"


def test_a_duplicate_of_an_occurrence_is_a_single_event(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    [made] = gesture("duplicate", "alice", eventId=series + SECOND)
    assert begins(made) == "03-23T09:00"
    assert not {"recurringEventId", "originalStartTime", "recurrence"} & set(made)
    [made] = gesture("duplicate", "alice", eventId=series)
    assert made["recurrence"] == WEEKLY["recurrence"]


def test_a_guest_copies_a_meeting_to_another_calendar(
    alice: Any, bob: Any, gesture: Any, service: Any
) -> None:
    own = service("bob@example.com").calendars().insert(body={"summary": "Mine"}).execute()["id"]
    event = insert(alice, attendees=[BOB])
    gesture("add-conference", "alice", eventId=event)
    [made] = gesture("copy-to", "bob", eventId=event, destination=own)
    assert (made["organizer"]["email"], made["creator"]["email"]) == (own, "bob@example.com")
    assert made["conferenceData"] == get(alice, event)["conferenceData"]
    assert "attendees" not in made
    assert set(listed(bob, own)) == {made["id"]}


def test_a_conference_comes_and_goes(alice: Any, bob: Any, gesture: Any) -> None:
    event = insert(alice, attendees=[BOB])
    [added] = gesture("add-conference", "alice", eventId=event)
    assert added["conferenceData"]["conferenceSolution"]["key"]["type"] == "hangoutsMeet"
    assert get(bob, event)["hangoutLink"] == added["hangoutLink"]
    [other] = gesture("add-conference", "alice", eventId=event)
    assert other["conferenceData"]["conferenceId"] != added["conferenceData"]["conferenceId"]
    assert gesture("remove-conference", "bob", eventId=event).startswith("403 ")
    [bare] = gesture("remove-conference", "alice", eventId=event)
    assert "conferenceData" not in bare and "hangoutLink" not in get(bob, event)


def test_one_occurrence_keeps_a_conference_of_its_own(alice: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    gesture("add-conference", "alice", eventId=series)
    gesture("remove-conference", "alice", eventId=series + SECOND)
    shown = [get(alice, series + stamp) for stamp in (FIRST, SECOND, THIRD)]
    assert ["conferenceData" in event for event in shown] == [True, False, True]


def test_the_triggers_are_told_once(world: World, alice: Any, gesture: Any) -> None:
    event, told = insert(alice), list[str]()
    world.calendar.listeners.append(told.append)
    gesture("invite", "alice", eventId=event, guests=["bob@example.com"])
    assert told == ["alice@example.com", "bob@example.com"]


@pytest.mark.parametrize("name", NAMES)
def test_it_says_who_sees_no_such_calendar_or_event(alice: Any, gesture: Any, name: str) -> None:
    event = {} if name in NO_EVENT else {"eventId": insert(alice)}
    keys = event | KEYS.get(name, {})
    assert 'sees no calendar "bob@example.com"' in gesture(
        name, "alice", calendarId="bob@example.com", **keys
    )
    assert 'sees no calendar "primary"' in gesture(name, "nobody", **keys)
    if event:
        told = gesture(name, "alice", **keys | {"eventId": "nothing"})
        assert "no such event" in told and "GET /emulator/calendars" in told


@pytest.mark.parametrize("name", NAMES)
def test_readers_change_nothing(alice: Any, service: Any, gesture: Any, name: str) -> None:
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    service("alice@example.com").acl().insert(calendarId="primary", body=rule).execute()
    keys = ({} if name in NO_EVENT else {"eventId": insert(alice)}) | KEYS.get(name, {})
    said = gesture(name, "bob", calendarId="alice@example.com", **keys)
    assert said.startswith("403 ") and "writer access" in said


def test_every_gesture_is_described() -> None:
    described = [route.handler.__doc__ for route in ROUTES if route.path.startswith("gestures/")]
    assert len(described) == 20 and all(described)
