"""A survey of all calendars: what is really there, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from confsync.emulator.calendar import calendars, events, view
from confsync.emulator.calendar.room import Room


def survey(room: Room, users: Sequence[str]) -> list[dict[str, Any]]:
    """Return `{id, roles, events}` of each calendar: what each user may do there, and all events, deleted ones too."""
    found = []
    for row in room.db.execute("SELECT key FROM calendars WHERE NOT deleted ORDER BY key").fetchall():
        calendar = calendars.by_key(room, row["key"])
        looks = view.View(calendar, calendar.time_zone)
        kept = events.select(room, "calendar = ? ORDER BY id", calendar.key)
        roles = {user: calendars.role_of(room, calendar.key, user) for user in users}
        shown = [view.shown_to(event, looks) for event in kept]
        found.append({"id": calendar.id, "roles": roles, "events": shown})
    return found
