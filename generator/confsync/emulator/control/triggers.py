"""Triggers: what is waiting for what, and running what has been queued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def triggers(world: World, ask: Ask) -> Any:
    """List the triggers of all users and scripts."""
    return {"triggers": [trigger.as_json() for trigger in world.appsscript.triggers()]}


def deliver(world: World, ask: Ask) -> Any:
    """Run what is queued, and what that queues, until nothing is."""
    return {"executions": [record.as_json() for record in world.appsscript.deliver()]}


ROUTES = (
    Route("GET", "triggers", triggers),
    Route("POST", "triggers/deliver", deliver),
)
