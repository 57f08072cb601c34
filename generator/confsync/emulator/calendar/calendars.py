"""Calendars: their records, and who may do what with them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
_CACHED = 4096
_RANK = {role: rank for rank, role in enumerate(ROLES)}


@dataclass(frozen=True)
class Record:
    """One calendar; `body` holds what its owner describes (summary, timeZone, …), `role` what the asker may do."""

    key: int
    id: str
    owner: str
    is_primary: bool
    epoch: int
    updated_us: int
    changed_us: int
    body: dict[str, Any]
    role: str = "owner"

    @property
    def time_zone(self) -> str:
        """The calendar's time zone."""
        return str(self.body["timeZone"])

    def may(self, role: str) -> bool:
        """Tell whether the asker has at least that role."""
        return _RANK[self.role] >= _RANK[role]


def find(room: Room, calendar_id: str, user: str) -> Record:
    """Return the calendar as this user may use it; `primary` is the user's own.

    ApiError 404 when there is none or the user has no access.
    """
    found = by_id(room, user if calendar_id == "primary" else calendar_id)
    role = role_of(room, found.key, user) if found else "none"
    if found is None or role == "none":
        raise standard_error(404)
    return _with_role(found, role)


def by_id(room: Room, calendar_id: str) -> Record | None:
    """Return a calendar that is not deleted."""
    if calendar_id in room.ids:
        return room.ids[calendar_id]
    row = room.db.execute("SELECT * FROM calendars WHERE id = ? AND NOT deleted", (calendar_id,)).fetchone()
    if len(room.ids) >= _CACHED:
        room.forget_calendars()
    found = room.ids[calendar_id] = _record(row) if row else None
    if found is not None:
        room.keys[found.key] = found
    return found


def by_key(room: Room, key: int) -> Record:
    """Return a calendar, also a deleted one."""
    if key in room.keys:
        return room.keys[key]
    return _record(room.db.execute("SELECT * FROM calendars WHERE key = ?", (key,)).fetchone())


def role_of(room: Room, calendar: int, user: str) -> str:
    """Return the best role that the calendar's rules give this user."""
    if (calendar, user) in room.roles:
        return room.roles[calendar, user]
    scopes = (f"user:{user}", f"domain:{user.partition('@')[2]}", "default")
    rows = room.db.execute(
        "SELECT role FROM calendar_rules WHERE calendar = ? AND id IN (?, ?, ?)", (calendar, *scopes)
    )
    role = max((row["role"] for row in rows), key=_RANK.__getitem__, default="none")
    room.roles[calendar, user] = role
    return role


def require(calendar: Record, role: str) -> None:
    """Raise ApiError 403 unless the asker has at least that role."""
    if not calendar.may(role):
        word = "writer" if role == "writerWithoutPrivateAccess" else role
        message = f"You need to have {word} access to this calendar."
        raise standard_error(403, "requiredAccessLevel", message)


def require_writer(calendar: Record) -> None:
    """Raise ApiError 403 unless the asker may write events."""
    require(calendar, "writerWithoutPrivateAccess")


def create(room: Room, calendar_id: str, owner: str, body: dict[str, Any], *, is_primary: bool) -> Record:
    """Make a calendar that `owner` owns, and return it."""
    stamp = room.stamp()
    key = room.db.execute(
        "INSERT INTO calendars (id, owner, is_primary, updated_us, changed_us, body) VALUES (?, ?, ?, ?, ?, ?)",
        (calendar_id, owner, is_primary, stamp, stamp, json.dumps(body)),
    ).lastrowid
    room.db.execute("INSERT INTO calendar_rules VALUES (?, ?, 'owner', ?)", (key, f"user:{owner}", stamp))
    assert key is not None
    room.forget_calendars()
    return by_key(room, key)


def describe(room: Room, calendar: Record, body: dict[str, Any]) -> Record:
    """Replace what describes the calendar, and return it as the asker sees it."""
    stamp = room.stamp()
    room.db.execute(
        "UPDATE calendars SET body = ?, updated_us = ? WHERE key = ?", (json.dumps(body), stamp, calendar.key)
    )
    _entries_changed(room, calendar)
    room.forget_calendars()
    return _with_role(by_key(room, calendar.key), calendar.role)


def delete(room: Room, calendar: Record) -> None:
    """Delete the calendar: nobody finds it any more."""
    stamp = room.stamp()
    _entries_changed(room, calendar)
    room.db.execute("UPDATE calendars SET deleted = 1 WHERE key = ?", (calendar.key,))
    room.db.execute(
        "UPDATE calendar_entries SET deleted = 1, changed_us = ? WHERE calendar = ?", (stamp, calendar.key)
    )
    room.forget_calendars()


def expire_tokens(room: Room, calendar: int) -> None:
    """Make every sync token of this calendar's events invalid."""
    room.db.execute("UPDATE calendars SET epoch = epoch + 1 WHERE key = ?", (calendar,))
    room.forget_calendars()


def _entries_changed(room: Room, calendar: Record) -> None:
    query = "SELECT user FROM calendar_entries WHERE calendar = ? AND NOT deleted ORDER BY user"
    for row in room.db.execute(query, (calendar.key,)).fetchall():
        room.changed("calendarList", row["user"])


def not_found() -> ApiError:
    """Return the 404 for what never existed or cannot be seen."""
    return standard_error(404)


def _record(row: sqlite3.Row) -> Record:
    return Record(
        row["key"],
        row["id"],
        row["owner"],
        bool(row["is_primary"]),
        row["epoch"],
        row["updated_us"],
        row["changed_us"],
        json.loads(row["body"]),
    )


def _with_role(record: Record, role: str) -> Record:
    return record if record.role == role else replace(record, role=role)
