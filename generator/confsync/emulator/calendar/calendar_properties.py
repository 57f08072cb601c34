"""What describes a calendar: checked, and what a write makes of it.

Source: discovery document, descriptions of Calendar, ConferenceProperties, LabelProperties and EventLabel; the largest text
is reported to lie below nine thousand characters.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import times
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error

SOLUTIONS = ("eventHangout", "eventNamedHangout", "hangoutsMeet")
USUAL_SOLUTIONS = {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}
_TEXTS = ("summary", "description", "location")
_WRITABLE = (*_TEXTS, "timeZone", "conferenceProperties")
# A write that does not say these leaves them as they are, also a replacement; as documented.
_LASTING = ("labelProperties", "workingHours")
_LONGEST = 8192
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES = 24 * 60
_MOST_LABELS, _LONGEST_LABEL = 200, 50
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def written(
    room: Room, stored: Mapping[str, Any], given: Mapping[str, Any], *, replaces: bool, primary: bool
) -> dict[str, Any]:
    """Return what describes the calendar after a write; ApiError 400 for what a calendar cannot have.

    A time zone stays when none is given. Working hours are a primary calendar's only.
    """
    kept = ("timeZone", *_LASTING) if replaces else (*_WRITABLE, *_LASTING)
    body = {name: stored[name] for name in kept if name in stored}
    body |= {name: given[name] for name in _WRITABLE if name in given}
    body = {name: value for name, value in body.items() if value not in (None, "", {})}
    body.setdefault("timeZone", stored["timeZone"])
    _check_texts(body)
    _check_solutions(body.get("conferenceProperties", {}))
    if given.get("labelProperties") is not None:
        body["labelProperties"] = {"eventLabels": _labels(room, given["labelProperties"])}
    if primary and given.get("workingHours"):
        body["workingHours"] = _working_hours(given["workingHours"])
    return body


def label_ids(calendar: Record) -> set[str]:
    """Return the ids of the labels that events of this calendar can have."""
    return {label["id"] for label in calendar.body.get("labelProperties", {}).get("eventLabels", ())}


def is_color(value: Any) -> bool:
    """Tell whether it is a colour as `#0088aa`."""
    return isinstance(value, str) and _COLOR.fullmatch(value) is not None


def _check_texts(body: Mapping[str, Any]) -> None:
    if not body.get("summary"):
        raise ApiError(400, "required", "Missing summary.")
    if len(body["summary"]) > _LONGEST:
        raise ApiError(400, "invalid", "A provided value exceeds the allowed size limit.")
    too_long = any(len(body.get(name, "")) > _LONGEST for name in _TEXTS)
    if too_long or times.zone(body["timeZone"]) is None:
        raise standard_error(400, "invalid")


def _check_solutions(properties: Mapping[str, Any]) -> None:
    if any(kind not in SOLUTIONS for kind in properties.get("allowedConferenceSolutionTypes") or ()):
        raise standard_error(400, "invalid")


def _labels(room: Room, given: Mapping[str, Any]) -> list[dict[str, str]]:
    labels = [_label(room, label) for label in given.get("eventLabels") or ()]
    if len(labels) > _MOST_LABELS or len({label["id"] for label in labels}) < len(labels):
        raise standard_error(400, "invalid")
    return labels


def _label(room: Room, given: Mapping[str, Any]) -> dict[str, str]:
    name, color = given.get("name") or "", given.get("backgroundColor")
    label_id = given.get("id") or str(uuid.UUID(bytes=room.random.randbytes(16), version=4))
    if len(name) > _LONGEST_LABEL or not is_color(color) or not _is_uuid(label_id):
        raise standard_error(400, "invalid")
    return {"id": label_id, **({"name": name} if name else {}), "backgroundColor": str(color)}


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _working_hours(given: Mapping[str, Any]) -> dict[str, Any]:
    enabled, periods = bool(given.get("workingHoursEnabled")), given.get("availableTimes") or []
    if (enabled and not periods) or not all(_is_period(period) for period in periods):
        raise standard_error(400, "invalid")
    return {"workingHoursEnabled": enabled, **({"availableTimes": periods} if periods else {})}


def _is_period(period: Mapping[str, Any]) -> bool:
    start, end = period.get("periodStart"), period.get("periodEnd")
    if period.get("dayOfWeek") not in _DAYS or start is None or end is None:
        return False
    return bool(0 <= start < end <= _MINUTES)
