"""What an event of a special type must be, and what may be changed of it.

Sources: discovery document, descriptions of Event; Calendar's guides "Event types" and "Manage focus time, out of office, and
working location events"; the texts of refusals as far as others recorded them, the others are made in their likeness.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from confsync.emulator.calendar.calendars import Record
from confsync.emulator.errors import ApiError

_SPOKEN = {
    "birthday": "A birthday event",
    "focusTime": "A focus time event",
    "outOfOffice": "An out of office event",
    "workingLocation": "A working location event",
}
# Type → field → the value that it must have; the first of the defaults stands for a missing one.
_MUST = {
    "birthday": {"visibility": "private", "transparency": "transparent"},
    "focusTime": {"transparency": "opaque"},
    "outOfOffice": {"transparency": "opaque"},
    "workingLocation": {"visibility": "public", "transparency": "transparent"},
}
_DEFAULTS = {"visibility": "default", "transparency": "opaque"}
_NEEDS_PROPERTIES = ("focusTime", "outOfOffice", "workingLocation")
_TIMED = ("focusTime", "outOfOffice")
_BARRED = {
    "birthday": ("attendees", "attachments", "conferenceData", "description", "location", "source"),
    "focusTime": ("attendees", "location"),
    "outOfOffice": ("attendees", "conferenceData", "description", "location"),
    "workingLocation": ("attendees", "conferenceData", "description", "location"),
}
_DECLINE = ("declineNone", "declineAllConflictingInvitations", "declineOnlyNewConflictingInvitations")
_WORDS = {
    ("birthdayProperties", "type"): ("birthday",),
    ("focusTimeProperties", "autoDeclineMode"): _DECLINE,
    ("focusTimeProperties", "chatStatus"): ("available", "doNotDisturb"),
    ("outOfOfficeProperties", "autoDeclineMode"): _DECLINE,
    ("workingLocationProperties", "type"): ("homeOffice", "officeLocation", "customLocation"),
}
_YEARLY, _LEAP_DAY = ["RRULE:FREQ=YEARLY"], ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]
_FREE_OF_BIRTHDAY = {"colorId", "eventLabelId", "summary", "reminders", "start", "end", "status", "sequence"}


def check(calendar: Record, body: Mapping[str, Any]) -> None:
    """Raise ApiError 400 when a complete event is not what its type asks for."""
    kind = body["eventType"]
    for other in _SPOKEN:
        given = f"{other}Properties" in body
        if given != (other == kind) and (given or other in _NEEDS_PROPERTIES):
            message = f"{other}Properties requires an event type of {other}, and vice versa."
            raise ApiError(400, "invalid", message)
    if kind not in _SPOKEN or body["status"] == "cancelled":
        return
    if not calendar.is_primary:
        raise _malformed(kind, "can only be created on a primary calendar")
    _check_fields(kind, body)
    _check_time(kind, body)
    _check_words(body)


def check_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raise ApiError 400 for a change of a birthday other than of its name, day, colour and reminders."""
    if before.get("eventType") != "birthday" or after["status"] == "cancelled":
        return
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    if changed - _FREE_OF_BIRTHDAY:
        message = "Attempt made to modify 'birthday' event in a way that is not valid for this event type."
        raise ApiError(400, "eventTypeRestriction", message, domain="calendar")


def _check_fields(kind: str, body: Mapping[str, Any]) -> None:
    for name, value in _MUST[kind].items():
        if body.get(name, _DEFAULTS[name]) != value:
            raise _malformed(kind, f"must have a {name} setting of {value}")
    for name in _BARRED[kind]:
        if body.get(name):
            article = "" if name.endswith("s") or name == "conferenceData" else "a "
            raise _malformed(kind, f"must not have {article}{name}")


def _check_time(kind: str, body: Mapping[str, Any]) -> None:
    all_day = "date" in body["start"]
    if kind in _TIMED and all_day:
        raise _malformed(kind, "must not be an all-day event")
    if kind == "birthday" and not all_day:
        raise _malformed(kind, "must be an all-day event")
    if all_day and _days(body) != 1:
        spoken = _SPOKEN[kind].partition(" ")[2]
        raise _error(kind, f"An all-day {spoken} must be exactly one day long.")
    if kind == "birthday" and "recurringEventId" not in body and not _is_yearly(body):
        raise _malformed(kind, "must repeat every year")


def _check_words(body: Mapping[str, Any]) -> None:
    for (properties, name), words in _WORDS.items():
        needed = (properties, name) == ("workingLocationProperties", "type")
        value = body.get(properties, {}).get(name)
        if properties in body and value not in words and (needed or value is not None):
            message = f"Invalid value '{value}'. Allowed values: [{', '.join(words)}]"
            raise ApiError(400, "invalid", message)


def _days(body: Mapping[str, Any]) -> int:
    start, end = (date.fromisoformat(body[name]["date"]) for name in ("start", "end"))
    return (end - start).days


def _is_yearly(body: Mapping[str, Any]) -> bool:
    leap_day = body["start"]["date"].endswith("-02-29")
    return body.get("recurrence") == (_LEAP_DAY if leap_day else _YEARLY)


def _malformed(kind: str, fault: str) -> ApiError:
    return _error(kind, f"{_SPOKEN[kind]} {fault}.")


def _error(kind: str, message: str) -> ApiError:
    return ApiError(400, f"malformed{kind[0].upper()}{kind[1:]}Event", message, domain="calendar")
