"""What people do in Calendar's own pages, through the control routes that imitate it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from . import meetings
from .ground import ALICE, BOB, USERS, Ground, Known, Place, living
from .guest_operations import invited_guest
from .occurrence_operations import occurrence
from .operations import Act, deleted, guests, operation, said, with_conference


def gesture(name: str) -> Callable[[Act], Act]:
    """Add a function to the table of operations, as one that needs this gesture's route."""
    return operation(f"gesture {name}", route=f"/emulator/gestures/{name}")


def _do(ground: Ground, known: Known, name: str, event_id: str = "", **keys: Any) -> list[dict[str, Any]]:
    """Make a gesture in the calendar of an event, with it or with an occurrence, and note what is seen afterwards."""
    place = {"user": known.place.user, "calendarId": known.place.calendar}
    answer = ground.control(f"gestures/{name}", {**place, "eventId": event_id or known.id, **keys})
    seen: list[dict[str, Any]] = answer["events"]
    for resource in seen:
        if resource["id"] == known.id:
            ground.note(known, resource)
    return seen


def _some(ground: Ground, chance: random.Random) -> tuple[Known, str]:
    """Return an event, and its id or that of one of its occurrences."""
    known = ground.some(chance, living)
    whole = not known.repeats or chance.random() < 0.4
    return known, known.id if whole else occurrence(ground, chance, known)["id"]


def _series(known: Known) -> bool:
    return living(known) and known.repeats


def _single(known: Known) -> bool:
    return living(known) and not known.repeats


@gesture("split")
def split(ground: Ground, chance: random.Random, name: str) -> None:
    """Change this and following events; sometimes they go to another time."""
    known = ground.some(chance, _series)
    item = occurrence(ground, chance, known)
    body = said(chance)
    if chance.random() < 0.3:
        body |= meetings.times(chance, ground.now, whole_days="date" in item["start"])
    for resource in _do(ground, known, "split", item["id"], event=body):
        if resource["id"] != known.id:
            ground.note(Known(name, resource["id"], known.place, resource), resource)


@gesture("delete-following")
def delete_following(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, _series)
    _do(ground, known, "delete-following", occurrence(ground, chance, known)["id"])


@gesture("change-all")
def change_all(ground: Ground, chance: random.Random, name: str) -> None:
    """Change all of a series from one occurrence; sometimes all of them go to another time."""
    known = ground.some(chance, _series)
    item = occurrence(ground, chance, known)
    body = said(chance)
    if chance.random() < 0.5:
        body |= meetings.times(chance, ground.now, whole_days="date" in item["start"])
    _do(ground, known, "change-all", item["id"], event=body)


@gesture("rename")
def rename(ground: Ground, chance: random.Random, name: str) -> None:
    known, event_id = _some(ground, chance)
    _do(ground, known, "rename", event_id, summary=name)


@gesture("reschedule")
def reschedule(ground: Ground, chance: random.Random, name: str) -> None:
    known, event_id = _some(ground, chance)
    times = meetings.times(chance, ground.now, whole_days="date" in known.resource["start"])
    _do(ground, known, "reschedule", event_id, start=times["start"])


@gesture("make-recurring")
def make_recurring(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, _single)
    start = {"timeZone": "Etc/UTC", **known.resource["start"]}
    _do(ground, known, "make-recurring", recurrence=meetings.recurrence(chance, start))


@gesture("make-single")
def make_single(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, _series)
    event_id = known.id if chance.random() < 0.5 else occurrence(ground, chance, known)["id"]
    _do(ground, known, "make-single", event_id)


@gesture("delete")
def delete(ground: Ground, chance: random.Random, name: str) -> None:
    known, event_id = _some(ground, chance)
    _do(ground, known, "delete", event_id)
    known.deleted = event_id == known.id


@gesture("restore")
def restore(ground: Ground, chance: random.Random, name: str) -> None:
    """Bring an event back, or a deleted occurrence of a series."""
    if chance.random() < 0.7:
        _do(ground, deleted(ground, chance), "restore")
        return
    known = ground.some(chance, lambda known: _series(known) and known.cancelled)
    _do(ground, known, "restore", occurrence(ground, chance, known, deleted=True)["id"])


