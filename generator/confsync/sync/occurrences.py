"""Occurrences of a series that differ from it, for third parties that know them. Mirrors `Occurrences.js`; pure."""

from typing import Any

from confsync.sync.projection import event_context, event_time
from confsync.sync.records import Link, Record

CANCELLED_KEPT = 50


def knows_occurrences(config: dict[str, Any]) -> bool:
    """Tell whether the third party is told of single occurrences."""
    return "occurrence" in config["provider"]


def set_cancelled(record: Record, event_id: str, cancelled: bool) -> None:
    """Write down whether an instance of the conference's series takes place; of too many the last ones are kept."""
    others = [each for each in record.cancelled if each != event_id]
    record.cancelled = sorted([*others, event_id] if cancelled else others)[-CANCELLED_KEPT:]


def occurrence_mark(record: Record, principal: Link) -> str:
    """Return what changes whenever an instance of the principal does, empty when none differs from it."""
    own = [
        link
        for link in record.links
        if link.series == principal.event and link.calendar == principal.calendar
    ]
    told = sorted(f"{link.event}={link.fingerprint}" for link in own) + record.cancelled
    return "/" + checksum(" ".join(told)) if told else ""


def occurrence_context(
    config: dict[str, Any], event: dict[str, Any], calendar_id: str, cancelled: bool
) -> dict[str, Any]:
    """Return an instance of a series as the provider's templates see it; of a cancelled one little is known."""
    original = event_time(event.get("originalStartTime"))
    context = event_context(config, event, calendar_id)
    if "start" not in event:
        context |= {"start": original, "end": original, "is_all_day": "date" in original}
    return {**context, "original_start": original, "is_cancelled": cancelled}


def checksum(text: str) -> str:
    """Return the FNV-1a hash of a text of ASCII letters, 32 bits as hexadecimal digits."""
    value = 0x811C9DC5
    for character in text:
        value = (value ^ ord(character)) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"
