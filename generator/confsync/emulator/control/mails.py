"""The mails that Calendar and Apps Script would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def mails(world: World, ask: Ask) -> Any:
    """List the mails that would have been sent: who to whom, of what kind, about which event or script; never what it says."""
    all_ = sorted([*world.calendar.mails(), *world.appsscript.mails()], key=lambda mail: str(mail["time"]))
    return {"mails": [mail | {"number": number} for number, mail in enumerate(all_, 1)]}


ROUTES = (Route("GET", "mails", mails),)
