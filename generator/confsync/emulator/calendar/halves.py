"""The two halves of a series that is split: their ids and recurrence lines, as recorded of Calendar's own pages.

The first half keeps its id and ends with the day before; the second is called after its first original start. Recorded
ids have one such part only, `ID_R20260519T070000`, so a half that is split again keeps the first series' id as its base.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.calendar import recurrence, times

_SECOND = re.compile(r"(.+)_R\d{8}(?:T\d{6})?", re.ASCII)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Halves:
    """Recurrence lines of both halves, and the first occurrence of the second one as a wall-clock time."""

    before: list[str]
    after: list[str]
    start: datetime


def is_second(series_id: str) -> bool:
    """Tell whether the id is that of a series which a split has made."""
    return _SECOND.fullmatch(series_id) is not None


def second_id(series_id: str, stamp: str) -> str:
    """Return the id of the second half; `stamp` is that of its first original start, as instance ids carry it."""
    found = _SECOND.fullmatch(series_id)
    return f"{found[1] if found else series_id}_R{stamp.rstrip('Z')}"


def next_id(second: str) -> str:
    """Return the id to take when that one is taken: a second later, or a day where it carries a date."""
    base, _, stamp = second.rpartition("_R")
    form, step = ("%Y%m%dT%H%M%S", timedelta(seconds=1)) if "T" in stamp else ("%Y%m%d", timedelta(days=1))
    return f"{base}_R{datetime.strptime(stamp, form) + step:{form}}"


def halves_of(body: Mapping[str, Any], cut: datetime) -> Halves:
    """Return the halves of a stored series, of which the second begins with the occurrence `cut`."""
    before: list[str] = []
    after: list[str] = []
    starts: list[datetime] = []
    series = recurrence.series_of(body)
    for line in body["recurrence"]:
        if line.startswith("RRULE"):
            _divide_rule(body, line, cut, before, after, starts)
        elif line.startswith("EXRULE"):
            before.append(line)
            after.append(line)
        else:
            early = {value for value, moment in series.dates(line) if moment < cut}
            for lines, values in (
                (before, early),
                (after, {value for value, _ in series.dates(line)} - early),
            ):
                lines += _with_values(line, values)
    return Halves(before, after, min(starts, default=cut))


def shifted(lines: list[str], days: int) -> list[str]:
    """Return the lines of a series that goes to other days of the week: plain days of weekly rules go along."""
    return [
        _shifted(line, days) if line.startswith("RRULE") and "FREQ=WEEKLY" in line else line for line in lines
    ]


def _divide_rule(
    body: Mapping[str, Any],
    line: str,
    cut: datetime,
    before: list[str],
    after: list[str],
    starts: list[datetime],
) -> None:
    """Add what becomes of a rule to the lines of both halves, and where it begins in the second."""
    early, first = 0, None
    for occurrence in recurrence.series_of({**body, "recurrence": [line]}).all():
        if occurrence >= cut:
            first = occurrence
            break
        early += 1
    if first is None:
        before.append(line)
        return
    starts.append(first)
    if early:
        before.append(_limited(line, f"UNTIL={_day_before(body, cut)}"))
    count = re.search(r"\bCOUNT=(\d+)", line)
    after.append(re.sub(r"\bCOUNT=\d+", f"COUNT={int(count[1]) - early}", line) if count else line)


def _day_before(body: Mapping[str, Any], cut: datetime) -> str:
    """Return the end of the day before, as UNTIL has it: 23:59:59 in the event's zone, in UTC; a date for whole days."""
    end = datetime.combine(cut.date(), time()) - timedelta(seconds=1)
    if "date" in body["start"]:
        return f"{end:%Y%m%d}"
    zone: ZoneInfo = times.known_zone(body["start"]["timeZone"])
    return f"{end.replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _limited(line: str, limit: str) -> str:
    """Return a rule with this limit instead of its own, in the same place."""
    name, _, rule = line.partition(":")
    parts = rule.split(";")
    own = [part for part in parts if part.startswith(("COUNT=", "UNTIL="))]
    limited = [limit if part in own[:1] else part for part in parts if part not in own[1:]]
    return f"{name}:{';'.join(limited if own else [*parts, limit])}"


def _with_values(line: str, values: set[str]) -> list[str]:
    head, _, all_values = line.partition(":")
    kept = [value for value in all_values.split(",") if value in values]
    return [f"{head}:{','.join(kept)}"] if kept else []


def _shifted(line: str, days: int) -> str:
    def turned(found: re.Match[str]) -> str:
        names = found[1].split(",")
        if not set(names) <= set(_DAYS):
            return found[0]
        return "BYDAY=" + ",".join(_DAYS[(_DAYS.index(name) + days) % 7] for name in names)

    return re.sub(r"\bBYDAY=([A-Z0-9,+-]+)", turned, line)