@gesture("duplicate")
def duplicate(ground: Ground, chance: random.Random, name: str) -> None:
    known, event_id = _some(ground, chance)
    made = _do(ground, known, "duplicate", event_id)[0]
    ground.note(Known(name, made["id"], known.place, made), made)


def _elsewhere(ground: Ground, chance: random.Random) -> tuple[Known, Place]:
    """Return an event of somebody who works on several calendars, and another one of these."""
    known = ground.some(chance, lambda known: living(known) and known.place.user in (ALICE, BOB))
    user = known.place.user
    there = [Place(user, calendar) for calendar in (user, ground.team, ground.hall)]
    return known, ground.pick(chance, [place for place in there if place != known.place])


@gesture("copy-to")
def copy_to(ground: Ground, chance: random.Random, name: str) -> None:
    known, place = _elsewhere(ground, chance)
    made = _do(ground, known, "copy-to", destination=place.calendar)[0]
    ground.note(Known(name, made["id"], place, made), made)


@gesture("change-calendar")
def change_calendar(ground: Ground, chance: random.Random, name: str) -> None:
    known, place = _elsewhere(ground, chance)
    _do(ground, known, "change-calendar", destination=place.calendar)
    known.place = place


@gesture("transfer")
def transfer(ground: Ground, chance: random.Random, name: str) -> None:
    known, to = invited_guest(ground, chance)
    seen = _do(ground, known, "transfer", to=to)
    known.place = Place(to, to)
    ground.note(known, seen[-1])


@gesture("add-conference")
def add_conference(ground: Ground, chance: random.Random, name: str) -> None:
    known, event_id = _some(ground, chance)
    _do(ground, known, "add-conference", event_id)


@gesture("remove-conference")
def remove_conference(ground: Ground, chance: random.Random, name: str) -> None:
    _do(ground, with_conference(ground, chance, name), "remove-conference")


@gesture("invite")
def invite(ground: Ground, chance: random.Random, name: str) -> None:
    known, event_id = _some(ground, chance)
    people = [person["email"] for person in guests(chance)] or [ground.pick(chance, USERS)]
    _do(ground, known, "invite", event_id, guests=people)


@gesture("uninvite")
def uninvite(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, lambda known: living(known) and known.guests)
    _do(ground, known, "uninvite", guests=[ground.pick(chance, known.guests)])


def _as_guest(ground: Ground, chance: random.Random, name: str, **keys: Any) -> tuple[Known, str]:
    """Make a gesture as a guest, with the guest's copy of an event or one of its occurrences."""
    known, guest = invited_guest(ground, chance)
    event_id = known.id
    if known.repeats and chance.random() < 0.5:
        event_id = occurrence(ground, chance, known)["id"]
    ground.control(f"gestures/{name}", {"user": guest, "eventId": event_id, **keys})
    if event_id != known.id:
        return known, ""
    return known, guest


@gesture("answer")
def answer(ground: Ground, chance: random.Random, name: str) -> None:
    says = chance.choice(("accepted", "declined", "tentative"))
    _as_guest(ground, chance, "answer", answer=says, comment=name)


@gesture("remove-from-my-calendar")
def remove_from_my_calendar(ground: Ground, chance: random.Random, name: str) -> None:
    known, guest = _as_guest(ground, chance, "remove-from-my-calendar")
    known.left |= {guest} - {""}


@gesture("empty-bin")
def empty_bin(ground: Ground, chance: random.Random, name: str) -> None:
    """Empty a bin in which something is: that is gone for good."""
    full = [known for known in ground.book.values() if known.deleted]
    place = ground.pick(chance, {known.place for known in full})
    ground.control("gestures/empty-bin", {"user": place.user, "calendarId": place.calendar})
    for known in full:
        if known.place == place:
            del ground.book[known.name]
