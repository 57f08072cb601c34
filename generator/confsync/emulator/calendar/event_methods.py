"""The methods of `calendar.events` that read or write one event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import (
    bodies,
    calendars,
    conference_data,
    content,
    copies,
    event_limits,
    event_types,
    events,
    guests,
    instances,
    mails,
    merge,
    organizer,
    pending,
    replies,
    times,
    tombstones,
    view,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Response

_ID = re.compile(r"[a-v0-9]{5,1024}", re.ASCII)


def get(room: Room, ask: Ask) -> Response:
    """Answer with the event; a deleted one is shown as cancelled."""
    event = found(room, ask)
    answer = shown(room, ask, event)
    finish_conferences(room, ask.calendar, event.id)
    return answer


def insert(room: Room, ask: Ask) -> Response:
    """Make an event; one with an id that exists, even deleted, is a 409."""
    calendar = ask.calendar
    calendars.require_writer(calendar)
    bodies.check(ask.method, ask.body)
    event_id = ask.body.get("id") or room.new_id()
    if not _ID.fullmatch(event_id):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    if events.load(room, calendar.key, event_id):
        raise standard_error(409, "duplicate")
    body = _new_body(room, ask, event_id)
    event = Event(calendar.key, event_id, calendar.key, None, False, False, 0, 0, body)
    stamp = room.stamp()
    saved = events.save(room, calendar, event, stamp)
    copies.spread(room, saved, {}, stamp)
    mails.tell(room, ask, calendar, event_id, {}, saved.body)
    return _written(room, ask, saved)


def patch(room: Room, ask: Ask) -> Response:
    """Merge the given fields into the event."""
    event = _to_change(room, ask)
    attachments = ask.parameters.get("supportsAttachments", False)
    body = merge.patched(event.body, given(ask), attachments=attachments)
    return _change(room, ask, event, body, replaces=False)


def update(room: Room, ask: Ask) -> Response:
    """Replace everything in the event that a client can write."""
    event = _to_change(room, ask)
    attachments = ask.parameters.get("supportsAttachments", False)
    body = merge.replaced(event.body, given(ask), attachments=attachments)
    for name in _unheard(ask):
        body |= {name: event.body[name]} if name in event.body else {}
    return _change(room, ask, event, body, replaces=True)


def delete(room: Room, ask: Ask) -> Response:
    """Delete the event, the guest's copy, or one occurrence; a second time is a 410."""
    event = found(room, ask)
    if event.cancelled:
        raise standard_error(410, "deleted")
    require_writer(ask.calendar, event)
    ask.require_match(event.etag)
    body = {**event.body, "status": "cancelled"}
    change(room, ask.calendar, event, body)
    mails.tell(room, ask, ask.calendar, event.id, event.body, body)
    return replies.NO_CONTENT


def change(
    room: Room, calendar: Record, event: Event, body: dict[str, Any], stamp: int | None = None
) -> Event:
    """Give an event new content, as its organiser or as its guest, and return it as stored."""
    change_as = guests.change if event.is_copy else organizer.change
    return change_as(room, calendar, event, body, stamp or room.stamp())


def completed(
    room: Room,
    calendar: Record,
    event: Event,
    given: dict[str, Any],
    merged: dict[str, Any],
    version: int,
    *,
    replaces: bool,
) -> dict[str, Any]:
    """Return what an event becomes by a write: the content `merged` with what was `given`, as it is kept.

    A body without times is what a moved event leaves behind in its old calendar; it can only be refused.
    """
    if "start" not in event.body:
        raise standard_error(403, "forbiddenForNonOrganizer")
    body = {**merged, "sequence": merge.sequence(event.body["sequence"], given)}
    if event.master:
        body.pop("recurrence", None)
    if "recurrence" not in event.body:
        content.check_zones({**given, **({} if replaces else _kept_zones(event, given))})
    stored = event.body.get("conferenceData")
    conference = conference_data.written(room, stored, given, version, replaces=replaces)
    body = with_conference(content.complete(body, calendar.time_zone), conference)
    body = settled(calendar, event.body, body)
    event_types.check_change(event.body, body)
    return body


def found(room: Room, ask: Ask) -> Event:
    """Return the event that the path names; ApiError 404 when there is none."""
    event = instances.find(room, ask.calendar.key, ask.path["eventId"])
    if event is None or tombstones.is_gone(room, event):
        raise calendars.not_found()
    return event


def shown(room: Room, ask: Ask, event: Event) -> Response:
    """Answer with an event as the asker sees it."""
    return replies.text(ask, view.text_of(room, event, view.view_of(ask, ask.calendar)), event.etag)


def finish_conferences(room: Room, calendar: Record, event_id: str = "") -> None:
    """Count that an event (or the whole calendar) was read, and make the conferences that have waited long enough."""
    for waiting in pending.count_read(room, calendar.key, event_id):
        event = events.load(room, calendar.key, waiting)
        data = event.body.get("conferenceData") if event else None
        if event and data and conference_data.is_pending(data):
            change(room, calendar, event, with_conference(event.body, conference_data.finished(room, data)))


