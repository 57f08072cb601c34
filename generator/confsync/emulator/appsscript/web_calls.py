"""What scripts ask about the web: HTML files, their own address, state tokens, and an identity token."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.projects import Projects
from confsync.emulator.appsscript.refusal import Refusal, not_emulated
from confsync.emulator.appsscript.resources import web_app_url
from confsync.emulator.clock import MICROSECONDS

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TABLE = "CREATE TABLE IF NOT EXISTS script_state_tokens (token TEXT PRIMARY KEY, callback TEXT NOT NULL);"
_TIMEOUT_S, _LONGEST_TIMEOUT_S = 60, 3600
_EMAIL = "https://www.googleapis.com/auth/userinfo.email"


@dataclass(frozen=True)
class Callback:
    """What a state token stands for: a function of a script, run as a user until a moment."""

    user: str
    scriptId: str
    deploymentId: str | None
    function: str
    arguments: Mapping[str, str]
    expires_us: int


class WebCalls:
    """Answers the calls that have to do with web pages."""

    def __init__(self, world: World, projects: Projects) -> None:
        world.store.create(_TABLE)
        self._world, self._projects = world, projects

    def html(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of HtmlService."""
        if method != "getFile":
            raise not_emulated("HtmlService", method)
        with self._world.store.turn():
            pages = (
                dict(context.library.pages)
                if context.library
                else self._projects.code(context.script_id, context.deployment_id).pages
            )
        name = arguments["name"].removesuffix(".html")
        if name not in pages:
            raise Refusal(f"No HTML file named {name} was found.")
        return pages[name]

    def script(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of ScriptApp that is not about triggers."""
        if method == "getServiceUrl":
            return self._url(context)
        if method == "getInstallationSource":
            return "WEB_STORE_ADD_ON" if context.deployment_id else "NONE"
        if method == "createStateToken":
            return self._state_token(context, arguments)
        return self._identity_token(context)

    def _url(self, context: Context) -> str | None:
        if "webapp" not in context.manifest:
            return None
        with self._world.store.turn():
            rows = self._projects.deployments(context.script_id)
        wanted = context.deployment_id or rows[0]["id"]
        return web_app_url(next(row for row in rows if row["id"] == wanted))

    def _state_token(self, context: Context, arguments: Mapping[str, Any]) -> str:
        seconds = arguments.get("timeout", _TIMEOUT_S)
        if not 0 < seconds <= _LONGEST_TIMEOUT_S:
            raise Refusal(f"The timeout must be between 1 and {_LONGEST_TIMEOUT_S} seconds.")
        if not arguments.get("method"):
            raise Refusal("A state token needs the name of a method.")
        expires_us = self._world.clock.now_us() + int(seconds * MICROSECONDS)
        callback = Callback(
            context.user,
            context.script_id,
            context.deployment_id,
            arguments["method"],
            arguments.get("arguments", {}),
            expires_us,
        )
        with self._world.store.turn() as connection:
            token = f"ADEpC8{self._world.random.getrandbits(256):064x}"
            row = (token, json.dumps(asdict(callback)))
            connection.execute("INSERT INTO script_state_tokens VALUES (?, ?)", row)
        return token

    def callback(self, token: str) -> Callback | None:
        """Return what a state token stands for, or None when it is unknown or its time is over."""
        with self._world.store.turn() as connection:
            query = "SELECT callback FROM script_state_tokens WHERE token = ?"
            row = connection.execute(query, (token,)).fetchone()
        callback = Callback(**json.loads(row["callback"])) if row else None
        return callback if callback and callback.expires_us > self._world.clock.now_us() else None

    def _identity_token(self, context: Context) -> str | None:
        """Return an OpenID Connect token, signed by nobody; None without the scope `openid`."""
        if context.scopes is not None and "openid" not in context.scopes:
            return None
        now = self._world.clock.now_us() // MICROSECONDS
        claims = {
            "iss": "https://accounts.google.com",
            "aud": f"{context.script_id}.apps.googleusercontent.com",
            "sub": context.user,
            "iat": now,
            "exp": now + 3600,
        }
        if context.scopes is None or _EMAIL in context.scopes:
            claims |= {"email": context.user, "email_verified": True}
        parts = (json.dumps({"alg": "none", "typ": "JWT"}), json.dumps(claims))
        return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "."
