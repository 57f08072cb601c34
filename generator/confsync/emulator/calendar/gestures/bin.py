"""The bin: events are deleted, brought back, and gone for good."""

from __future__ import annotations

from confsync.emulator.calendar import calendars, events, instances
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.gestures.hand import Hand, Place


def delete(hand: Hand) -> list[Place]:
    """Delete an event, one occurrence or a whole series; the organiser's goes from all guests' calendars too."""
    event = hand.living()
    return hand.places(hand.put(hand.calendar, event, {**event.body, "status": "cancelled"}))


def restore(hand: Hand) -> list[Place]:
    """Bring an event, an occurrence or a series back from the bin, with everything as it was, its conference too."""
    event = hand.event()
    if not event.cancelled:
        raise hand.refusal(event, "it is not in the bin", "Delete it first.")
    if "start" not in event.body:
        raise hand.refusal(event, "it was moved to another calendar", "Move it back from there.")
    if event.hidden or event.key is None:
        raise hand.refusal(event, "its series is deleted", f'Restore "{event.master}", the series.')
    if event.is_copy and not event.removed:
        raise hand.refusal(event, "its organiser took it away", "Ask for it there.")
    series = events.load(hand.room, hand.calendar.key, event.master) if event.master else None
    if series and instances.at(series, instances.stamp_of(event.id)) is None:
        raise hand.refusal(event, "its series no longer has this occurrence", "Restore another one.")
    return hand.places(hand.put(hand.calendar, event, {**event.body, "status": "confirmed"}))


def empty_bin(hand: Hand) -> list[Place]:
    """Delete for good what is in the calendar's bin: it can no longer be read, and all its sync tokens get a 410.

    Occurrences deleted from living series stay known to these, and so do living meetings that a guest has deleted.
    """
    db, calendar = hand.room.db, hand.calendar
    deleted = events.select(hand.room, "calendar = ? AND cancelled AND master IS NULL", calendar.key)
    gone = [event for event in deleted if _is_in_the_bin(hand, event)]
    for event in gone:
        db.execute("DELETE FROM events WHERE calendar = ? AND ? IN (id, master)", (calendar.key, event.id))
    if gone:
        calendars.expire_tokens(hand.room, calendar.key)
    return []


def _is_in_the_bin(hand: Hand, event: Event) -> bool:
    """Tell whether only this calendar remembers the event: its organiser's copy, or one of a deleted meeting."""
    if "start" not in event.body:
        return False
    main = instances.find(hand.room, event.home, event.id) if event.is_copy else None
    return main is None or main.cancelled
