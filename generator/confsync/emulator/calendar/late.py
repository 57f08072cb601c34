"""What reaches the guests' copies later: which events are to be brought in line, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confsync.emulator.calendar.room import Room

TABLES = """
CREATE TABLE IF NOT EXISTS late_copies (
  due_us INTEGER NOT NULL, calendar INTEGER NOT NULL, event TEXT NOT NULL, UNIQUE (calendar, event)
);
"""


def put_off(room: Room, calendar: int, event_id: str, due_us: int) -> None:
    """Have an event's copies brought in line at that microsecond; an earlier time that is set already stays."""
    room.db.execute("INSERT OR IGNORE INTO late_copies VALUES (?, ?, ?)", (due_us, calendar, event_id))


def take_due(room: Room, now_us: int) -> list[tuple[int, str]]:
    """Take out what is due: calendar and id of each event, the oldest first."""
    rows = room.db.execute(
        "SELECT calendar, event FROM late_copies WHERE due_us <= ? ORDER BY due_us, rowid", (now_us,)
    ).fetchall()
    if rows:
        room.db.execute("DELETE FROM late_copies WHERE due_us <= ?", (now_us,))
    return [(row["calendar"], row["event"]) for row in rows]


def next_due_us(room: Room) -> int | None:
    """Return when the next one is due, or None."""
    due: int | None = room.db.execute("SELECT min(due_us) AS us FROM late_copies").fetchone()["us"]
    return due
