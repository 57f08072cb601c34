"""Guests' copies: what stays with a guest, and what is not passed on."""

from typing import Any

import pytest
from googleapiclient.errors import HttpError

ME = {"calendarId": "primary"}
BOB = {"email": "bob@example.com"}
MEETING = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": "Europe/Berlin"},
}


def insert(events: Any, **more: Any) -> str:
    return str(events.insert(**ME, body={**MEETING, "attendees": [BOB], **more}).execute()["id"])


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def answer(events: Any, event: str, response: str) -> None:
    people = get(events, event)["attendees"]
    mine = [{**person, "responseStatus": response} if person.get("self") else person for person in people]
    events.patch(**ME, eventId=event, body={"attendees": mine}).execute()


def answer_of(events: Any, event: str, email: str = "bob@example.com") -> str:
    [found] = [person for person in get(events, event)["attendees"] if person["email"] == email]
    return str(found["responseStatus"])


def test_a_copy_that_its_guest_deleted_keeps_its_details(alice: Any, bob: Any) -> None:
    event = insert(alice)
    before = get(bob, event)
    bob.delete(**ME, eventId=event).execute()
    after = get(bob, event)
    assert after["status"] == "cancelled"
    for name in ("summary", "start", "end", "organizer", "iCalUID"):
        assert after[name] == before[name]


def test_a_private_copy_stays_where_it_is(alice: Any, bob: Any) -> None:
    event = insert(alice, privateCopy=True)
    assert get(alice, event)["privateCopy"] is True
    with pytest.raises(HttpError) as caught:
        get(bob, event)
    assert caught.value.resp.status == 404


@pytest.mark.parametrize(("others", "passed"), [(199, True), (200, False)])
def test_answers_of_very_many_guests_are_not_passed_on(
    alice: Any, bob: Any, others: int, passed: bool
) -> None:
    crowd = [{"email": f"guest{number}@elsewhere.example"} for number in range(others)]
    event = insert(alice, attendees=[BOB, *crowd])
    answer(bob, event, "accepted")
    assert answer_of(bob, event) == "accepted"
    assert answer_of(alice, event) == ("accepted" if passed else "needsAction")
