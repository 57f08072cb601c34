"""Meetings drawn by chance: their times, and the many shapes of a recurrence."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

# Clocks change in all of these but the last two, in Lord Howe by half an hour.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/UTC")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def times(chance: random.Random, now: datetime, *, whole_days: bool) -> dict[str, Any]:
    """Return start and end of a meeting some days before or after now."""
    day = now.date() + timedelta(days=chance.randint(-20, 40))
    if whole_days:
        return {"start": {"date": str(day)}, "end": {"date": str(day + timedelta(days=chance.randint(1, 3)))}}
    zone = chance.choice(ZONES)
    hour, minute = chance.choice((0, 1, 2, 2, 9, 14, 22, 23)), chance.choice((0, 0, 30))
    start = datetime(day.year, day.month, day.day, hour, minute)
    end = start + timedelta(minutes=chance.choice((0, 30, 60, 90, 24 * 60 + 30)))
    return {
        name: {"dateTime": moment.isoformat(), "timeZone": zone}
        for name, moment in (("start", start), ("end", end))
    }


def recurrence(chance: random.Random, start: dict[str, str]) -> list[str]:
    """Return recurrence lines of any shape for a meeting with that start, as a resource shows it."""
    begin, zone = _begin(start)
    if chance.random() < 0.08:
        return [_line("RDATE", _some_days(chance, begin, 3), zone)]
    rule, limit = _rule(chance), _limit(chance, begin, zone)
    if not limit and "DAILY" in rule:
        # Without an end that would be more than a small calendar should hold.
        rule = "FREQ=WEEKLY"
    lines = [f"RRULE:{rule}{limit}"]
    if chance.random() < 0.3:
        lines.append(_line("EXDATE", _some_days(chance, begin, 2), zone))
    if chance.random() < 0.3:
        lines.append(_line("RDATE", _some_days(chance, begin, 2), zone))
    return lines


def _rule(chance: random.Random) -> str:
    day, other = chance.sample(_DAYS, 2)
    return chance.choice(
        (
            f"FREQ=DAILY;INTERVAL={chance.randint(1, 3)}",
            "FREQ=WEEKLY",
            f"FREQ=WEEKLY;BYDAY={day},{other}",
            f"FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY={day}",
            f"FREQ=MONTHLY;BYDAY={chance.choice((1, 2, -1))}{day}",
            f"FREQ=MONTHLY;BYMONTHDAY={chance.choice((1, 15, 31, -1))}",
            "FREQ=YEARLY",
        )
    )


def _limit(chance: random.Random, begin: datetime, zone: ZoneInfo | None) -> str:
    kind = chance.random()
    if kind < 0.5:
        return f";COUNT={chance.randint(1, 9)}"
    if kind < 0.85:
        return f";UNTIL={_until(begin + timedelta(days=chance.randint(2, 40)), zone)}"
    return ""


def _until(moment: datetime, zone: ZoneInfo | None) -> str:
    if zone is None:
        return f"{moment:%Y%m%d}"
    return f"{moment.replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _line(name: str, moments: list[datetime], zone: ZoneInfo | None) -> str:
    if zone is None:
        return f"{name};VALUE=DATE:{','.join(f'{moment:%Y%m%d}' for moment in moments)}"
    return f"{name};TZID={zone}:{','.join(f'{moment:%Y%m%dT%H%M%S}' for moment in moments)}"


def _some_days(chance: random.Random, begin: datetime, most: int) -> list[datetime]:
    days = (0, 1, 2, 3, 7, 7, 14, 30)
    return [begin + timedelta(days=chance.choice(days)) for _ in range(chance.randint(1, most))]


def _begin(start: dict[str, str]) -> tuple[datetime, ZoneInfo | None]:
    """Return the start as wall-clock time, and its zone unless it is a whole day."""
    if "date" in start:
        day = date.fromisoformat(start["date"])
        return datetime(day.year, day.month, day.day), None
    zone = ZoneInfo(start["timeZone"])
    moment = datetime.fromisoformat(start["dateTime"])
    return (moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment), zone
