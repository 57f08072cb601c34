"""When clock triggers are due."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.appsscript.schedule import first_due, next_due

ZONE = "Europe/Berlin"


def at(text: str) -> int:
    """Return a local time of Berlin in microseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp()) * 1_000_000


def moments(rule: dict[str, Any], now: str, count: int = 3) -> list[str]:
    """Return the first moments of a rule, as local times of Berlin."""
    due_us = first_due(rule, at(now), ZONE)
    found = []
    while due_us is not None and len(found) < count:
        found.append(datetime.fromtimestamp(due_us / 1e6, ZoneInfo(ZONE)).strftime("%m-%d %H:%M"))
        due_us = next_due(rule, due_us, due_us, ZONE)
    return found


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"after": 60_000}, ["03-02 09:01"]),
        ({"at": at("2026-03-05T12:00") // 1000}, ["03-05 12:00"]),
        ({"everyMinutes": 15}, ["03-02 09:15", "03-02 09:30", "03-02 09:45"]),
        ({"everyHours": 1}, ["03-02 10:00", "03-02 11:00", "03-02 12:00"]),
        ({"everyDays": 1, "atHour": 6}, ["03-03 06:00", "03-04 06:00", "03-05 06:00"]),
        ({"everyDays": 1, "atHour": 23, "nearMinute": 30}, ["03-02 23:30", "03-03 23:30", "03-04 23:30"]),
        ({"everyDays": 2, "atHour": 6}, ["03-03 06:00", "03-05 06:00", "03-07 06:00"]),
        ({"onWeekDay": "FRIDAY", "atHour": 7}, ["03-06 07:00", "03-13 07:00", "03-20 07:00"]),
        ({"onMonthDay": 15, "atHour": 7}, ["03-15 07:00", "04-15 07:00", "05-15 07:00"]),
        (
            {"everyWeeks": 2, "onWeekDay": "MONDAY", "atHour": 10},
            ["03-02 10:00", "03-16 10:00", "03-30 10:00"],
        ),
        (
            {"everyDays": 1, "atHour": 6, "inTimezone": "Etc/UTC"},
            ["03-03 07:00", "03-04 07:00", "03-05 07:00"],
        ),
    ],
)
def test_the_first_moments_of_a_rule(rule: dict[str, Any], expected: list[str]) -> None:
    assert moments(rule, "2026-03-02T09:00") == expected


def test_a_daily_trigger_keeps_its_hour_when_the_clocks_change() -> None:
    assert moments({"everyDays": 1, "atHour": 6}, "2026-03-28T05:00") == [
        "03-28 06:00",
        "03-29 06:00",
        "03-30 06:00",
    ]


def test_moments_that_were_missed_are_skipped() -> None:
    hour = 3_600_000_000
    assert next_due({"everyHours": 1}, 10 * hour, 13 * hour + 1, ZONE) == 14 * hour


@pytest.mark.parametrize(
    "rule", [{}, {"everyMinutes": 2}, {"everyHours": 0}, {"everyDays": 1.5}, {"onWeekDay": "FUNDAY"}]
)
def test_rules_that_are_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        first_due(rule, 0, ZONE)
