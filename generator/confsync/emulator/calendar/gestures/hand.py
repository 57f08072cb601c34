"""Whoever does something in Calendar's pages, with one calendar open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confsync.emulator.calendar import bodies, calendars, event_methods, events, instances, merge, tombstones
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError
from confsync.errors import EmulatorError
from confsync.platform.discovery import discovery

# Does something and says what is to be seen afterwards.
Gesture = Callable[["Hand"], list["Place"]]
# A calendar and an event in it, by their ids: what a gesture shows afterwards.
Place = tuple[str, str]

_PATCH = discovery("calendar").methods["calendar.events.patch"]


@dataclass(frozen=True)
class Hand:
    """A person, the calendar that is open, what is asked besides, and the microsecond at which it all happens."""

    room: Room
    user: str
    calendar: Record
    asked: Mapping[str, Any]
    stamp: int

    def event(self) -> Event:
        """Return the event that is asked for, a deleted one too; EmulatorError when there is none."""
        event_id = self.asked["eventId"]
        found = instances.find(self.room, self.calendar.key, event_id)
        if found is None or tombstones.is_gone(self.room, found):
            raise EmulatorError(
                "there is no such event",
                where=f'the event "{event_id}" in {self.calendar.id}',
                next_step="Name one that GET /emulator/calendars shows, or an occurrence of a series.",
            )
        event_methods.require_writer(self.calendar, found)
        return found

    def living(self) -> Event:
        """Return the event that is asked for; EmulatorError when it is deleted."""
        event = self.event()
        if event.cancelled:
            raise self.refusal(event, "it is deleted", "Restore it first.")
        return event

    def main(self) -> tuple[Record, Event]:
        """Return the organiser's event and its calendar; EmulatorError for a guest who may not change it."""
        event = self.living()
        if not event.is_copy:
            return self.calendar, event
        main = instances.find(self.room, event.home, event.id)
        if main is None or not event.body.get("guestsCanModify"):
            organizer = event.body.get("organizer", {}).get("email")
            raise self.refusal(event, "only the organiser can do this", f"Do it as {organizer}.")
        return calendars.by_key(self.room, event.home), main

    def series(self, calendar: Record, event: Event) -> Event:
        """Return the series that an event is, or is an occurrence of; EmulatorError when it does not repeat."""
        master = events.load(self.room, calendar.key, event.master) if event.master else event
        if master is None or not master.is_series:
            raise self.refusal(event, "it does not repeat", "Name an occurrence of a series.")
        return master

    def given(self) -> dict[str, Any]:
        """Return what is asked to become of the event; an end or start that is given is meant as a whole."""
        given = bodies.known(_PATCH, self.asked["event"])
        bodies.check(_PATCH, given)
        return whole_times(given)

    def content(self, calendar: Record, event: Event, given: dict[str, Any]) -> dict[str, Any]:
        """Return the event's content with the given fields merged in, as the API's `patch` does."""
        merged = merge.patched(event.body, given, attachments=True)
        return event_methods.completed(self.room, calendar, event, given, merged, 1, replaces=False)

    def change(self, calendar: Record, event: Event, given: dict[str, Any]) -> Event:
        """Merge the given fields into an event, as its organiser or its guest, and return it as stored."""
        return self.put(calendar, event, self.content(calendar, event, given))

    def put(self, calendar: Record, event: Event, body: dict[str, Any]) -> Event:
        """Give an event new content, as its organiser or its guest, and return it as stored."""
        return event_methods.change(self.room, calendar, event, body, self.stamp)

    def places(self, *found: Event) -> list[Place]:
        """Return where these events are to be seen in the open calendar."""
        return [(self.calendar.id, event.id) for event in found]

    def refusal(self, event: Event, what: str, next_step: str) -> EmulatorError:
        """Return the error that says why nothing can be done with this event."""
        return EmulatorError(what, where=f'the event "{event.id}" in {self.calendar.id}', next_step=next_step)

    def other_calendar(self, calendar_id: str) -> Record:
        """Return another calendar in which the person may write; EmulatorError when there is none."""
        found = calendar_of(self.room, calendar_id, self.user)
        calendars.require_writer(found)
        return found


def perform(room: Room, gesture: Gesture, asked: Mapping[str, Any]) -> list[Place]:
    """Do what a request describes: as `user`, in `calendarId` unless it is the person's own."""
    user = str(asked["user"]).lower()
    calendar = calendar_of(room, asked.get("calendarId", "primary"), user)
    calendars.require_writer(calendar)
    places = gesture(Hand(room, user, calendar, asked, room.stamp()))
    for calendar_id, event_id in places:
        found = calendars.by_id(room, calendar_id)
        if found:
            event_methods.wait_for_conference(room, instances.find(room, found.key, event_id))
    return places


def calendar_of(room: Room, calendar_id: str, user: str) -> Record:
    """Return a calendar as that user may use it; EmulatorError when they see none of that id."""
    try:
        return calendars.find(room, calendar_id, user)
    except ApiError as error:
        raise EmulatorError(
            f'{user} sees no calendar "{calendar_id}"',
            next_step="Name a user and a calendar that GET /emulator/calendars shows.",
        ) from error


def addresses(people: Iterable[Any], name: str) -> list[str]:
    """Return e-mail addresses in lower case; EmulatorError for anything else."""
    found = [person.lower() for person in people if isinstance(person, str) and "@" in person]
    if not found or len(found) != len(list(people)):
        raise EmulatorError(f'"{name}" must hold e-mail addresses', next_step="Write them as texts.")
    return found


def whole_times(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with start and end saying all that they are: a date ends a time, and the other way round."""
    absent = {"date": None, "dateTime": None}
    return {
        name: {**absent, **value} if name in ("start", "end") and isinstance(value, Mapping) else value
        for name, value in given.items()
    }
