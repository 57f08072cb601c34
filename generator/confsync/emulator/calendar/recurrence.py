"""Series: the occurrences that recurrence lines (RRULE, EXRULE, RDATE, EXDATE) describe, in the event's own zone.

Occurrences are reckoned as wall-clock times without a zone, so that a meeting at nine stays at nine when the clocks change.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from confsync.emulator.calendar import times
from confsync.emulator.errors import ApiError

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[A-Z-]+=[^:;]+)*):(.+)", re.ASCII)
_LIMITS = re.compile(r"\b(UNTIL|COUNT)=(\w+)", re.ASCII)
_VALUE = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)
_INSTANCE_ID = re.compile(r"(.+)_(\d{8}(?:T\d{6}Z)?)", re.ASCII)

# Calendar repeats by days at the shortest. A rule without an end is followed this far.
_RULE = re.compile(
    r"(?!.*(?:BYHOUR|BYMINUTE|BYSECOND|BYEASTER)=)(?!.*INTERVAL=(?![1-9]))"
    r"(?:.*;)?FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;.*)?"
)
_MOST = 100_000
_FOLLOWED = timedelta(days=30 * 366)

# A wall-clock time that a change of the clocks skips has a stamp that leads elsewhere, but not further than this.
_CLOCK_CHANGE = timedelta(hours=3)


class _Counted(rrule):
    """The first occurrences of a rule that has an end besides; the library takes only one of both."""

    def __init__(self, rule: rrule, count: int) -> None:
        self._limited = rule, count

    def __iter__(self) -> Iterator[datetime]:
        rule, count = self._limited
        return itertools.islice(iter(rule), count)


class Series:
    """The occurrences of one series, in their order, as naive wall-clock times (midnights for whole days)."""

    def __init__(
        self, start: datetime, length: timedelta, zone: ZoneInfo | None, lines: tuple[str, ...]
    ) -> None:
        self._start, self._length, self._zone = start, length, zone
        self._set = rruleset(cache=True)
        self.endless = False
        for line in lines:
            self._add(line)
        if not any(line.startswith("RRULE") for line in lines):
            self._set.rdate(start)

    def all(self) -> Iterator[datetime]:
        """Yield every occurrence, of an endless series the next thirty years of them."""
        return iter(self._set)

    def between(self, low_us: int | None, high_us: int, calendar_zone: str) -> Iterator[datetime]:
        """Yield the occurrences that end after `low_us` and start before `high_us`."""
        for occurrence in self.all():
            start, end = self.times_at(occurrence)
            if times.moment_us(start, calendar_zone) >= high_us:
                return
            if low_us is None or times.moment_us(end, calendar_zone) > low_us:
                yield occurrence

    def at(self, stamp: str) -> datetime | None:
        """Return the occurrence whose original start has that stamp (as in an instance id), or None."""
        try:
            about = _moment(stamp, self._zone)
        except ValueError:
            return None
        near = self._set.between(about - _CLOCK_CHANGE, about + _CLOCK_CHANGE, inc=True)
        return next((occurrence for occurrence in near if self.stamp(occurrence) == stamp), None)

    def stamp(self, occurrence: datetime) -> str:
        """Return the original start as instance ids carry it: UTC for a time, a date for a whole day."""
        if self._zone is None:
            return f"{occurrence:%Y%m%d}"
        return f"{occurrence.replace(tzinfo=self._zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def times_at(self, occurrence: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return start and end of an occurrence, as they are stored in an event."""
        if self._zone is None:
            return {"date": str(occurrence.date())}, {"date": str((occurrence + self._length).date())}
        # By way of UTC: a wall-clock time that a change of the clocks skips comes out moved.
        start = occurrence.replace(tzinfo=self._zone).astimezone(UTC)
        return self._time(start), self._time(start + self._length)

    def dates(self, line: str) -> Iterator[tuple[str, datetime]]:
        """Yield the values of an RDATE or EXDATE line, each with the wall-clock time that it means."""
        _, options, values = _parts(line)
        zone = _option_zone(options) or self._zone
        for value in values.split(","):
            moment = _moment(value, zone)
            if zone is not self._zone and self._zone and zone:
                moment = moment.replace(tzinfo=zone).astimezone(self._zone).replace(tzinfo=None)
            if self._zone and "T" not in value:
                moment = datetime.combine(moment.date(), self._start.time())
            yield value, moment

    def last(self) -> datetime | None:
        """Return the last occurrence; None when it has no end, or no occurrence at all."""
        if self.endless:
            return None
        last = None
        for last in self._set:  # noqa: B007
            pass
        return last

    def _time(self, moment: datetime) -> dict[str, Any]:
        return {"dateTime": times.text_of(moment.astimezone(self._zone)), "timeZone": str(self._zone)}

    def _add(self, line: str) -> None:
        name, _, values = _parts(line)
        if name in ("RRULE", "EXRULE"):
            add_rule = self._set.rrule if name == "RRULE" else self._set.exrule
            add_rule(self._rule(values))
            self.endless |= name == "RRULE" and not _LIMITS.search(values)
            return
        add = self._set.rdate if name == "RDATE" else self._set.exdate
        for _, moment in self.dates(line):
            add(moment)

    def _rule(self, text: str) -> rrule:
        """Return a rule that ends; RRULE texts may leave the end out, or set it far beyond what is followed."""
        until, count = self._start + _FOLLOWED, None
        for name, value in _LIMITS.findall(text):
            if name == "COUNT":
                count = min(int(value), _MOST)
            else:
                until = min(until, _until(value, self._zone))
        rest = _LIMITS.sub("", text).strip(";").replace(";;", ";")
        rule = rrulestr(f"{rest};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=self._start)
        assert isinstance(rule, rrule)
        return rule if count is None else _Counted(rule, count)


def series_of(body: Mapping[str, Any]) -> Series:
    """Return the series of a stored event that has `recurrence`; ApiError 400 for lines that cannot be followed."""
    start, end = body["start"], body["end"]
    if "date" in start:
        return _series(start["date"], end["date"], None, tuple(body["recurrence"]))
    return _series(start["dateTime"], end["dateTime"], start["timeZone"], tuple(body["recurrence"]))


def split_id(event_id: str) -> tuple[str, str] | None:
    """Return the series' id and the stamp of the original start from an instance id; None for another id."""
    found = _INSTANCE_ID.fullmatch(event_id)
    return (found[1], found[2]) if found else None


@functools.lru_cache(maxsize=4096)
def _series(start: str, end: str, zone: str | None, lines: tuple[str, ...]) -> Series:
    try:
        if zone is None:
            first, last = date.fromisoformat(start), date.fromisoformat(end)
            return Series(datetime.combine(first, datetime.min.time()), last - first, None, lines)
        begins, ends = datetime.fromisoformat(start), datetime.fromisoformat(end)
        known = times.known_zone(zone)
        return Series(begins.astimezone(known).replace(tzinfo=None), ends - begins, known, lines)
    except (ValueError, TypeError, OverflowError, KeyError) as error:
        raise invalid_rule() from error


def invalid_rule() -> ApiError:
    """Return the 400 for recurrence lines that cannot be followed."""
    return ApiError(400, "invalid", "Invalid recurrence rule.")


def _parts(line: str) -> tuple[str, str, str]:
    found = _LINE.fullmatch(line)
    if not found:
        raise invalid_rule()
    if found[1].endswith("RULE") and not _RULE.fullmatch(found[3]):
        raise invalid_rule()
    return found[1], found[2], found[3]


def _option_zone(options: str) -> ZoneInfo | None:
    found = re.search(r";TZID=([^;]+)", options)
    zone = times.zone(found[1]) if found else None
    if found and zone is None:
        raise invalid_rule()
    return zone


def _moment(text: str, zone: ZoneInfo | None) -> datetime:
    found = _VALUE.fullmatch(text)
    if not found:
        raise invalid_rule()
    moment = datetime.strptime(found[1] + (found[2] or "000000"), "%Y%m%d%H%M%S")
    if not times.FIRST_YEAR <= moment.year <= times.LAST_YEAR:
        raise ValueError("out of range")
    if found[3] and zone:
        moment = moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return moment


def _until(text: str, zone: ZoneInfo | None) -> datetime:
    if text > str(times.LAST_YEAR):
        return datetime(times.LAST_YEAR, 12, 31)
    moment = _moment(text, zone)
    # A date as the limit of timed occurrences: that day still belongs to the series.
    return moment + timedelta(days=1, seconds=-1) if zone and "T" not in text else moment
