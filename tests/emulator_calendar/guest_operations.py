"""What becomes of guests: invited, taken off, answering, and what they do with their own copies."""

from __future__ import annotations

import random
from typing import Any

from .ground import USERS, Ground, Known, NothingToDo, guests_of, living
from .operations import guests, operation, patch, said


def _invited(known: Known) -> bool:
    return living(known) and bool(known.guests)


def invited_guest(ground: Ground, chance: random.Random) -> tuple[Known, str]:
    """Return an event and one of its guests, who has not deleted it; where there is none, somebody is invited first."""
    try:
        known = ground.some(chance, lambda known: living(known) and set(known.guests) - known.left)
    except NothingToDo:
        known = ground.some(chance, living)
        people = [{"email": user} for user in USERS if user != known.place.calendar]
        patch(ground, known, {"attendees": people})
    return known, ground.pick(chance, sorted(set(known.guests) - known.left))


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
    known, guest = invited_guest(ground, chance)
    events, path, copy = _as_guest(ground, chance, known, guest)
    says = {"responseStatus": chance.choice(("accepted", "declined", "tentative")), "comment": name}
    people = [{**person, **says} if person.get("self") else person for person in copy.get("attendees", [])]
    events.patch(**path, body={"attendees": people}).execute()


@operation("keep something of one's own")
def keep_own(ground: Ground, chance: random.Random, name: str) -> None:
    """Give a guest's copy, or one occurrence of it, a reminder, a colour or a private property."""
    known, guest = invited_guest(ground, chance)
    events, path, _ = _as_guest(ground, chance, known, guest)
    reminders = {"useDefault": False, "overrides": [{"method": "email", "minutes": chance.randint(1, 99)}]}
    private = {"extendedProperties": {"private": {"mine": name}}}
    body = chance.choice(({"reminders": reminders}, {"colorId": str(chance.randint(1, 11))}, private))
    events.patch(**path, body=body).execute()


@operation("change as a guest")
def change_as_guest(ground: Ground, chance: random.Random, name: str) -> None:
    """Change what all see, where the organiser lets guests do that; mostly it is let here first."""
    known, guest = invited_guest(ground, chance)
    if not known.resource.get("guestsCanModify") and chance.random() < 0.8:
        patch(ground, known, {"guestsCanModify": True})
    events, path, _ = _as_guest(ground, chance, known, guest)
    body = {name: value for name, value in said(chance).items() if name != "guestsCanModify"}
    events.patch(**path, body=body).execute()


@operation("delete a guest's copy", 1.3)
def delete_copy(ground: Ground, chance: random.Random, name: str) -> None:
    """Delete a guest's copy of an event, a series, or an occurrence."""
    known, guest = invited_guest(ground, chance)
    events, path, copy = _as_guest(ground, chance, known, guest)
    events.delete(**path).execute()
    if copy["id"] == known.id:
        known.left.add(guest)


@operation("take a guest's copy back")
def take_copy_back(ground: Ground, chance: random.Random, name: str) -> None:
    """Take back what a guest has deleted; where nobody has, somebody does so first."""
    try:
        known = ground.some(chance, lambda known: _invited(known) and known.left & set(known.guests))
        guest = ground.pick(chance, sorted(known.left & set(known.guests)))
    except NothingToDo:
        known, guest = invited_guest(ground, chance)
        ground.events[guest].delete(calendarId=guest, eventId=known.id).execute()
    known.left.discard(guest)
    path = {"calendarId": guest, "eventId": known.id}
    ground.events[guest].patch(**path, body={"status": "confirmed"}).execute()


@operation("delete a guest's occurrence")
def delete_occurrence_of_guest(ground: Ground, chance: random.Random, name: str) -> None:
    """Delete an occurrence that has guests of its own; where there is none, somebody is invited first."""
    known = ground.some(chance, lambda known: living(known) and known.repeats)
    events, path = ground.events_of(known)
    found = events.instances(**path, maxResults=24).execute()["items"]
    invited = [
        (guest, item["id"])
        for item in found
        for guest in guests_of(item, known.place.calendar)
        if guest not in known.left
    ]
    if not invited:
        item = ground.pick(chance, found, lambda item: item["id"])
        guest = ground.pick(chance, [user for user in USERS if user != known.place.calendar])
        events.patch(**{**path, "eventId": item["id"]}, body={"attendees": [{"email": guest}]}).execute()
        invited = [(guest, item["id"])]
    guest, event_id = ground.pick(chance, invited)
    ground.events[guest].delete(calendarId=guest, eventId=event_id).execute()
