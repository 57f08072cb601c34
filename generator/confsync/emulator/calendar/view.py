"""What a reader sees of an event: a pure function of the event, the calendar, the reader's role and the parameters.

The common view, of a reader who may see everything and asks for nothing special, is what is stored; `body_of` takes it back.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from confsync.emulator.calendar import conference_data, times
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.content import DEFAULTS
from confsync.emulator.calendar.fields import Mask, masked
from confsync.emulator.calendar.room import Room
from confsync.platform.discovery import discovery

if TYPE_CHECKING:
    from confsync.emulator.calendar.events import Event

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
_COMPUTED = {"kind", "etag", "id", "htmlLink", "updated", "hangoutLink"}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class View:
    """How one reader looks at one calendar: response zone, size of guest lists, and the wanted fields of an event."""

    calendar: Record
    zone: str
    max_attendees: int | None = None
    selection: str = ""
    mask: Mask | None = None
    full_tombstones: bool = True

    @cached_property
    def is_of_stored(self) -> bool:
        """Whether the reader gets events, or parts of them, as they are stored: in the calendar's own zone."""
        plain = self.max_attendees is None and self.zone == self.calendar.time_zone
        return plain and self.calendar.may("reader")

    @cached_property
    def is_common(self) -> bool:
        """Whether that is so, and the reader gets whole events."""
        return self.mask is None and self.is_of_stored

    @cached_property
    def sees_private(self) -> bool:
        """Whether the reader gets the details of private events too."""
        return self.calendar.may("writer")

    def details_of(self, event: Event) -> bool:
        """Tell whether this reader may see more than when somebody is busy."""
        if not self.calendar.may("reader"):
            return False
        is_private = event.body.get("visibility") in ("private", "confidential")
        return self.sees_private or not is_private


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


def common_text(event: Event, calendar: Record) -> bytes:
    """Return the event as JSON, as a reader of its calendar sees it who may see everything."""
    return compact(_full(event, View(calendar, calendar.time_zone), all_guests=True))


def body_of(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what `common_text` was made of: the event without what is computed for a reader."""
    body = {name: value for name, value in shown.items() if name not in _COMPUTED}
    body.setdefault("status", "confirmed")
    for name in ("start", "end", "originalStartTime"):
        if name in body:
            body[name] = times.kept(body[name])
    for name in ("creator", "organizer"):
        if "self" in body.get(name, ()):
            body[name] = {part: value for part, value in body[name].items() if part != "self"}
    if "attendees" in body:
        body["attendees"] = [_kept_attendee(person) for person in body["attendees"]]
    return body


def text_of(room: Room, event: Event, view: View) -> bytes:
    """Return the event as JSON, as much of it as is wanted. The same text is not made twice."""
    if room.stored_last[:3] == (event.calendar, event.id, event.changed_us) and _is_stored_view(event, view):
        return room.stored_last[3]
    copy = (event.calendar, event.id, event.changed_us, event.hidden)
    return _remembered(room, copy, view, lambda: masked(shown_to(event, view), view.mask))


def part_of(room: Room, copy: tuple[object, ...], stored: bytes, view: View) -> bytes:
    """Return the wanted part of an event that this reader sees as it is stored; `copy` says which, as `text_of` does."""
    return _remembered(room, copy, view, lambda: masked(json.loads(stored), view.mask))


def _remembered(room: Room, copy: tuple[object, ...], view: View, make: Callable[[], Any]) -> bytes:
    # Everything that a text depends on; `changed_us` moves with every change of a stored copy.
    looks = (view.zone, view.max_attendees, view.selection, view.calendar.role, view.full_tombstones)
    text = room.texts.get((*copy, *looks))
    if text is None:
        if len(room.texts) >= _CACHED:
            room.texts.clear()
        text = room.texts[(*copy, *looks)] = compact(make())
    return text


def _is_stored_view(event: Event, view: View) -> bool:
    return view.is_common and view.details_of(event) and not (event.cancelled or event.is_copy)


def compact(value: Any) -> bytes:
    """Return JSON without a space, which is what answers are made of."""
    return _ENCODER.encode(value).encode()


def shown_to(event: Event, view: View) -> dict[str, Any]:
    """Return the event as this reader sees it."""
    full = _full(event, view)
    if event.cancelled and not view.full_tombstones:
        return {name: full[name] for name in _STRIPPED if name in full}
    if not view.details_of(event):
        return {name: value for name, value in full.items() if name in _BUSY} | {"visibility": "private"}
    return full


def _full(event: Event, view: View, *, all_guests: bool = False) -> dict[str, Any]:
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
        full["attendees"] = _attendees(full, view, all_guests or not event.is_copy)
        if view.max_attendees is not None and len(full["attendees"]) > view.max_attendees:
            full["attendees"] = [person for person in full["attendees"] if person.get("self")]
            full["attendeesOmitted"] = True
    if hangout := conference_data.hangout_link(body.get("conferenceData")):
        full["hangoutLink"] = hangout
    return {name: full[name] for name in _ORDER if name in full and full[name] != DEFAULTS.get(name)}


def _attendees(full: Mapping[str, Any], view: View, all_guests: bool) -> list[dict[str, Any]]:
    """Return the guest list; a guest who may not see the others sees the organiser and themself."""
    organizer, calendar_id = full["organizer"]["email"], view.calendar.id
    people = [_attendee(person, organizer, calendar_id) for person in full["attendees"]]
    if all_guests or full.get("guestsCanSeeOtherGuests", True):
        return people
    return [person for person in people if person.get("self") or person.get("organizer")]


def _attendee(person: Mapping[str, Any], organizer: str, calendar_id: str) -> dict[str, Any]:
    marks = {"organizer": person["email"] == organizer, "self": person["email"] == calendar_id}
    shown = {**person, **{name: True for name, is_so in marks.items() if is_so}}
    return {name: shown[name] for name in _ATTENDEE if name in shown}


def _kept_attendee(person: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if name not in ("organizer", "self")}


def _person(person: Mapping[str, Any], calendar_id: str) -> dict[str, Any]:
    return {**person, "self": True} if person.get("email") == calendar_id else dict(person)


def _link(event_id: str, calendar_id: str) -> str:
    """Return the link to the event's page; recorded links decode to the ids, with some domains shortened."""
    for domain, alias in _ALIASES.items():
        if calendar_id.endswith(domain):
            calendar_id = calendar_id.removesuffix(domain) + alias
    eid = base64.urlsafe_b64encode(f"{event_id} {calendar_id}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={eid}"


_SCHEMA: Mapping[str, Any] = discovery("calendar").schemas["Event"]["properties"]
_ORDER = (*_FIRST, *(name for name in _SCHEMA if name not in _FIRST))
