"""`calendar.events.list` and `instances`: pages of events, whole or what changed since a sync token.

A listing keeps no state between its pages: a page token says what it listed and after which key it goes on. The sync token
at the end says until when the *first* page knew the calendar, so what changes between the pages comes again with the next
delta.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from confsync.emulator.calendar import (
    calendar_list,
    delta,
    event_methods,
    horizon,
    instances,
    items,
    replies,
    times,
    view,
    whole,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.query import Query, page_size, query_of
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.tokens import (
    PageToken,
    continued,
    query_mark,
    read_page_token,
    read_sync_token,
    state,
    user_mark,
)
from confsync.emulator.calendar.view import View
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.wire import Response


def list_events(room: Room, ask: Ask) -> Response:
    """Answer `events.list`."""
    query = query_of(room, ask)
    place = _place(room, ask)
    looks = view.view_of(ask, query.calendar, items=True, full_tombstones=_shows_all(room, query))
    texts, key, more = _page(room, query, looks, place)
    end: dict[str, str] = {}
    if more:
        end["nextPageToken"] = _after(place, key).text()
    elif query.hands_out_token:
        end["nextSyncToken"] = place.next_sync.text()
    if room.switches.shuffled_pages:
        room.random.shuffle(texts)
    answer = replies.page(ask, _envelope(room, ask, looks.zone) | end, texts)
    event_methods.finish_conferences(room, ask.calendar)
    return answer


def list_instances(room: Room, ask: Ask) -> Response:
    """Answer `events.instances`; `timeMin` includes what ends then, as documented."""
    master, given = event_methods.found(room, ask), ask.parameters
    low_us = times.to_us(times.parse(given["timeMin"])) - 1 if "timeMin" in given else None
    place, show_deleted = _place(room, ask), given.get("showDeleted", False)
    if "timeMax" in given:
        high_us = times.to_us(times.parse(given["timeMax"]))
        found = instances.expand(room, ask.calendar, master, low_us, high_us, cancelled=show_deleted)
    else:
        year = horizon.year(room)
        found = instances.in_sight(room, ask.calendar, master, low_us, year, cancelled=show_deleted)
    wanted = given.get("originalStart")
    rest = [event for event in found if (event.id,) > place.key and _starts_at(event, wanted)]
    looks = view.view_of(ask, ask.calendar, items=True)
    shown = (((event.id,), view.text_of(room, event, looks)) for event in rest)
    texts, key, more = _filled(shown, page_size(given))
    end = {"nextPageToken": _after(place, key).text()} if more else {}
    return replies.page(ask, _envelope(room, ask, looks.zone) | end, texts)


def _page(
    room: Room, query: Query, looks: View, place: PageToken
) -> tuple[list[bytes], tuple[Any, ...], bool]:
    """Return the texts of a page, the key after which the next one goes on, and whether there is a next one."""
    every, limit = room.switches.empty_page_every, query.limit
    if every and place.number % (every + 1) == every:
        return [], place.key, True
    if place.since is not None:
        found = delta.changed(room, query, place.since, place.next_sync, place.key)
    elif stored := whole.stored_page(room, query, looks, place.key):
        last = stored[min(limit, len(stored)) - 1][0]
        return [text for _, text in stored[:limit]], (last, last), len(stored) > limit
    else:
        found = whole.listed(room, query, place.key)
    return _filled(((key, items.text_of(room, item, looks)) for key, item in found), limit)


def _filled(
    found: Iterator[tuple[tuple[Any, ...], bytes]], limit: int
) -> tuple[list[bytes], tuple[Any, ...], bool]:
    """Take texts until the page is full: enough of them, or so large that more would be too much."""
    texts: list[bytes] = []
    size, last = 0, ()
    for key, text in found:
        if len(texts) == limit or (texts and size + len(text) > whole.LARGEST_PAGE):
            return texts, last, True
        texts.append(text)
        size, last = size + len(text), key
    return texts, (), False


def _shows_all(room: Room, query: Query) -> bool:
    return query.show_deleted or room.switches.tombstones == "full"


def _starts_at(event: Event, original_start: str | None) -> bool:
    original = event.body.get("originalStartTime", {})
    if original_start is None or original.get("date") == original_start:
        return True
    if "dateTime" not in original or "T" not in original_start.upper():
        return False
    return times.parse(original["dateTime"]) == times.parse(original_start)


def _place(room: Room, ask: Ask) -> PageToken:
    """Return where the listing stands: for a first page, at the beginning."""
    calendar, given, mark = ask.calendar, ask.parameters, _mark(ask)
    at_us = _known_us(room, calendar)
    now = state(room, "events", ask.user, calendar=calendar.key, epoch=calendar.epoch, at_us=at_us)
    since = read_sync_token(room, given["syncToken"], now) if "syncToken" in given else None
    if since is not None:
        delta.require_whole(room, since)
    if "pageToken" in given:
        return read_page_token(given["pageToken"], mark, since, now)
    return PageToken(mark, continued(room, now, since), since, (), 0)


def _known_us(room: Room, calendar: Record) -> int:
    """Return until when a listing knows the calendar: its last change, or what has got around of them."""
    lag_us = room.switches.delta_lag_seconds * MICROSECONDS
    return min(calendar.changed_us, room.clock.now_us() - lag_us) if lag_us else calendar.changed_us


def _after(place: PageToken, key: tuple[Any, ...]) -> PageToken:
    return PageToken(place.query, place.next_sync, place.since, key, place.number + 1)


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
    told = f"{calendar.key}/{calendar.epoch}/{calendar.changed_us}/{calendar.updated_us}/{calendar.role}"
    return f'"p3{user_mark(told)}00"'
