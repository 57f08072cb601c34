"""What is left of a series at its guests, when it repeats no longer or belongs to somebody else."""

from typing import Any

ME = {"calendarId": "primary"}
ALICE, BOB, CAROL = ({"email": f"{name}@example.com"} for name in ("alice", "bob", "carol"))


def series(events: Any, *guests: dict[str, str]) -> str:
    body = {
        "start": {"date": "2026-03-03"},
        "end": {"date": "2026-03-04"},
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
        "attendees": list(guests),
    }
    return str(events.insert(**ME, body=body).execute()["id"])


def items(events: Any, **query: Any) -> dict[str, str]:
    """Return what a listing of all that happens shows: id → status."""
    found = events.list(**ME, singleEvents=True, **query).execute()["items"]
    return {item["id"]: item["status"] for item in found}


def test_an_occurrence_does_not_come_back_with_the_single_event(alice: Any, bob: Any) -> None:
    event = series(alice, BOB)
    alice.patch(**ME, eventId=f"{event}_20260304", body={"summary": "Another"}).execute()
    alice.patch(**ME, eventId=event, body={"recurrence": [], "attendees": []}).execute()
    token = bob.list(**ME, singleEvents=True).execute()["nextSyncToken"]
    alice.patch(**ME, eventId=event, body={"attendees": [BOB]}).execute()
    assert items(bob) == {event: "confirmed"}
    delta = items(bob, syncToken=token)
    assert [name for name, status in delta.items() if status == "confirmed"] == [event]


def test_the_new_organiser_keeps_what_was_changed_as_a_guest(
    world: Any, alice: Any, bob: Any, carol: Any, service: Any
) -> None:
    rule = {"role": "writer", "scope": {"type": "user", "value": ALICE["email"]}}
    service("bob@example.com").acl().insert(calendarId="primary", body=rule).execute()
    event = series(alice, ALICE, BOB, CAROL)
    bob.patch(**ME, eventId=f"{event}_20260304", body={"colorId": "3"}).execute()
    alice.move(**ME, eventId=event, destination=BOB["email"]).execute()
    changed = bob.get(**ME, eventId=f"{event}_20260304").execute()
    assert (changed["colorId"], changed["organizer"]["email"]) == ("3", BOB["email"])
    bob.patch(**ME, eventId=f"{event}_20260304", body={"summary": "Moved"}).execute()
    assert alice.get(**ME, eventId=f"{event}_20260304").execute()["summary"] == "Moved"
    bob.patch(**ME, eventId=event, body={"recurrence": []}).execute()
    assert items(alice) == items(bob) == items(carol) == {event: "confirmed"}
