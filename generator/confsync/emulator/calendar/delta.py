"""What a listing with a sync token shows: what had changed when its first page was asked for, in the order of the changes.

Each event comes once, in its present state; what changes again meanwhile is left to the next delta.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from typing import Any

from confsync.emulator.calendar import events, horizon, instances, tombstones
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.query import Query
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.tokens import SyncToken
from confsync.emulator.calendar.whole import Keyed, is_simple
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.errors import standard_error

_DAY_US = 24 * 3600 * MICROSECONDS
# Time zones are not further from each other: so much earlier, nothing at the old horizon is missed.
_ZONES_US = 2 * _DAY_US

# A stored exception tells by itself that it is cancelled, and tells more.
_NOT_STORED = """AND NOT EXISTS (SELECT 1 FROM events WHERE events.calendar = vanished.calendar
  AND events.id = vanished.id AND events.master IS NOT NULL AND NOT events.hidden)"""

# The keys of items: microsecond, which of these, row, id. What only the new year brought stands last.
_EVENT, _VANISHED = 0, 1
_LAST_US = 2**62


def require_whole(room: Room, since: SyncToken) -> None:
    """Raise ApiError 410 for a token from before a deletion that cannot be told any more."""
    gone = tombstones.gone_before_us(room)
    if gone and tombstones.newest_gone_us(room, since.calendar, gone) > since.at_us:
        raise standard_error(410, "fullSyncRequired")


def changed(
    room: Room, query: Query, since: SyncToken, until: SyncToken, after: tuple[Any, ...]
) -> Iterator[Keyed]:
    """Yield what changed after one token until another, after a key."""
    start_us = since.at_us - room.switches.token_slack_seconds * MICROSECONDS
    start_us = max(start_us + 1, after[0] if after else 0)
    sources = [_changed_events(room, query, start_us, until.at_us, after)]
    if query.expand:
        sources.append(_vanished(room, query, start_us, until.at_us))
        sources.append(_of_new_years(room, query, since.year, until.year))
    for key, item in heapq.merge(*sources, key=lambda keyed: keyed[0]):
        if key > after:
            yield key, item


def _changed_events(
    room: Room, query: Query, start_us: int, until_us: int, after: tuple[Any, ...]
) -> Iterator[Keyed]:
    told = "" if room.switches.exception_tombstones else f" AND (NOT hidden OR {events.WENT_OVER})"
    place = (after[0], after[2]) if after and after[1] == _EVENT else (start_us, 0)
    where = f"""calendar = ? AND changed_us >= ? AND changed_us <= ? AND (changed_us > ? OR key >= ?){told}
      ORDER BY changed_us, key"""
    for row in events.raw(room, where, query.calendar.key, start_us, until_us, *place):
        if is_simple(query, row):
            yield (row["changed_us"], _EVENT, row["key"], row["id"]), row
            continue
        for item in _items(room, query, events.event_of(row)):
            if query.takes(item):
                yield (row["changed_us"], _EVENT, row["key"], item.id), item


def _items(room: Room, query: Query, event: Event) -> list[Event]:
    """Return what a client must hear of: with `singleEvents`, the occurrences of a changed series."""
    if not (query.expand and event.is_series):
        return [event]
    if not event.cancelled:
        return instances.in_sight(room, query.calendar, event, None, horizon.year(room), cancelled=True)
    until_us = room.clock.now_us() + room.switches.occurrence_tombstone_days * _DAY_US
    return instances.expand(room, query.calendar, event, None, until_us, cancelled=True)


def _vanished(room: Room, query: Query, start_us: int, until_us: int) -> Iterator[Keyed]:
    rows = room.db.execute(
        f"SELECT rowid AS key, * FROM vanished WHERE calendar = ? AND changed_us BETWEEN ? AND ? {_NOT_STORED} "
        "ORDER BY changed_us, rowid",
        (query.calendar.key, start_us, until_us),
    )
    for row in rows:
        body: dict[str, Any] = {"status": "cancelled"}
        if row["master"]:
            body |= {"recurringEventId": row["master"], "originalStartTime": json.loads(row["original"])}
        stamps = (row["changed_us"], row["changed_us"])
        place = (row["calendar"], row["id"], row["calendar"], row["master"])
        yield (
            (row["changed_us"], _VANISHED, row["key"], row["id"]),
            # Hidden, so that it is not taken for the series of the same id.
            Event(*place, True, False, *stamps, body),
        )


def _of_new_years(room: Room, query: Query, old: int, new: int) -> Iterator[Keyed]:
    """Yield the occurrences that came into sight when the year changed."""
    if old == new:
        return
    where = "calendar = ? AND series AND NOT cancelled AND (end_us IS NULL OR end_us > ?) ORDER BY key"
    for event in events.rows(room, where, query.calendar.key, horizon.of_year(room, old)):
        low_us = horizon.of_series(room, event, old) - _ZONES_US
        for item in instances.in_sight(room, query.calendar, event, low_us, new, cancelled=True):
            if query.takes(item):
                yield (_LAST_US, _EVENT, event.key, item.id), item
