"""Guests' copies: every guest who is a known user has the event in their primary calendar, under the same id.

A copy shares everything with the organiser's event but what is its owner's own (reminders, colour, private properties).
Copies are brought in line within the same turn, or later where the switch says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from confsync.emulator.calendar import calendars, events, instances, late
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import MICROSECONDS

_OWN = ("reminders", "colorId", "eventLabelId", "source")
_MOST_ANSWERS = 200
# What an event may have been before: with guests, and a series.
_ANYTHING = {"attendees": True, "recurrence": True}
_DEFAULT_OWN = {"reminders": {"useDefault": True}}


def spread(room: Room, main: Event, before: Mapping[str, Any], stamp: int) -> None:
    """Bring all copies in line with the organiser's event, which had the content `before` until now; or do it later."""
    lag_us = room.switches.copy_lag_seconds * MICROSECONDS
    if lag_us:
        late.put_off(room, main.calendar, main.id, stamp + lag_us)
    else:
        spread_now(room, main, before, stamp)


def catch_up(room: Room) -> bool:
    """Bring those copies in line whose time has come, and tell whether there were any."""
    due = late.take_due(room, room.clock.now_us())
    for calendar, event_id in due:
        main = instances.find(room, calendar, event_id)
        if main is not None and not main.is_copy:
            spread_now(room, main, _ANYTHING, room.stamp())
    return bool(due)


def spread_now(room: Room, main: Event, before: Mapping[str, Any], stamp: int) -> None:
    """Bring all copies in line at once, those of a series' exceptions too."""
    has_guests = bool(main.body.get("attendees") or before.get("attendees"))
    if has_guests:
        spread_one(room, main, stamp)
    if (has_guests and before) or main.is_series or "recurrence" in before:
        # Guests may be invited to single occurrences only, and hold those that a single event had as a series.
        for exception in events.exceptions_of(room, main.calendar, main.id):
            spread_one(room, exception, stamp)
        _lead_own_exceptions(room, main, stamp)


def spread_one(room: Room, main: Event, stamp: int) -> None:
    """Bring the copies of one event, or of one occurrence, in line."""
    held = {copy.calendar: copy for copy in events.copies_of(room, main.home, main.id)}
    places = {calendar.key: calendar for calendar in _guests(room, main)}
    for key in {**held, **{copy.calendar: copy for copy in _series_copies(room, main)}}:
        places.setdefault(key, calendars.by_key(room, key))
    for key in sorted(places):
        _settle(room, main, places[key], held.get(key), stamp)


def are_too_many(body: Mapping[str, Any]) -> bool:
    """Tell whether there are so many guests that their answers are not passed on, as documented."""
    return len(body.get("attendees", ())) > _MOST_ANSWERS


def is_invited(body: Mapping[str, Any], email: str) -> bool:
    """Tell whether that address is on the guest list."""
    return any(person["email"] == email for person in body.get("attendees", ()))


def shared_part(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all copies have in common."""
    shared = {name: value for name, value in body.items() if name not in _OWN}
    properties = _without(body.get("extendedProperties", {}), "private")
    shared.pop("extendedProperties", None)
    return {**shared, **({"extendedProperties": properties} if properties else {})}


def own_part(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to one copy alone."""
    own = {name: body[name] for name in _OWN if name in body}
    private = body.get("extendedProperties", {}).get("private")
    return {**own, **({"private": private} if private else {})}


def joined(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shared part of one body with the own part of another."""
    body, kept = shared_part(shared), own_part(own)
    private = kept.pop("private", None)
    if private:
        body["extendedProperties"] = {**body.get("extendedProperties", {}), "private": private}
    return {**body, **kept}


def _settle(room: Room, main: Event, calendar: Record, copy: Event | None, stamp: int) -> None:
    invited = is_invited(main.body, calendar.id) and not main.body.get("privateCopy")
    if copy and copy.removed and not invited:
        # Asked again later, the guest shall have the event again.
        room.db.execute("UPDATE events SET removed = 0 WHERE key = ?", (copy.key,))
    if copy and copy.master != main.master:
        # The occurrence went over to the second half of a series that was split.
        copy = replace(copy, master=main.master)
    live = invited and not main.cancelled and not (copy and copy.removed)
    if copy and copy.hidden and _is_series_removed(room, copy):
        return  # The guest deleted the series and its exceptions with it.
    if copy is None:
        _begin(room, main, calendar, live, stamp)
    elif live:
        body = joined(main.body, {**_DEFAULT_OWN, **copy.body})
        if are_too_many(body):
            body["attendees"] = _with_own_answer(body["attendees"], copy.body, calendar.id)
        _bring(room, calendar, copy, body, stamp)
    elif not copy.hidden:
        _bring(room, calendar, copy, {**copy.body, "status": "cancelled"}, stamp)


def _with_own_answer(
    people: list[dict[str, Any]], copy: Mapping[str, Any], email: str
) -> list[dict[str, Any]]:
    own = next((person for person in copy.get("attendees", ()) if person["email"] == email), None)
    return [own if own and person["email"] == email else person for person in people]


def _is_series_removed(room: Room, copy: Event) -> bool:
    series = events.load(room, copy.calendar, copy.master) if copy.master else None
    return series is not None and series.removed


def _begin(room: Room, main: Event, calendar: Record, live: bool, stamp: int) -> None:
    series = events.load(room, calendar.key, main.master) if main.master else None
    holds_series = series is not None and series.home == main.home and not series.cancelled
    if not live and not holds_series:
        return
    if events.load(room, calendar.key, main.id):
        return  # An event of the guest's own has this id: that one stays.
    own = series.body if series and holds_series else _DEFAULT_OWN
    body = joined(main.body, own)
    if not live:
        body["status"] = "cancelled"
    copy = replace(main, calendar=calendar.key, body=body, key=None, hidden=False, removed=False)
    events.save(room, calendar, copy, stamp)


def _bring(room: Room, calendar: Record, copy: Event, body: dict[str, Any], stamp: int) -> None:
    if body != copy.body or (copy.hidden and body["status"] != "cancelled"):
        events.save(room, calendar, replace(copy, body=body), stamp)


def _guests(room: Room, main: Event) -> Iterator[Record]:
    for person in main.body.get("attendees", ()):
        calendar = calendars.by_id(room, person["email"])
        if calendar and calendar.is_primary and calendar.key != main.calendar:
            yield calendar


def _series_copies(room: Room, main: Event) -> list[Event]:
    return events.copies_of(room, main.home, main.master) if main.master else []


def _lead_own_exceptions(room: Room, main: Event, stamp: int) -> None:
    """Let occurrences that only a guest has changed (a reminder, say) follow the organiser's series."""
    for copy in events.copies_of(room, main.home, main.id):
        if copy.cancelled:
            continue
        calendar = calendars.by_key(room, copy.calendar)
        for exception in events.exceptions_of(room, copy.calendar, main.id):
            if events.load(room, main.calendar, exception.id) is None:
                occurrence = instances.at(main, instances.stamp_of(exception.id))
                body = joined(occurrence.body, exception.body) if occurrence else exception.body
                status = body["status"] if occurrence else "cancelled"
                _bring(room, calendar, exception, {**body, "status": status}, stamp)


def _without(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key != name}
