"""What people, calendars, events and conferences are called in a story."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confsync.verify.gestures import MAKING, MOVING
from confsync.verify.happened import Happened

JsonObject = Mapping[str, Any]

SHORT = 6
# An event's own id, that of the half of a split series, and that of an occurrence.
EVENT_ID = re.compile(r"([^_]+)(_R[\dT]+)?(_[\dTZ]+)?")
# Steps that give their event another title.
TITLING = ("create", "change", "change-all", "rename", "copy", "split")


class Names:
    """The names of one played history; titles are as people have set them so far (`meet`)."""

    def __init__(self, happened: Sequence[Happened], calls: Sequence[JsonObject]) -> None:
        self._titles: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._shared: set[str] = set()
        made = list(_made(happened, calls))
        # Which event a conference was made for, which event an id belongs to, which calendar an id.
        self._for = {conference: step["event"] for step, conference, _, _ in made}
        self._events = {event: step["event"] for step, _, event, _ in made if step["do"] == "create"}
        self._groups = {calendar: step["calendar"] for step, _, _, calendar in made if step.get("calendar")}
        others = [entry.step["event"] for entry in happened if entry.step["do"] == "add-calendar"]
        self._only_group = others[0] if len(others) == 1 else ""

    def meet(self, step: JsonObject) -> None:
        """Learn from a step what its event is called and whose it is."""
        name = str(step.get("as") or step.get("event") or "")
        self._meet_owner(step, name)
        if step["do"] in MAKING:
            self._titles[name] = self._titles.get(step["event"], "")
        changed, one = step.get("with"), step["do"] == "rename" and "occurrence" in step
        if step["do"] in TITLING and isinstance(changed, Mapping) and not one:
            self._titles[name] = str(changed.get("summary", self._titles.get(name, "")))

    def _meet_owner(self, step: JsonObject, name: str) -> None:
        if step["do"] in ("create", "copy", "copy-to"):
            self._owners[name] = step["who"]
        elif step["do"] in ("split", "duplicate"):
            self._owners[name] = self._owners.get(step["event"], str(step["who"]))
            (self._shared.add if step["event"] in self._shared else self._shared.discard)(name)
        elif step["do"] == "transfer":
            self._owners[name] = step["to"]
        if step["do"] in ("create", "copy", "copy-to", "transfer", *MOVING):
            (self._shared.add if step.get("calendar") else self._shared.discard)(name)

    def event(self, name: str) -> str:
        """Return how an event is called that a step names."""
        title = self._titles.get(name)
        return f"{name} “{title}”" if title else name

    def event_by_id(self, event_id: str) -> str:
        """Return how an event is called that a call names; an occurrence is one of its series."""
        found = EVENT_ID.fullmatch(event_id)
        series, later, occurrence = (found[1], found[2], found[3]) if found else (event_id, "", "")
        name = self.event(self._events[series]) if series in self._events else f"event {series[:SHORT]}"
        whole = f"a later part of {name}" if later else name
        return f"an occurrence of {whole}" if occurrence else whole

    def owns(self, who: str, event: str) -> bool:
        """Tell whether a person does not only have a guest's copy of the event: made it, or shares its calendar."""
        return event in self._shared or self._owners.get(event, who) == who

    def calendar(self, name: str, who: str) -> str:
        """Return how a calendar is called that a step names; without a name it is the person's own."""
        return f"the {name} calendar" if name else f"{person(who)}'s calendar"

    def calendar_by_id(self, calendar_id: str) -> str:
        """Return how a calendar is called that a call names."""
        if "@group." not in calendar_id:
            return self.calendar("", calendar_id)
        name = self._groups.get(calendar_id, self._only_group)
        return self.calendar(name, "") if name else f"the calendar {calendar_id[:SHORT]}"

    def conference(self, conference_id: str) -> str:
        """Return how a conference is called."""
        return f"conference {conference_id[:SHORT]}"

    def whole_conference(self, conference_id: str) -> str:
        """Return how a conference is called, and for which event it was made."""
        event = self._for.get(conference_id)
        return self.conference(conference_id) + (f", made for {self.event(event)}" if event else "")


def person(email: str) -> str:
    """Return how somebody is called."""
    return email.partition("@")[0].capitalize()


def _made(
    happened: Sequence[Happened], calls: Sequence[JsonObject]
) -> Iterator[tuple[JsonObject, str, str, str]]:
    """Yield the step, conference, event id and calendar id of each conference that was going to be made."""
    for entry in happened:
        first, last = entry.executions
        if "solution" in entry.step:
            for call in calls:
                if first <= call["execution"] <= last and call["method"] == "setProperties":
                    yield from ((entry.step, *ids) for ids in _unsaved(call["arguments"]["properties"]))


def _unsaved(properties: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, value in properties.items():
        kind, _, ids = key.partition(":")
        if kind == "unsaved":
            conference, _, event = ids.rpartition(":")
            yield conference, event, json.loads(value)[1]
