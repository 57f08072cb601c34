"""What the sample conferencing service holds, and its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import TEXT, Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def conferences(world: World, ask: Ask) -> Any:
    """List all conferences, without asking for the key."""
    return {"conferences": world.conferences.held()}


def journal(world: World, ask: Ask) -> Any:
    """List every write that had its effect, also those whose answer was lost."""
    return {"writes": world.conferences.journal()}


def key(world: World, ask: Ask) -> Any:
    """Show the key."""
    return {"key": world.conferences.key}


def replace_key(world: World, ask: Ask) -> Any:
    """Take another key from now on."""
    world.conferences.replace_key(ask["key"])
    return key(world, ask)


ROUTES = (
    Route("GET", "conferences", conferences),
    Route("GET", "conferences/journal", journal),
    Route("GET", "conferences/key", key),
    Route("PUT", "conferences/key", replace_key, {"key": TEXT}),
)
