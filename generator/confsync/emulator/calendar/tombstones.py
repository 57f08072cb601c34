"""How long a deleted event can still be read. A cancelled occurrence stays as long as its series does."""

from __future__ import annotations

from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import MICROSECONDS

_DAY_US = 24 * 3600 * MICROSECONDS


def gone_before_us(room: Room) -> int:
    """Return before which microsecond a deletion is forgotten; 0 for never."""
    days = room.switches.tombstone_days
    return max(0, room.clock.now_us() - days * _DAY_US) if days else 0


def is_gone(room: Room, event: Event) -> bool:
    """Tell whether a deleted event cannot be read any more."""
    return event.cancelled and event.master is None and event.changed_us < gone_before_us(room)


def newest_gone_us(room: Room, calendar: int, before_us: int) -> int:
    """Return when the newest of the forgotten deletions happened; 0 when none is."""
    row = room.db.execute(
        "SELECT max(changed_us) AS us FROM events "
        "WHERE calendar = ? AND cancelled AND master IS NULL AND changed_us < ?",
        (calendar, before_us),
    ).fetchone()
    return row["us"] or 0
