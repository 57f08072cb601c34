"""What the local Google is: its addresses, its clock, and how to start it over."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import NUMBER, Ask, Route
from confsync.emulator.hosts import addresses
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

# A century: more than any story needs, less than what a date can hold.
LONGEST_ADVANCE_S = 100 * 366 * 86_400


def about(world: World, ask: Ask) -> Any:
    """Tell what this is and where everything is."""
    return {
        "version": version("confsync"),
        "seed": world.seed,
        **_clock(world),
        "users": world.oauth.users(),
        "addresses": addresses(f"http://{ask.host}" if ask.host else ""),
    }


def reset(world: World, ask: Ask) -> Any:
    """Go back to the start."""
    world.reset()
    return about(world, ask)


def clock(world: World, ask: Ask) -> Any:
    """Tell the time."""
    return _clock(world)


def advance(world: World, ask: Ask) -> Any:
    """Move the clock on; what falls due on the way runs."""
    seconds = ask["advanceSeconds"]
    if not 0 <= seconds <= LONGEST_ADVANCE_S:
        raise EmulatorError(f'"advanceSeconds" must be from 0 to {LONGEST_ADVANCE_S}')
    executions = world.appsscript.advance(seconds)
    return {**_clock(world), "executions": [record.as_json() for record in executions]}


def _clock(world: World) -> dict[str, Any]:
    now = world.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"now": now, "virtual": world.clock.virtual}


ROUTES = (
    Route("GET", "", about),
    Route("POST", "reset", reset),
    Route("GET", "clock", clock),
    Route("POST", "clock", advance, {"advanceSeconds": NUMBER}),
)
