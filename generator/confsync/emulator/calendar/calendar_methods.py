"""`calendar.calendars`: what a calendar is called, where it is, and that it exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import (
    bodies,
    calendar_list,
    calendars,
    event_methods,
    events,
    replies,
    times,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Response

_WRITABLE = ("summary", "description", "location", "timeZone")
_SECONDARY = "@group.calendar.google.com"


def make_primary(room: Room, email: str, time_zone: str) -> None:
    """Make a user's primary calendar: its id is their e-mail address."""
    calendar = calendars.create(
        room, email, email, {"summary": email, "timeZone": time_zone}, is_primary=True
    )
    calendar_list.add(room, email, calendar)


def get(room: Room, ask: Ask) -> Response:
    """Answer with the calendar."""
    return replies.resource(ask, _resource(ask.calendar))


def insert(room: Room, ask: Ask) -> Response:
    """Make a secondary calendar, which the asker owns."""
    bodies.check(ask.method, ask.body)
    primary = calendars.find(room, "primary", ask.user)
    body = _checked({"timeZone": primary.time_zone, **_given(ask)})
    calendar = calendars.create(room, room.new_id() + _SECONDARY, ask.user, body, is_primary=False)
    calendar_list.add(room, ask.user, calendar)
    return replies.resource(ask, _resource(calendar))


def patch(room: Room, ask: Ask) -> Response:
    """Change what describes the calendar."""
    return _describe(room, ask, {**ask.calendar.body, **_given(ask)})


def update(room: Room, ask: Ask) -> Response:
    """Replace what describes the calendar; its time zone stays when none is given."""
    return _describe(room, ask, {"timeZone": ask.calendar.time_zone, **_given(ask)})


def delete(room: Room, ask: Ask) -> Response:
    """Delete a secondary calendar and its events."""
    calendars.require(ask.calendar, "owner")
    if ask.calendar.is_primary:
        raise ApiError(
            400, "cannotDeletePrimaryCalendar", "Cannot delete primary calendar.", domain="calendar"
        )
    _cancel_all(room, ask.calendar)
    calendars.delete(room, ask.calendar)
    return replies.NO_CONTENT


def clear(room: Room, ask: Ask) -> Response:
    """Delete all events of a primary calendar; its sync tokens become invalid."""
    calendars.require(ask.calendar, "owner")
    if not ask.calendar.is_primary:
        raise ApiError(400, "invalid", "Only a primary calendar can be cleared.", domain="calendar")
    _cancel_all(room, ask.calendar)
    calendars.expire_tokens(room, ask.calendar.key)
    return replies.NO_CONTENT


def _cancel_all(room: Room, calendar: Record) -> None:
    for event in events.select(
        room, "calendar = ? AND NOT cancelled AND NOT hidden ORDER BY id", calendar.key
    ):
        # A series that was just deleted has taken this occurrence with it.
        now = events.load(room, calendar.key, event.id)
        if now and not now.cancelled:
            event_methods.change(room, calendar, now, {**now.body, "status": "cancelled"})


def _describe(room: Room, ask: Ask, body: Mapping[str, Any]) -> Response:
    calendars.require(ask.calendar, "owner")
    ask.require_match(_etag(ask.calendar))
    bodies.check(ask.method, ask.body)
    calendar = calendars.describe(room, ask.calendar, _checked({"summary": ask.calendar.id, **body}))
    if calendar.time_zone != ask.calendar.time_zone:
        events.place_again(room, calendar)
    return replies.resource(ask, _resource(calendar))


def _given(ask: Ask) -> dict[str, Any]:
    return {name: ask.body[name] for name in _WRITABLE if name in ask.body}


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in body.items() if value is not None}
    if not kept.get("summary"):
        raise ApiError(400, "required", "Missing title.")
    if times.zone(kept.get("timeZone", "")) is None:
        raise ApiError(400, "invalid", "Invalid time zone.", location="timeZone")
    return kept


def _etag(calendar: Record) -> str:
    return f'"{calendar.updated_us}"'


def _resource(calendar: Record) -> dict[str, Any]:
    head = {"kind": "calendar#calendar", "etag": _etag(calendar), "id": calendar.id}
    solutions = {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}
    return {**head, **calendar.body, "conferenceProperties": solutions, "dataOwner": calendar.owner}
