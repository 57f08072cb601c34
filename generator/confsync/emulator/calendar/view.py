"""What a reader sees of an event: a pure function of the event, the calendar, the reader's role and the parameters."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confsync.emulator.calendar import conference_data, times
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.fields import Mask, masked
from confsync.emulator.calendar.room import Room
from confsync.platform.discovery import discovery

_FIRST = (
    "kind", "etag", "id", "status", "htmlLink", "created", "updated", "summary", "description", "location", "colorId",
    "creator", "organizer", "start", "end", "endTimeUnspecified", "recurrence", "recurringEventId",
    "originalStartTime", "transparency", "visibility", "iCalUID", "sequence", "attendees", "attendeesOmitted",
    "extendedProperties", "hangoutLink", "conferenceData",
)  # fmt: skip
_ATTENDEE = (
    "email", "displayName", "organizer", "self", "resource", "optional", "responseStatus", "comment",
    "additionalGuests",
)  # fmt: skip
# What is left for a reader who may not see details.
_BUSY = {
    "kind", "etag", "id", "status", "htmlLink", "created", "updated", "start", "end", "recurrence",
    "recurringEventId", "originalStartTime", "iCalUID", "sequence", "eventType",
}  # fmt: skip
_STRIPPED = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
_ALIASES = {"@gmail.com": "@m", "@group.calendar.google.com": "@g"}
_CACHED = 8192


@dataclass(frozen=True)
class View:
    """How one reader looks at one calendar: response zone, size of guest lists, and the wanted fields of an event."""

    calendar: Record
    zone: str
    max_attendees: int | None = None
    selection: str = ""
    mask: Mask | None = None
    full_tombstones: bool = True

    def details_of(self, event: Event) -> bool:
        """Tell whether this reader may see more than when somebody is busy."""
        if not self.calendar.may("reader"):
            return False
        is_private = event.body.get("visibility") in ("private", "confidential")
        return self.calendar.may("writer") or not is_private


def view_of(ask: Ask, calendar: Record, *, items: bool = False, full_tombstones: bool = True) -> View:
    """Return the view that a request asks for; `items` when its answer is a list of events."""
    mask, selection = ask.mask(), ask.parameters.get("fields", "")
    if mask is not None and items:
        mask, selection = (mask["items"] if "items" in mask else mask.get("*")), f"items of {selection}"
    return View(
        calendar,
        ask.parameters.get("timeZone", calendar.time_zone),
        ask.parameters.get("maxAttendees"),
        selection,
        mask,
        full_tombstones,
    )


def text_of(room: Room, event: Event, view: View) -> str:
    """Return the event as JSON text, indented by one space. The same text is not made twice."""
    key = _key(event, view)
    text = room.texts.get(key)
    if text is None:
        if len(room.texts) >= _CACHED:
            room.texts.clear()
        shown = masked(shown_to(event, view), view.mask)
        text = room.texts[key] = json.dumps(shown, ensure_ascii=False, indent=1)
    return text


def shown_to(event: Event, view: View) -> dict[str, Any]:
    """Return the event as this reader sees it."""
    full = _full(event, view)
    if event.cancelled and not view.full_tombstones:
        return {name: full[name] for name in _STRIPPED if name in full}
    if not view.details_of(event):
        return {name: value for name, value in full.items() if name in _BUSY} | {"visibility": "private"}
    return full


def _key(event: Event, view: View) -> tuple[object, ...]:
    # Everything that the text depends on; `changed_us` moves with every change of a stored copy.
    copy = (event.calendar, event.id, event.changed_us, event.hidden, view.calendar.id)
    return (*copy, view.zone, view.max_attendees, view.selection, view.calendar.role, view.full_tombstones)


def _full(event: Event, view: View) -> dict[str, Any]:
    body, calendar_id = event.body, view.calendar.id
    zone = times.known_zone(view.zone)
    full: dict[str, Any] = {
        **body,
        "kind": "calendar#event",
        "etag": event.etag,
        "id": event.id,
        "status": "cancelled" if event.hidden else body["status"],
        "htmlLink": _link(event.id, calendar_id),
        "updated": times.millis(event.updated_us),
    }
    for name in ("start", "end", "originalStartTime"):
        if name in body:
            full[name] = times.shown(body[name], zone)
    for name in ("creator", "organizer"):
        if name in body:
            full[name] = _person(body[name], calendar_id)
    if "attendees" in body:
        _show_attendees(full, view)
    if hangout := conference_data.hangout_link(body.get("conferenceData")):
        full["hangoutLink"] = hangout
    return {name: full[name] for name in _ORDER if name in full and full[name] != _DEFAULTS.get(name)}


def _show_attendees(full: dict[str, Any], view: View) -> None:
    organizer, calendar_id = full["organizer"]["email"], view.calendar.id
    attendees = [_attendee(person, organizer, calendar_id) for person in full["attendees"]]
    if view.max_attendees is not None and len(attendees) > view.max_attendees:
        full["attendeesOmitted"] = True
        attendees = [person for person in attendees if person.get("self")]
    full["attendees"] = attendees


def _attendee(person: Mapping[str, Any], organizer: str, calendar_id: str) -> dict[str, Any]:
    marks = {"organizer": person["email"] == organizer, "self": person["email"] == calendar_id}
    shown = {**person, **{name: True for name, is_so in marks.items() if is_so}}
    return {name: shown[name] for name in _ATTENDEE if name in shown}


def _person(person: Mapping[str, Any], calendar_id: str) -> dict[str, Any]:
    return {**person, "self": True} if person.get("email") == calendar_id else dict(person)


def _link(event_id: str, calendar_id: str) -> str:
    """Return the link to the event's page; recorded links decode to the ids, with some domains shortened."""
    for domain, alias in _ALIASES.items():
        if calendar_id.endswith(domain):
            calendar_id = calendar_id.removesuffix(domain) + alias
    eid = base64.urlsafe_b64encode(f"{event_id} {calendar_id}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={eid}"


def _default(schema: Mapping[str, Any]) -> Any:
    words = {"true": True, "false": False}
    return words.get(schema["default"], schema["default"])


_SCHEMA: Mapping[str, Any] = discovery("calendar").schemas["Event"]["properties"]
_ORDER = (*_FIRST, *(name for name in _SCHEMA if name not in _FIRST))
# Fields that are left out when they say what the schema says anyway; Calendar always says these two.
_DEFAULTS = {
    name: _default(schema)
    for name, schema in _SCHEMA.items()
    if "default" in schema and name not in ("kind", "eventType")
}
