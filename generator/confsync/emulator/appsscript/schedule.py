"""When a clock trigger fires. The platform picks a moment near the rule's; here it is the rule's, to the second."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.clock import instant

_MINUTES = (1, 5, 10, 15, 30)
_WEEK_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
RULES = (
    "after", "at", "everyMinutes", "everyHours", "everyDays", "everyWeeks", "onWeekDay", "onMonthDay",
    "atHour", "nearMinute", "inTimezone",
)  # fmt: skip


def first_due(rule: Mapping[str, Any], now_us: int, time_zone: str) -> int:
    """Return the first moment of a rule in microseconds; refuses rules that the platform refuses."""
    if "after" in rule:
        return now_us + int(rule["after"]) * 1000
    if "at" in rule:
        return int(rule["at"]) * 1000
    _check(rule)
    return _following(rule, now_us, now_us, time_zone)


def next_due(rule: Mapping[str, Any], due_us: int, now_us: int, time_zone: str) -> int | None:
    """Return the first moment after now that the rule yields, counted from the last one; None when it fires once."""
    if "after" in rule or "at" in rule:
        return None
    return _following(rule, due_us, now_us, time_zone)


def _check(rule: Mapping[str, Any]) -> None:
    if "everyMinutes" in rule and rule["everyMinutes"] not in _MINUTES:
        raise Refusal(
            "The value you passed to everyMinutes was invalid. It must be one of 1, 5, 10, 15 or 30."
        )
    for name in ("everyHours", "everyDays", "everyWeeks"):
        if name in rule and (rule[name] != int(rule[name]) or rule[name] < 1):
            raise Refusal(f"The value you passed to {name} was invalid. It must be a positive whole number.")
    if rule.get("onWeekDay", "MONDAY") not in _WEEK_DAYS:
        raise Refusal("The value you passed to onWeekDay was invalid.")
    if not any(name in rule for name in RULES[2:9]):
        raise Refusal("The trigger has no schedule.")


def _following(rule: Mapping[str, Any], from_us: int, now_us: int, time_zone: str) -> int:
    period = timedelta(minutes=rule.get("everyMinutes", 0), hours=rule.get("everyHours", 0))
    if period:
        step = period // timedelta(microseconds=1)
        return from_us + step * ((max(0, now_us - from_us)) // step + 1)
    zone = ZoneInfo(rule.get("inTimezone", time_zone))
    day = instant(from_us).astimezone(zone)
    while True:
        moment = _moment(rule, day)
        if moment > now_us and moment > from_us and _falls_on(rule, day):
            return moment
        day = (day.replace(tzinfo=None) + timedelta(days=_step(rule, moment > from_us))).replace(tzinfo=zone)


def _step(rule: Mapping[str, Any], first: bool) -> int:
    """Return by how many days to look further: one until the day fits, then whole periods."""
    return 1 if first or not _every_days(rule) else int(rule.get("everyDays", 1))


def _every_days(rule: Mapping[str, Any]) -> bool:
    return "onWeekDay" not in rule and "onMonthDay" not in rule


def _falls_on(rule: Mapping[str, Any], day: datetime) -> bool:
    if "onWeekDay" in rule and _WEEK_DAYS[day.weekday()] != rule["onWeekDay"]:
        return False
    return "onMonthDay" not in rule or day.day == rule["onMonthDay"]


def _moment(rule: Mapping[str, Any], day: datetime) -> int:
    hour, minute = (
        int(rule.get("atHour", day.hour)),
        int(rule.get("nearMinute", 0 if "atHour" in rule else day.minute)),
    )
    local = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return int(local.astimezone(UTC).timestamp()) * 1_000_000
