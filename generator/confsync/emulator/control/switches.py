"""The switches: shown and set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def show(world: World, ask: Ask) -> Any:
    """Show all switches."""
    return {"switches": world.switches.as_json()}


def change(world: World, ask: Ask) -> Any:
    """Set some switches and leave the others as they are; `Switches.change` checks the keys."""
    world.switches.change(ask)
    return show(world, ask)


ROUTES = (
    Route("GET", "switches", show),
    Route("PUT", "switches", change, free=True),
)
