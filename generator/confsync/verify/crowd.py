"""A crowd: one person with thousands of meetings, each with a conference, on a ground of its own.

The first conference is made in the editor, as people do. The others are there at once, as if that had gone on for
months: events and conferences like the first one are put into the calendar and to the third party.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from confsync.verify.chance_draw import PEOPLE
from confsync.verify.ground import Ground
from confsync.verify.people import People
from confsync.verify.promises import Broken, Observed, late
from confsync.verify.tally import Tally

JsonObject = dict[str, Any]

OWNER = PEOPLE[0]
# So many events are put into a calendar at once.
AT_ONCE = 5_000
PLACEHOLDER = "made long ago"
LASTS = timedelta(minutes=30)


class Crowd:
    """What its owner does with meetings that are known by their numbers, and how all of it is judged."""

    def __init__(self, place: Ground, solution: str) -> None:
        self.place, self.stage = place, place.stage
        self.tally = Tally(place.stage)
        self.people = People(place.stage)
        self._solution = solution
        self._conference: JsonObject = {}
        self._places: dict[int, tuple[str, str]] = {}
        # Quotas are those of the accounts that have least.
        self.stage.control("PUT", "/switches", {"accountKind": "consumer"})

    def begin(self) -> JsonObject:
        """Make the first meeting in the editor, which tells the add-on's way of doing it; return it."""
        begins_at = times(self.stage.now() + timedelta(days=1))
        made = {"do": "create", "who": OWNER, "event": "first", "solution": self._solution}
        self.people.act({**made, "with": {"summary": "First", **begins_at}})
        event = self.people.event(OWNER, "first")
        self._conference = event["conferenceData"]
        self.see()
        return event

    def gather(self, starts: Iterable[datetime]) -> list[int]:
        """Put a meeting with a conference at each of these times; return their numbers."""
        first = len(self._places)
        key = self.stage.control("GET", "/conferences/key")["key"]
        events = []
        for number, start in enumerate(starts, first):
            conference_id, event_id = _name("conference", number)[:32], _name("event", number)[:26]
            data = json.loads(
                json.dumps(self._conference).replace(self._conference["conferenceId"], conference_id)
            )
            events.append(
                {"id": event_id, "summary": f"Meeting {number}", **times(start), "conferenceData": data}
            )
            body = {"id": conference_id, "title": PLACEHOLDER, **_instants(start)}
            self.stage.third_party("POST", "/conferences", key, body)
            self.place.witness.adopted[conference_id] = OWNER
            self._places[number] = (OWNER, event_id)
        self.fill(events)
        return list(range(first, len(self._places)))

    def fill(self, events: Sequence[JsonObject]) -> None:
        """Put events into the owner's calendar, and let its trigger know."""
        for begin in range(0, len(events), AT_ONCE):
            calendar = {"id": OWNER, "events": events[begin : begin + AT_ONCE]}
            self.stage.control("POST", "/import", {"calendars": [calendar]})
        self.stage.control("POST", "/triggers/fire")
        self.see()

    def see(self) -> None:
        """Let the witness look."""
        self.place.witness.look()
        self.tally.take()

    def pass_time(self, **time: float) -> None:
        """Let time pass, such as `hours=2`, and whatever happens meanwhile."""
        self.stage.advance(int(timedelta(**time).total_seconds()))
        self.tally.take()

    def deliver(self) -> None:
        """Let the triggers run that wait."""
        self.stage.deliver()
        self.tally.take()

    def change(self, number: int, **fields: Any) -> None:
        """Change a meeting."""
        self._ask(number, "patch", body=fields)

    def postpone(self, number: int, start: datetime) -> None:
        """Move a meeting to another time."""
        self._ask(number, "patch", body=times(start))

    def delete(self, number: int) -> None:
        """Delete a meeting."""
        self._ask(number, "delete")

    def move(self, number: int, calendar_id: str) -> None:
        """Move a meeting to another calendar."""
        moved = self._ask(number, "move", destination=calendar_id)
        self._places[number] = (calendar_id, moved["id"])

    def copy(self, number: int, start: datetime) -> int:
        """Copy a meeting with its conference to another time; return the number of the copy."""
        event = self._ask(number, "get")
        body = {"summary": event["summary"], **times(start), "conferenceData": event["conferenceData"]}
        parameters = {"calendarId": OWNER, "body": body, "conferenceDataVersion": 1}
        copied = self.stage.google(OWNER, "events", "insert", **parameters)
        self._places[len(self._places)] = (OWNER, copied["id"])
        return len(self._places) - 1

    def _ask(self, number: int, method: str, **parameters: Any) -> Any:
        calendar_id, event_id = self._places[number]
        return self.stage.google(
            OWNER, "events", method, calendarId=calendar_id, eventId=event_id, **parameters
        )

    def delete_all(self) -> None:
        """Delete every meeting that is still there."""
        for calendar in self.stage.calendars():
            for event in calendar["events"]:
                if event["status"] != "cancelled":
                    place = {"calendarId": calendar["id"], "eventId": event["id"]}
                    self.stage.google(OWNER, "events", "delete", **place)
        self.see()

    def fault(self, **rule: Any) -> None:
        """Let something go wrong every time from now on."""
        self.stage.control("POST", "/faults", {"times": None, **rule})

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self.stage.control("DELETE", "/faults")

    def observed(self) -> Observed:
        """Return everything that the judge is told; of the calls more than the local Google keeps."""
        self.tally.take()
        return replace(self.place.witness.observed(), calls=self.tally.calls)

    def late(self) -> list[Broken]:
        """Return what should have been done by now, every trigger having been delivered."""
        return late(self.observed(), self.place.witness.watched())

    def properties(self) -> JsonObject:
        """Return what the add-on keeps for the owner."""
        return self.stage.properties(OWNER)

    def token(self) -> str:
        """Return the token of the owner's calendar, empty when there is none."""
        return str(self.properties().get(f"syncToken:{OWNER}", ""))


def begins(observed: Observed) -> dict[str, datetime]:
    """Return when the last of the events begins that carry each conference."""
    return {
        conference_id: max(datetime.fromisoformat(event["start"]["dateTime"]) for _, event in carriers)
        for conference_id, carriers in observed.carriers.items()
    }


def _name(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()


def times(start: datetime) -> JsonObject:
    """Return `start` and `end` of a meeting."""
    return {
        name: {"dateTime": at.isoformat(), "timeZone": "UTC"}
        for name, at in (("start", start), ("end", start + LASTS))
    }


def _instants(start: datetime) -> JsonObject:
    return {"startTime": start.isoformat(), "endTime": (start + LASTS).isoformat(), "timeZone": "UTC"}
