"""What a guest may do with their copy: answer, keep things of their own, delete it, take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from confsync.emulator.calendar import calendars, copies, events, instances, organizer
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import standard_error


def change(room: Room, calendar: Record, copy: Event, body: dict[str, Any], stamp: int) -> Event:
    """Give a guest's copy new content and return it as stored.

    The guest's answer, whom they invite besides and, where the organiser allows it, shared content reach the organiser's
    event and from there all copies. ApiError 403 for any other change of shared content.
    """
    if body["status"] == "cancelled" and not copy.cancelled:
        return _remove(room, calendar, copy, stamp)
    before, email = copy.body, calendar.id
    invited = _invited(before, body)
    modifies = _shared(_without_people(body, invited), email) != _shared(before, email)
    if modifies and not before.get("guestsCanModify"):
        raise standard_error(403, "forbiddenForNonOrganizer")
    if copy.cancelled:
        # All that can be done with a deleted copy is to take it back.
        if body["status"] == "cancelled":
            raise standard_error(403, "forbiddenForNonOrganizer")
        copy = _restored(room, calendar, copy, stamp)
    if copies.own_part(body) != copies.own_part(before):
        _keep_own(room, calendar, copy, copies.joined(copy.body, body), stamp)
    if modifies:
        _change_main(room, copy, body, stamp)
    elif invited or _entry(body, email) != _entry(before, email):
        if copies.are_too_many(before):
            _keep_own(room, calendar, copy, {**copy.body, "attendees": body["attendees"]}, stamp)
        else:
            _answer(room, copy, email, _entry(body, email), stamp, invited)
    return _again(room, copy)


def _keep_own(room: Room, calendar: Record, copy: Event, body: dict[str, Any], stamp: int) -> None:
    quiet = copy.key is not None and organizer.is_quiet(room, copy.body, body)
    events.save(room, calendar, replace(copy, body=body), stamp, quiet=quiet)


def _remove(room: Room, calendar: Record, copy: Event, stamp: int) -> Event:
    """Delete the guest's copy; the organiser's event says that the guest declined."""
    body = {**copy.body, "status": "cancelled"}
    events.save(room, calendar, replace(copy, body=body, removed=True), stamp)
    entry = _entry(copy.body, calendar.id)
    _answer(room, copy, calendar.id, entry and {**entry, "responseStatus": "declined"}, stamp)
    return _again(room, copy)


def _restored(room: Room, calendar: Record, copy: Event, stamp: int) -> Event:
    """Take back a copy that its guest deleted; nobody but the organiser brings back what the organiser deleted."""
    main = _main(room, copy)
    if not copy.removed or main is None or main.cancelled or not copies.is_invited(main.body, calendar.id):
        raise standard_error(403, "forbiddenForNonOrganizer")
    room.db.execute("UPDATE events SET removed = 0 WHERE key = ?", (copy.key,))
    # What was deleted with a series comes back as it is by now.
    copies.spread_now(room, main, main.body, stamp)
    return _again(room, copy)


def _answer(
    room: Room,
    copy: Event,
    email: str,
    entry: dict[str, Any] | None,
    stamp: int,
    invited: Sequence[dict[str, Any]] = (),
) -> None:
    main = _main(room, copy)
    if main is None or main.cancelled or entry is None or (_entry(main.body, email) == entry and not invited):
        return
    if copies.are_too_many(main.body):
        return
    people = [entry if person["email"] == email else person for person in main.body.get("attendees", [])]
    people += [person for person in invited if not copies.is_invited(main.body, person["email"])]
    home = calendars.by_key(room, main.calendar)
    organizer.change(room, home, main, {**main.body, "attendees": people}, stamp)


def _change_main(room: Room, copy: Event, body: dict[str, Any], stamp: int) -> None:
    main = _main(room, copy)
    if main is not None and copies.shared_part(body) != copies.shared_part(main.body):
        home = calendars.by_key(room, main.calendar)
        organizer.change(room, home, main, copies.joined(body, main.body), stamp)


def _main(room: Room, copy: Event) -> Event | None:
    return instances.find(room, copy.home, copy.id)


def _again(room: Room, copy: Event) -> Event:
    return instances.find(room, copy.calendar, copy.id) or copy


def _entry(body: Mapping[str, Any], email: str) -> dict[str, Any] | None:
    return next((person for person in body.get("attendees", ()) if person["email"] == email), None)


def _invited(before: Mapping[str, Any], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return whom a guest adds to the list, which the organiser may forbid."""
    if not before.get("guestsCanInviteOthers", True):
        return []
    people = body.get("attendees", ())
    return [person for person in people if not copies.is_invited(before, person["email"])]


def _without_people(body: Mapping[str, Any], people: Sequence[dict[str, Any]]) -> dict[str, Any]:
    rest = [person for person in body.get("attendees", ()) if person not in people]
    return {**body, **({"attendees": rest} if rest else {})}


def _shared(body: Mapping[str, Any], email: str) -> dict[str, Any]:
    """Return the shared part, without the guest's own answer and in no order of the guests."""
    people = {person["email"]: person for person in body.get("attendees", ()) if person["email"] != email}
    ignored = {"attendees": people, "sequence": 0, "status": ""}
    return {**copies.shared_part(body), **ignored}
