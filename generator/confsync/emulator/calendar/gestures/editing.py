"""One event, one occurrence or one series changed: its title, times, recurrence and conference."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from confsync.emulator.calendar import content, times
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.gestures.hand import Hand, Place, whole_times
from confsync.emulator.calendar.gestures.series import change_series


def rename(hand: Hand) -> list[Place]:
    """Give an event, one occurrence or a whole series another title."""
    event = hand.living()
    return hand.places(hand.change(hand.calendar, event, {"summary": hand.asked["summary"]}))


def reschedule(hand: Hand) -> list[Place]:
    """Drag an event, one occurrence or a whole series to another time; without `end` it stays as long as it was."""
    event = hand.living()
    start = whole_times({"start": hand.asked["start"]})["start"]
    given = {"start": start, "end": hand.asked.get("end") or _kept_length(hand, event, start)}
    given = whole_times(given)
    if event.is_series:
        return hand.places(change_series(hand, hand.calendar, event, event, given))
    return hand.places(hand.change(hand.calendar, event, given))


def make_recurring(hand: Hand) -> list[Place]:
    """Let a single event repeat by the lines `recurrence`."""
    event = hand.living()
    if event.is_series or event.master:
        raise hand.refusal(event, "it repeats already", "Change all of its occurrences with change-all.")
    return hand.places(hand.change(hand.calendar, event, {"recurrence": hand.asked["recurrence"]}))


def make_single(hand: Hand) -> list[Place]:
    """Let a series repeat no longer: the occurrence that is open is left of it, or the first one."""
    event = hand.living()
    series = hand.series(hand.calendar, event)
    given = whole_times({"recurrence": None, "start": event.body["start"], "end": event.body["end"]})
    return hand.places(hand.change(hand.calendar, series, given))


def add_conference(hand: Hand) -> list[Place]:
    """Add a Google Meet conference, in the place of what is there; an add-on's conference comes by way of a draft."""
    request = {"requestId": hand.room.new_id(10), "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    given = {"conferenceData": {"createRequest": request}}
    return hand.places(hand.change(hand.calendar, hand.living(), given))


def remove_conference(hand: Hand) -> list[Place]:
    """Take the conference off an event, one occurrence or a series."""
    return hand.places(hand.change(hand.calendar, hand.living(), {"conferenceData": None}))


def _kept_length(hand: Hand, event: Event, start: dict[str, Any]) -> dict[str, Any]:
    """Return the end of an event that begins at `start` and lasts as long as before."""
    body, zone = event.body, event.body["start"].get("timeZone", hand.calendar.time_zone)
    if bool(start.get("date")) != ("date" in body["start"]):
        raise hand.refusal(event, "a date and a time are of different lengths", 'Say "end" too.')
    at = content.complete(
        {**body, "start": {"timeZone": zone, **start}, "end": {"timeZone": zone, **start}}, zone
    )["start"]
    if "date" in at:
        first, last = (date.fromisoformat(body[name]["date"]) for name in ("start", "end"))
        return {"date": str(date.fromisoformat(at["date"]) + (last - first))}
    begins, ends = (datetime.fromisoformat(body[name]["dateTime"]) for name in ("start", "end"))
    end = datetime.fromisoformat(at["dateTime"]) + (ends - begins)
    return {"dateTime": times.text_of(end), "timeZone": at["timeZone"]}
