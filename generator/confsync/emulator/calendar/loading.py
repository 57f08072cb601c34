"""Many events at once: taken into a calendar as they are, each checked as an event that is written alone.

They come as the API shows events, also deleted ones and exceptions of series. What only the server decides is made anew
(etag, `updated`, links); `created`, `creator` and `organizer` stay. Nobody is invited: guests get no copies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

from confsync.emulator.calendar import (
    bodies,
    calendar_list,
    calendars,
    conference_data,
    content,
    event_methods,
    events,
    instances,
    merge,
    times,
)
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError
from confsync.errors import EmulatorError
from confsync.platform.discovery import discovery

_INSERT = discovery("calendar").methods["calendar.events.insert"]
_OF_OCCURRENCE = ("recurringEventId", "originalStartTime")
_DESCRIBING = ("summary", "description", "location", "timeZone")
# Beside the ids that clients may choose, those of imported events (a leading underscore) and of series that were split.
_ID = re.compile(r"_?[a-v0-9]{5,1024}(_R\d{8}(T\d{6})?)?", re.ASCII)


def load(room: Room, given: Mapping[str, Any], users: frozenset[str], where: str) -> None:
    """Make a calendar, or find it, and take its events in; EmulatorError names the event that is wrong.

    To be called in a turn, which the error undoes.
    """
    calendar = _calendar(room, given, users, where)
    exceptions = []
    for number, event in enumerate(given.get("events", ())):
        place = f"{where}.events[{number}]"
        if isinstance(event, Mapping) and event.get("recurringEventId"):
            exceptions.append((event, place))
        else:
            _take(room, calendar, event, place)
    # Their series may come after them.
    for event, place in exceptions:
        _take(room, calendar, event, place)


def _calendar(room: Room, given: Mapping[str, Any], users: frozenset[str], where: str) -> Record:
    found, owner = calendars.by_id(room, given["id"]), given.get("owner", "").lower()
    described = {name: given[name] for name in _DESCRIBING if name in given}
    if times.zone(described.get("timeZone", "UTC")) is None:
        raise EmulatorError(
            f'"{described["timeZone"]}" is not a time zone; an IANA name is wanted', where=where
        )
    if found is None:
        if owner not in users:
            raise EmulatorError('"owner" must be the e-mail address of a user', where=where)
        body = {"summary": given["id"], "timeZone": "Etc/UTC", **described}
        made = calendars.create(room, given["id"], owner, body, is_primary=False)
        calendar_list.add(room, owner, made)
        return made
    if owner not in ("", found.owner):
        raise EmulatorError(f"the owner of this calendar is {found.owner}", where=where)
    if not described:
        return found
    changed = calendars.describe(room, found, {**found.body, **described})
    events.place_again(room, changed)
    return changed


def _take(room: Room, calendar: Record, given: Any, where: str) -> None:
    try:
        if not isinstance(given, Mapping):
            raise ApiError(400, "invalid", "An event must be an object.")
        event = _event(room, calendar, bodies.known(_INSERT, given))
        if events.load(room, calendar.key, event.id):
            raise ApiError(409, "duplicate", f"There is an event with the id {event.id} already.")
        events.save(room, calendar, event, room.stamp())
    except (ApiError, UnicodeEncodeError) as error:
        name = given.get("summary") or given.get("id") if isinstance(given, Mapping) else None
        what = str(error).removesuffix(".")
        raise EmulatorError(what, where=f'{where} ("{name}")' if name else where) from error


def _event(room: Room, calendar: Record, given: dict[str, Any]) -> Event:
    occurrence = _occurrence(room, calendar, given) if given.get("recurringEventId") else None
    if occurrence and given.get("status") == "cancelled" and "start" not in given:
        return replace(occurrence, body={**occurrence.body, "status": "cancelled"})
    bodies.check(_INSERT, given)
    event_id = occurrence.id if occurrence else given.get("id") or room.new_id()
    if not occurrence and not _ID.fullmatch(event_id):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    body = _body(room, calendar, given, event_id)
    if occurrence is None:
        return Event(calendar.key, event_id, calendar.key, None, False, False, 0, 0, body)
    body.pop("recurrence", None)
    return replace(occurrence, body=body | {name: occurrence.body[name] for name in _OF_OCCURRENCE})


def _occurrence(room: Room, calendar: Record, given: Mapping[str, Any]) -> Event:
    """Return the occurrence that an exception changes, with the exception's own id where that fits."""
    master = events.load(room, calendar.key, given["recurringEventId"])
    if master is None or not master.is_series or master.cancelled:
        raise ApiError(400, "invalid", f"There is no series {given['recurringEventId']}.")
    occurrence = instances.at(master, _stamp(given.get("originalStartTime") or {}, calendar))
    if occurrence is None:
        raise ApiError(400, "invalid", "The series has no occurrence with this originalStartTime.")
    event_id = given.get("id", occurrence.id)
    # After a series was split, moved occurrences keep the id that they had in the first part.
    if instances.stamp_of(event_id) != instances.stamp_of(occurrence.id):
        raise ApiError(400, "invalid", f"The id of this occurrence is {occurrence.id}.")
    return replace(occurrence, id=event_id)


def _stamp(original: Mapping[str, Any], calendar: Record) -> str:
    if "date" in original:
        return f"{times.parse_date(str(original['date'])):%Y%m%d}"
    zone = times.zone(str(original.get("timeZone", ""))) or times.known_zone(calendar.time_zone)
    return f"{times.parse(str(original.get('dateTime')), zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _body(room: Room, calendar: Record, given: dict[str, Any], event_id: str) -> dict[str, Any]:
    created = given.get("created")
    servers = {
        "created": times.whole_seconds(times.to_us(times.parse(created)) if created else room.clock.now_us()),
        "creator": _person(given.get("creator")) or {"email": calendar.owner},
        "organizer": _person(given.get("organizer")) or event_methods.organizer_of(calendar),
        "iCalUID": given.get("iCalUID") or f"{event_id}@google.com",
        "sequence": max(0, given.get("sequence") or 0),
        "eventType": given.get("eventType") or "default",
    }
    content.check_zones(given)
    body = content.complete(merge.inserted(given, servers, attachments=True), calendar.time_zone)
    if data := given.get("conferenceData"):
        body["conferenceData"] = _conference(room, data)
    return body


def _person(given: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: value
        for name, value in (given or {}).items()
        if name in ("email", "displayName", "id") and value
    }


def _conference(room: Room, data: dict[str, Any]) -> dict[str, Any]:
    """Return conference data as this world signs it; a request for a conference makes one."""
    if "createRequest" in data and "conferenceId" not in data:
        made = conference_data.written(room, None, {"conferenceData": data}, 1, replaces=True)
        return made or {}
    return conference_data.sign(room, data)
