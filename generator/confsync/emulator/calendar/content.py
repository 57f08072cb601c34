"""The content of an event: checked, and brought into the one form in which it is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import recurrence, times
from confsync.emulator.errors import ApiError
from confsync.platform.discovery import discovery

# Values that the schema only describes in prose. Source: discovery document, descriptions of Event.
_WORDS = {
    "status": ("confirmed", "tentative", "cancelled"),
    "transparency": ("opaque", "transparent"),
    "visibility": ("default", "public", "private", "confidential"),
    "eventType": ("birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"),
}
_ANSWERS = ("needsAction", "declined", "tentative", "accepted")
_ATTENDEE = ("email", "displayName", "resource", "optional", "responseStatus", "comment", "additionalGuests")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# Fields that are left out when they say what the schema says anyway; Calendar always says these.
_ALWAYS = ("kind", "eventType", "status")
DEFAULTS = {
    name: json.loads(schema["default"])
    for name, schema in discovery("calendar").schemas["Event"]["properties"].items()
    if schema.get("default") in ("true", "false") and name not in _ALWAYS
} | {"transparency": "opaque", "visibility": "default"}
_MOST_OVERRIDES, _LONGEST_REMINDER = 5, 40320


def complete(body: Mapping[str, Any], calendar_zone: str) -> dict[str, Any]:
    """Return the event's content as it is kept; ApiError 400 for what Calendar does not take.

    Times are whole seconds in the event's own zone, which is the calendar's when none is named.
    """
    for name, words in _WORDS.items():
        if body.get(name, words[0]) not in words:
            raise _invalid(f"Invalid value '{body[name]}'. Allowed values: [{', '.join(words)}]", name)
    kept = {name: value for name, value in body.items() if not _says_nothing(name, value)}
    kept.setdefault("status", "confirmed")
    kept |= _times(body, calendar_zone)
    if "recurrence" in kept:
        recurrence.series_of(kept)
    if "attendees" in kept:
        kept["attendees"] = attendees(kept["attendees"])
    kept["reminders"] = _reminders(kept.get("reminders"))
    return kept


def _says_nothing(name: str, value: Any) -> bool:
    if value in ({}, []):
        return name != "conferenceData"
    return name in DEFAULTS and value == DEFAULTS[name]


def attendees(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a guest list as it is kept: each address once, in lower case, with an answer."""
    found: dict[str, dict[str, Any]] = {}
    for person in people:
        email = str(person.get("email") or "").lower()
        if not _EMAIL.fullmatch(email):
            raise _invalid("Invalid attendee email." if email else "Missing attendee email.", "attendees")
        answer = person.get("responseStatus") or _ANSWERS[0]
        if answer not in _ANSWERS:
            raise _invalid(f"Invalid value '{answer}'. Allowed values: [{', '.join(_ANSWERS)}]", "attendees")
        kept = {name: person[name] for name in _ATTENDEE if person.get(name)}
        found[email] = {**kept, "email": email, "responseStatus": answer}
    return list(found.values())


def check_zones(given: Mapping[str, Any]) -> None:
    """Raise ApiError 400 for a series whose times name no zone: its occurrences would not be known."""
    for name in ("start", "end"):
        value = given.get(name) or {}
        if given.get("recurrence") and value.get("dateTime") and not value.get("timeZone"):
            raise ApiError(400, "required", f"Missing time zone definition for {name} time.")


def _times(body: Mapping[str, Any], calendar_zone: str) -> dict[str, Any]:
    end, start = _time(body, "end", calendar_zone), _time(body, "start", calendar_zone)
    if ("date" in start) != ("date" in end):
        raise ApiError(400, "invalid", "Start and end times must either both be date or both be dateTime.")
    if times.moment_us(end, "UTC") < times.moment_us(start, "UTC"):
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    return {"start": start, "end": end}


def _time(body: Mapping[str, Any], name: str, calendar_zone: str) -> dict[str, Any]:
    value = body.get(name) or {}
    day, moment = value.get("date"), value.get("dateTime")
    if not day and not moment:
        raise ApiError(400, "required", f"Missing {name} time.")
    if day and moment:
        raise ApiError(400, "invalid", f"Invalid {name} time.")
    zone_name = value.get("timeZone") or calendar_zone
    zone = times.zone(zone_name)
    if zone is None:
        raise ApiError(400, "invalid", f"Invalid time zone definition for {name} time.")
    if day:
        return {"date": str(times.parse_date(day))}
    return {"dateTime": times.text_of(times.parse(str(moment), zone).astimezone(zone)), "timeZone": zone_name}


def _reminders(value: Mapping[str, Any] | None) -> dict[str, Any]:
    overrides = (value or {}).get("overrides") or []
    if value is None or (value.get("useDefault") is None and not overrides):
        return {"useDefault": True}
    if len(overrides) > _MOST_OVERRIDES or (value.get("useDefault") and overrides):
        raise _invalid("Invalid reminders.", "reminders")
    for override in overrides:
        minutes = override.get("minutes")
        if override.get("method") not in ("email", "popup") or minutes is None:
            raise _invalid("Invalid reminder.", "reminders")
        if not 0 <= minutes <= _LONGEST_REMINDER:
            raise _invalid("Invalid reminder.", "reminders")
    return {"useDefault": bool(value.get("useDefault")), **({"overrides": overrides} if overrides else {})}


def _invalid(message: str, location: str) -> ApiError:
    return ApiError(400, "invalid", message, location_type="body", location=location)
