"""Consent: what users grant a script, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import LIST, TEXT, Ask, Route
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World


def consents(world: World, ask: Ask) -> Any:
    """List what users have decided; whoever is not there consents to whatever is asked for."""
    return {"consents": [consent.as_json() for consent in world.appsscript.consents()]}


def give(world: World, ask: Ask) -> Any:
    """Consent to what the manifest asks for now, or only to some scopes of it; what it asks for later needs consent again."""
    scopes = ask.get("scopes")
    if not all(isinstance(scope, str) for scope in scopes or ()):
        raise EmulatorError('"scopes" must be a list of strings')
    return world.appsscript.give_consent(ask["user"], ask["scriptId"], scopes).as_json()


def withdraw(world: World, ask: Ask) -> Any:
    """Withdraw consent: the script has none of a user's scopes, as before they were ever asked."""
    return world.appsscript.withdraw_consent(ask["user"], ask["scriptId"]).as_json()


ROUTES = (
    Route("GET", "consents", consents),
    Route("POST", "consents", give, {"user": TEXT, "scriptId": TEXT, "scopes?": LIST}),
    Route("DELETE", "consents/{scriptId}/{user}", withdraw),
)
