"""The trace: requests that came from outside, calls that executions made, and notifications that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import TEXT, WHOLE, Ask, Route
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

SOURCES = ("http", "execution", "notification")


def calls(world: World, ask: Ask) -> Any:
    """List what happened after number `since`, from one source or all; `last` is the next `since`."""
    source = ask.get("source", "")
    if source and source not in SOURCES:
        raise EmulatorError(f'"source" must be one of {", ".join(SOURCES)}')
    last = world.trace.count
    entries = world.trace.since(ask.get("since", 0), source)
    return {"calls": [entry.as_json() for entry in entries if entry.number <= last], "last": last}


ROUTES = (Route("GET", "calls", calls, {"since?": WHOLE, "source?": TEXT}),)
