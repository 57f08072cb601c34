"""A series changed as a whole, from the editor that is open on one of its occurrences."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from confsync.emulator.calendar import events, halves
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.gestures.hand import Hand, Place, whole_times


def change_all(hand: Hand) -> list[Place]:
    """Change all occurrences of a series, from the editor open on one of them; exceptions keep what is their own.

    New times move every occurrence as far as the one that is open.
    """
    calendar, shown = hand.main()
    master = hand.series(calendar, shown)
    return hand.places(change_series(hand, calendar, master, shown, hand.given()))


def change_series(hand: Hand, calendar: Record, master: Event, shown: Event, given: dict[str, Any]) -> Event:
    """Change a series as its occurrence `shown` is asked to change, and that one too if it is an exception."""
    changed = hand.change(calendar, master, for_series(hand, calendar, master, shown, given))
    exception = events.load(hand.room, calendar.key, shown.id) if shown.master and shown.key else None
    if exception and not exception.cancelled:
        hand.change(calendar, exception, given)
    return changed


def for_series(
    hand: Hand, calendar: Record, series: Event, shown: Event, given: dict[str, Any]
) -> dict[str, Any]:
    """Return the fields to change in a series, given those to change in one occurrence of it."""
    body = hand.content(calendar, shown, {name: given[name] for name in ("start", "end") if name in given})
    if all(body[name] == shown.body[name] for name in ("start", "end")):
        return given
    days = (_day(body["start"]) - _day(shown.body["start"])).days
    times = _times_from(_day(series.body["start"]) + timedelta(days=days), body)
    rules = {"recurrence": halves.shifted(series.body["recurrence"], days)} if days else {}
    return {**rules, **given, **whole_times(times)}


def _day(value: dict[str, Any]) -> date:
    return date.fromisoformat((value.get("date") or value["dateTime"])[:10])


def _times_from(day: date, body: dict[str, Any]) -> dict[str, Any]:
    """Return start and end on that day, at the body's time of day and as long as it is."""
    start, end = body["start"], body["end"]
    if "date" in start:
        return {"start": {"date": str(day)}, "end": {"date": str(day + (_day(end) - _day(start)))}}
    begins, ends = (datetime.fromisoformat(value["dateTime"]) for value in (start, end))
    at = datetime.combine(day, time()) + timedelta(
        hours=begins.hour, minutes=begins.minute, seconds=begins.second
    )
    return {
        name: {"dateTime": moment.isoformat(), "timeZone": start["timeZone"]}
        for name, moment in (("start", at), ("end", at + (ends - begins)))
    }
