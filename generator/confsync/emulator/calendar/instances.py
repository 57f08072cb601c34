"""Occurrences of series: found by their ids, and expanded together with the exceptions that are stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from confsync.emulator.calendar import events, halves, horizon, recurrence
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room


def find(room: Room, calendar: int, event_id: str) -> Event | None:
    """Return the event of that id in a calendar: a stored one, or an occurrence of a stored series."""
    return events.load(room, calendar, event_id) or _occurrence(room, calendar, event_id)


def at(master: Event, stamp: str) -> Event | None:
    """Return the occurrence of a series by the stamp of its original start, without looking at exceptions."""
    if not master.is_series:
        return None
    series = recurrence.series_of(master.body)
    occurrence = series.at(stamp)
    return None if occurrence is None else _instance(master, series, occurrence)


def stamp_of(event_id: str) -> str:
    """Return the stamp of the original start that an instance id carries, or nothing."""
    return (recurrence.split_id(event_id) or ("", ""))[1]


def expand(
    room: Room, calendar: Record, master: Event, low_us: int | None, high_us: int, *, cancelled: bool
) -> list[Event]:
    """Return the occurrences that end after `low_us` and start before `high_us`, by id; cancelled ones if wanted."""
    found = _expanded(room, master, low_us, high_us, calendar.time_zone)
    found = [event for event in found if event.key is None or _starts_before(event, high_us, calendar)]
    return _wanted(found, calendar, low_us, cancelled=cancelled)


def in_sight(
    room: Room, calendar: Record, master: Event, low_us: int | None, year: int, *, cancelled: bool
) -> list[Event]:
    """Do the same where no end is asked for: up to where a listing of that year looks, and all that is stored."""
    found = _expanded(room, master, None, horizon.of_series(room, master, year), horizon.ZONE)
    return _wanted(found, calendar, low_us, cancelled=cancelled)


def _expanded(room: Room, master: Event, low_us: int | None, high_us: int, zone: str) -> list[Event]:
    """Return all exceptions, wherever they are, and the other occurrences in that time."""
    found = events.exceptions_of(room, master.calendar, master.id)
    if master.is_series:
        stored = {stamp_of(event.id) for event in found} | _went_over(room, master)
        series = recurrence.series_of(master.body)
        for occurrence in series.between(low_us, high_us, zone):
            if series.stamp(occurrence) not in stored:
                found.append(_instance(master, series, occurrence))
    return found


def _went_over(room: Room, master: Event) -> set[str]:
    """Return the stamps of this series' occurrences whose ids exceptions took along into another half."""
    rows = room.db.execute(
        "SELECT id FROM events WHERE calendar = ? AND id > ? AND id < ? AND master <> ?",
        (master.calendar, f"{master.id}_", f"{master.id}`", master.id),
    )
    parts = (recurrence.split_id(row["id"]) for row in rows)
    return {stamp for series, stamp in filter(None, parts) if series == master.id}


def _wanted(found: list[Event], calendar: Record, low_us: int | None, *, cancelled: bool) -> list[Event]:
    kept = [
        event
        for event in found
        if _ends_after(event, calendar, low_us) and (cancelled or not event.cancelled)
    ]
    return sorted(kept, key=lambda event: event.id)


def _occurrence(room: Room, calendar: int, event_id: str) -> Event | None:
    parts = recurrence.split_id(event_id)
    master = events.load(room, calendar, parts[0]) if parts else None
    found = at(master, parts[1]) if master and parts else None
    if found is None or parts is None or not halves.is_second(parts[0]):
        return found
    # Exceptions that a split took along have kept the ids that they had in the series before.
    moved = events.exceptions_of(room, calendar, parts[0])
    return next((event for event in moved if stamp_of(event.id) == parts[1]), found)


def _instance(master: Event, series: recurrence.Series, occurrence: datetime) -> Event:
    """Return an occurrence as an event; until it is written to, it has etag and `updated` of its series."""
    start, end = series.times_at(occurrence)
    body = {name: value for name, value in master.body.items() if name != "recurrence"}
    body |= {"start": start, "end": end, "recurringEventId": master.id, "originalStartTime": start}
    event_id = f"{master.id}_{series.stamp(occurrence)}"
    return replace(master, id=event_id, master=master.id, body=body, key=None, removed=False)


def _starts_before(event: Event, high_us: int, calendar: Record) -> bool:
    start_us, _ = events.extent(event.body, calendar.time_zone)
    return start_us is not None and start_us < high_us


def _ends_after(event: Event, calendar: Record, low_us: int | None) -> bool:
    if low_us is None:
        return True
    _, end_us = events.extent(event.body, calendar.time_zone)
    return end_us is not None and end_us > low_us
