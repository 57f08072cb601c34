"""What listings are made of: stored rows, or events where more than the store has to be looked at."""

from __future__ import annotations

from confsync.emulator.calendar import events, view
from confsync.emulator.calendar.events import Event, Row
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.view import View

Item = Row | Event

# Whether something in a stored text may be hidden from a reader; its parameter: whether they see private events.
_PRIVATE, _GUESTS = b'"visibility":"', b'"guestsCanSeeOtherGuests":false'
# A CASE, for SQLite looks at both sides of an AND.
MAY_HIDE = f"""CASE WHEN ? AND home = calendar THEN 0
  ELSE instr(text, x'{_PRIVATE.hex()}') OR instr(text, x'{_GUESTS.hex()}') END"""


def text_of(room: Room, item: Item, looks: View) -> bytes:
    """Return the item as JSON; a row that this reader sees as it is stored, or in part, is not taken apart."""
    if isinstance(item, Event):
        return view.text_of(room, item, looks)
    if not looks.is_of_stored or item["hidden"] or item["cancelled"] or _hides(item, looks):
        return view.text_of(room, events.event_of(item), looks)
    if looks.mask is None:
        return bytes(item["text"])
    copy = (item["calendar"], item["id"], item["changed_us"], False)
    return view.part_of(room, copy, item["text"], looks)


def _hides(row: Row, looks: View) -> bool:
    if not looks.sees_private and _PRIVATE in row["text"]:
        return True
    return row["home"] != row["calendar"] and _GUESTS in row["text"]
