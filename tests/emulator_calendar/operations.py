"""What is done in a history: each kind of writing with its weight, in one table that other modules add to."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

from . import meetings
from .ground import ALICE, BOB, USERS, Ground, Known, NothingToDo, Place, living

Act = Callable[[Ground, random.Random, str], None]


class Operation(NamedTuple):
    """Something that a person does: how often it is drawn beside others, and what it does.

    `act` gets the ground, its own chance and a name for what it makes. It raises HttpError when Calendar refuses, and
    NothingToDo when there is nothing to do it with. `route` is a path to which a POST is not answered by every emulator.
    """

    weight: float
    act: Act
    route: str


OPERATIONS: dict[str, Operation] = {}


def operation(kind: str, weight: float = 1, route: str = "") -> Callable[[Act], Act]:
    """Add a function to the table."""

    def add(act: Act) -> Act:
        OPERATIONS[kind] = Operation(weight, act, route)
        return act

    return add


def weights() -> dict[str, float]:
    """Return the kinds that this emulator can do, with their weights."""
    ground = Ground(0)
    found = {
        kind: known.weight
        for kind, known in OPERATIONS.items()
        if not known.route or ground.answers(known.route)
    }
    ground.close()
    return found


def said(chance: random.Random) -> dict[str, Any]:
    """Return content other than times, guests and recurrence."""
    word = f"{chance.getrandbits(24):x}"
    everything = {
        "summary": word,
        "location": f"Room {word}",
        "description": f"About {word}",
        "colorId": str(chance.randint(1, 11)),
        "visibility": chance.choice(("default", "public", "private")),
        "transparency": chance.choice(("opaque", "transparent")),
        "guestsCanModify": chance.random() < 0.5,
        "extendedProperties": {chance.choice(("private", "shared")): {"word": word}},
    }
    return {name: everything[name] for name in chance.sample(list(everything), 2)}


def guests(chance: random.Random) -> list[dict[str, str]]:
    """Return a guest list, in which there may be somebody without a calendar here."""
    people = chance.sample([*USERS, "erin@example.org"], chance.choice((0, 1, 1, 2, 3)))
    return [{"email": person} for person in people]


def _insert(ground: Ground, chance: random.Random, name: str, body: dict[str, Any]) -> None:
    place = ground.pick(chance, ground.places)
    invited = {"attendees": guests(chance)} if chance.random() < 0.5 else {}
    body = {"id": name, **said(chance), **invited, **body}
    saved = ground.events[place.user].insert(calendarId=place.calendar, body=body).execute()
    ground.note(Known(name, saved["id"], place, saved), saved)


@operation("insert an event", 3)
def insert(ground: Ground, chance: random.Random, name: str) -> None:
    _insert(ground, chance, name, meetings.times(chance, ground.now, whole_days=chance.random() < 0.3))


@operation("insert a series", 6)
def insert_series(ground: Ground, chance: random.Random, name: str) -> None:
    body = meetings.times(chance, ground.now, whole_days=chance.random() < 0.3)
    _insert(ground, chance, name, {**body, "recurrence": meetings.recurrence(chance, body["start"])})


@operation("import", route="/calendar/v3/calendars/primary/events/import")
def import_event(ground: Ground, chance: random.Random, name: str) -> None:
    """Import something new, or once more what somebody made."""
    place = ground.pick(chance, ground.places)
    body = meetings.times(chance, ground.now, whole_days=chance.random() < 0.3)
    if chance.random() < 0.4:
        body["recurrence"] = meetings.recurrence(chance, body["start"])
    again = [known for known in ground.book.values() if known.place == place and chance.random() < 0.3]
    uid = (
        ground.pick(chance, again, lambda known: known.name).resource["iCalUID"]
        if again
        else f"{name}@example.org"
    )
    asked = ground.events[place.user].import_(
        calendarId=place.calendar,
        body={"iCalUID": uid, "organizer": {"email": place.calendar}, **body, **said(chance)},
    )
    saved = asked.execute()
    known = next((known for known in again if known.id == saved["id"]), None)
    ground.note(known or Known(name, saved["id"], place, saved), saved)


@operation("quick add", route="/calendar/v3/calendars/primary/events/quickAdd?text=x")
def quick_add(ground: Ground, chance: random.Random, name: str) -> None:
    place = ground.pick(chance, ground.places)
    text = f"Lunch {name} {chance.choice(('tomorrow at noon', 'on 3/12 at 9am', 'today 14:00', ''))}"
    saved = ground.events[place.user].quickAdd(calendarId=place.calendar, text=text).execute()
    ground.note(Known(name, saved["id"], place, saved), saved)


def patch(ground: Ground, known: Known, body: dict[str, Any], **more: Any) -> None:
    """Patch an event and note how it looks."""
    events, path = ground.events_of(known)
    ground.note(known, events.patch(**path, body=body, **more).execute())


@operation("patch what is said")
def patch_content(ground: Ground, chance: random.Random, name: str) -> None:
    patch(ground, ground.some(chance, living), said(chance))


@operation("patch reminders")
def patch_reminders(ground: Ground, chance: random.Random, name: str) -> None:
    overrides = [{"method": "popup", "minutes": chance.randint(0, 999)}]
    patch(ground, ground.some(chance, living), {"reminders": {"useDefault": False, "overrides": overrides}})


@operation("patch times")
def patch_times(ground: Ground, chance: random.Random, name: str) -> None:
    """Patch the times; sometimes a whole day comes of it, or a day becomes hours."""
    known = ground.some(chance, living)
    is_day = "date" in known.resource["start"]
    body = meetings.times(chance, ground.now, whole_days=is_day != (chance.random() < 0.2))
    if ("date" in body["start"]) != is_day:
        other = {"date": None} if is_day else {"dateTime": None, "timeZone": None}
        body = {name: {**value, **other} for name, value in body.items()}
    patch(ground, known, body)


@operation("patch recurrence", 1.3)
def patch_recurrence(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, lambda known: living(known) and known.repeats)
    patch(ground, known, {"recurrence": meetings.recurrence(chance, known.resource["start"])})


@operation("make a series of an event")
def make_series(ground: Ground, chance: random.Random, name: str) -> None:
    known = ground.some(chance, lambda known: living(known) and not known.repeats)
    start = {"timeZone": "Etc/UTC", **known.resource["start"]}
    zones = {} if "date" in start else {side: {"timeZone": start["timeZone"]} for side in ("start", "end")}
    patch(ground, known, {**zones, "recurrence": meetings.recurrence(chance, start)})


@operation("make an event of a series")
def make_event(ground: Ground, chance: random.Random, name: str) -> None:
    patch(ground, ground.some(chance, lambda known: living(known) and known.repeats), {"recurrence": []})


@operation("update")
def update(ground: Ground, chance: random.Random, name: str) -> None:
    """Replace an event by what it was with a few changes, or by something new."""
    known = ground.some(chance, living)
    events, path = ground.events_of(known)
    if chance.random() < 0.6:
        body = {**events.get(**path).execute(), **said(chance)}
    else:
        body = {**meetings.times(chance, ground.now, whole_days=chance.random() < 0.3), **said(chance)}
        body |= {"recurrence": meetings.recurrence(chance, body["start"])} if chance.random() < 0.5 else {}
    version = {"conferenceDataVersion": 1} if chance.random() < 0.5 else {}
    ground.note(known, events.update(**path, body=body, **version).execute())


def _delete(ground: Ground, chance: random.Random, known: Known) -> None:
    events, path = ground.events_of(known)
    if chance.random() < 0.3:
        patch(ground, known, {"status": "cancelled"})
    else:
        events.delete(**path).execute()
    known.deleted = True


@operation("delete an event")
def delete(ground: Ground, chance: random.Random, name: str) -> None:
    _delete(ground, chance, ground.some(chance, lambda known: living(known) and not known.repeats))


@operation("delete a series")
def delete_series(ground: Ground, chance: random.Random, name: str) -> None:
    _delete(ground, chance, ground.some(chance, lambda known: living(known) and known.repeats))


def deleted(
    ground: Ground, chance: random.Random, fits: Callable[[Known], bool] = lambda known: True
) -> Known:
    """Return a deleted event that fits; where there is none, one is deleted first."""
    try:
        return ground.some(chance, lambda known: known.deleted and fits(known))
    except NothingToDo:
        known = ground.some(chance, fits)
        _delete(ground, chance, known)
        return known


@operation("undelete an event")
def undelete(ground: Ground, chance: random.Random, name: str) -> None:
    patch(ground, deleted(ground, chance, lambda known: not known.repeats), {"status": "confirmed"})


@operation("undelete a series")
def undelete_series(ground: Ground, chance: random.Random, name: str) -> None:
    known = deleted(ground, chance, lambda known: known.repeats)
    patch(ground, known, {"status": chance.choice(("confirmed", "tentative"))})


@operation("move", 1.3)
def move(ground: Ground, chance: random.Random, name: str) -> None:
    """Move an event or a series to another calendar of who made it."""
    known = ground.some(chance, lambda known: living(known) and known.place.user in (ALICE, BOB))
    user = known.place.user
    shared = [Place(user, ground.team), Place(user, ground.hall), Place(user, user)]
    there = [place for place in shared if place != known.place]
    place = ground.pick(chance, there)
    events, path = ground.events_of(known)
    saved = events.move(**path, destination=place.calendar).execute()
    known.place = Place(user, place.calendar)
    ground.note(known, saved)


def _request_conference(ground: Ground, known: Known, name: str) -> None:
    asked = {"requestId": name, "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    patch(ground, known, {"conferenceData": {"createRequest": asked}}, conferenceDataVersion=1)


@operation("request a conference")
def request_conference(ground: Ground, chance: random.Random, name: str) -> None:
    _request_conference(ground, ground.some(chance, living), name)


def with_conference(ground: Ground, chance: random.Random, name: str) -> Known:
    """Return an event that has a conference; where there is none, one gets it first."""
    try:
        return ground.some(chance, lambda known: living(known) and "conferenceData" in known.resource)
    except NothingToDo:
        known = ground.some(chance, living)
        _request_conference(ground, known, name)
        return known


@operation("remove a conference")
def remove_conference(ground: Ground, chance: random.Random, name: str) -> None:
    known = with_conference(ground, chance, name)
    patch(ground, known, {"conferenceData": None}, conferenceDataVersion=1)
