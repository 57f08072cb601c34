"""Events made of others, and events that go to another calendar."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from confsync.emulator.calendar import copies, event_methods, events, moving, times
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.gestures.hand import Hand, Place

# What belongs to the one event and not to its looks.
_LEFT = ("recurringEventId", "originalStartTime", "extendedProperties", "privateCopy")


def duplicate(hand: Hand) -> list[Place]:
    """Make another event like this one in the same calendar, with its guests and its conference."""
    event = hand.living()
    guests = [_asked_anew(hand, person) for person in event.body.get("attendees", ())]
    made = _made(hand, hand.calendar, event, {"attendees": guests} if guests else {})
    return hand.places(made)


def copy_to(hand: Hand) -> list[Place]:
    """Copy an event with its conference to another calendar, without its guests."""
    event, destination = hand.living(), hand.other_calendar(hand.asked["destination"])
    return [(destination.id, _made(hand, destination, event, {}).id)]


def change_calendar(hand: Hand) -> list[Place]:
    """Choose another calendar for an event; an occurrence takes its whole series along."""
    event, destination = hand.living(), hand.other_calendar(hand.asked["destination"])
    whole = hand.series(hand.calendar, event) if event.master else event
    moved = moving.carry(hand.room, hand.calendar, whole, destination, hand.stamp)
    return [(destination.id, moved.id)]


def _made(hand: Hand, calendar: Record, event: Event, more: dict[str, Any]) -> Event:
    event_id = hand.room.new_id()
    body = {name: value for name, value in event.body.items() if name not in (*_LEFT, "attendees")}
    body |= {
        "created": times.whole_seconds(hand.room.clock.now_us()),
        "creator": {"email": hand.user},
        "organizer": event_methods.organizer_of(calendar),
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        **more,
    }
    made = replace(
        event, calendar=calendar.key, home=calendar.key, id=event_id, master=None, key=None, body=body
    )
    saved = events.save(hand.room, calendar, made, hand.stamp)
    copies.spread(hand.room, saved, {}, hand.stamp)
    return saved


def _asked_anew(hand: Hand, person: dict[str, Any]) -> dict[str, Any]:
    answer = "accepted" if person["email"] == hand.calendar.id else "needsAction"
    return {**{name: value for name, value in person.items() if name != "comment"}, "responseStatus": answer}
