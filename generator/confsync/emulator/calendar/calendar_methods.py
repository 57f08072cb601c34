"""`calendar.calendars`: what a calendar is called, where it is, and that it exists."""

from __future__ import annotations

from typing import Any

from confsync.emulator.calendar import (
    bodies,
    calendar_list,
    calendar_properties,
    calendars,
    event_methods,
    events,
    replies,
    settings,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Response

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


def set_time_zone(room: Room, user: str, zone: str) -> None:
    """Give a user another time zone: that of their primary calendar."""
    calendar = calendars.find(room, "primary", user)
    _follow_zone(room, calendar, calendars.describe(room, calendar, {**calendar.body, "timeZone": zone}))


def insert(room: Room, ask: Ask) -> Response:
    """Make a secondary calendar, which the asker owns."""
    bodies.check(ask.method, ask.body)
    zone = {"timeZone": calendars.find(room, "primary", ask.user).time_zone}
    body = calendar_properties.written(room, zone, ask.body, replaces=False, primary=False)
    calendar = calendars.create(room, room.new_id() + _SECONDARY, ask.user, body, is_primary=False)
    calendar_list.add(room, ask.user, calendar)
    return replies.resource(ask, _resource(calendar))


def patch(room: Room, ask: Ask) -> Response:
    """Change what describes the calendar."""
    return _describe(room, ask, replaces=False)


def update(room: Room, ask: Ask) -> Response:
    """Replace what describes the calendar."""
    return _describe(room, ask, replaces=True)


def transfer_ownership(room: Room, ask: Ask) -> Response:
    """Refuse: only administrators may give a calendar another data owner, and nobody here is one."""
    if not ask.parameters["useAdminAccess"]:
        raise ApiError(400, "invalid", "Only admin access is supported.", location="useAdminAccess")
    raise standard_error(403, "forbidden")


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


def _describe(room: Room, ask: Ask, *, replaces: bool) -> Response:
    calendar = ask.calendar
    calendars.require(calendar, "owner")
    ask.require_match(_etag(calendar))
    bodies.check(ask.method, ask.body)
    body = calendar_properties.written(
        room, calendar.body, ask.body, replaces=replaces, primary=calendar.is_primary
    )
    changed = calendars.describe(room, calendar, body)
    _follow_zone(room, calendar, changed)
    return replies.resource(ask, _resource(changed))


def _follow_zone(room: Room, before: Record, calendar: Record) -> None:
    if calendar.time_zone == before.time_zone:
        return
    events.place_again(room, calendar)
    if calendar.is_primary:
        settings.keep(room, calendar.owner, settings.TIME_ZONE, calendar.time_zone)


def _etag(calendar: Record) -> str:
    return f'"{calendar.updated_us}"'


def _resource(calendar: Record) -> dict[str, Any]:
    head = {"kind": "calendar#calendar", "etag": _etag(calendar), "id": calendar.id}
    solutions = {"conferenceProperties": calendar_properties.USUAL_SOLUTIONS}
    owner = {} if calendar.is_primary else {"dataOwner": calendar.owner}
    return {**head, **solutions, **calendar.body, **owner}
