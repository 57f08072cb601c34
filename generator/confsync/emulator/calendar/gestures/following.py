"""“This and following events”: a series is split in two, or ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from confsync.emulator.calendar import (
    calendars,
    copies,
    events,
    halves,
    instances,
    organizer,
    recurrence,
    vanished,
)
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.gestures.hand import Hand, Place
from confsync.emulator.calendar.gestures.series import change_series, for_series
from confsync.emulator.calendar.halves import Halves


def split(hand: Hand) -> list[Place]:
    """Change “this and following events” of a series, from the occurrence `eventId` on: it is split in two.

    The first half keeps the id and ends the day before, the second is called after its first original start; both get
    one stamp. What is known of it was recorded by others. From the first occurrence on it is a change of all.
    """
    calendar, shown = hand.main()
    master = hand.series(calendar, shown)
    cut = _cut(master, shown)
    if cut is None or _is_first(hand, calendar, master, cut):
        return hand.places(change_series(hand, calendar, master, shown, hand.given()))
    parts = halves.halves_of(master.body, cut)
    second = _begin(hand, calendar, master, parts)
    if not hand.room.switches.copy_lag_seconds:
        for copy in events.copies_of(hand.room, calendar.key, master.id):
            _begin_copy(hand, copy, second)
    _lead_along(hand, calendar, master, second, cut)
    first = _end(hand, calendar, master, parts)
    if not hand.room.switches.split_tombstones:
        vanished.forget(hand.room, master.id, hand.stamp)
    given = for_series(hand, calendar, second, shown, hand.given())
    second = organizer.change(hand.room, calendar, second, hand.content(calendar, second, given), hand.stamp)
    _change_shown(hand, calendar, shown)
    return hand.places(first, second)


def delete_following(hand: Hand) -> list[Place]:
    """Delete “this and following events” of a series, from the occurrence `eventId` on: it ends the day before.

    Its exceptions after that are cancelled. From the first occurrence on the whole series goes into the bin.
    """
    calendar, shown = hand.main()
    master = hand.series(calendar, shown)
    cut = _cut(master, shown)
    if cut is None or _is_first(hand, calendar, master, cut):
        return hand.places(hand.put(calendar, master, {**master.body, "status": "cancelled"}))
    return hand.places(_end(hand, calendar, master, halves.halves_of(master.body, cut)))


def _cut(master: Event, shown: Event) -> datetime | None:
    """Return the occurrence that is open as a wall-clock time; None when the series itself is."""
    return recurrence.series_of(master.body).at(instances.stamp_of(shown.id)) if shown.master else None


def _is_first(hand: Hand, calendar: Record, master: Event, cut: datetime) -> bool:
    """Tell whether no earlier occurrence is left: deleted ones do not count, for nobody sees them."""
    series = recurrence.series_of(master.body)
    exceptions = events.exceptions_of(hand.room, calendar.key, master.id)
    deleted = {instances.stamp_of(event.id) for event in exceptions if event.cancelled}
    for occurrence in series.all():
        if occurrence >= cut:
            return True
        if series.stamp(occurrence) not in deleted:
            return False
    return True


def _begin(hand: Hand, calendar: Record, master: Event, parts: Halves) -> Event:
    """Make the second half: everything of the series is copied, also when it was created."""
    series = recurrence.series_of(master.body)
    event_id = halves.second_id(master.id, series.stamp(parts.start))
    while events.load(hand.room, calendar.key, event_id):
        event_id = halves.next_id(event_id)
    start, end = series.times_at(parts.start)
    body = {**master.body, "start": start, "end": end, "recurrence": parts.after}
    body["iCalUID"] = f"{event_id}@google.com"
    return events.save(hand.room, calendar, replace(master, id=event_id, body=body, key=None), hand.stamp)


def _begin_copy(hand: Hand, copy: Event, second: Event) -> None:
    """Make a guest's copy of the second half, with what is the guest's own; who deleted the series has neither half."""
    if copy.cancelled and not copy.removed:
        return
    body = {**copies.joined(second.body, copy.body), "status": copy.body["status"]}
    calendar = calendars.by_key(hand.room, copy.calendar)
    events.save(hand.room, calendar, replace(copy, id=second.id, body=body, key=None), hand.stamp)


def _lead_along(hand: Hand, calendar: Record, master: Event, second: Event, cut: datetime) -> None:
    """Let the exceptions from the cut on go over to the second half, at the guests too; they keep their ids."""
    series = recurrence.series_of(master.body)
    for exception in _exceptions_everywhere(hand, calendar, master):
        occurrence = series.at(instances.stamp_of(exception.id))
        if occurrence is None or occurrence < cut:
            continue
        body = {**exception.body, "recurringEventId": second.id, "iCalUID": second.body["iCalUID"]}
        where = calendars.by_key(hand.room, exception.calendar)
        events.save(hand.room, where, replace(exception, master=second.id, body=body), hand.stamp)
        if exception.hidden:
            events.hide_exceptions(hand.room, where.key, second.id, hand.stamp)


def _exceptions_everywhere(hand: Hand, calendar: Record, master: Event) -> Iterator[Event]:
    """Yield the exceptions of a series in its calendar and at its guests, also such as only a guest has.

    Where copies follow later, the guests' own are left out: they follow with the copies.
    """
    if hand.room.switches.copy_lag_seconds:
        yield from events.exceptions_of(hand.room, calendar.key, master.id)
        return
    keys = {copy.calendar for copy in events.copies_of(hand.room, calendar.key, master.id)}
    for exception in events.exceptions_of(hand.room, calendar.key, master.id):
        keys |= {copy.calendar for copy in events.copies_of(hand.room, calendar.key, exception.id)}
    for key in (calendar.key, *sorted(keys - {calendar.key})):
        yield from events.exceptions_of(hand.room, key, master.id)


def _end(hand: Hand, calendar: Record, master: Event, parts: Halves) -> Event:
    body: dict[str, Any] = {name: value for name, value in master.body.items() if name != "recurrence"}
    if parts.before:
        body["recurrence"] = parts.before
    return organizer.change(hand.room, calendar, master, body, hand.stamp)


def _change_shown(hand: Hand, calendar: Record, shown: Event) -> None:
    """Change the exception on which the editor was open too, unless its occurrence went with the times."""
    exception = events.load(hand.room, calendar.key, shown.id) if shown.key is not None else None
    if exception and not exception.cancelled:
        body = hand.content(calendar, exception, hand.given())
        organizer.change(hand.room, calendar, exception, body, hand.stamp)
