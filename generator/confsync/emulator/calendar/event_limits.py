"""How much of something an event may have, and what becomes of too much.

Sources: discovery document, descriptions of Event; Calendar's guide "Extended properties": a name that is too long is dropped
silently, a value is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import calendar_properties, colors
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.errors import ApiError, standard_error

_MOST_ATTACHMENTS = 25
_LONGEST_NAME, _LONGEST_VALUE = 44, 1024
_MOST_PROPERTIES, _PROPERTIES_SIZE = 300, 32 * 1024
_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def kept(calendar: Record, before: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event as far as it can be kept; ApiError 400 for what is refused. Only what is new is looked at."""
    result = dict(body)
    if _is_new("extendedProperties", before, body):
        result["extendedProperties"] = _properties(body["extendedProperties"])
    if _is_new("attachments", before, body):
        _check_attachments(body["attachments"])
    if _is_new("source", before, body):
        _check_source(body["source"])
    if _is_new("colorId", before, body) and body["colorId"] not in colors.EVENT:
        raise standard_error(400, "invalid")
    if not body.get("eventLabelId"):
        result.pop("eventLabelId", None)
    elif _is_new("eventLabelId", before, body) and body["eventLabelId"] not in calendar_properties.label_ids(
        calendar
    ):
        raise standard_error(400, "invalid")
    return {name: value for name, value in result.items() if name != "extendedProperties" or value}


def _is_new(name: str, before: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    return bool(body.get(name)) and body[name] != before.get(name)


def _properties(given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    kept = {
        kind: {name: value[:_LONGEST_VALUE] for name, value in pairs.items() if len(name) <= _LONGEST_NAME}
        for kind, pairs in given.items()
    }
    pairs = [pair for kind in kept.values() for pair in kind.items()]
    size = sum(len(part.encode()) for pair in pairs for part in pair)
    if len(pairs) > _MOST_PROPERTIES or size > _PROPERTIES_SIZE:
        raise ApiError(400, "invalid", "A provided value exceeds the allowed size limit.")
    return {kind: pairs for kind, pairs in kept.items() if pairs}


def _check_attachments(attachments: list[dict[str, Any]]) -> None:
    if len(attachments) > _MOST_ATTACHMENTS:
        message = f"There can be at most {_MOST_ATTACHMENTS} attachments per event."
        raise ApiError(400, "invalid", message)
    if not all(attachment.get("fileUrl") for attachment in attachments):
        raise ApiError(400, "required", "Missing file URL.")


def _check_source(source: Mapping[str, Any]) -> None:
    if not _WEB_ADDRESS.fullmatch(source.get("url") or ""):
        raise ApiError(400, "invalid", "Invalid source URL.")
