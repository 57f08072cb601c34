"""A survey of all calendars: what is really there, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from confsync.emulator.calendar import calendar_list, calendars, events, view
from confsync.emulator.calendar.room import Room


def survey(room: Room, users: Sequence[str]) -> list[dict[str, Any]]:
    """Return `{id, roles, listedBy, events}` of each calendar, with all its events, deleted ones too.

    `roles` tells what each user may do there, `listedBy` which users have it in their list.
    """
    found = []
    for row in room.db.execute("SELECT key FROM calendars WHERE NOT deleted ORDER BY key").fetchall():
        calendar = calendars.by_key(room, row["key"])
        looks = view.View(calendar, calendar.time_zone)
        kept = events.select(room, "calendar = ? ORDER BY id", calendar.key)
        listed = [user for user in users if calendar_list.has(room, user, calendar.key)]
        roles = {user: calendars.role_of(room, calendar.key, user) for user in users}
        shown = [view.shown_to(event, looks) for event in kept]
        found.append({"id": calendar.id, "roles": roles, "listedBy": listed, "events": shown})
    return found
