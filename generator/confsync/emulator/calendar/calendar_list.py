"""`calendar.calendarList`: the calendars that a user has in their list, and how they look there."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from confsync.emulator.calendar import bodies, calendars, pages, replies
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Response

_WRITABLE = (
    "backgroundColor", "colorId", "defaultReminders", "foregroundColor", "hidden", "notificationSettings", "selected",
    "summaryOverride",
)  # fmt: skip
_PRIMARY_REMINDERS = [{"method": "popup", "minutes": 30}]


def add(room: Room, user: str, calendar: Record) -> None:
    """Put a calendar into a user's list; one that is there keeps its looks."""
    looks: dict[str, Any] = {"colorId": "1", "selected": True}
    if calendar.is_primary:
        looks["defaultReminders"] = _PRIMARY_REMINDERS
    room.db.execute(
        "INSERT INTO calendar_entries (user, calendar, changed_us, body) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (user, calendar) DO UPDATE SET deleted = 0, changed_us = excluded.changed_us",
        (user, calendar.key, room.stamp(), json.dumps(looks)),
    )
    room.changed("calendarList", user)


def remove(room: Room, user: str, calendar: int) -> None:
    """Take a calendar off a user's list."""
    room.db.execute(
        "UPDATE calendar_entries SET deleted = 1, changed_us = ? WHERE user = ? AND calendar = ?",
        (room.stamp(), user, calendar),
    )
    room.changed("calendarList", user)


def default_reminders(room: Room, user: str, calendar: Record) -> list[dict[str, Any]]:
    """Return the reminders that events of this calendar have for this user."""
    row = _row(room, user, calendar.key)
    return list(json.loads(row["body"]).get("defaultReminders", [])) if row else []


def get(room: Room, ask: Ask) -> Response:
    """Answer with an entry."""
    return _shown(room, ask, ask.calendar)


def list_entries(room: Room, ask: Ask) -> Response:
    """Answer with the entries of the asker; hidden ones, and those below a role, if wanted."""
    _check_token(ask)
    rows = room.db.execute("SELECT * FROM calendar_entries WHERE user = ?", (ask.user,)).fetchall()
    items = [_item(room, ask, row) for row in rows]
    return pages.page(room, ask, "calendarList", 0, [item for item in items if _is_wanted(ask, item)])


def insert(room: Room, ask: Ask) -> Response:
    """Put a calendar that the asker can see into their list."""
    bodies.check(ask.method, ask.body)
    calendar = calendars.find(room, ask.body["id"], ask.user)
    add(room, ask.user, calendar)
    _write(room, ask, calendar, _looks(room, ask, calendar) | _given(ask))
    return _shown(room, ask, calendar)


def patch(room: Room, ask: Ask) -> Response:
    """Change the looks of an entry."""
    _require_entry(room, ask, ask.calendar)
    bodies.check(ask.method, ask.body)
    looks = {**_looks(room, ask, ask.calendar), **_given(ask)}
    _write(room, ask, ask.calendar, {name: value for name, value in looks.items() if value is not None})
    return _shown(room, ask, ask.calendar)


def update(room: Room, ask: Ask) -> Response:
    """Replace the looks of an entry."""
    _require_entry(room, ask, ask.calendar)
    bodies.check(ask.method, ask.body)
    _write(room, ask, ask.calendar, {name: value for name, value in _given(ask).items() if value is not None})
    return _shown(room, ask, ask.calendar)


def delete(room: Room, ask: Ask) -> Response:
    """Take a calendar off the asker's list; their own calendars stay."""
    _require_entry(room, ask, ask.calendar)
    if ask.calendar.owner == ask.user:
        raise standard_error(403, "forbidden")
    remove(room, ask.user, ask.calendar.key)
    return replies.NO_CONTENT


def _row(room: Room, user: str, calendar: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = room.db.execute(
        "SELECT * FROM calendar_entries WHERE user = ? AND calendar = ?", (user, calendar)
    ).fetchone()
    return row


def _require_entry(room: Room, ask: Ask, calendar: Record) -> sqlite3.Row:
    row = _row(room, ask.user, calendar.key)
    if row is None or row["deleted"]:
        raise calendars.not_found()
    return row


def _given(ask: Ask) -> dict[str, Any]:
    return {name: ask.body[name] for name in _WRITABLE if name in ask.body}


def _looks(room: Room, ask: Ask, calendar: Record) -> dict[str, Any]:
    looks: dict[str, Any] = json.loads(_require_entry(room, ask, calendar)["body"])
    return looks


def _write(room: Room, ask: Ask, calendar: Record, looks: dict[str, Any]) -> None:
    room.db.execute(
        "UPDATE calendar_entries SET body = ?, changed_us = ? WHERE user = ? AND calendar = ?",
        (json.dumps(looks), room.stamp(), ask.user, calendar.key),
    )
    room.changed("calendarList", ask.user)


def _shown(room: Room, ask: Ask, calendar: Record) -> Response:
    return replies.resource(ask, _item(room, ask, _require_entry(room, ask, calendar)).resource)


def _item(room: Room, ask: Ask, row: sqlite3.Row) -> pages.Item:
    calendar = calendars.by_key(room, row["calendar"])
    return pages.Item(
        calendar.id, row["changed_us"], bool(row["deleted"]), _resource(room, ask, row, calendar)
    )


def _resource(room: Room, ask: Ask, row: sqlite3.Row, calendar: Record) -> dict[str, Any]:
    # The etag of an entry is its microsecond, not doubled; recorded.
    head = {"kind": "calendar#calendarListEntry", "etag": f'"{row["changed_us"]}"', "id": calendar.id}
    if row["deleted"]:
        return {**head, "deleted": True}
    return {
        **head,
        **calendar.body,
        **json.loads(row["body"]),
        "accessRole": calendars.role_of(room, calendar.key, ask.user),
        **({"primary": True} if calendar.is_primary and calendar.owner == ask.user else {}),
    }


def _is_wanted(ask: Ask, item: pages.Item) -> bool:
    given, shown = ask.parameters, item.resource
    if item.deleted:
        return True
    if shown.get("hidden") and not (given.get("showHidden") or "syncToken" in given):
        return False
    least = given.get("minAccessRole", "none")
    return calendars.ROLES.index(shown["accessRole"]) >= calendars.ROLES.index(least)


def _check_token(ask: Ask) -> None:
    given = ask.parameters
    if "syncToken" not in given:
        return
    barred = [name for name in ("minAccessRole", "showOwnOrganizationOnly") if name in given]
    barred += [name for name in ("showDeleted", "showHidden") if given.get(name) is False]
    if barred:
        message = "Sync token cannot be used with other request restrictions."
        raise ApiError(
            400, "syncTokenWithRequestRestrictions", message, domain="calendar", location=barred[0]
        )
