"""Event → what the third party must hold, and its fingerprint. Mirrors `Projection.js`; pure."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from typing import Any

from confsync.providers.interpreter import operation_body
from confsync.providers.values import canonical_json
from confsync.sync.records import FOREVER

JsonObject = dict[str, Any]

FINGERPRINT_LENGTH = 10
DAY_MINUTES = 24 * 60
# The longest that one step of a rule without BY… parts can take, in days, and how many steps can be left out in a
# row where not every month has that day, or not every year a 29th of February.
STEP_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
STEPS_LEFT_OUT = 8


def event_context(config: JsonObject, event: JsonObject, calendar_id: str) -> JsonObject:
    """Return the event as the provider's templates see it."""
    start = event_time(event.get("start"))
    private = event.get("visibility") in ("private", "confidential")
    context: JsonObject = {
        "key": calendar_id + "/" + event["id"],
        "start": start,
        "end": event_time(event.get("end")),
        "time_zone": start["tz"],
        "is_all_day": "date" in start,
        "is_recurring": bool(event.get("recurrence")),
    }
    if private:
        context["title"] = config["provider"]["event"]["privateTitle"]
    elif event.get("summary"):
        context["title"] = event["summary"]
    if event.get("description") and not private:
        context["description"] = event["description"]
    if event.get("recurrence"):
        context["recurrence"] = event["recurrence"]
    return context


def event_time(value: JsonObject | None) -> JsonObject:
    """Return an event's start or end as `{ms, tz}`, with `date` for an all-day one."""
    if value and "dateTime" in value:
        return {"ms": parse_instant(value["dateTime"]), "tz": value.get("timeZone", "UTC")}
    if value and "date" in value:
        return {"ms": parse_instant(value["date"]), "tz": value.get("timeZone", "UTC"), "date": value["date"]}
    return {"ms": 0, "tz": "UTC"}


def parse_instant(text: str) -> int:
    """Return an RFC 3339 time, or a date at midnight UTC, as milliseconds since the epoch."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return round(time.timestamp() * 1000)


def event_end(event: JsonObject) -> int:
    """Return the minute by which the event, or the last occurrence of a series, has ended: FOREVER at the latest."""
    start = int(event_time(event.get("start"))["ms"]) // 60000
    end = int(event_time(event.get("end"))["ms"]) // 60000
    rules = event.get("recurrence", [])
    if not rules:
        return end
    if any(re.match("RDATE|EXRULE", line) for line in rules):
        return FOREVER
    latest = start
    for line in rules:
        if line.startswith("RRULE:"):
            latest = max(latest, rule_end(line[6:], start))
    return min(latest + end - start, FOREVER)


def never_takes_place(event: JsonObject) -> bool:
    """Tell whether it is plain to see that a series has no occurrence: all of its rules end before it begins."""
    start = int(event_time(event.get("start"))["ms"]) // 60000
    rules = [line for line in event.get("recurrence", []) if not line.startswith(("EXRULE", "EXDATE"))]
    limits = [rule_parts(line[6:]).get("UNTIL") for line in rules if line.startswith("RRULE:")]
    return 0 < len(rules) == len(limits) and all(limit and parse_until(limit) < start for limit in limits)


def rule_end(rule: str, start: int) -> int:
    """Return the minute by which the last occurrence of an RRULE has begun, FOREVER when that is not plain to see.

    It is exact for days and weeks without BY… parts, but for a change of clocks, and otherwise an upper bound.
    """
    parts = rule_parts(rule)
    known = ["FREQ", "COUNT", "UNTIL", "INTERVAL", "WKST"]
    if parts.get("FREQ") == "WEEKLY":
        known.append("BYDAY")
    plain = all(name in known for name in parts) and parts.get("FREQ") in STEP_DAYS
    step = step_days(parts["FREQ"], start) * int(parts.get("INTERVAL", "1")) * DAY_MINUTES if plain else 0
    even = plain and parts["FREQ"] in ("DAILY", "WEEKLY") and "BYDAY" not in parts
    if "UNTIL" in parts:
        until = parse_until(parts["UNTIL"])
        # An hour more, for in summer the last one may come an hour earlier.
        return min(until, start + (until + 60 - start) // step * step) if even and until >= start else until
    if "COUNT" not in parts or not plain:
        return FOREVER
    return start + (int(parts["COUNT"]) - (0 if "BYDAY" in parts else 1)) * step


def rule_parts(rule: str) -> dict[str, str]:
    """Return the parts of an RRULE by their names."""
    return dict(part.split("=", 1) for part in rule.split(";") if "=" in part)


def step_days(frequency: str, start: int) -> int:
    """Return the longest that one step of a rule can take, in days, in whatever time zone the rule starts."""
    day = datetime.fromtimestamp(start * 60, UTC).day
    rare = frequency in ("MONTHLY", "YEARLY") and not 2 <= day <= 27
    return STEP_DAYS[frequency] * (STEPS_LEFT_OUT if rare else 1)


def parse_until(text: str) -> int:
    """Return the minute of an UNTIL value; a date, or a time without a zone, counts to its end anywhere on Earth."""
    date = f"{text[0:4]}-{text[4:6]}-{text[6:8]}"
    if len(text) == 8:
        return parse_instant(date) // 60000 + 2 * DAY_MINUTES
    floating = 0 if text.endswith("Z") else DAY_MINUTES
    return parse_instant(f"{date}T{text[9:11]}:{text[11:13]}:{text[13:15]}Z") // 60000 + floating


def project_event(run_config: JsonObject, context: JsonObject) -> Any:
    """Return the body that an update would send: what the third party must hold."""
    return operation_body(run_config["provider"], "update", context)


def update_context(
    config: JsonObject,
    event: JsonObject,
    calendar_id: str,
    conference_id: str,
    solution: str,
    span: tuple[int, int],
) -> JsonObject:
    """Return everything that the provider's templates may name for this event and its conference.

    `span` holds the earliest start and the latest end of all of its events, in minutes.
    """
    return {
        "event": event_context(config, event, calendar_id),
        "span": span_context(span),
        "conference": {"id": conference_id},
        "solution": solution_settings(config, solution),
    }


def span_context(span: tuple[int, int]) -> JsonObject:
    """Return a span as the provider's templates see it; one without an end has none."""
    start, end = ({"ms": minutes * 60000, "tz": "UTC"} for minutes in span)
    return {"start": start, "end": end} if span[1] < FOREVER else {"start": start}


def solution_settings(config: JsonObject, solution: str) -> JsonObject:
    """Return what the developer configured for a solution; nothing for one that is no longer offered."""
    for entry in config["solutions"]:
        if entry["id"] == solution:
            settings: JsonObject = entry["settings"]
            return settings
    return {}


def fingerprint_of(key: str, projection: Any) -> str:
    """Return the first characters of the keyed hash of a projection."""
    digest = hmac.new(key.encode(), canonical_json(projection).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:FINGERPRINT_LENGTH]
