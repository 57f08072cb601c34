"""`calendar.calendarList`: the calendars that a user has in their list, and how they look there."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from confsync.emulator.calendar import bodies, calendar_properties, calendars, entry_looks, pages, replies
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Response

# What an entry shows of its calendar, as the schema has it.
_OF_CALENDAR = ("summary", "description", "location", "timeZone")
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


def has(room: Room, user: str, calendar: int) -> bool:
    """Tell whether a calendar is in a user's list."""
    row = _row(room, user, calendar)
    return row is not None and not row["deleted"]


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
    """Put a calendar that the asker can see into their list; ApiError 404 for another."""
    bodies.check(ask.method, ask.body)
    calendar = calendars.find(room, ask.body["id"], ask.user)
    add(room, ask.user, calendar)
    return _write(room, ask, calendar, replaces=False)


def patch(room: Room, ask: Ask) -> Response:
    """Change the looks of an entry."""
    return _change(room, ask, replaces=False)


def update(room: Room, ask: Ask) -> Response:
    """Replace the looks of an entry."""
    return _change(room, ask, replaces=True)


def delete(room: Room, ask: Ask) -> Response:
    """Take a calendar off the asker's list; ApiError 403 for one of their own."""
    ask.require_match(_etag(_require_entry(room, ask, ask.calendar), ask.calendar))
    if ask.calendar.owner == ask.user and ask.calendar.is_primary:
        raise _refusal(
            "cannotChangeOwnPrimarySubscription", "Cannot remove the primary calendar from the list."
        )
    if ask.calendar.owner == ask.user:
        message = "The data owner of a calendar cannot remove such a calendar from their calendar list."
        raise _refusal("cannotUnsubscribeFromOwnedCalendar", message)
    remove(room, ask.user, ask.calendar.key)
    return replies.NO_CONTENT


def _refusal(reason: str, message: str) -> ApiError:
    return ApiError(403, reason, message, domain="calendar")


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


def _change(room: Room, ask: Ask, *, replaces: bool) -> Response:
    ask.require_match(_etag(_require_entry(room, ask, ask.calendar), ask.calendar))
    bodies.check(ask.method, ask.body)
    return _write(room, ask, ask.calendar, replaces=replaces)


def _write(room: Room, ask: Ask, calendar: Record, *, replaces: bool) -> Response:
    stored = {} if replaces else json.loads(_require_entry(room, ask, calendar)["body"])
    looks = entry_looks.written(stored, ask.body, rgb=ask.parameters.get("colorRgbFormat", False))
    room.db.execute(
        "UPDATE calendar_entries SET body = ?, changed_us = ? WHERE user = ? AND calendar = ?",
        (json.dumps(looks), room.stamp(), ask.user, calendar.key),
    )
    room.changed("calendarList", ask.user)
    return _shown(room, ask, calendar)


def _shown(room: Room, ask: Ask, calendar: Record) -> Response:
    return replies.resource(ask, _item(room, ask, _require_entry(room, ask, calendar)).resource)


def _item(room: Room, ask: Ask, row: sqlite3.Row) -> pages.Item:
    calendar = calendars.by_key(room, row["calendar"])
    resource = _resource(room, ask, row, calendar)
    # Access that came with a domain or with everybody's leaves no trace in the list when it goes.
    deleted = resource.get("accessRole", "none") == "none"
    return pages.Item(calendar.id, row["changed_us"], deleted, resource)


def _etag(row: sqlite3.Row, calendar: Record) -> str:
    # The etag of an entry is its microsecond, not doubled; recorded. It shows the calendar too, which changes by itself.
    return f'"{max(row["changed_us"], calendar.updated_us)}"'


def _resource(room: Room, ask: Ask, row: sqlite3.Row, calendar: Record) -> dict[str, Any]:
    etag = _etag(row, calendar)
    head = {"kind": "calendar#calendarListEntry", "etag": etag, "id": calendar.id}
    if row["deleted"]:
        return {**head, "deleted": True}
    return {
        **head,
        **{name: calendar.body[name] for name in _OF_CALENDAR if name in calendar.body},
        **entry_looks.shown(json.loads(row["body"])),
        "accessRole": calendars.role_of(room, calendar.key, ask.user),
        **({"primary": True} if calendar.is_primary and calendar.owner == ask.user else {}),
        **({} if calendar.is_primary else {"dataOwner": calendar.owner}),
        "conferenceProperties": calendar.body.get(
            "conferenceProperties", calendar_properties.USUAL_SOLUTIONS
        ),
    }


def _is_wanted(ask: Ask, item: pages.Item) -> bool:
    given, shown = ask.parameters, item.resource
    if item.deleted:
        return True
    if shown.get("hidden") and not (given.get("showHidden") or "syncToken" in given):
        return False
    if given.get("showOwnOrganizationOnly") and _domain(_owner(shown)) != _domain(ask.user):
        return False
    least = given.get("minAccessRole", "none")
    return calendars.ROLES.index(shown["accessRole"]) >= calendars.ROLES.index(least)


def _owner(shown: dict[str, Any]) -> str:
    return str(shown.get("dataOwner", shown["id"]))


def _domain(email: str) -> str:
    return email.partition("@")[2]


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
