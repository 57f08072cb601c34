"""How far a series is expanded where a request does not say.

An endless series is followed until some time after the end of the year (or after its own start, whichever is later). So what a
listing of single events shows moves once a year only, and a sync token can say until where its holder knows it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from confsync.emulator.calendar import times
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import MICROSECONDS

if TYPE_CHECKING:
    from confsync.emulator.calendar.events import Event

# A day at the horizon is in sight or not whatever the calendar's zone, for no delta tells that a zone has changed.
ZONE = "UTC"

_DAY_US = 24 * 3600 * MICROSECONDS


def year(room: Room) -> int:
    """Return the present year, which is what the horizon depends on."""
    return room.clock.now().year


def of_year(room: Room, of: int) -> int:
    """Return until when, in microseconds, a listing of that year looks."""
    new_year = datetime(min(of + 1, times.LAST_YEAR), 1, 1, tzinfo=UTC)
    return times.to_us(new_year) + room.switches.expansion_days * _DAY_US


def of_series(room: Room, master: Event, of: int) -> int:
    """Return until when a listing of that year expands a series."""
    if "start" not in master.body:
        return of_year(room, of)
    start_us = times.moment_us(master.body["start"], ZONE)
    return max(of_year(room, of), start_us + room.switches.expansion_days * _DAY_US)
