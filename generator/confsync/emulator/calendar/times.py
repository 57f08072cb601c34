"""Times as Calendar reads and writes them: RFC 3339, an IANA zone beside them, or a date for a whole day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.clock import MICROSECONDS, instant
from confsync.emulator.errors import ApiError

_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST = len("2026-03-02T09:00:00+01:00")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Zones shift by hours; near the ends of Python's calendar that would leave it.
FIRST_YEAR, LAST_YEAR = 2, 9998


def zone(name: str) -> ZoneInfo | None:
    """Return the IANA time zone of that name, or None."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


def known_zone(name: str) -> ZoneInfo:
    """Return a time zone whose name was checked before."""
    return ZoneInfo(name)


def bad_time() -> ApiError:
    """Return the 400 that Calendar answers to a time that it cannot read."""
    return ApiError(400, "badRequest", "Bad Request")


def parse(text: str, default: tzinfo | None = None) -> datetime:
    """Return an RFC 3339 time as an aware datetime, whole seconds; `default` is the zone when it has no offset.

    ApiError 400 for anything else, also for a missing offset without `default`.
    """
    found = _RFC3339.fullmatch(text)
    if not found or not (found[3] or default):
        raise bad_time()
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{(found[3] or '').upper()}")
    except ValueError as error:
        raise bad_time() from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise bad_time()
    return moment if moment.tzinfo else moment.replace(tzinfo=default)


def parse_date(text: str) -> date:
    """Return a date; ApiError 400 for anything else."""
    try:
        day = date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise bad_time() from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise bad_time()
    return day


def to_us(moment: datetime) -> int:
    """Return an aware datetime as microseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def text_of(moment: datetime) -> str:
    """Return an aware datetime as Calendar writes it, to the second."""
    text = moment.isoformat(timespec="seconds")
    if len(text) > _LONGEST:
        # Before there were time zones, clocks differed by seconds; RFC 3339 has none in an offset.
        offset = moment.utcoffset() or timedelta()
        return text_of(moment.astimezone(timezone(timedelta(minutes=round(offset / timedelta(minutes=1))))))
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def millis(us: int) -> str:
    """Return microseconds as `updated` is written: truncated to milliseconds."""
    moment = instant(us)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def whole_seconds(us: int) -> str:
    """Return microseconds as `created` is written: truncated to seconds, with the milliseconds shown as zero."""
    return millis(us // MICROSECONDS * MICROSECONDS)


def moment_us(value: Mapping[str, Any], calendar_zone: str) -> int:
    """Return the instant of a stored start or end; a date is the midnight of the calendar's zone."""
    if "date" in value:
        midnight = datetime.combine(date.fromisoformat(value["date"]), time(), known_zone(calendar_zone))
        return to_us(midnight)
    return to_us(datetime.fromisoformat(value["dateTime"]))


def shown(value: Mapping[str, Any], response_zone: tzinfo) -> dict[str, Any]:
    """Return a stored start or end as a response shows it: in the zone of the response, its own zone beside it."""
    if "date" in value:
        return dict(value)
    moment = datetime.fromisoformat(value["dateTime"]).astimezone(response_zone)
    return {**value, "dateTime": text_of(moment)}


def kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a start or end that `shown` made as it is stored: in its own zone."""
    return (
        shown(value, known_zone(value["timeZone"]))
        if "timeZone" in value and "dateTime" in value
        else dict(value)
    )
