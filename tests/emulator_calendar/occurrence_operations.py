"""What is done with single occurrences of a series."""

from __future__ import annotations

import random
from typing import Any

from . import meetings
from .ground import Ground, Known, NothingToDo, living
from .operations import guests, operation, said

# As many as are looked at to choose one from.
_LOOKED_AT = 12


def occurrence(
    ground: Ground, chance: random.Random, known: Known, *, deleted: bool = False
) -> dict[str, Any]:
    """Return one of the first occurrences of a series, living or deleted."""
    events, path = ground.events_of(known)
    query = {"showDeleted": True, "maxResults": 250} if deleted else {"maxResults": _LOOKED_AT}
    found = events.instances(**path, **query).execute()["items"]
    fitting = [item for item in found if (item["status"] == "cancelled") == deleted]
    return ground.pick(chance, fitting, lambda item: item["id"])


def _series(known: Known) -> bool:
    return living(known) and known.repeats


def _patch(ground: Ground, chance: random.Random, body: dict[str, Any]) -> None:
    known = ground.some(chance, _series)
    item = occurrence(ground, chance, known)
    events, path = ground.events_of(known)
    events.patch(**{**path, "eventId": item["id"]}, body=body).execute()


@operation("patch an occurrence", 1.5)
def patch_occurrence(ground: Ground, chance: random.Random, name: str) -> None:
    _patch(ground, chance, said(chance))


@operation("patch an occurrence's times", 1.3)
def move_occurrence(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, _series)
    item = occurrence(ground, chance, known)
    events, path = ground.events_of(known)
    body = meetings.times(chance, ground.now, whole_days="date" in item["start"])
    events.patch(**{**path, "eventId": item["id"]}, body=body).execute()


@operation("update an occurrence")
def update_occurrence(ground: Ground, chance: random.Random, name: str) -> None:
    """Replace an occurrence by what it was with a few changes, or by something new."""
    known = ground.some(chance, _series)
    item = occurrence(ground, chance, known)
    events, path = ground.events_of(known)
    new = meetings.times(chance, ground.now, whole_days=chance.random() < 0.3)
    body = {**(item if chance.random() < 0.6 else new), **said(chance)}
    events.update(**{**path, "eventId": item["id"]}, body=body).execute()


@operation("delete an occurrence", 1.5)
def delete_occurrence(ground: Ground, chance: random.Random, name: str) -> None:
    """Delete an occurrence, also by saying that it is cancelled."""
    known = ground.some(chance, _series)
    item = occurrence(ground, chance, known)
    events, path = ground.events_of(known)
    path = {**path, "eventId": item["id"]}
    if chance.random() < 0.5:
        events.delete(**path).execute()
    else:
        events.patch(**path, body={"status": "cancelled"}).execute()
    known.cancelled.add(item["id"])


@operation("undelete an occurrence")
def undelete_occurrence(ground: Ground, chance: random.Random, name: str) -> None:
    """Undelete an occurrence; where none is deleted, one is first."""
    known = ground.some(chance, _series)
    events, path = ground.events_of(known)
    try:
        path["eventId"] = occurrence(ground, chance, known, deleted=True)["id"]
    except NothingToDo:
        path["eventId"] = occurrence(ground, chance, known)["id"]
        events.delete(**path).execute()
    events.patch(**path, body={"status": "confirmed"}).execute()
    known.cancelled.discard(path["eventId"])


@operation("invite to an occurrence")
def invite_to_occurrence(ground: Ground, chance: random.Random, name: str) -> None:
    _patch(ground, chance, {"attendees": guests(chance)})
