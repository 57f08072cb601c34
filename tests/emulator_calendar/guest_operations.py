"""What becomes of guests: invited, taken off, answering, and what they do with their own copies."""

from __future__ import annotations

import random
from typing import Any

from .ground import USERS, Ground, Known, living
from .occurrence_operations import occurrence
from .operations import guests, operation, patch, said


def _invited(known: Known) -> bool:
    return living(known) and bool(known.guests)


def _as_guest(
    ground: Ground, chance: random.Random, known: Known, guest: str
) -> tuple[Any, dict[str, str], dict[str, Any]]:
    """Return the guest's client, the parameters that name the copy or one of its occurrences, and how it looks."""
    events, path = ground.events[guest], {"calendarId": guest, "eventId": known.id}
    copy = events.get(**path).execute()
    if "recurrence" in copy and chance.random() < 0.5:
        found = events.instances(**path, maxResults=12).execute()["items"]
        copy = ground.pick(chance, found, lambda item: item["id"])
    return events, {**path, "eventId": copy["id"]}, copy


@operation("invite")
def invite(ground: Ground, chance: random.Random, name: str) -> None:
    """Add guests to those who are there."""
    known = ground.some(chance, living)
    there = known.resource.get("attendees", [])
    listed = {person["email"] for person in there}
    new = [person for person in guests(chance) if person["email"] not in listed]
    patch(ground, known, {"attendees": [*there, *new]})


@operation("take off guests")
def take_off(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, _invited)
    people = known.resource["attendees"]
    patch(ground, known, {"attendees": people[1:] if chance.random() < 0.7 else []})


@operation("answer", 1.3)
def answer(ground: Ground, chance: random.Random, name: str) -> None:
    """Answer an invitation, to all of a series or to one occurrence."""
    known = ground.some(chance, _invited)
    guest = ground.pick(chance, known.guests)
    events, path, copy = _as_guest(ground, chance, known, guest)
    says = {"responseStatus": chance.choice(("accepted", "declined", "tentative")), "comment": name}
    people = [{**person, **says} if person.get("self") else person for person in copy.get("attendees", [])]
    events.patch(**path, body={"attendees": people}).execute()


@operation("keep something of one's own")
def keep_own(ground: Ground, chance: random.Random, name: str) -> None:
    """Give a guest's copy, or one occurrence of it, a reminder, a colour or a private property."""
    known = ground.some(chance, _invited)
    guest = ground.pick(chance, known.guests)
    events, path, _ = _as_guest(ground, chance, known, guest)
    reminders = {"useDefault": False, "overrides": [{"method": "email", "minutes": chance.randint(1, 99)}]}
    private = {"extendedProperties": {"private": {"mine": name}}}
    body = chance.choice(({"reminders": reminders}, {"colorId": str(chance.randint(1, 11))}, private))
    events.patch(**path, body=body).execute()


@operation("change as a guest")
def change_as_guest(ground: Ground, chance: random.Random, name: str) -> None:
    """Change what all see, where the organiser lets guests do that; mostly it is let here first."""
    known = ground.some(chance, _invited)
    if not known.resource.get("guestsCanModify") and chance.random() < 0.8:
        patch(ground, known, {"guestsCanModify": True})
    guest = ground.pick(chance, known.guests)
    events, path, _ = _as_guest(ground, chance, known, guest)
    body = {name: value for name, value in said(chance).items() if name != "guestsCanModify"}
    events.patch(**path, body=body).execute()


@operation("delete a guest's copy", 1.3)
def delete_copy(ground: Ground, chance: random.Random, name: str) -> None:
    """Delete a guest's copy of an event, a series, or an occurrence."""
    known = ground.some(chance, _invited)
    guest = ground.pick(chance, known.guests)
    events, path, copy = _as_guest(ground, chance, known, guest)
    events.delete(**path).execute()
    if copy["id"] == known.id:
        known.left.add(guest)


@operation("take a guest's copy back")
def take_copy_back(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, lambda known: _invited(known) and known.left & set(known.guests))
    guest = ground.pick(chance, sorted(known.left & set(known.guests)))
    known.left.discard(guest)
    path = {"calendarId": guest, "eventId": known.id}
    ground.events[guest].patch(**path, body={"status": "confirmed"}).execute()


@operation("delete a guest's occurrence")
def delete_occurrence_of_guest(ground: Ground, chance: random.Random, name: str) -> None:
    """Delete an occurrence that only some guests are invited to."""
    known = ground.some(chance, lambda known: living(known) and known.repeats and known.has_occurrence_guests)
    item = occurrence(ground, chance, known)
    guest = ground.pick(chance, USERS)
    ground.events[guest].delete(calendarId=guest, eventId=item["id"]).execute()
