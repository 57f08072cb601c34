"""Who runs: what services need to know about the execution that asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from confsync.emulator.appsscript.consents import Consent, Scopes
from confsync.emulator.execution import Call, Library

_NOT_SHARED = {"Cache", "HtmlService", "LockService", "Properties"}


@dataclass
class Context:
    """One execution: its number, user and script, the manifest it runs under and when it started.

    `deployment_id` is None for the project's HEAD. `calls` counts what it has asked, `token` is its access token
    once it has needed one. `waited_us` is how long it has waited already in the call that is answered. `kind` is its type of
    process, and `granted` what its user had consented to when it began. `ends_with_day` says that its limit
    is what is left of the time that triggers have that day. `libraries` are those that it includes, `library` is the
    one whose own things are meant, if any.
    """

    number: int
    user: str
    script_id: str
    deployment_id: str | None
    manifest: Mapping[str, Any]
    time_zone: str
    started_us: int
    limit_us: int
    calls: int = 0
    token: str = ""
    waited_us: int = 0
    libraries: tuple[Library, ...] = ()
    library: Library | None = None
    kind: str = ""
    granted: Scopes = None
    ends_with_day: bool = False

    def bounded_us(self, milliseconds: float, now_us: int) -> int:
        """Return how long it really waits: the platform would end it at its limit, not when it has waited."""
        return max(0, min(int(float(milliseconds) * 1000), self.started_us + self.limit_us - now_us + 1))

    def of(self, call: Call) -> Context:
        """Return whose things a call is about: a library's locks, caches, script properties and pages are its own.

        All else it shares with who includes it (source: Apps Script guide "Libraries").
        """
        if call.library is None:
            return self
        store = call.arguments.get("store")
        if call.service not in _NOT_SHARED or (call.service == "Properties" and store != "script"):
            return self
        library = self.libraries[call.library]
        return replace(self, script_id=library.library_id, library=library)

    @property
    def scopes(self) -> Scopes:
        """The scopes that it has: those of its manifest that are granted."""
        return Consent(self.user, self.script_id, granted=self.granted).allowed(listed_scopes(self.manifest))


def listed_scopes(manifest: Mapping[str, Any]) -> Scopes:
    """Return the scopes that a manifest lists; None when it lists none and the platform finds them out itself."""
    listed = manifest.get("oauthScopes")
    return None if listed is None else frozenset(listed)
