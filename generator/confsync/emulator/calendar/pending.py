"""Conferences that were asked for and do not exist yet: after so many reads of their events they do, or have failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confsync.emulator.calendar.room import Room

TABLES = """
CREATE TABLE IF NOT EXISTS pending_conferences (
  calendar INTEGER NOT NULL, event TEXT NOT NULL, reads INTEGER NOT NULL, UNIQUE (calendar, event)
);
"""


def begin(room: Room, calendar: int, event_id: str) -> None:
    """Let the event wait for its conference as long as the switch says."""
    reads = room.switches.conference_pending_reads
    room.db.execute(
        "INSERT OR REPLACE INTO pending_conferences VALUES (?, ?, ?)", (calendar, event_id, reads)
    )


def count_read(room: Room, calendar: int, event_id: str = "") -> list[str]:
    """Count that an event was read, or all of a calendar, and return the ids of those that have waited long enough."""
    which, values = (
        ("calendar = ? AND event = ?", (calendar, event_id)) if event_id else ("calendar = ?", (calendar,))
    )
    if not room.db.execute(f"SELECT 1 FROM pending_conferences WHERE {which}", values).fetchone():
        return []
    room.db.execute(f"UPDATE pending_conferences SET reads = reads - 1 WHERE {which}", values)
    over = f"{which} AND reads <= 0"
    ready = room.db.execute(
        f"SELECT event FROM pending_conferences WHERE {over} ORDER BY event", values
    ).fetchall()
    room.db.execute(f"DELETE FROM pending_conferences WHERE {over}", values)
    return [row["event"] for row in ready]
