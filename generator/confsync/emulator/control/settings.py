"""The settings of Calendar that a user has, which only its pages can change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import Ask, Route
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World


def show(world: World, ask: Ask) -> Any:
    """Show a user's settings."""
    return {"settings": world.calendar.settings(ask["email"].lower())}


def change(world: World, ask: Ask) -> Any:
    """Set some settings and leave the others as they are; `timezone` is the zone of the primary calendar."""
    email = ask.pop("email")
    for name, value in ask.items():
        if not isinstance(value, str):
            raise EmulatorError(f'"{name}" must be a string')
    world.calendar.change_settings(email.lower(), ask)
    return show(world, Ask({"email": email}))


ROUTES = (
    Route("GET", "users/{email}/settings", show),
    Route("PUT", "users/{email}/settings", change, free=True),
)
