"""`calendar.events.import`: a private copy of an event that lives somewhere else, known by its iCalUID.

Source: discovery document; that an import replaces what the same iCalUID brought before, that the calendar must take part, that
an id is refused and that an event of another organiser is a private copy are recorded by others.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC
from typing import Any

from confsync.emulator.calendar import (
    bodies,
    calendars,
    conference_data,
    content,
    copies,
    event_methods,
    events,
    instances,
    merge,
    organizer,
    times,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Response

_TYPE_PROPERTIES = (
    "birthdayProperties", "focusTimeProperties", "outOfOfficeProperties", "workingLocationProperties",
)  # fmt: skip
_STRANGER = (
    "The owner of the calendar must either be the organizer or an attendee of an event that is imported."
)


def import_event(room: Room, ask: Ask) -> Response:
    """Make the copy, or replace the one with the same iCalUID. Nobody is invited by an import."""
    calendar = ask.calendar
    calendars.require_writer(calendar)
    bodies.check(ask.method, ask.body)
    if ask.body.get("id"):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    held = _held(room, calendar, ask.body)
    body = _body(room, ask, held)
    event = held or Event(
        calendar.key, event_id_of(body["iCalUID"]), calendar.key, None, False, False, 0, 0, body
    )
    saved = events.save(room, calendar, replace(event, body=body), room.stamp())
    if held is not None:
        _lead(room, calendar, saved, held.body)
    return event_methods.shown(room, ask, saved)


def event_id_of(ical_uid: str) -> str:
    """Return the id of an imported event: its iCalUID in base32hex after an underscore, as in recorded events."""
    text = base64.b32hexencode(ical_uid.encode()).decode().rstrip("=").lower()
    return f"_{text}"


def _lead(room: Room, calendar: Record, saved: Event, before: dict[str, Any]) -> None:
    """Let what belongs to a replaced event follow it: exceptions that its series has lost, copies that are there."""
    if "recurrence" in before:
        organizer.cancel_lost_exceptions(room, calendar, saved, before, saved.changed_us)
    if events.copies_of(room, calendar.key, saved.id):
        copies.spread(room, saved, before, saved.changed_us)


def _held(room: Room, calendar: Record, given: dict[str, Any]) -> Event | None:
    """Return the event, or the occurrence of a series, that this import replaces; ApiError 409 for a guest's copy."""
    condition = "calendar = ? AND ical_uid = ? AND master IS NULL ORDER BY cancelled, key"
    held = next(events.rows(room, condition, calendar.key, given["iCalUID"]), None)
    if held is not None and held.is_copy:
        raise standard_error(409, "duplicate")
    original = given.get("originalStartTime")
    if held is None or not original or not held.is_series:
        return held
    occurrence = instances.find(room, calendar.key, f"{held.id}_{_stamp(held, original)}")
    if occurrence is None:
        raise standard_error(400, "invalid")
    return occurrence


def _stamp(series: Event, original: dict[str, Any]) -> str:
    zone = times.known_zone(series.body["start"].get("timeZone", "UTC"))
    if original.get("date"):
        return f"{times.parse_date(original['date']):%Y%m%d}"
    return f"{times.parse(str(original.get('dateTime')), zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _body(room: Room, ask: Ask, held: Event | None) -> dict[str, Any]:
    """Return the whole event anew: an import keeps nothing of what it replaces but what a client cannot write."""
    given = {name: value for name, value in event_methods.given(ask).items() if name not in _TYPE_PROPERTIES}
    stored = held.body if held else {}
    host = _organizer(ask.calendar, given)
    content.check_zones(given)
    servers: dict[str, Any] = {
        "created": stored.get("created", times.whole_seconds(room.clock.now_us())),
        "creator": stored.get("creator", {"email": ask.user}),
        "organizer": host,
        "iCalUID": given["iCalUID"],
        "sequence": merge.sequence(stored.get("sequence", 0), given),
        "eventType": "default",
        **({"privateCopy": True} if host["email"] != ask.calendar.id else {}),
        **{name: stored[name] for name in ("recurringEventId", "originalStartTime") if name in stored},
    }
    given.pop("privateCopy", None)
    if held and held.master:
        given.pop("recurrence", None)
    attachments = ask.parameters.get("supportsAttachments", False)
    merged = merge.inserted(given, servers, attachments=attachments)
    body = event_methods.settled(ask.calendar, stored, content.complete(merged, ask.calendar.time_zone))
    version = ask.parameters.get("conferenceDataVersion", 0)
    data = conference_data.written(room, stored.get("conferenceData"), given, version, replaces=True)
    return event_methods.with_conference(body, data)


def _organizer(calendar: Record, given: dict[str, Any]) -> dict[str, Any]:
    """Return who organises; ApiError 400 when the calendar neither does nor is invited."""
    named = given.get("organizer") or {}
    email = str(named.get("email") or "").lower()
    own = {calendar.id, calendar.owner}
    if not email or email == calendar.id:
        return event_methods.organizer_of(calendar)
    guests = {str(person.get("email")).lower() for person in given.get("attendees") or ()}
    if not own & {email, *guests}:
        raise ApiError(400, "participantIsNeitherOrganizerNorAttendee", _STRANGER)
    name = named.get("displayName")
    return {"email": email, **({"displayName": name} if name else {})}
