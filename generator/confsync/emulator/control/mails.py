"""The mails that Calendar would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def mails(world: World, ask: Ask) -> Any:
    """List the mails that would have been sent: who to whom, of what kind, about which event; never what it says."""
    return {"mails": world.calendar.mails()}


ROUTES = (Route("GET", "mails", mails),)
