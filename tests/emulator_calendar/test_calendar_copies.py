"""Guests' copies: what reaches them, what they may change, and what comes back."""

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
BOB, CAROL = {"email": "bob@example.com"}, {"email": "carol@example.com"}
MEETING = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": "Europe/Berlin"},
    "attendees": [BOB, CAROL],
}
WEEKLY = {**MEETING, "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]}
SECOND = "_20260323T080000Z"


def insert(events: Any, body: dict[str, Any] = MEETING) -> str:
    return str(events.insert(**ME, body=body).execute()["id"])


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def patch(events: Any, event: str, **body: Any) -> dict[str, Any]:
    patched: dict[str, Any] = events.patch(**ME, eventId=event, body=body).execute()
    return patched


def answer(events: Any, event: str, response: str) -> None:
    people = get(events, event)["attendees"]
    patch(
        events,
        event,
        attendees=[{**p, "responseStatus": response} if p.get("self") else p for p in people],
    )


def answers(events: Any, event: str) -> dict[str, str]:
    return {person["email"][:5]: person["responseStatus"] for person in get(events, event)["attendees"]}


def error_of(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


def test_a_guest_has_a_copy_under_the_same_id(alice: Any, bob: Any) -> None:
    event = insert(alice)
    mine, theirs = get(alice, event), get(bob, event)
    assert theirs["iCalUID"] == mine["iCalUID"]
    assert theirs["organizer"] == {"email": "alice@example.com"}
    assert theirs["start"]["dateTime"] == "2026-03-16T04:00:00-04:00"
    assert [person.get("self", False) for person in theirs["attendees"]] == [True, False]
    assert patch(alice, event, summary="New") and get(bob, event)["summary"] == "New"


def test_strangers_get_none(alice: Any, world: World) -> None:
    event = insert(alice, {**MEETING, "attendees": [{"email": "someone@elsewhere.example"}]})
    assert world.calendar.event("someone@elsewhere.example", event) is None


def test_an_answer_reaches_all_copies(alice: Any, bob: Any, carol: Any) -> None:
    event = insert(alice)
    token = alice.list(**ME).execute()["nextSyncToken"]
    answer(bob, event, "accepted")
    for events in (alice, bob, carol):
        assert answers(events, event) == {"bob@e": "accepted", "carol": "needsAction"}
    assert len(alice.list(**ME, syncToken=token).execute()["items"]) == 1


def test_a_guest_keeps_things_of_their_own(alice: Any, bob: Any) -> None:
    event = insert(alice)
    own = {
        "colorId": "5",
        "extendedProperties": {"private": {"mine": "1"}},
        "reminders": {"useDefault": False},
    }
    patch(bob, event, **own)
    patch(alice, event, summary="New", extendedProperties={"private": {"hers": "2"}, "shared": {"all": "3"}})
    theirs = get(bob, event)
    assert (theirs["summary"], theirs["colorId"], theirs["reminders"]) == ("New", "5", {"useDefault": False})
    assert theirs["extendedProperties"] == {"private": {"mine": "1"}, "shared": {"all": "3"}}
    assert "colorId" not in get(alice, event)


@pytest.mark.parametrize(
    "body", [{"summary": "x"}, {"attendees": [BOB]}, {"start": {"dateTime": "2026-03-16T08:30:00Z"}}]
)
def test_a_guest_may_not_change_what_is_shared(alice: Any, bob: Any, body: dict[str, Any]) -> None:
    event = insert(alice)
    refused = error_of(bob.patch(**ME, eventId=event, body=body))
    assert refused == (403, "forbiddenForNonOrganizer")


def test_a_guest_may_where_the_organizer_allows_it(alice: Any, bob: Any, carol: Any) -> None:
    event = insert(alice, {**MEETING, "guestsCanModify": True})
    patch(bob, event, summary="By a guest")
    assert {get(events, event)["summary"] for events in (alice, bob, carol)} == {"By a guest"}


def test_deleting_a_copy_declines(alice: Any, bob: Any, carol: Any) -> None:
    event = insert(alice)
    bob.delete(**ME, eventId=event).execute()
    assert get(bob, event)["status"] == "cancelled"
    assert answers(alice, event) == answers(carol, event) == {"bob@e": "declined", "carol": "needsAction"}
    patch(alice, event, summary="New")
    assert get(bob, event)["status"] == "cancelled"
    assert patch(bob, event, status="confirmed")["summary"] == "New"


def test_deleting_the_event_cancels_the_copies_and_undo_brings_them_back(
    alice: Any, bob: Any, carol: Any
) -> None:
    event = insert(alice)
    bob.delete(**ME, eventId=event).execute()
    alice.delete(**ME, eventId=event).execute()
    assert get(carol, event)["status"] == "cancelled"
    assert error_of(carol.patch(**ME, eventId=event, body={"status": "confirmed"}))[0] == 403
    patch(alice, event, status="confirmed")
    assert get(carol, event)["status"] == "confirmed"
    assert get(bob, event)["status"] == "cancelled"


def test_a_guest_who_is_removed_loses_the_copy_and_may_be_asked_again(alice: Any, bob: Any) -> None:
    event = insert(alice)
    bob.delete(**ME, eventId=event).execute()
    patch(alice, event, attendees=[CAROL])
    assert get(bob, event)["status"] == "cancelled"
    patch(alice, event, attendees=[CAROL, BOB])
    assert get(bob, event)["status"] == "confirmed"


def test_occurrences_of_a_guests_series(alice: Any, bob: Any, carol: Any) -> None:
    series = insert(alice, WEEKLY)
    patch(alice, series + SECOND, summary="Special")
    assert get(bob, series + SECOND)["summary"] == "Special"
    alice.delete(**ME, eventId=series + "_20260330T070000Z").execute()
    assert len(bob.instances(**ME, eventId=series).execute()["items"]) == 2
    answer(bob, series + "_20260316T080000Z", "declined")
    assert answers(carol, series + "_20260316T080000Z")["bob@e"] == "declined"
    assert answers(alice, series)["bob@e"] == "needsAction"


def test_a_guest_deletes_one_occurrence(alice: Any, bob: Any) -> None:
    series = insert(alice, WEEKLY)
    bob.delete(**ME, eventId=series + SECOND).execute()
    assert answers(alice, series + SECOND)["bob@e"] == "declined"
    assert len(bob.instances(**ME, eventId=series).execute()["items"]) == 2
    assert len(alice.instances(**ME, eventId=series).execute()["items"]) == 3


def test_an_occurrence_that_only_a_guest_has_changed_follows_the_series(alice: Any, bob: Any) -> None:
    series = insert(alice, WEEKLY)
    patch(bob, series + SECOND, colorId="7")
    patch(alice, series, summary="New")
    assert (get(bob, series + SECOND)["summary"], get(bob, series + SECOND)["colorId"]) == ("New", "7")
    patch(alice, series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=1"])
    assert get(bob, series + SECOND)["status"] == "cancelled"


def test_a_guest_of_one_occurrence_has_that_one_alone(alice: Any, bob: Any) -> None:
    series = insert(alice, {**WEEKLY, "attendees": [CAROL]})
    patch(alice, series + SECOND, attendees=[CAROL, BOB])
    [only] = bob.list(**ME).execute()["items"]
    assert (only["id"], only["recurringEventId"]) == (series + SECOND, series)
    assert [item["id"] for item in bob.list(**ME, singleEvents=True).execute()["items"]] == [only["id"]]
    alice.delete(**ME, eventId=series).execute()
    assert get(bob, series + SECOND)["status"] == "cancelled"


def test_a_guest_may_be_left_out_of_one_occurrence(alice: Any, bob: Any) -> None:
    series = insert(alice, WEEKLY)
    patch(alice, series + SECOND, attendees=[CAROL])
    assert len(bob.instances(**ME, eventId=series).execute()["items"]) == 2


def test_whom_a_series_invites_later_has_its_exceptions_too(alice: Any, bob: Any) -> None:
    series = insert(alice, {**WEEKLY, "attendees": [CAROL]})
    patch(alice, series + SECOND, summary="Special")
    patch(alice, series, attendees=[CAROL, BOB])
    found = bob.instances(**ME, eventId=series).execute()["items"]
    assert [item["summary"] for item in found] == ["Review", "Special", "Review"]
    patch(alice, series, attendees=[CAROL])
    assert bob.list(**ME).execute()["items"] == []


def test_the_organizer_who_is_a_guest_keeps_a_moved_event(service: Any, alice: Any, bob: Any) -> None:
    other = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()["id"]
    event = insert(alice, {**MEETING, "attendees": [{"email": "alice@example.com"}, BOB]})
    alice.move(**ME, eventId=event, destination=other).execute()
    assert get(alice, event)["organizer"] == {"email": other, "displayName": "Team"}
    alice.patch(calendarId=other, eventId=event, body={"summary": "New"}).execute()
    assert get(alice, event)["summary"] == get(bob, event)["summary"] == "New"


def test_every_calendar_that_changed_is_announced_once(world: World, alice: Any, bob: Any) -> None:
    event = insert(alice, {**MEETING, "attendees": [BOB]})
    heard: list[str] = []
    world.calendar.listeners.append(heard.append)
    patch(alice, event, summary="New")
    assert sorted(heard) == ["alice@example.com", "bob@example.com"]
    heard.clear()
    patch(bob, event, colorId="3")
    assert heard == ["bob@example.com"]
    heard.clear()
    error_of(bob.patch(**ME, eventId=event, body={"summary": "no"}))
    get(alice, event)
    assert heard == []
