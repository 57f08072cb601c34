"""A conference of the sample service: what its fields may hold, and what the service adds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.conferences.errors import ConferenceError

JOIN_URL = "https://conferences.example/join/"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_RECURRENCE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)[:;].+")

Fields = dict[str, Any]


def new_conference(fields: Mapping[str, Any], conference_id: str, now: str) -> Fields:
    """Return the conference that a creating request describes; `now` is an RFC 3339 instant."""
    missing = [name for name in _REQUIRED if fields.get(name) is None]
    if missing:
        raise ConferenceError(400, f'"{missing[0]}" is required.')
    checked = _checked({"id": conference_id, **fields})
    return _in_order(checked | _dial_in(conference_id) | {"createdAt": now, "updatedAt": now})


def changed_conference(conference: Mapping[str, Any], fields: Mapping[str, Any], now: str) -> Fields:
    """Return the conference with those fields replaced (null removes); an equal one when nothing changes."""
    for name in ("id", *_REQUIRED):
        if name in fields and (name == "id" or fields[name] is None):
            raise ConferenceError(400, f'"{name}" cannot be {"changed" if name == "id" else "removed"}.')
    changed = dict(conference)
    for name, value in _checked(fields).items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    changed = _in_order(changed)
    return changed if changed == conference else _in_order(changed | {"updatedAt": now})


def _in_order(fields: Mapping[str, Any]) -> Fields:
    if fields["endTime"] < fields["startTime"] or len(fields["endTime"]) != len(fields["startTime"]):
        raise ConferenceError(
            400, '"endTime" must not be before "startTime", and both dates or both instants.'
        )
    complete = {"recurrence": [], "recording": False, **fields}
    return {name: complete[name] for name in _ORDER if name in complete}


def _checked(fields: Mapping[str, Any]) -> Fields:
    checked = {}
    for name, value in fields.items():
        if name not in _FIELDS:
            raise ConferenceError(400, f'"{name}" is not a field of a conference.')
        try:
            checked[name] = None if value is None else _FIELDS[name](value)
        except ValueError as error:
            raise ConferenceError(400, f'"{name}" {error}.') from error
    return checked


def _text(limit: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= limit:
            raise ValueError(f"must be a string of 1 to {limit} characters")
        return value

    return check


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("must be up to 128 letters, digits, hyphens and underscores")
    return value


def _moment(value: Any) -> str:
    """Return a date as it is, an instant in UTC with whole seconds."""
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value).isoformat()
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return rfc3339(datetime.fromisoformat(value.upper()))
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be an RFC 3339 instant with an offset, or a date YYYY-MM-DD")


def _zone(value: Any) -> str:
    try:
        return str(ZoneInfo(value))
    except (TypeError, LookupError, ValueError, OSError) as error:
        raise ValueError("must be the name of an IANA time zone") from error


def _recurrence(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(
        isinstance(line, str) and _RECURRENCE.fullmatch(line) for line in value
    ):
        raise ValueError("must be a list of RRULE, EXRULE, RDATE or EXDATE lines")
    return value


def _flag(value: Any) -> bool:
    if value is not True and value is not False:
        raise ValueError("must be true or false")
    return bool(value)


def _occurrences(value: Any) -> list[Fields]:
    """Return the occurrences of a series that differ from it, each with its original start and what it has instead."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError("must be a list of objects")
    checked = []
    for each in value:
        if "originalStart" not in each or not each.keys() <= _OCCURRENCE.keys():
            raise ValueError(f"has an originalStart each, and of {', '.join(_OCCURRENCE)} what differs")
        checked.append({name: _OCCURRENCE[name](each[name]) for name in _OCCURRENCE if name in each})
    return checked


_OCCURRENCE: dict[str, Callable[[Any], Any]] = {
    "originalStart": _moment,
    "title": _text(200),
    "startTime": _moment,
    "endTime": _moment,
    "cancelled": _flag,
}
_FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": _identifier,
    "title": _text(200),
    "startTime": _moment,
    "endTime": _moment,
    "timeZone": _zone,
    "recurrence": _recurrence,
    "occurrences": _occurrences,
    "opensAt": _moment,
    "closesAt": _moment,
    "recording": _flag,
    "externalReference": _text(500),
}
_REQUIRED = ("title", "startTime", "endTime", "timeZone")
_ORDER = (*_FIELDS, "joinUrl", "phone", "pin", "createdAt", "updatedAt")


def _dial_in(conference_id: str) -> dict[str, str]:
    """Return how to join: the same for the same id, whatever was created before it."""
    digits = int.from_bytes(hashlib.sha256(conference_id.encode()).digest()[:8], "big")
    return {
        "joinUrl": JOIN_URL + conference_id,
        "phone": f"+1555{digits % 10**7:07d}",
        "pin": f"{digits // 10**7 % 10**6:06d}",
    }


def rfc3339(instant: datetime) -> str:
    """Return an aware datetime in UTC with whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
