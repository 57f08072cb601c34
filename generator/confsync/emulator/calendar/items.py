"""What listings are made of: stored rows, or events where more than the store has to be looked at."""

from __future__ import annotations

from confsync.emulator.calendar import events, view
from confsync.emulator.calendar.events import Event, Row
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.view import View

Item = Row | Event


def event_of(item: Item) -> Event:
    """Return the event."""
    return item if isinstance(item, Event) else events.event_of(item)


def text_of(room: Room, item: Item, looks: View) -> bytes:
    """Return the item as JSON; a row that this reader sees as it is stored is not taken apart."""
    if isinstance(item, Event):
        return view.text_of(room, item, looks)
    if looks.is_common and not item["hidden"] and not _hides(item, looks):
        text: bytes = item["text"]
        return text
    copy = (item["calendar"], item["id"], item["changed_us"], bool(item["hidden"]))
    return room.texts.get(view.key_of(copy, looks)) or view.text_of(room, events.event_of(item), looks)


def _hides(row: Row, looks: View) -> bool:
    """Tell whether something in the stored text may be hidden from this reader."""
    if not looks.calendar.may("writer") and b'"visibility":"' in row["text"]:
        return True
    return row["home"] != row["calendar"] and b'"guestsCanSeeOtherGuests":false' in row["text"]
