"""`calendar.acl`: who may do what with a calendar. A change makes the calendar's sync tokens invalid."""

from __future__ import annotations

import sqlite3
from typing import Any

from confsync.emulator.calendar import bodies, calendar_list, calendars, pages, replies
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Response

_SCOPES = ("default", "user", "group", "domain")


def get(room: Room, ask: Ask) -> Response:
    """Answer with a rule."""
    calendars.require(ask.calendar, "owner")
    return _shown(room, ask, ask.path["ruleId"])


def list_rules(room: Room, ask: Ask) -> Response:
    """Answer with the rules of a calendar; a deleted rule has the role `none`."""
    calendars.require(ask.calendar, "owner")
    rows = room.db.execute("SELECT * FROM calendar_rules WHERE calendar = ?", (ask.calendar.key,)).fetchall()
    items = [pages.Item(row["id"], row["changed_us"], row["role"] == "none", _resource(row)) for row in rows]
    return pages.page(room, ask, "acl", ask.calendar.key, items)


def insert(room: Room, ask: Ask) -> Response:
    """Give somebody a role; a rule that exists gets the new role."""
    calendars.require(ask.calendar, "owner")
    bodies.check(ask.method, ask.body)
    rule = _rule_id(ask.body["scope"])
    _set(room, ask.calendar, rule, _role(ask.body))
    return _shown(room, ask, rule)


def patch(room: Room, ask: Ask) -> Response:
    """Change the role of a rule; whom it is about cannot be changed."""
    calendars.require(ask.calendar, "owner")
    row = _row(room, ask.calendar, ask.path["ruleId"])
    ask.require_match(_etag(row))
    bodies.check(ask.method, ask.body)
    _set(room, ask.calendar, row["id"], _role({"role": row["role"], **ask.body}))
    return _shown(room, ask, row["id"])


def delete(room: Room, ask: Ask) -> Response:
    """Take a rule away."""
    calendars.require(ask.calendar, "owner")
    row = _row(room, ask.calendar, ask.path["ruleId"])
    ask.require_match(_etag(row))
    _set(room, ask.calendar, row["id"], "none")
    return replies.NO_CONTENT


def _set(room: Room, calendar: Record, rule: str, role: str) -> None:
    if rule == f"user:{calendar.owner}" and role != "owner":
        raise standard_error(403, "forbidden")
    stamp = room.stamp()
    room.db.execute(
        "INSERT INTO calendar_rules VALUES (?, ?, ?, ?) "
        "ON CONFLICT (calendar, id) DO UPDATE SET role = excluded.role, changed_us = excluded.changed_us",
        (calendar.key, rule, role, stamp),
    )
    room.forget_calendars()
    if room.switches.access_change_ends_tokens:
        calendars.expire_tokens(room, calendar.key)
    room.changed("acl", calendar.id)
    kind, _, user = rule.partition(":")
    if kind == "user" and role == "none":
        calendar_list.remove(room, user, calendar.key)
    elif kind == "user":
        calendar_list.add(room, user, calendar)


def _role(body: dict[str, Any]) -> str:
    role = body.get("role")
    if role not in calendars.ROLES:
        allowed = ", ".join(calendars.ROLES)
        raise ApiError(
            400, "invalid", f"Invalid value '{role}'. Allowed values: [{allowed}]", location="role"
        )
    return str(role)


def _rule_id(scope: dict[str, Any]) -> str:
    kind, value = scope.get("type"), scope.get("value")
    if kind not in _SCOPES or (kind != "default" and not value):
        raise ApiError(400, "invalid", "Invalid scope value.", location="scope")
    return "default" if kind == "default" else f"{kind}:{str(value).lower()}"


def _row(room: Room, calendar: Record, rule: str) -> sqlite3.Row:
    row: sqlite3.Row | None = room.db.execute(
        "SELECT * FROM calendar_rules WHERE calendar = ? AND id = ? AND role <> 'none'", (calendar.key, rule)
    ).fetchone()
    if row is None:
        raise calendars.not_found()
    return row


def _shown(room: Room, ask: Ask, rule: str) -> Response:
    row = room.db.execute(
        "SELECT * FROM calendar_rules WHERE calendar = ? AND id = ?", (ask.calendar.key, rule)
    ).fetchone()
    if row is None:
        raise calendars.not_found()
    return replies.resource(ask, _resource(row))


def _etag(row: sqlite3.Row) -> str:
    return f'"{row["changed_us"]}"'


def _resource(row: sqlite3.Row) -> dict[str, Any]:
    kind, _, value = row["id"].partition(":")
    scope = {"type": kind, **({"value": value} if value else {})}
    head = {"kind": "calendar#aclRule", "etag": _etag(row), "id": row["id"]}
    return {**head, "scope": scope, "role": row["role"]}
