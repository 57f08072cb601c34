"""The users, and what only their calendars' owner could do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import TEXT, Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def users(world: World, ask: Ask) -> Any:
    """List the users."""
    return {"users": [_user(world, email) for email in world.oauth.users()]}


def add_user(world: World, ask: Ask) -> Any:
    """Make a user; one that exists stays as it is."""
    world.oauth.add_user(ask["email"], ask.get("timeZone", "Etc/UTC"))
    return _user(world, ask["email"])


def expire_tokens(world: World, ask: Ask) -> Any:
    """Make all sync tokens of a calendar invalid: the next one used gets a 410."""
    world.calendar.expire_tokens(ask["calendarId"])
    return {}


def calendars(world: World, ask: Ask) -> Any:
    """Survey all calendars: what each user may do there, and all events, deleted ones too, whoever asks."""
    return {"calendars": world.calendar.survey()}


def _user(world: World, email: str) -> dict[str, str]:
    return {"email": email.lower(), "timeZone": world.oauth.time_zone_of(email)}


ROUTES = (
    Route("GET", "users", users),
    Route("POST", "users", add_user, {"email": TEXT, "timeZone?": TEXT}),
    Route("GET", "calendars", calendars),
    Route("POST", "calendars/{calendarId}/expire-tokens", expire_tokens),
)
