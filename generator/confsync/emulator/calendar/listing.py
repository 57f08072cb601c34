"""`calendar.events.list` and `instances`: pages of events, whole or what changed since a sync token.

A listing keeps no state between its pages: a page token says what it listed and after which key it goes on. The sync token
at the end says until when the *first* page knew the calendar, so what changes between the pages comes again with the next
delta. A delta lists what had changed by then, in the order of the changes; what changes again meanwhile is left to the
next one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from confsync.emulator.calendar import calendar_list, event_methods, events, instances, replies, times, view
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.query import DELETED_SERIES_DAYS, EXPANSION_DAYS, Query, page_size, query_of
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.tokens import (
    PageToken,
    SyncToken,
    query_mark,
    read_page_token,
    read_sync_token,
    user_mark,
)
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.wire import Response

# An item and the key after which the next page goes on.
Keyed = tuple[tuple[Any, ...], Event]

_DAY_US = 24 * 3600 * MICROSECONDS
_OF_LIVING_SERIES = """(master IS NOT NULL AND EXISTS (SELECT 1 FROM events AS series
  WHERE series.calendar = events.calendar AND series.id = events.master AND NOT series.cancelled))"""


def list_events(room: Room, ask: Ask) -> Response:
    """Answer `events.list`."""
    query = query_of(ask, room.clock.now_us())
    state, since_us, after = _place(ask)
    if since_us is not None:
        found = _delta(room, query, since_us, state.at_us, after)
    else:
        found = _whole(room, query, after)
    items = list(itertools.islice(found, query.limit + 1))
    more = len(items) > query.limit
    end: dict[str, str] = {}
    if more:
        end["nextPageToken"] = _page_token(ask, state, since_us, items[query.limit - 1][0])
    elif query.hands_out_token:
        end["nextSyncToken"] = state.text()
    looks = view.view_of(ask, query.calendar, items=True, full_tombstones=query.show_deleted)
    texts = [view.text_of(room, event, looks) for _, event in items[: query.limit]]
    return replies.page(ask, _envelope(room, ask, looks.zone) | end, texts)


def list_instances(room: Room, ask: Ask) -> Response:
    """Answer `events.instances`; `timeMin` includes what ends then, as documented."""
    master, given = event_methods.found(room, ask), ask.parameters
    low_us = times.to_us(times.parse(given["timeMin"])) - 1 if "timeMin" in given else None
    high_us = _horizon(room, ask.calendar, master)
    if "timeMax" in given:
        high_us = times.to_us(times.parse(given["timeMax"]))
    state, _, after = _place(ask)
    show_deleted, limit = given.get("showDeleted", False), page_size(given)
    found = instances.expand(room, ask.calendar, master, low_us, high_us, cancelled=show_deleted)
    items = [
        event for event in found if (event.id,) > after and _starts_at(event, given.get("originalStart"))
    ]
    end = {}
    if len(items) > limit:
        end["nextPageToken"] = _page_token(ask, state, None, (items[limit - 1].id,))
    looks = view.view_of(ask, ask.calendar, items=True)
    texts = [view.text_of(room, event, looks) for event in items[:limit]]
    return replies.page(ask, _envelope(room, ask, looks.zone) | end, texts)


def _starts_at(event: Event, original_start: str | None) -> bool:
    original = event.body.get("originalStartTime", {})
    if original_start is None or original.get("date") == original_start:
        return True
    if "dateTime" not in original or "T" not in original_start.upper():
        return False
    return times.parse(original["dateTime"]) == times.parse(original_start)


def _place(ask: Ask) -> tuple[SyncToken, int | None, tuple[Any, ...]]:
    """Return what the listing will hand out in the end, the µs it starts from (None: whole), and the last key."""
    calendar, given = ask.calendar, ask.parameters
    now = SyncToken("events", calendar.key, user_mark(ask.user), calendar.epoch, calendar.changed_us)
    since = read_sync_token(given["syncToken"], now) if "syncToken" in given else None
    if "pageToken" not in given:
        return now, since.at_us if since else None, ()
    page = read_page_token(given["pageToken"], _mark(ask), since, now)
    return page.next_sync, page.since_us, page.key


def _page_token(ask: Ask, state: SyncToken, since_us: int | None, key: tuple[Any, ...]) -> str:
    return PageToken(_mark(ask), state, since_us, key).text()


def _mark(ask: Ask) -> str:
    return query_mark({**ask.parameters, "": [ask.method.id, ask.user, ask.path]})


def _envelope(room: Room, ask: Ask, zone: str) -> dict[str, Any]:
    calendar = ask.calendar
    description = calendar.body.get("description")
    return {
        "kind": "calendar#events",
        "etag": _etag(calendar),
        "summary": calendar.body["summary"],
        **({"description": description} if description else {}),
        "updated": times.millis(calendar.changed_us),
        "timeZone": zone,
        "accessRole": calendar.role,
        "defaultReminders": calendar_list.default_reminders(room, ask.user, calendar),
    }


def _etag(calendar: Record) -> str:
    """Return the collection's etag: it changes whenever anything in the calendar does; its looks are recorded."""
    state = f"{calendar.key}/{calendar.epoch}/{calendar.changed_us}/{calendar.updated_us}/{calendar.role}"
    return f'"p3{user_mark(state)}00"'


