"""Rules of repetition (RRULE, EXRULE): read as strictly as RFC 5545 has them, and followed so far that nobody waits.

What Google bounds here is not published; these bounds keep one event from holding up everybody else.
"""

from __future__ import annotations

import itertools
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from confsync.emulator.calendar import times
from confsync.emulator.errors import ApiError

# Calendar repeats by days at the shortest: how many days a period of a rule has at most.
_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}
_BARRED = {
    "DAILY": {"BYYEARDAY", "BYWEEKNO"},
    "WEEKLY": {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"},
    "MONTHLY": {"BYYEARDAY", "BYWEEKNO"},
    "YEARLY": set(),
}  # fmt: skip
_LARGEST = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
_NUMBERS = re.compile(r"[+-]?\d{1,3}(?:,[+-]?\d{1,3})*", re.ASCII)
_COUNT = re.compile(r"\d{1,18}", re.ASCII)
_STAMP = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

# A rule without an end is followed this far.
_FOLLOWED = timedelta(days=30 * 366)
_MOST, _MOST_POSITIONS = 100_000, 31


class _Counted(rrule):
    """The first occurrences of a rule that has an end besides; the library takes only one of both."""

    def __init__(self, rule: rrule, count: int) -> None:
        self._limited = rule, count

    def __iter__(self) -> Iterator[datetime]:
        rule, count = self._limited
        return itertools.islice(iter(rule), count)


class _Days(rrule):
    """A daily rule that ends; the library would look for a day that never comes until the year 9999."""

    def __init__(self, parts: Mapping[str, str], start: datetime, until: datetime) -> None:
        self._from, self._to, self._step = start, until, timedelta(days=int(parts["INTERVAL"]))
        self._months, self._days = (
            {int(number) for number in filter(None, parts.get(name, "").split(","))}
            for name in ("BYMONTH", "BYMONTHDAY")
        )
        self._weekdays = [day in parts["BYDAY"] for day in _WEEKDAYS] if "BYDAY" in parts else []

    def __iter__(self) -> Iterator[datetime]:
        for number in range((self._to - self._from) // self._step + 1):
            day = self._from + number * self._step
            if self._takes(day):
                yield day

    def _takes(self, day: datetime) -> bool:
        if self._months and day.month not in self._months:
            return False
        if self._weekdays and not self._weekdays[day.weekday()]:
            return False
        from_end = day.day - monthrange(day.year, day.month)[1] - 1
        return not self._days or day.day in self._days or from_end in self._days


def invalid_rule() -> ApiError:
    """Return the 400 for recurrence lines that cannot be followed."""
    return ApiError(400, "invalid", "Invalid recurrence rule.")


def rule_of(text: str, start: datetime, last: datetime, zone: ZoneInfo | None) -> tuple[rrule, bool]:
    """Return the rule of a text such as `FREQ=DAILY;COUNT=3`, and whether it has no end of its own.

    `start` is the first occurrence, `last` the latest that may be, both as wall-clock times in the event's zone.
    ApiError 400 or ValueError for what is no rule.
    """
    parts = _read(text)
    count = _count(parts.pop("COUNT", None))
    until = min(last, start + min(_FOLLOWED, datetime.max - start))
    endless = count is None and "UNTIL" not in parts
    if "UNTIL" in parts:
        until = min(until, _until(parts.pop("UNTIL"), zone))
    if "BYSETPOS" in parts and not _keep_positions(parts):
        count = 0
    rule = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    assert isinstance(rule, rrule)
    rule = _Days(parts, start, until) if parts["FREQ"] == "DAILY" else rule.replace(until=until)
    return (rule if count is None else _Counted(rule, count)), endless


def moment(text: str, zone: ZoneInfo | None) -> datetime:
    """Return a date or time of a recurrence line as a wall-clock time of that zone; ValueError when there is none."""
    found = _STAMP.fullmatch(text)
    if not found:
        raise invalid_rule()
    read = datetime.strptime(found[1] + (found[2] or "000000"), "%Y%m%d%H%M%S")
    if not times.FIRST_YEAR <= read.year <= times.LAST_YEAR:
        raise ValueError("out of range")
    if found[3] and zone:
        read = read.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return read


def _read(text: str) -> dict[str, str]:
    """Return the parts of a rule by name; numbers in order, each once."""
    parts: dict[str, str] = {}
    for part in filter(None, text.split(";")):
        name, _, value = part.partition("=")
        if name in parts or not (name in _PARTS or name in _LARGEST):
            raise invalid_rule()
        parts[name] = _numbers(value, _LARGEST[name]) if name in _LARGEST else value
    frequency, interval = parts.get("FREQ", ""), parts.get("INTERVAL", "1")
    if frequency not in _DAYS or _BARRED[frequency] & set(parts):
        raise invalid_rule()
    if not _COUNT.fullmatch(interval) or int(interval) < 1:
        raise invalid_rule()
    return {**parts, "INTERVAL": str(min(int(interval), _FOLLOWED.days))}


def _numbers(text: str, largest: int) -> str:
    if not _NUMBERS.fullmatch(text):
        raise invalid_rule()
    numbers = {int(number) for number in text.split(",")}
    if any(not 1 <= abs(number) <= largest for number in numbers):
        raise invalid_rule()
    return ",".join(map(str, sorted(numbers)))


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    if not _COUNT.fullmatch(text):
        raise invalid_rule()
    return min(int(text), _MOST)


def _keep_positions(parts: dict[str, str]) -> bool:
    """Leave out the positions that no period has, and tell whether one is left; the library would look for ever."""
    most = _DAYS[parts["FREQ"]]
    kept = [position for position in parts["BYSETPOS"].split(",") if abs(int(position)) <= most]
    if len(kept) > _MOST_POSITIONS:
        raise invalid_rule()
    parts["BYSETPOS"] = ",".join(kept) or "1"
    return bool(kept)


def _until(text: str, zone: ZoneInfo | None) -> datetime:
    if text > str(times.LAST_YEAR):
        return datetime(times.LAST_YEAR, 12, 31)
    limit = moment(text, zone)
    # A date as the limit of timed occurrences: that day still belongs to the series.
    return limit + timedelta(days=1, seconds=-1) if zone and "T" not in text else limit
