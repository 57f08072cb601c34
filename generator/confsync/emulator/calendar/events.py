"""Events as they are kept: once for each calendar that holds a copy, as canonical JSON."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from confsync.emulator.calendar import recurrence, times
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room

COLUMNS = "calendar, id, home, master, hidden, removed, updated_us, changed_us, body, key"


@dataclass(frozen=True)
class Event:
    """One copy of an event in one calendar, or an occurrence of a series that is not stored (`key` is None).

    `body` holds what the API shows, without what is computed for a reader (etag, links, `self`); it is never changed in
    place. `home` is the calendar with the main copy, `master` the id of the series that an occurrence belongs to.
    """

    calendar: int
    id: str
    home: int
    master: str | None
    hidden: bool
    removed: bool
    updated_us: int
    changed_us: int
    body: dict[str, Any]
    key: int | None = None

    @property
    def cancelled(self) -> bool:
        """Whether it is deleted, by itself or with its series."""
        return self.body["status"] == "cancelled" or self.hidden

    @property
    def is_copy(self) -> bool:
        """Whether this is a guest's copy."""
        return self.home != self.calendar

    @property
    def is_series(self) -> bool:
        """Whether it repeats."""
        return "recurrence" in self.body

    @property
    def etag(self) -> str:
        """Twice the microsecond of the last change, quoted; checked against recorded events."""
        return f'"{2 * self.updated_us}"'


def load(room: Room, calendar: int, event_id: str) -> Event | None:
    """Return the stored copy of that id, whatever its state."""
    row = room.db.execute(
        f"SELECT {COLUMNS} FROM events WHERE calendar = ? AND id = ?", (calendar, event_id)
    ).fetchone()
    return event_of(row) if row else None


def exceptions_of(room: Room, calendar: int, master: str) -> list[Event]:
    """Return the stored occurrences of a series in one calendar, also the cancelled ones, by id."""
    return select(room, "calendar = ? AND master = ? ORDER BY id", calendar, master)


def copies_of(room: Room, home: int, event_id: str) -> list[Event]:
    """Return the guests' copies of the event whose main copy is in `home`, in the order of their calendars."""
    return select(room, "home = ? AND id = ? AND home <> calendar ORDER BY calendar", home, event_id)


def select(room: Room, condition: str, *values: Any) -> list[Event]:
    """Return the stored copies that satisfy an SQL condition."""
    return list(rows(room, condition, *values))


def rows(room: Room, condition: str, *values: Any) -> Iterator[Event]:
    """Yield the stored copies that satisfy an SQL condition."""
    for row in room.db.execute(f"SELECT {COLUMNS} FROM events WHERE {condition}", values):
        yield event_of(row)


def event_of(row: sqlite3.Row) -> Event:
    """Return a row as an event."""
    calendar, id_, home, master, hidden, removed, updated_us, changed_us, body, key = row
    state = bool(hidden), bool(removed)
    return Event(calendar, id_, home, master, *state, updated_us, changed_us, _parsed(body), key)


def save(room: Room, calendar: Record, event: Event, stamp: int, *, quiet: bool = False) -> Event:
    """Store a copy as changed at `stamp` and return it; `quiet` keeps its `updated` and etag.

    A series takes its exceptions with it when it is cancelled, without tombstones of their own, and brings them back.
    """
    saved = replace(event, changed_us=stamp, updated_us=event.updated_us if quiet else stamp)
    start_us, end_us = extent(event.body, calendar.time_zone)
    lived, cancelled = _is_living(room, event), event.body["status"] == "cancelled"
    _upsert(
        room,
        calendar=event.calendar, id=event.id, home=event.home, master=event.master, ical_uid=event.body["iCalUID"],
        cancelled=cancelled, hidden=False, removed=event.removed, start_us=start_us, end_us=end_us,
        updated_us=saved.updated_us, changed_us=stamp,
        body=json.dumps(event.body, ensure_ascii=False, separators=(",", ":")),
    )  # fmt: skip
    if event.is_series and lived and cancelled:
        hide_exceptions(room, event.calendar, event.id)
    elif event.is_series and not lived and not cancelled:
        _show_exceptions(room, event.calendar, event.id, stamp)
    room.touch(event.calendar, stamp)
    stored = load(room, event.calendar, event.id)
    assert stored is not None
    return stored


def extent(body: dict[str, Any], calendar_zone: str) -> tuple[int | None, int | None]:
    """Return start and end in microseconds; of a series, the first start and the last end (None: endless)."""
    if "start" not in body:
        return None, None
    start_us, end_us = (
        times.moment_us(body["start"], calendar_zone),
        times.moment_us(body["end"], calendar_zone),
    )
    if "recurrence" not in body:
        return start_us, end_us
    series = recurrence.series_of(body)
    last = series.last()
    if last is None:
        return start_us, None if series.endless else end_us
    return start_us, times.moment_us(series.times_at(last)[1], calendar_zone)


def place_again(room: Room, calendar: Record) -> None:
    """Compute the stored times of whole days anew, after the calendar's time zone has changed."""
    for event in select(room, "calendar = ?", calendar.key):
        extents = extent(event.body, calendar.time_zone)
        room.db.execute("UPDATE events SET start_us = ?, end_us = ? WHERE key = ?", (*extents, event.key))


def hide_exceptions(room: Room, calendar: int, master: str) -> None:
    """Hide the exceptions of a deleted series: nobody is told of each of them."""
    room.db.execute("UPDATE events SET hidden = 1 WHERE calendar = ? AND master = ?", (calendar, master))


def _show_exceptions(room: Room, calendar: int, master: str, stamp: int) -> None:
    # All of them count as changed: a client has forgotten them with the series, or never knew the series.
    room.db.execute(
        "UPDATE events SET hidden = 0, changed_us = ? WHERE calendar = ? AND master = ?",
        (stamp, calendar, master),
    )


def _is_living(room: Room, event: Event) -> bool:
    state = room.db.execute(
        "SELECT cancelled FROM events WHERE calendar = ? AND id = ?", (event.calendar, event.id)
    ).fetchone()
    return state is not None and not state["cancelled"]


@functools.lru_cache(maxsize=4096)
def _parsed(body: str) -> dict[str, Any]:
    # Shared by all who read the same text, which is why bodies are never changed in place.
    value: dict[str, Any] = json.loads(body)
    return value


def _upsert(room: Room, **columns: Any) -> None:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    room.db.execute(
        f"INSERT INTO events ({names}) VALUES ({marks}) ON CONFLICT (calendar, id) DO UPDATE SET {updates}",
        tuple(columns.values()),
    )
