"""Occurrences that a series has no more: what a client that lists single events must be told when a rule changes.

Only such clients have ever heard of an occurrence without changes of its own; the others see the series.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from confsync.emulator.calendar import horizon, recurrence
from confsync.emulator.calendar.room import Room

if TYPE_CHECKING:
    from confsync.emulator.calendar.events import Event

_KEEP = """
INSERT INTO vanished (calendar, id, master, original, changed_us) VALUES (?, ?, ?, ?, ?) ON CONFLICT (calendar, id)
DO UPDATE SET master = excluded.master, original = excluded.original, changed_us = excluded.changed_us
"""


def compare(room: Room, before: Event, saved: Event, stamp: int) -> None:
    """Write down which occurrences a change takes away, and forget those that it brings (back).

    Whether the event is deleted does not count: of a deleted series' occurrences a delta tells by itself.
    """
    if not saved.is_series:
        room.db.execute("DELETE FROM vanished WHERE calendar = ? AND id = ?", (saved.calendar, saved.id))
    if not (before.is_series or saved.is_series) or _same_occurrences(before.body, saved.body):
        return
    old, new = (dict(_listed(room, event)) for event in (before, saved))
    if before.is_series and not saved.is_series:
        old |= _exceptions(room, before)
    gone = [(saved.calendar, id_, *old[id_], stamp) for id_ in old if id_ not in new]
    room.db.executemany(_KEEP, gone)
    back = [(saved.calendar, id_) for id_ in new if id_ not in old]
    room.db.executemany("DELETE FROM vanished WHERE calendar = ? AND id = ?", back)


def forget(room: Room, master: str, stamp: int) -> None:
    """Forget what one change took away of a series, in all calendars: nobody is told of that."""
    room.db.execute("DELETE FROM vanished WHERE master = ? AND changed_us = ?", (master, stamp))


def _same_occurrences(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(name) == other.get(name) for name in ("start", "recurrence"))


def _listed(room: Room, event: Event) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Yield what a listing of single events shows of an event: id → series and original start."""
    if not event.is_series:
        yield event.id, (None, None)
        return
    series = recurrence.series_of(event.body)
    until_us = horizon.of_series(room, event, horizon.year(room))
    for occurrence in series.between(None, until_us, horizon.ZONE):
        original = json.dumps(series.times_at(occurrence)[0])
        yield f"{event.id}_{series.stamp(occurrence)}", (event.id, original)


def _exceptions(room: Room, master: Event) -> dict[str, tuple[str | None, str | None]]:
    rows = room.db.execute(
        "SELECT id, json_extract(CAST(text AS TEXT), '$.originalStartTime') AS original FROM events "
        "WHERE calendar = ? AND master = ?",
        (master.calendar, master.id),
    )
    return {row["id"]: (master.id, row["original"]) for row in rows}
