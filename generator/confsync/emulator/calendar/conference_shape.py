"""What conference data may look like. Source: discovery document, descriptions of `ConferenceData` and its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from confsync.emulator.errors import ApiError

# Schemes of the addresses of each kind of entry point, and how many there may be (None: any number).
_ENTRY_POINTS: Mapping[str, tuple[tuple[str, ...], int | None]] = {
    "video": (("http:", "https:"), 1),
    "phone": (("tel:",), None),
    "sip": (("sip:",), 1),
    "more": (("http:", "https:"), 1),
}
_LONGEST = {
    "uri": 1300, "label": 512, "accessCode": 128, "meetingCode": 128, "passcode": 128, "password": 128, "pin": 128,
}  # fmt: skip
_LONGEST_NOTES = 2048
_SOLUTIONS = ("eventHangout", "eventNamedHangout", "hangoutsMeet", "addOn")


def check(data: Mapping[str, Any]) -> None:
    """Raise ApiError 400 for what Calendar does not take: an unknown solution, no way in, too many or too long ones."""
    if data.get("conferenceSolution", {}).get("key", {}).get("type") not in _SOLUTIONS:
        raise ApiError(400, "invalid", "Invalid conference type value.")
    points: Sequence[Mapping[str, Any]] = data.get("entryPoints", [])
    kinds = Counter(point.get("entryPointType") for point in points)
    if not all(map(_is_right, points)) or not _may_stand_together(kinds):
        raise _invalid()
    if len(data.get("notes", "")) > _LONGEST_NOTES:
        raise _invalid()


def _may_stand_together(kinds: Counter[Any]) -> bool:
    if not kinds or set(kinds) == {"more"}:
        return False
    return all(most is None or kinds[kind] <= most for kind, (_, most) in _ENTRY_POINTS.items())


def _is_right(point: Mapping[str, Any]) -> bool:
    schemes, _ = _ENTRY_POINTS.get(point.get("entryPointType", ""), ((), None))
    if not str(point.get("uri", "")).lower().startswith(schemes or ("\0",)):
        return False
    if any(len(str(point.get(name, ""))) > longest for name, longest in _LONGEST.items()):
        return False
    features = point.get("entryPointFeatures", [])
    return not {"toll", "toll_free"} <= set(features)


def _invalid() -> ApiError:
    return ApiError(400, "invalid", "Invalid conference data.")
