"""Changes of the organiser's own event: stored, its series kept in order, passed on to the guests' copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from confsync.emulator.calendar import copies, events, instances
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room

# A change of these is a new version of the meeting, as in iTIP; a new title is not.
_RESCHEDULES = ("start", "end", "recurrence", "location", "status")


def change(room: Room, calendar: Record, event: Event, body: dict[str, Any], stamp: int) -> Event:
    """Give the organiser's event new content and return it as stored.

    Changing only reminders leaves `updated` and etag alone (documented for `updated`, inferred for the etag).
    """
    before = event.body
    body = _with_visibility(room, calendar, event, body, stamp)
    if any(before.get(name) != body.get(name) for name in _RESCHEDULES):
        body = {**body, "sequence": body["sequence"] + 1}
    quiet = event.key is not None and is_quiet(room, before, body)
    saved = events.save(room, calendar, replace(event, body=body), stamp, quiet=quiet)
    if "recurrence" in before:
        cancel_lost_exceptions(room, calendar, saved, before, stamp)
        _pass_guests_on(room, calendar, saved, before, stamp)
    copies.spread(room, saved, before, stamp)
    return saved


def is_quiet(room: Room, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Tell whether two bodies differ, and in nothing but reminders, which moves neither `updated` nor etag."""
    if room.switches.reminders_change_etag:
        return False
    return before != after and {**before, "reminders": None} == {**after, "reminders": None}


def _with_visibility(
    room: Room, calendar: Record, event: Event, body: dict[str, Any], stamp: int
) -> dict[str, Any]:
    """Make a series as private as one of its occurrences becomes; an occurrence cannot be less so than its series."""
    series = events.load(room, event.calendar, event.master) if event.master else None
    if series is None or body.get("visibility") == series.body.get("visibility"):
        return body
    if _is_private(body) and not _is_private(series.body):
        change(room, calendar, series, {**series.body, "visibility": body["visibility"]}, stamp)
        return body
    kept = {name: value for name, value in body.items() if name != "visibility"}
    return kept | {name: value for name, value in series.body.items() if name == "visibility"}


def _is_private(body: Mapping[str, Any]) -> bool:
    return body.get("visibility") in ("private", "confidential")


def cancel_lost_exceptions(
    room: Room, calendar: Record, master: Event, before: Mapping[str, Any], stamp: int
) -> None:
    """Cancel the exceptions whose original start the changed series no longer has.

    They belong to occurrences that are gone, so a delta tells of each, as when the end of a series is cut off; the
    others keep what was changed in them. What Google does with them is not documented.
    """
    if all(before.get(name) == master.body.get(name) for name in ("start", "recurrence")):
        return
    for exception in events.exceptions_of(room, calendar.key, master.id):
        if not exception.cancelled and instances.at(master, instances.stamp_of(exception.id)) is None:
            body = {**exception.body, "status": "cancelled"}
            events.save(room, calendar, replace(exception, body=body), stamp)


def _pass_guests_on(
    room: Room, calendar: Record, master: Event, before: Mapping[str, Any], stamp: int
) -> None:
    """Invite whom the series now invites to its exceptions too, and take off whom it no longer invites."""
    old = {person["email"] for person in before.get("attendees", ())}
    new = {person["email"]: person for person in master.body.get("attendees", ())}
    if old == set(new):
        return
    for exception in events.exceptions_of(room, calendar.key, master.id):
        guests = exception.body.get("attendees", [])
        listed = {person["email"] for person in guests}
        kept = [person for person in guests if person["email"] in new or person["email"] not in old]
        added = [person for email, person in new.items() if email not in old and email not in listed]
        if kept + added != guests and not exception.cancelled:
            body = {**exception.body, "attendees": kept + added}
            events.save(room, calendar, replace(exception, body=body), stamp)
