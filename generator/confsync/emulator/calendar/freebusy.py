"""`calendar.freebusy`: when calendars are busy, without a word about why.

Source: discovery document, descriptions of FreeBusyRequest; that long ranges are refused, and with which words, is reported.
That periods are cut off at the ends of the interval is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.calendar import bodies, calendars, events, instances, replies, times
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import instant
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Response

_MOST_CALENDARS, _MOST_MEMBERS = 50, 100
# Ninety days are reported to work, three months to be too long.
_LONGEST = timedelta(days=90)
_IN_WINDOW = (
    "calendar = ? AND NOT cancelled AND NOT hidden AND start_us < ? AND (end_us IS NULL OR end_us > ?)"
)

# A stretch of time, in microseconds.
Period = tuple[int, int]


def query(room: Room, ask: Ask) -> Response:
    """Answer with the busy periods of each calendar; one that cannot be seen has an error instead."""
    bodies.check(ask.method, ask.body)
    low, high = _interval(ask.body)
    zone = times.zone(ask.body.get("timeZone") or "UTC")
    if zone is None:
        raise ApiError(400, "invalid", "Invalid time zone.", location="timeZone")
    limit = _limit(ask.body, "calendarExpansionMax", _MOST_CALENDARS)
    _limit(ask.body, "groupExpansionMax", _MOST_MEMBERS)
    ids = list(dict.fromkeys(str(item.get("id") or "") for item in ask.body.get("items") or ()))
    if len(ids) > limit:
        answers = {id_: _error("tooManyCalendarsRequested") for id_ in ids}
    else:
        window = times.to_us(low), times.to_us(high)
        answers = {id_: _calendar(room, ask.user, id_, window, zone) for id_ in ids}
    interval = {"timeMin": times.millis(times.to_us(low)), "timeMax": times.millis(times.to_us(high))}
    return replies.document(ask, {"kind": "calendar#freeBusy", **interval, "calendars": answers})


def busy_periods(room: Room, calendar: Record, window: Period) -> list[Period]:
    """Return when the calendar is busy within the window: in order, joined where they touch, cut off at its ends."""
    low, high = window
    joined: list[Period] = []
    for start, end in sorted(_periods(room, calendar, window)):
        start, end = max(start, low), min(end, high)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _interval(body: Mapping[str, Any]) -> tuple[datetime, datetime]:
    for name in ("timeMin", "timeMax"):
        if not body.get(name):
            raise ApiError(400, "required", f"Missing {name} parameter.")
    low, high = times.parse(body["timeMin"]), times.parse(body["timeMax"])
    if high <= low:
        message = "The specified time range is empty."
        raise ApiError(400, "timeRangeEmpty", message, domain="calendar", location="timeMax")
    if high - low > _LONGEST:
        raise ApiError(400, "timeRangeTooLong", "The requested time range is too long.", domain="calendar")
    return low, high


def _limit(body: Mapping[str, Any], name: str, most: int) -> int:
    limit = int(body.get(name) or most)
    if not 0 < limit <= most:
        message = f"Invalid value '{limit}'. Values must be within the range: [1, {most}]"
        raise ApiError(400, "invalidParameter", message, location=name)
    return limit


def _calendar(room: Room, user: str, id_: str, window: Period, zone: ZoneInfo) -> dict[str, Any]:
    try:
        calendar = calendars.find(room, id_, user)
    except ApiError:
        return _error("notFound")
    periods = busy_periods(room, calendar, window)
    return {"busy": [{"start": _text(start, zone), "end": _text(end, zone)} for start, end in periods]}


def _error(reason: str) -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _text(us: int, zone: ZoneInfo) -> str:
    return times.text_of(instant(us).astimezone(zone))


def _periods(room: Room, calendar: Record, window: Period) -> Iterator[Period]:
    for event in list(_events(room, calendar, window)):
        start, end = events.extent(event.body, calendar.time_zone)
        if start is not None and end is not None and _blocks_time(event, calendar):
            yield start, end


def _events(room: Room, calendar: Record, window: Period) -> Iterator[Event]:
    """Yield single events and occurrences; one that was changed may come twice, for it is stored beside its series."""
    low, high = window
    for event in events.select(room, _IN_WINDOW, calendar.key, high, low):
        if event.is_series:
            yield from instances.expand(room, calendar, event, low, high, cancelled=False)
        else:
            yield event


def _blocks_time(event: Event, calendar: Record) -> bool:
    if event.body.get("transparency") == "transparent":
        return False
    own = (person for person in event.body.get("attendees", ()) if person["email"] == calendar.id)
    return not any(person["responseStatus"] == "declined" for person in own)
