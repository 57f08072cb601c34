"""Gestures in Calendar's own pages, as steps: what each of them asks of the local Google."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Step = Mapping[str, Any]

# Steps that make another event, known by the name `as`.
MAKING = ("copy", "duplicate", "copy-to", "split")
# Steps that put an event into the calendar that they name.
MOVING = ("move", "change-calendar")


def is_gesture(step: Step) -> bool:
    """Tell whether the step is a gesture."""
    return step["do"] in _KEYS


def route(step: Step) -> str:
    """Return the control route of a gesture."""
    return f"/gestures/{'answer' if step['do'] == 'answer-occurrence' else step['do']}"


def keys(step: Step) -> dict[str, Any]:
    """Return what the gesture is asked besides the person, the calendars and the event."""
    found: dict[str, Any] = _KEYS[step["do"]](step)
    return found


def _nothing(_: Step) -> dict[str, Any]:
    return {}


def _event(step: Step) -> dict[str, Any]:
    return {"event": dict(step["with"])}


def _with(step: Step) -> dict[str, Any]:
    return dict(step["with"])


def _named(*names: str) -> Callable[[Step], dict[str, Any]]:
    return lambda step: {name: step[name] for name in names}


_KEYS: Mapping[str, Callable[[Step], dict[str, Any]]] = {
    "rename": _with,
    "reschedule": _with,
    "change-all": _event,
    "split": _event,
    "make-recurring": _with,
    "make-single": _nothing,
    "delete-following": _nothing,
    "restore": _nothing,
    "empty-bin": _nothing,
    "duplicate": _nothing,
    "copy-to": _nothing,
    "change-calendar": _nothing,
    "add-conference": _nothing,
    "invite": _named("guests"),
    "uninvite": _named("guests"),
    "answer-occurrence": _named("answer"),
    "transfer": _named("to"),
    "remove-from-my-calendar": _nothing,
}
