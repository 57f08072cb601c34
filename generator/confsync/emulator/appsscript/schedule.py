"""When a clock trigger fires. The platform picks a moment near the rule's; here it is the rule's, to the second."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.clock import MICROSECONDS, instant

_MINUTES = (1, 5, 10, 15, 30)
_WEEK_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_RANGES = {
    "onWeekDay": _WEEK_DAYS,
    "onMonthDay": range(1, 32),
    "atHour": range(24),
    "nearMinute": range(60),
}
# So that a rule's next moment is one that a clock can show.
_COUNTS = range(1, 100_001)
_SCHEDULES = ("everyMinutes", "everyHours", "everyDays", "everyWeeks", "onWeekDay", "onMonthDay", "atHour")
RULES = ("after", "at", *_SCHEDULES, "nearMinute", "inTimezone")


def first_due(rule: Mapping[str, Any], now_us: int, time_zone: str) -> int:
    """Return the first moment of a rule in microseconds; refuses rules that the platform refuses."""
    if "after" in rule:
        return now_us + int(rule["after"]) * 1000
    if "at" in rule:
        return int(rule["at"]) * 1000
    _check(rule)
    every_us = period_us(rule)
    return now_us + every_us if every_us else _next_moment(rule, now_us, 1, time_zone)


def next_due(rule: Mapping[str, Any], due_us: int, now_us: int, time_zone: str) -> int | None:
    """Return the first moment after now, counted from the last one; None for a rule that fires once."""
    if "after" in rule or "at" in rule:
        return None
    every_us = period_us(rule)
    if every_us:
        return due_us + every_us * (max(0, now_us - due_us) // every_us + 1)
    days = int(rule.get("everyDays", 7 * rule.get("everyWeeks", 0)) or 1)
    while due_us <= now_us:
        due_us = _next_moment(rule, due_us, days, time_zone)
    return due_us


def _check(rule: Mapping[str, Any]) -> None:
    if "everyMinutes" in rule and rule["everyMinutes"] not in _MINUTES:
        raise Refusal(
            "The value you passed to everyMinutes was invalid. It must be one of 1, 5, 10, 15 or 30."
        )
    for name in ("everyHours", "everyDays", "everyWeeks"):
        if name in rule and rule[name] not in _COUNTS:
            raise Refusal(f"The value you passed to {name} was invalid. It must be a positive whole number.")
    for name, allowed in _RANGES.items():
        if name in rule and rule[name] not in allowed:
            raise Refusal(f"The value you passed to {name} was invalid.")
    if "inTimezone" in rule and not _is_zone(rule["inTimezone"]):
        raise Refusal("The value you passed to inTimezone was invalid.")
    if not any(name in rule for name in _SCHEDULES):
        raise Refusal("The trigger has no schedule.")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def period_us(rule: Mapping[str, Any]) -> int:
    """Return how often a rule fires that counts minutes or hours; 0 for others."""
    period = timedelta(minutes=rule.get("everyMinutes", 0), hours=rule.get("everyHours", 0))
    return period // timedelta(microseconds=1)


def _next_moment(rule: Mapping[str, Any], after_us: int, days: int, time_zone: str) -> int:
    """Return the rule's moment on the first fitting day, at least so many days on (or today, when days is 1)."""
    zone = ZoneInfo(rule.get("inTimezone", time_zone))
    local = instant(after_us).astimezone(zone)
    at = time(local.hour, local.minute, local.second)
    if "atHour" in rule:
        at = time(int(rule["atHour"]), int(rule.get("nearMinute", 0)))
    day = local.date() + timedelta(days=days if days > 1 else 0)
    while True:
        moment_us = int(datetime.combine(day, at, zone).timestamp()) * MICROSECONDS
        if moment_us > after_us and _falls_on(rule, day):
            return moment_us
        day += timedelta(days=1)


def _falls_on(rule: Mapping[str, Any], day: date) -> bool:
    if "onWeekDay" in rule and _WEEK_DAYS[day.weekday()] != rule["onWeekDay"]:
        return False
    return "onMonthDay" not in rule or day.day == rule["onMonthDay"]
