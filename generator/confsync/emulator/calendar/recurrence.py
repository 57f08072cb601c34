"""Series: the occurrences that recurrence lines (RRULE, EXRULE, RDATE, EXDATE) describe, in the event's own zone.

Occurrences are reckoned as wall-clock times without a zone, so that a meeting at nine stays at nine when the clocks change.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset

from confsync.emulator.calendar import rules, times
from confsync.emulator.calendar.rules import invalid_rule

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[A-Z-]+=[^:;]+)*):(\S+)", re.ASCII)
_INSTANCE_ID = re.compile(r"(.+)_(\d{8}(?:T\d{6}Z)?)", re.ASCII)

# More would keep everybody waiting for one series; what Google bounds is not published.
_MOST_RULES, _MOST_DATES = 5, 20_000

# A wall-clock time that a change of the clocks skips has a stamp that leads elsewhere, but not further than this.
_CLOCK_CHANGE = timedelta(hours=3)


class Series:
    """The occurrences of one series, in their order, as naive wall-clock times (midnights for whole days)."""

    def __init__(
        self, start: datetime, length: timedelta, zone: ZoneInfo | None, lines: tuple[str, ...]
    ) -> None:
        self._start, self._length, self._zone = start, length, zone
        # The latest start whose end can still be written.
        self._last_start = max(start, datetime(times.LAST_YEAR, 12, 31) - length)
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
            about = rules.moment(stamp, self._zone)
        except ValueError:
            return None
        near = self._set.between(about - _CLOCK_CHANGE, about + _CLOCK_CHANGE, inc=True)
        return next((occurrence for occurrence in near if self.stamp(occurrence) == stamp), None)

    def stamp(self, occurrence: datetime) -> str:
        """Return the original start as instance ids carry it: UTC for a time, a date for a whole day."""
        if self._zone is None:
            return f"{occurrence.date()}".replace("-", "")
        moment = occurrence.replace(tzinfo=self._zone).astimezone(UTC)
        return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z".replace("-", "").replace(
            ":", ""
        )

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
            moment = rules.moment(value, zone)
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
            rule, endless = rules.rule_of(values, self._start, self._last_start, self._zone)
            add_rule = self._set.rrule if name == "RRULE" else self._set.exrule
            add_rule(rule)
            self.endless |= name == "RRULE" and endless
            return
        add = self._set.rdate if name == "RDATE" else self._set.exdate
        for _, moment in self.dates(line):
            if name == "RDATE" and moment > self._last_start:
                raise invalid_rule()
            add(moment)


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


@functools.lru_cache(maxsize=512)
def _series(start: str, end: str, zone: str | None, lines: tuple[str, ...]) -> Series:
    _check_bounds(lines)
    try:
        if zone is None:
            first, last = date.fromisoformat(start), date.fromisoformat(end)
            return Series(datetime.combine(first, datetime.min.time()), last - first, None, lines)
        begins, ends = datetime.fromisoformat(start), datetime.fromisoformat(end)
        known = times.known_zone(zone)
        return Series(begins.astimezone(known).replace(tzinfo=None), ends - begins, known, lines)
    except (ValueError, TypeError, OverflowError, KeyError) as error:
        raise invalid_rule() from error


def _check_bounds(lines: tuple[str, ...]) -> None:
    dates = sum(line.count(",") + 1 for line in lines)
    if sum("RULE" in line for line in lines) > _MOST_RULES or dates > _MOST_DATES:
        raise invalid_rule()


def _parts(line: str) -> tuple[str, str, str]:
    found = _LINE.fullmatch(line)
    if not found:
        raise invalid_rule()
    return found[1], found[2], found[3]


def _option_zone(options: str) -> ZoneInfo | None:
    found = re.search(r";TZID=([^;]+)", options)
    zone = times.zone(found[1]) if found else None
    if found and zone is None:
        raise invalid_rule()
    return zone
