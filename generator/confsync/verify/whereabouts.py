"""Where the events are that steps speak of, and whose, as far as the steps tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confsync.verify.gestures import MAKING, MOVING

Step = Mapping[str, Any]


@dataclass
class _Place:
    owner: str
    calendar: str


class Whereabouts:
    """Follows the steps of one history; a person's own calendar is called by the person's e-mail address."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._unlisted: set[tuple[str, str]] = set()

    def calendar(self, step: Step) -> str:
        """Return the calendar in which the step's person acts, empty when it is about none."""
        if step["do"] == "empty-bin":
            return str(step.get("calendar") or step["who"])
        if "event" not in step or step["do"] in ("add-calendar", "fault"):
            return str(step.get("calendar", ""))
        if step["do"] in ("create", "abandon") or step["event"] not in self._places:
            return str(step.get("calendar") or step["who"])
        return self._places[step["event"]].calendar or str(step["who"])

    def target(self, step: Step) -> str:
        """Return the calendar to which a step copies or moves its event, empty for other steps."""
        if step["do"] == "transfer":
            return str(step["to"])
        return str(step.get("calendar") or step["who"]) if step["do"] in ("copy", "copy-to", *MOVING) else ""

    def is_guest(self, step: Step) -> bool:
        """Tell whether the step is about a person's copy of somebody else's event."""
        place = self._places.get(step.get("event", ""))
        return place is not None and not place.calendar and place.owner != step.get("who")

    def is_unlisted(self, step: Step) -> bool:
        """Tell whether the step names a calendar that its person has taken off the list."""
        return (step["who"], step.get("calendar", "")) in self._unlisted

    def follow(self, step: Step) -> None:
        """Take notice of a step that was possible."""
        known = self._places.get(step.get("event", ""))
        if step["do"] == "unsubscribe":
            self._unlisted.add((step["who"], step["calendar"]))
        elif step["do"] == "subscribe":
            self._unlisted.discard((step["who"], step["calendar"]))
        elif step["do"] == "give-role":
            self._unlisted.discard((step["with"], step["calendar"]))
        elif step["do"] in ("create", "copy", "copy-to"):
            self._places[step.get("as", step["event"])] = _Place(step["who"], step.get("calendar", ""))
        elif step["do"] in MAKING and known:
            self._places[step["as"]] = _Place(known.owner, known.calendar)
        elif step["do"] in MOVING and known:
            known.calendar = step.get("calendar", "")
        elif step["do"] == "transfer" and known:
            known.owner, known.calendar = step["to"], ""
