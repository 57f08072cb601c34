"""Whether a script may act for a user: who is asked for consent before an execution, and what scripts ask about it.

The editor asks for scopes about which the user has not decided yet, and starts with those that they granted. Add-ons and web
apps start with all scopes or ask first, unless the switch `granularConsent` says that they do as the editor does. Triggers
ask nobody: they start with what is granted, and fail where more is needed. Sources: Apps Script guides "Authorization
scopes" and "Troubleshooting"; reference of `ScriptApp`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from confsync.emulator.appsscript.consents import Consent, Consents, Scopes, goes_beyond
from confsync.emulator.appsscript.context import Context, listed_scopes
from confsync.emulator.appsscript.limits import AUTHORIZATION_REQUIRED
from confsync.emulator.appsscript.refusal import Ending, not_emulated
from confsync.emulator.execution import ScriptError

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TRIGGERS = ("TRIGGER", "TIME_DRIVEN")
_NONE: Scopes = frozenset()


class Authorization:
    """Answers by what users have consented to."""

    def __init__(self, world: World, consents: Consents) -> None:
        self._world, self._consents = world, consents

    def consent_of(self, user: str, script_id: str) -> Consent:
        """Return what a user has decided about a script."""
        return self._consents.of(user, script_id)

    def refused(self, consent: Consent, kind: str, manifest: Mapping[str, Any]) -> ScriptError | None:
        """Return the error of an execution that would have to ask the user first; None when it may start."""
        listed = listed_scopes(manifest)
        if kind == "EXECUTION_API":  # its caller's token says what is granted
            return None
        if kind in _TRIGGERS:
            asks = consent.granted == _NONE and listed != _NONE
        else:
            known = consent.asked if self._is_granular(kind) else consent.granted
            asks = goes_beyond(listed, known)
        return _required(consent.scriptId, listed) if asks else None

    def _is_granular(self, kind: str) -> bool:
        return kind == "EDITOR" or self._world.switches.granular_consent == "everywhere"

    def call(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of ScriptApp; Ending when the execution cannot go on without consent."""
        if method == "invalidateAuth":
            return self._consents.keep(Consent(context.user, context.script_id, _NONE, _NONE))
        given, full = arguments.get("scopes"), arguments.get("authMode") == "FULL"
        wanted = listed_scopes(context.manifest) if given is None else frozenset(given)
        allowed = self.consent_of(context.user, context.script_id).allowed(listed_scopes(context.manifest))
        lacks = full and goes_beyond(wanted, allowed)
        if method == "getAuthorizationInfo":
            info = {"required": lacks, "scopes": sorted(allowed or ())}
            return info | ({"url": _url(context.script_id, wanted)} if lacks else {})
        if method != "requireScopes":
            raise not_emulated("ScriptApp", method)
        if lacks and self._is_granular(context.kind):
            raise Ending("FAILED", _required(context.script_id, wanted))
        return None


def _required(script_id: str, scopes: Scopes) -> ScriptError:
    consent = {"authorizationUrl": _url(script_id, scopes), "scopes": sorted(scopes or ())}
    return ScriptError("Exception", AUTHORIZATION_REQUIRED, {"consent": consent})


def _url(script_id: str, scopes: Scopes) -> str:
    """Return where the user would consent; nothing is served there."""
    asked = {"client_id": f"{script_id}.apps.googleusercontent.com", "scope": " ".join(sorted(scopes or ()))}
    return f"https://accounts.google.com/o/oauth2/auth?{urlencode(asked)}"