def _whole(room: Room, query: Query, after: tuple[Any, ...]) -> Iterator[Keyed]:
    """Yield what the calendar holds now, in the wanted order, after a key."""
    if query.order == "id":
        yield from (keyed for keyed in _by_id(room, query, after) if keyed[0] > after)
        return
    by_start = query.order == "startTime"
    found = (event for _, event in _by_id(room, query, ()))
    keyed = [
        ((_start_us(query, event) if by_start else event.updated_us, event.id), event) for event in found
    ]
    yield from sorted((pair for pair in keyed if pair[0] > after), key=lambda pair: pair[0])


def _by_id(room: Room, query: Query, after: tuple[Any, ...]) -> Iterator[Keyed]:
    """Yield keyed by (id of the row, id of the event): a series and its occurrences stand together."""
    conditions, values = _conditions(query)
    start = after[0] if after else ""
    where = f"calendar = ? AND id >= ? AND NOT hidden{conditions} ORDER BY id"
    for event in events.rows(room, where, query.calendar.key, start, *values):
        for item in _items(room, query, event):
            yield (event.id, item.id), item


def _conditions(query: Query) -> tuple[str, list[Any]]:
    """Return what SQL can leave out already; `_items` decides."""
    text = ""
    values: list[Any] = []
    if not query.show_deleted and query.updated_us is None:
        text += " AND NOT cancelled" if query.expand else f" AND (NOT cancelled OR {_OF_LIVING_SERIES})"
    times_text = ""
    times_values: list[int] = []
    if query.low_us is not None:
        times_text += " AND (end_us IS NULL OR end_us > ?)"
        times_values.append(query.low_us)
    if query.high_us is not None:
        times_text += " AND start_us < ?"
        times_values.append(query.high_us)
    if times_text:
        # A series with an exception in the window may itself lie outside.
        moved = f"SELECT master FROM events WHERE calendar = ? AND master IS NOT NULL{times_text}"
        text += f" AND ((1{times_text}) OR id IN ({moved}))"
        values += [*times_values, query.calendar.key, *times_values]
    if query.expand:
        text += f" AND NOT {_OF_LIVING_SERIES}"
    if query.ical_uid is not None:
        text += " AND ical_uid = ?"
        values.append(query.ical_uid)
    return text, values


def _items(room: Room, query: Query, event: Event) -> list[Event]:
    if event.cancelled and not query.wants_deleted(event):
        return []
    if not event.is_series or event.cancelled:
        return [event] if query.is_within(event) and query.takes(event) else []
    if query.expand:
        found = _occurrences(room, query, event, cancelled=query.show_deleted)
        return [occurrence for occurrence in found if query.takes(occurrence)]
    windowed = query.low_us is not None or query.high_us is not None
    if not query.takes(event) or (windowed and not _occurrences(room, query, event, cancelled=False)):
        return []
    return [event]


def _occurrences(room: Room, query: Query, master: Event, *, cancelled: bool) -> list[Event]:
    horizon_us = query.high_us if query.high_us is not None else _horizon(room, query.calendar, master)
    return instances.expand(room, query.calendar, master, query.low_us, horizon_us, cancelled=cancelled)


def _delta(room: Room, query: Query, since_us: int, until_us: int, after: tuple[Any, ...]) -> Iterator[Keyed]:
    """Yield what changed after one stamp until another, in the order of the changes, each in its present state."""
    start = (max(since_us + 1, after[0]), after[1]) if after else (since_us + 1, "")
    where = "calendar = ? AND (changed_us, id) >= (?, ?) AND changed_us <= ? AND NOT hidden ORDER BY changed_us, id"
    for event in events.rows(room, where, query.calendar.key, *start, until_us):
        for item in _changed_items(room, query, event):
            key = (event.changed_us, event.id, item.id)
            if key > after and query.takes(item):
                yield key, item


def _changed_items(room: Room, query: Query, event: Event) -> list[Event]:
    """Return what a client must hear of: with `singleEvents`, the occurrences of a changed series."""
    if not (query.expand and event.is_series):
        return [event]
    if not event.cancelled:
        return _occurrences(room, query, event, cancelled=True)
    until_us = room.clock.now_us() + DELETED_SERIES_DAYS * _DAY_US
    return instances.expand(room, query.calendar, event, None, until_us, cancelled=True)


def _horizon(room: Room, calendar: Record, master: Event) -> int:
    """Return how far an endless series is followed: two years from now, or from its start."""
    if "start" not in master.body:
        return room.clock.now_us()
    start_us = times.moment_us(master.body["start"], calendar.time_zone)
    return max(room.clock.now_us(), start_us) + EXPANSION_DAYS * _DAY_US


def _start_us(query: Query, event: Event) -> int:
    return times.moment_us(event.body["start"], query.calendar.time_zone) if "start" in event.body else 0
