"""Moving an event to another calendar: what may move, who may move it, and what both calendars tell."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

DECLINE = {"autoDeclineMode": "declineNone"}
ME = {"calendarId": "primary"}
MEETING = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": "Europe/Berlin"},
}


@pytest.fixture
def team(service: Callable[[str], Any]) -> str:
    return str(service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()["id"])


def insert(events: Any, calendar: str = "primary", **more: Any) -> str:
    return str(events.insert(calendarId=calendar, body={**MEETING, **more}).execute()["id"])


def refusal(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


@pytest.mark.parametrize("kind", ["focusTime", "outOfOffice"])
def test_only_ordinary_events_move(alice: Any, team: str, kind: str) -> None:
    other, plain = insert(alice, **{"eventType": kind, f"{kind}Properties": DECLINE}), insert(alice)
    assert refusal(alice.move(**ME, eventId=other, destination=team)) == (400, "cannotChangeOrganizer")
    assert alice.move(**ME, eventId=plain, destination=team).execute()["id"] == plain


def test_an_occurrence_does_not_move_alone(alice: Any, team: str) -> None:
    series = insert(alice, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    request = alice.move(**ME, eventId=f"{series}_20260316T080000Z", destination=team)
    assert refusal(request) == (400, "cannotChangeOrganizerOfInstance")


def test_a_guest_cannot_move_an_event(service: Callable[[str], Any], alice: Any, bob: Any) -> None:
    theirs = service("bob@example.com").calendars().insert(body={"summary": "Theirs"}).execute()["id"]
    event = insert(alice, attendees=[{"email": "bob@example.com"}])
    assert refusal(bob.move(**ME, eventId=event, destination=theirs)) == (400, "cannotChangeOrganizer")


def test_moving_needs_write_access_to_both_calendars(
    service: Callable[[str], Any], alice: Any, bob: Any, team: str
) -> None:
    rules = service("alice@example.com").acl()

    def grant(role: str) -> None:
        body = {"role": role, "scope": {"type": "user", "value": "bob@example.com"}}
        rules.insert(calendarId=team, body=body).execute()

    own, shared = insert(bob), insert(alice, team)
    assert refusal(bob.move(**ME, eventId=own, destination=team)) == (404, "notFound")
    grant("reader")
    assert refusal(bob.move(**ME, eventId=own, destination=team)) == (403, "requiredAccessLevel")
    reading = bob.move(calendarId=team, eventId=shared, destination="bob@example.com")
    assert refusal(reading) == (403, "requiredAccessLevel")
    grant("writer")
    assert bob.move(**ME, eventId=own, destination=team).execute()["organizer"]["email"] == team
    assert reading.execute()["organizer"]["email"] == "bob@example.com"


def test_the_deltas_of_both_calendars_tell_of_a_move(alice: Any, team: str) -> None:
    event = insert(alice)
    tokens = {
        calendar: alice.list(calendarId=calendar).execute()["nextSyncToken"] for calendar in ("primary", team)
    }
    alice.move(**ME, eventId=event, destination=team).execute()
    told = {
        calendar: [
            (item["id"], item["status"], item.get("summary"))
            for item in alice.list(calendarId=calendar, syncToken=token).execute()["items"]
        ]
        for calendar, token in tokens.items()
    }
    assert told == {"primary": [(event, "cancelled", None)], team: [(event, "confirmed", "Review")]}
