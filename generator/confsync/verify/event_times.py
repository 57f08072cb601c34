"""When events are: starts, ends, and the end of the last occurrence of a series."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dateutil.rrule import rrulestr

JsonObject = Mapping[str, Any]

ENDLESS, NEVER = datetime(9999, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)


def told(time: JsonObject) -> str:
    """Return a start or an end as the third party is told it."""
    return str(time["date"]) if "date" in time else instant(time).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(time: JsonObject) -> datetime:
    """Return the moment of a start or an end; a date begins at midnight in UTC."""
    told = datetime.fromisoformat(time.get("dateTime") or time["date"])
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def end_of(event: JsonObject) -> datetime:
    """Return when the event, or the last occurrence of a series, ends; NEVER when it has none."""
    start, end = instant(event["start"]), instant(event["end"])
    rules = event.get("recurrence", [])
    if not rules:
        return end
    if not any("UNTIL=" in rule or "COUNT=" in rule for rule in rules):
        return ENDLESS
    text = "\n".join(rules).replace("Z", "")
    occurrences = list(rrulestr(text, dtstart=start.replace(tzinfo=None), forceset=True))
    return occurrences[-1].replace(tzinfo=UTC) + (end - start) if occurrences else NEVER


def bound_of(event: JsonObject) -> datetime:
    """Return when the event has ended for certain, as far as is plain to see without its time zone.

    Until when a series repeats is a moment, but its last occurrence comes an hour earlier or later in summer.
    """
    limits = re.findall(r"UNTIL=(\d{8}(?:T\d{6})?)", "\n".join(event.get("recurrence", [])))
    lasts = instant(event["end"]) - instant(event["start"])
    exact = end_of(event)
    if not limits or exact == NEVER:
        return exact
    return max(exact, datetime.fromisoformat(max(limits)).replace(tzinfo=UTC) + lasts)
