"""`calendar.acl`: who may do what with a calendar. A change makes the calendar's sync tokens invalid."""

from __future__ import annotations

import sqlite3
from typing import Any

from confsync.emulator.calendar import bodies, calendar_list, calendars, mails, pages, replies
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Response

_SCOPES = ("default", "user", "group", "domain")
# What everybody may be given. That some roles are refused is reported, which ones is inferred.
_PUBLIC = ("none", "freeBusyReader", "reader")


def get(room: Room, ask: Ask) -> Response:
    """Answer with a rule."""
    _require_sight(ask.calendar)
    return replies.resource(ask, _resource(_row(room, ask.calendar, ask.path["ruleId"])))


def list_rules(room: Room, ask: Ask) -> Response:
    """Answer with the rules of a calendar; a deleted rule has the role `none`."""
    _require_sight(ask.calendar)
    _check_token(ask)
    rows = room.db.execute("SELECT * FROM calendar_rules WHERE calendar = ?", (ask.calendar.key,)).fetchall()
    items = [pages.Item(row["id"], row["changed_us"], row["role"] == "none", _resource(row)) for row in rows]
    return pages.page(room, ask, "acl", ask.calendar.key, items)


def insert(room: Room, ask: Ask) -> Response:
    """Give somebody a role; a rule that exists gets the new role."""
    calendars.require(ask.calendar, "owner")
    bodies.check(ask.method, ask.body)
    return _give(room, ask, _rule_id(ask.body["scope"]), ask.body["role"])


def patch(room: Room, ask: Ask) -> Response:
    """Change the role of a rule; whom it is about cannot be changed."""
    row = _to_change(room, ask)
    return _give(room, ask, row["id"], ask.body.get("role") or row["role"])


def update(room: Room, ask: Ask) -> Response:
    """Replace a rule, of which only the role can be another; ApiError 400 when no role is given."""
    row = _to_change(room, ask)
    if not ask.body.get("role"):
        raise ApiError(400, "required", "Missing role.")
    return _give(room, ask, row["id"], ask.body["role"])


def delete(room: Room, ask: Ask) -> Response:
    """Take a rule away; nobody is told."""
    row = _to_change(room, ask)
    _set(room, ask, row["id"], "none")
    return replies.NO_CONTENT


def _require_sight(calendar: Record) -> None:
    """Raise ApiError 403 unless the asker may read the rules: from writers on, as documented."""
    calendars.require(calendar, "writer")


def _check_token(ask: Ask) -> None:
    if "syncToken" in ask.parameters and ask.parameters.get("showDeleted") is False:
        message = "Sync token cannot be used with other request restrictions."
        raise ApiError(
            400, "syncTokenWithRequestRestrictions", message, domain="calendar", location="showDeleted"
        )


def _to_change(room: Room, ask: Ask) -> sqlite3.Row:
    calendars.require(ask.calendar, "owner")
    row = _row(room, ask.calendar, ask.path["ruleId"])
    ask.require_match(_etag(row))
    if ask.method.request_schema:
        bodies.check(ask.method, ask.body)
        _check_scope(row["id"], ask.body.get("scope"))
    return row


def _check_scope(rule: str, scope: dict[str, Any] | None) -> None:
    if scope and _rule_id(scope) != rule:
        raise _invalid_scope()


def _give(room: Room, ask: Ask, rule: str, role: str) -> Response:
    """Set a rule's role, and tell whom it is about, unless that takes the access away or nobody is to be told."""
    _check_role(rule, role)
    _set(room, ask, rule, role)
    kind, _, person = rule.partition(":")
    told = kind in ("user", "group") and role != "none" and ask.parameters.get("sendNotifications", True)
    if told and person != ask.user:
        mails.note(room, ask.user, person, "sharing", ask.calendar.id)
    return _shown(room, ask, rule)


def _set(room: Room, ask: Ask, rule: str, role: str) -> None:
    calendar = ask.calendar
    _check_owners(ask, rule, role)
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


def _check_owners(ask: Ask, rule: str, role: str) -> None:
    """Raise ApiError 403 when an owner would change their own access, or that of the data owner."""
    if rule == f"user:{ask.user}" and role != "owner":
        raise _refusal(403, "cannotChangeOwnAcl", "Cannot change your own access level.")
    if rule == f"user:{ask.calendar.owner}" and role != "owner":
        message = "Cannot change the access level of the calendar's data owner."
        raise _refusal(403, "cannotChangeOwnerAcl", message)


def _check_role(rule: str, role: str) -> None:
    if role not in calendars.ROLES:
        allowed = ", ".join(calendars.ROLES)
        raise ApiError(
            400, "invalid", f"Invalid value '{role}'. Allowed values: [{allowed}]", location="role"
        )
    if rule == "default" and role not in _PUBLIC:
        message = "The public cannot be given this access role."
        raise _refusal(400, "illegalAccessRoleForDefault", message)


def _refusal(status: int, reason: str, message: str) -> ApiError:
    return ApiError(status, reason, message, domain="calendar")


def _rule_id(scope: dict[str, Any]) -> str:
    kind, value = scope.get("type"), scope.get("value")
    if kind not in _SCOPES or (kind != "default" and not value):
        raise _invalid_scope()
    return "default" if kind == "default" else f"{kind}:{str(value).lower()}"


def _invalid_scope() -> ApiError:
    return ApiError(400, "invalid", "Invalid scope value.", location="scope")


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
    return replies.resource(ask, _resource(row))


def _etag(row: sqlite3.Row) -> str:
    return f'"{row["changed_us"]}"'


def _resource(row: sqlite3.Row) -> dict[str, Any]:
    kind, _, value = row["id"].partition(":")
    scope = {"type": kind, **({"value": value} if value else {})}
    head = {"kind": "calendar#aclRule", "etag": _etag(row), "id": row["id"]}
    return {**head, "scope": scope, "role": row["role"]}