def wait_for_conference(room: Room, event: Event | None) -> None:
    """Let an event wait for the conference that was asked for, if it has none yet."""
    if event and conference_data.is_pending(event.body.get("conferenceData")):
        pending.begin(room, event.calendar, event.id)


def _written(room: Room, ask: Ask, event: Event) -> Response:
    """Answer a write with the event as it now is."""
    data = event.body.get("conferenceData")
    wait_for_conference(room, event)
    version = ask.parameters.get("conferenceDataVersion", 0)
    if data is None or version or room.switches.version_zero_answer == "whole":
        return shown(room, ask, event)
    whole = view.shown_to(event, view.view_of(ask, ask.calendar))
    rest = {name: value for name, value in whole.items() if name not in ("conferenceData", "hangoutLink")}
    return replies.resource(ask, rest)


def organizer_of(calendar: Record) -> dict[str, Any]:
    """Return the organiser that events of this calendar have."""
    name = {} if calendar.is_primary else {"displayName": calendar.body["summary"]}
    return {"email": calendar.id, **name}


def require_writer(calendar: Record, event: Event) -> None:
    """Raise ApiError 403 unless the asker may write this event; who cannot see a private one cannot write it."""
    calendars.require_writer(calendar)
    if event.body.get("visibility") in ("private", "confidential"):
        calendars.require(calendar, "writer")


def given(ask: Ask) -> dict[str, Any]:
    """Return the body without what this client says that it does not know: event labels, or else event colours."""
    unheard = _unheard(ask)
    return {name: value for name, value in ask.body.items() if name not in unheard}


def settled(calendar: Record, before: Mapping[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return a complete event as its type and Calendar's limits allow it."""
    event_types.check(calendar, body)
    return event_limits.kept(calendar, before, body)


def with_conference(body: dict[str, Any], data: dict[str, Any] | None) -> dict[str, Any]:
    """Return the event with this conference, or without any."""
    rest = {name: value for name, value in body.items() if name != "conferenceData"}
    return rest if data is None else {**rest, "conferenceData": data}


def _unheard(ask: Ask) -> tuple[str, ...]:
    return ("colorId",) if ask.parameters.get("eventLabelVersion") == 1 else ("eventLabelId",)


def _to_change(room: Room, ask: Ask) -> Event:
    event = found(room, ask)
    # An occurrence of a deleted series is gone; the series itself, or a deleted occurrence, can be brought back.
    if event.hidden or (event.key is None and event.cancelled):
        raise standard_error(410, "deleted")
    require_writer(ask.calendar, event)
    ask.require_match(event.etag)
    bodies.check(ask.method, ask.body)
    return event


def _change(room: Room, ask: Ask, event: Event, body: dict[str, Any], *, replaces: bool) -> Response:
    """Complete the merged content and store it."""
    version = ask.parameters.get("conferenceDataVersion", 0)
    body = _with_source(ask, event, body, replaces=replaces)
    body = completed(room, ask.calendar, event, ask.body, body, version, replaces=replaces)
    changed = change(room, ask.calendar, event, body)
    mails.tell(room, ask, ask.calendar, event.id, event.body, changed.body)
    return _written(room, ask, changed)


def _with_source(ask: Ask, event: Event, body: dict[str, Any], *, replaces: bool) -> dict[str, Any]:
    """Return the event with a source that only its creator may change; ApiError 403 when somebody else tries."""
    source = event.body.get("source")
    if body.get("source") == source or event.body.get("creator", {}).get("email") == ask.user:
        return body
    if replaces and "source" not in ask.body:
        return {**body, "source": source}
    message = "The source can only be changed by the creator of the event."
    raise ApiError(403, "forbiddenForNonCreator", message, domain="calendar")


def _kept_zones(event: Event, given: dict[str, Any]) -> dict[str, Any]:
    """Return the times that a patch makes, as far as they keep the stored zones."""
    both = {name: {**event.body[name], **(given.get(name) or {})} for name in ("start", "end")}
    return both


def _new_body(room: Room, ask: Ask, event_id: str) -> dict[str, Any]:
    said, calendar = given(ask), ask.calendar
    kind = said.get("eventType") or "default"
    if kind == "fromGmail":
        raise ApiError(400, "invalid", "Events of this type cannot be created.")
    content.check_zones(said)
    servers = {
        "created": times.whole_seconds(room.clock.now_us()),
        "creator": {"email": ask.user},
        "organizer": organizer_of(calendar),
        "iCalUID": said.get("iCalUID") or f"{event_id}@google.com",
        "sequence": max(0, said.get("sequence") or 0),
        "eventType": kind,
    }
    attachments = ask.parameters.get("supportsAttachments", False)
    merged = merge.inserted(said, servers, attachments=attachments)
    body = content.complete(merged, calendar.time_zone)
    version = ask.parameters.get("conferenceDataVersion", 0)
    conference = conference_data.written(room, None, said, version, replaces=True)
    return settled(calendar, {}, with_conference(body, conference))
