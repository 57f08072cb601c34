"""The fault rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def faults(world: World, ask: Ask) -> Any:
    """List the rules, with how often each was asked and struck."""
    return {"faults": [rule.as_json() for rule in world.faults.list()]}


def add_fault(world: World, ask: Ask) -> Any:
    """Add a rule; `Faults.add` checks its keys."""
    return world.faults.add(ask).as_json()


def clear_faults(world: World, ask: Ask) -> Any:
    """Remove all rules."""
    world.faults.clear()
    return {}


def remove_fault(world: World, ask: Ask) -> Any:
    """Remove one rule."""
    world.faults.remove(ask["id"])
    return {}


ROUTES = (
    Route("GET", "faults", faults),
    Route("POST", "faults", add_fault, free=True),
    Route("DELETE", "faults", clear_faults),
    Route("DELETE", "faults/{id}", remove_fault),
)
