"""`calendar.events.quickAdd`: an event from one line of text.

Calendar understands much more; here a line says a day, a time and a length, and everything else is the title.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from confsync.emulator.calendar import event_methods, settings, times
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.spoken_times import Spoken, read
from confsync.emulator.wire import Response
from confsync.platform.discovery import discovery

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def quick_add(room: Room, ask: Ask) -> Response:
    """Make the event that the text describes; without a time in it, it starts at the next full hour."""
    zone = times.known_zone(ask.calendar.time_zone)
    now = room.clock.now().astimezone(zone).replace(tzinfo=None)
    minutes = int(settings.values_of(room, ask.user)["defaultEventLength"])
    spoken = read(ask.parameters["text"], now.date())
    when = _when(spoken, now, timedelta(minutes=minutes), ask.calendar.time_zone)
    body = {"summary": spoken.title or ask.parameters["text"].strip(), **when}
    insert = discovery("calendar").methods["calendar.events.insert"]
    return event_methods.insert(room, replace(ask, method=insert, body=body))


def _when(spoken: Spoken, now: datetime, usual: timedelta, zone: str) -> dict[str, Any]:
    if spoken.day is not None and spoken.start is None:
        return {"start": {"date": str(spoken.day)}, "end": {"date": str(spoken.day + _DAY)}}
    start = _start(spoken.day, spoken.start, now)
    return {"start": _time(start, zone), "end": _time(start + (spoken.length or usual), zone)}


def _start(day: date | None, at: time | None, now: datetime) -> datetime:
    if at is None:
        return now.replace(minute=0, second=0, microsecond=0) + _HOUR
    if day is not None:
        return datetime.combine(day, at)
    today = datetime.combine(now.date(), at)
    return today if today >= now else today + _DAY


def _time(moment: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": moment.isoformat(timespec="seconds"), "timeZone": zone}
