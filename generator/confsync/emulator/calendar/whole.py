"""What a listing without a sync token shows: everything that a calendar holds, in the wanted order, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from confsync.emulator.calendar import events, horizon, instances, items, times, tombstones
from confsync.emulator.calendar.events import Event, Row
from confsync.emulator.calendar.items import Item
from confsync.emulator.calendar.query import Query
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.view import View

# An item and the key after which the next page goes on.
Keyed = tuple[tuple[Any, ...], Item]

# How many bytes of items a page has at most, unless one item alone has more. A usual event has a thousand.
LARGEST_PAGE = 8_000_000

_OF_LIVING_SERIES = """(master IS NOT NULL AND EXISTS (SELECT 1 FROM events AS parent
  WHERE parent.calendar = events.calendar AND parent.id = events.master AND NOT parent.cancelled))"""


def listed(room: Room, query: Query, after: tuple[Any, ...]) -> Iterator[Keyed]:
    """Yield what the calendar holds now, in the wanted order, after a key."""
    if query.order == "id":
        yield from (keyed for keyed in _by_id(room, query, after) if keyed[0] > after)
        return
    found = ((_rank(query, item), item) for _, item in _by_id(room, query, ()))
    yield from sorted((pair for pair in found if pair[0] > after), key=lambda pair: pair[0])


def stored_page(
    room: Room, query: Query, looks: View, after: tuple[Any, ...]
) -> list[tuple[str, bytes]] | None:
    """Return the ids and texts of a page, and of one item more, where the reader gets all of them as they are stored.

    None where something on the page has to be looked at; `listed` is then what to ask.
    """
    within_series = after[:1] != after[1:]
    if within_series or not (query.is_plain and query.order == "id" and looks.is_common):
        return None
    conditions, values = _conditions(room, query)
    unfolds = query.expand or query.windowed
    rows = room.db.execute(
        f"SELECT id, text, cancelled OR (series AND ?) OR {items.MAY_HIDE} FROM events "
        f"WHERE calendar = ? AND id > ? AND NOT hidden{conditions} ORDER BY id LIMIT ?",
        (
            unfolds,
            looks.sees_private,
            query.calendar.key,
            after[0] if after else "",
            *values,
            query.limit + 1,
        ),
    )
    page, size = [], 0
    for id_, text, looked_at in rows:
        size += len(text)
        if looked_at or size > LARGEST_PAGE:
            return None
        page.append((id_, text))
    return page


def _rank(query: Query, item: Item) -> tuple[int, str]:
    if isinstance(item, Row):
        return item["updated_us" if query.order == "updated" else "start_us"], item["id"]
    if query.order == "updated":
        return item.updated_us, item.id
    start = item.body.get("start")
    return (times.moment_us(start, query.calendar.time_zone) if start else 0), item.id


def _by_id(room: Room, query: Query, after: tuple[Any, ...]) -> Iterator[Keyed]:
    """Yield keyed by (id of the row, id of the event): a series and its occurrences stand together."""
    conditions, values = _conditions(room, query)
    where = f"calendar = ? AND id >= ? AND NOT hidden{conditions} ORDER BY id"
    for row in events.raw(room, where, query.calendar.key, after[0] if after else "", *values):
        if is_simple(query, row):
            yield (row["id"], row["id"]), row
            continue
        event = events.event_of(row)
        for item in _items(room, query, event):
            yield (event.id, item.id), item


def is_simple(query: Query, row: Row) -> bool:
    """Tell whether the store alone can decide that this row is listed, as it is."""
    return (
        query.is_plain and not row["cancelled"] and not (row["series"] and (query.expand or query.windowed))
    )


def _conditions(room: Room, query: Query) -> tuple[str, list[Any]]:
    """Return what SQL can leave out already; `_items` decides about the rest."""
    text = ""
    values: list[Any] = []
    if not query.show_deleted and query.updated_us is None:
        text += " AND NOT cancelled" if query.expand else f" AND (NOT cancelled OR {_OF_LIVING_SERIES})"
    elif gone := tombstones.gone_before_us(room):
        text += " AND NOT (cancelled AND master IS NULL AND changed_us < ?)"
        values.append(gone)
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
    # Deleted occurrences count: they are listed themselves, and would be without their series.
    if not query.takes(event) or (query.windowed and not _occurrences(room, query, event, cancelled=True)):
        return []
    return [event]


def _occurrences(room: Room, query: Query, master: Event, *, cancelled: bool) -> list[Event]:
    if query.high_us is None:
        year = horizon.year(room)
        return instances.in_sight(room, query.calendar, master, query.low_us, year, cancelled=cancelled)
    return instances.expand(room, query.calendar, master, query.low_us, query.high_us, cancelled=cancelled)
