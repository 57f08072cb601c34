"""Guests: who is invited, what they answer, and whose event it is."""

from __future__ import annotations

from typing import Any

from confsync.emulator.calendar import calendars, copies, events, moving
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.gestures.hand import Hand, Place, addresses
from confsync.errors import EmulatorError

ANSWERS = ("accepted", "declined", "tentative")


def answer(hand: Hand) -> list[Place]:
    """Answer an invitation, to one occurrence or to all: `accepted`, `declined` or `tentative`."""
    event, said = hand.living(), hand.asked["answer"]
    if said not in ANSWERS:
        raise EmulatorError(f'"answer" must be one of {", ".join(ANSWERS)}')
    if not copies.is_invited(event.body, hand.calendar.id):
        raise hand.refusal(event, f"{hand.calendar.id} is not invited", "Invite them first.")
    saved = _answered(hand, event, said)
    if event.is_series:
        for exception in events.exceptions_of(hand.room, hand.calendar.key, event.id):
            if not exception.cancelled and copies.is_invited(exception.body, hand.calendar.id):
                _answered(hand, exception, said)
    return hand.places(saved)


def invite(hand: Hand) -> list[Place]:
    """Invite `guests` by their addresses; guests may too, unless the organiser does not allow it."""
    event = hand.living()
    people = [{"email": email} for email in addresses(hand.asked["guests"], "guests")]
    new = [person for person in people if not copies.is_invited(event.body, person["email"])]
    given = {"attendees": [*event.body.get("attendees", ()), *new]}
    return hand.places(hand.change(hand.calendar, event, given))


def uninvite(hand: Hand) -> list[Place]:
    """Take `guests` off the guest list: their copies are cancelled."""
    event, gone = hand.living(), addresses(hand.asked["guests"], "guests")
    left = [person for person in event.body.get("attendees", ()) if person["email"] not in gone]
    return hand.places(hand.change(hand.calendar, event, {"attendees": left}))


def transfer(hand: Hand) -> list[Place]:
    """Hand an event, or a whole series, over to the guest `to`: it moves to that guest's calendar."""
    event, email = hand.living(), str(hand.asked["to"]).lower()
    whole = hand.series(hand.calendar, event) if event.master else event
    destination = calendars.by_id(hand.room, email)
    if destination is None or not copies.is_invited(whole.body, email):
        raise hand.refusal(whole, f"{email} is not one of its guests", "Invite them first.")
    moved = moving.carry(hand.room, hand.calendar, whole, destination, hand.stamp)
    return [(hand.calendar.id, moved.id), (destination.id, moved.id)]


def remove_from_my_calendar(hand: Hand) -> list[Place]:
    """Delete a guest's copy, or one occurrence of it; the organiser's event says that the guest declined."""
    event = hand.living()
    if not event.is_copy:
        raise hand.refusal(event, "it is no invitation", "Delete it.")
    return hand.places(hand.put(hand.calendar, event, {**event.body, "status": "cancelled"}))


def _answered(hand: Hand, event: Event, said: str) -> Event:
    more: dict[str, Any] = {"responseStatus": said}
    if "comment" in hand.asked:
        more["comment"] = hand.asked["comment"]
    people = [
        {**person, **more} if person["email"] == hand.calendar.id else person
        for person in event.body["attendees"]
    ]
    return hand.change(hand.calendar, event, {"attendees": people})
