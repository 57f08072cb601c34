"""Notification channels: who is told of which changes, and sending the messages that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def channels(world: World, ask: Ask) -> Any:
    """List the notification channels of all users, ended ones too, and the messages that wait to be sent."""
    return world.calendar.notifications.as_json()


def deliver(world: World, ask: Ask) -> Any:
    """Send the notifications that are due, and those that fall due meanwhile; each attempt is told."""
    return {"notifications": [entry.as_json() for entry in world.calendar.notifications.deliver()]}


ROUTES = (
    Route("GET", "channels", channels),
    Route("POST", "channels/deliver", deliver),
)
