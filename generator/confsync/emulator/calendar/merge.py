"""What an event becomes by a write: patched (merged), or replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confsync.emulator.errors import ApiError

# What a client may send, but only the server decides.
_SERVERS = (
    "kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "hangoutLink", "locked",
    "originalStartTime", "recurringEventId", "iCalUID", "sequence", "eventType", "attendeesOmitted",
)  # fmt: skip
# Written by rules of its own.
_APART = ("conferenceData",)


def inserted(given: Mapping[str, Any], servers: Mapping[str, Any], *, attachments: bool) -> dict[str, Any]:
    """Return a new event: what the client gave, and what the server adds."""
    return {"status": "confirmed", **without_nulls(_writable(given, attachments)), **servers}


def patched(stored: Mapping[str, Any], given: Mapping[str, Any], *, attachments: bool) -> dict[str, Any]:
    """Return the event with the given fields: objects merged, null deletes a key, lists are replaced.

    A guest list that says `attendeesOmitted` replaces only the guests in it.
    """
    _check_unchanged(stored, given)
    changes = _writable(given, attachments)
    if given.get("attendeesOmitted") and isinstance(changes.get("attendees"), list):
        changes["attendees"] = _updated_guests(stored.get("attendees", []), changes["attendees"])
    return _merged(stored, changes)


def replaced(stored: Mapping[str, Any], given: Mapping[str, Any], *, attachments: bool) -> dict[str, Any]:
    """Return the event with everything that a client can write replaced; what is absent goes back to its default."""
    _check_unchanged(stored, given)
    keep = {*_SERVERS, *_APART, *(() if attachments else ("attachments",))}
    kept = {name: value for name, value in stored.items() if name in keep}
    return {"status": "confirmed", **without_nulls(_writable(given, attachments)), **kept}


def sequence(stored: int, given: Mapping[str, Any]) -> int:
    """Return the sequence that a write starts from; ApiError 400 when the client's is older than the stored one."""
    wanted = given.get("sequence")
    if wanted is not None and wanted < stored:
        message = (
            "Invalid sequence value. The specified sequence number is below the current sequence number."
        )
        raise ApiError(400, "invalid", f"{message} Re-fetch the resource and use its sequence number.")
    return max(stored, wanted or 0)


def _check_unchanged(stored: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    kind = stored.get("eventType", "default")
    if given.get("eventType", kind) not in (kind, None):
        raise ApiError(400, "invalid", "Event type cannot be changed.")


def _writable(given: Mapping[str, Any], attachments: bool) -> dict[str, Any]:
    barred = {*_SERVERS, *_APART, *(() if attachments else ("attachments",))}
    return {name: value for name, value in given.items() if name not in barred}


def _updated_guests(stored: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    changed = {str(person.get("email")).lower(): person for person in given}
    return [_merged(person, changed.get(person["email"], {})) for person in stored]


def _merged(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(stored)
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            before = merged.get(name)
            merged[name] = _merged(before if isinstance(before, dict) else {}, value)
        else:
            merged[name] = without_nulls(value)
    return merged


def without_nulls(value: Any) -> Any:
    """Return a value without what is null in it."""
    if isinstance(value, dict):
        return {
            name: part if type(part) is str else without_nulls(part)
            for name, part in value.items()
            if part is not None
        }
    return [without_nulls(part) for part in value] if isinstance(value, list) else value
