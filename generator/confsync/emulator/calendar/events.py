"""Events as they are kept: once for each calendar that holds a copy, as the JSON that its own readers get.

So a listing hands out what is stored; only a write, or a reader who sees less, takes an event apart.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from confsync.emulator.calendar import recurrence, times, vanished, view
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room

Row = sqlite3.Row

COLUMNS = "calendar, id, home, master, hidden, removed, updated_us, changed_us, text, key, series, cancelled, start_us"
# Whether an exception came to its series by a split of another one: it has kept its id.
WENT_OVER = "substr(id, 1, length(master)) <> master"
_INSERT = """
INSERT INTO events (calendar, id, home, master, ical_uid, series, cancelled, removed, start_us, end_us, updated_us,
  changed_us, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = """
UPDATE events SET home = ?, master = ?, ical_uid = ?, series = ?, cancelled = ?, hidden = 0, removed = ?, start_us = ?,
  end_us = ?, updated_us = ?, changed_us = ?, text = ? WHERE key = ?
"""


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
    return map(event_of, raw(room, condition, *values))


def raw(room: Room, condition: str, *values: Any) -> Iterator[Row]:
    """Yield the same as rows: for who can do without taking the event apart."""
    return iter(room.db.execute(f"SELECT {COLUMNS} FROM events WHERE {condition}", values))


def event_of(row: Row) -> Event:
    """Return a row as an event."""
    calendar, id_, home, master, hidden, removed, updated_us, changed_us, text, key, *_ = row
    state = bool(hidden), bool(removed)
    return Event(calendar, id_, home, master, *state, updated_us, changed_us, _parsed(text), key)


def save(room: Room, calendar: Record, event: Event, stamp: int, *, quiet: bool = False) -> Event:
    """Store a copy as changed at `stamp` and return it; `quiet` keeps its `updated` and etag.

    A series takes its exceptions with it when it is cancelled, without tombstones of their own, and brings them back.
    """
    before = load(room, event.calendar, event.id)
    updated_us = event.updated_us if quiet else stamp
    saved = replace(event, changed_us=stamp, updated_us=updated_us, hidden=False)
    saved = replace(saved, key=_write(room, calendar, saved, before))
    _keep_exceptions(room, before, saved, stamp)
    if before is not None:
        vanished.compare(room, before, saved, stamp)
    room.touch(event.calendar, stamp)
    return saved


def _write(room: Room, calendar: Record, event: Event, before: Event | None) -> int:
    body, text = event.body, view.common_text(event, calendar)
    room.stored_last = (event.calendar, event.id, event.changed_us, text)
    columns = (
        event.home, event.master, body["iCalUID"], event.is_series, event.cancelled, event.removed,
        *extent(body, calendar.time_zone), event.updated_us, event.changed_us, text,
    )  # fmt: skip
    if before is not None:
        room.db.execute(_UPDATE, (*columns, before.key))
        return before.key or 0
    return room.db.execute(_INSERT, (event.calendar, event.id, *columns)).lastrowid or 0


def _keep_exceptions(room: Room, before: Event | None, saved: Event, stamp: int) -> None:
    """Hide what an event's deletion takes along, and show what it brings (back), as its clients will expect.

    That is so for a single event too: what it has of its time as a series is cancelled, but clients know of it.
    """
    if saved.master is not None:
        return
    if saved.cancelled:
        if before is not None and not before.cancelled:
            hide_exceptions(room, saved.calendar, saved.id, stamp)
    elif before is None or before.cancelled:
        _show_exceptions(room, saved.calendar, saved.id, stamp)


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
    """Place and show the events anew, after the calendar's time zone has changed."""
    for event in select(room, "calendar = ?", calendar.key):
        start_us, end_us = extent(event.body, calendar.time_zone)
        values = (start_us, end_us, view.common_text(event, calendar), event.key)
        room.db.execute("UPDATE events SET start_us = ?, end_us = ?, text = ? WHERE key = ?", values)


def hide_exceptions(room: Room, calendar: int, master: str, stamp: int) -> None:
    """Hide the exceptions of a deleted series; nobody is told of each of them, unless the switch wants it.

    Those that went over from another series are told of: a client may still know them as that one's.
    """
    told = "1" if room.switches.exception_tombstones else WENT_OVER
    room.db.execute(
        f"UPDATE events SET hidden = 1, changed_us = CASE WHEN {told} THEN ? ELSE changed_us END "
        "WHERE calendar = ? AND master = ?",
        (stamp, calendar, master),
    )


def _show_exceptions(room: Room, calendar: int, master: str, stamp: int) -> None:
    # All of them count as changed: a client has forgotten them with the series, or never knew the series.
    room.db.execute(
        "UPDATE events SET hidden = 0, changed_us = ? WHERE calendar = ? AND master = ?",
        (stamp, calendar, master),
    )


@functools.lru_cache(maxsize=4096)
def _parsed(text: bytes) -> dict[str, Any]:
    # Shared by all who read the same text, which is why bodies are never changed in place.
    return view.body_of(json.loads(text))
