"""`calendar.events.move`: an event goes to another calendar, under the same id, with another organiser."""

from __future__ import annotations

from dataclasses import replace

from confsync.emulator.calendar import (
    calendars,
    copies,
    event_methods,
    events,
    instances,
    mails,
    replies,
    view,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Response


def move(room: Room, ask: Ask) -> Response:
    """Move the event. The old calendar keeps a tombstone, or the old organiser's copy when they are a guest."""
    event = event_methods.found(room, ask)
    event_methods.require_writer(ask.calendar, event)
    destination = calendars.find(room, ask.parameters["destination"], ask.user)
    calendars.require_writer(destination)
    ask.require_match(event.etag)
    moved = carry(room, ask.calendar, event, destination, room.stamp())
    mails.tell(room, ask, destination, event.id, event.body, moved.body)
    shown = view.text_of(room, moved, view.view_of(ask, destination))
    return replies.text(ask, shown, moved.etag)


def carry(room: Room, source: Record, event: Event, destination: Record, stamp: int) -> Event:
    """Move the event as at `stamp` and return it as stored; ApiError for what cannot be moved."""
    _check(room, event, destination)
    return _moved(room, source, event, destination, stamp)


def _check(room: Room, event: Event, destination: Record) -> None:
    if event.cancelled:
        raise standard_error(410, "deleted")
    if event.master:
        message = "Cannot change the organizer of an instance."
        raise ApiError(400, "cannotChangeOrganizerOfInstance", message)
    if event.is_copy or destination.key == event.calendar or event.body["eventType"] != "default":
        raise ApiError(400, "cannotChangeOrganizer", "Cannot change the organizer of this event.")
    held = events.load(room, destination.key, event.id)
    if held and held.home != event.calendar:
        raise standard_error(409, "duplicate")


def _moved(room: Room, source: Record, event: Event, destination: Record, stamp: int) -> Event:
    exceptions = events.exceptions_of(room, source.key, event.id)
    moved = _put(room, event, destination, stamp)
    for exception in exceptions:
        _put(room, exception, destination, stamp)
    _take_over(room, source, moved, destination, stamp)
    _leave(room, source, event, destination, stamp)
    room.db.execute(
        "UPDATE events SET home = ? WHERE home = ? AND calendar <> ? AND (id = ? OR master = ?)",
        (destination.key, source.key, destination.key, event.id, event.id),
    )
    copies.spread(room, moved, event.body, stamp)
    return moved


def _put(room: Room, event: Event, destination: Record, stamp: int) -> Event:
    body = {**event.body, "organizer": event_methods.organizer_of(destination)}
    main = replace(event, calendar=destination.key, home=destination.key, body=body, removed=False)
    return events.save(room, destination, main, stamp)


def _take_over(room: Room, source: Record, moved: Event, destination: Record, stamp: int) -> None:
    """Make the organiser's own what the new one, as a guest until now, has changed in single occurrences alone."""
    for exception in events.exceptions_of(room, destination.key, moved.id):
        if exception.home != source.key:
            continue
        occurrence = instances.at(moved, instances.stamp_of(exception.id))
        body = copies.joined(occurrence.body if occurrence else exception.body, exception.body)
        status = occurrence.body["status"] if occurrence else "cancelled"
        body |= {"organizer": event_methods.organizer_of(destination), "status": status}
        own = replace(exception, home=destination.key, body=body, removed=False)
        events.save(room, destination, own, stamp)


def _leave(room: Room, source: Record, event: Event, destination: Record, stamp: int) -> None:
    """Leave a tombstone of which only the id is left; exceptions go without one, as when a series is deleted."""
    if event.is_series:
        events.hide_exceptions(room, source.key, event.id, stamp)
    body = {"status": "cancelled", "iCalUID": event.body["iCalUID"]}
    events.save(room, source, replace(event, home=destination.key, body=body), stamp)
