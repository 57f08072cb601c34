"""The advanced Calendar service: an execution's call becomes a request to the Calendar room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.refusal import Refusal, not_emulated
from confsync.emulator.appsscript.wording import api_call_failed
from confsync.emulator.wire import Request, Response
from confsync.platform.discovery import Method, discovery

if TYPE_CHECKING:
    from confsync.emulator.world import World

# An access token is good for an hour, longer than any execution lasts.
_CONDITIONS = ("if-match", "if-none-match")
_NOT_PARAMETERS = ("resource", "headers")


class CalendarCalls:
    """Asks Calendar on behalf of an execution's user, with the scopes of its manifest."""

    def __init__(self, world: World) -> None:
        self._world = world

    def token(self, context: Context) -> str:
        """Return the execution's access token."""
        if not context.token:
            context.token = self._world.oauth.mint(context.user, context.scopes)
        return context.token

    def call(
        self, context: Context, service: str, method: str, arguments: Mapping[str, Any]
    ) -> tuple[Any, int]:
        """Return Calendar's answer and its status; refusals carry Calendar's own error in `details`."""
        described = discovery("calendar").methods.get(f"{service}.{method}")
        if described is None:
            raise not_emulated(service, method)
        request = _request(described, arguments, self.token(context))
        response = self._world.calendar.serve(request)
        self._world.clock.advance(response.delay_us)
        if response.status == 204:
            return None, response.status
        if 200 <= response.status < 300 and (value := _value(response)) is not None:
            return value, response.status
        raise _refusal(self._world.switches.script_locale, described.id, response)


def _request(method: Method, arguments: Mapping[str, Any], token: str) -> Request:
    path, query = discovery("calendar").base_path + method.path, []
    for name, value in arguments.items():
        if name in _NOT_PARAMETERS:
            continue
        if method.parameters.get(name, {}).get("location") == "path":
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        else:
            query += [(name, _text(item)) for item in (value if isinstance(value, list) else [value])]
    headers = {"authorization": f"Bearer {token}"}
    for name, value in arguments.get("headers", {}).items():
        if name.lower() in _CONDITIONS:
            headers[name.lower()] = value
    body = b""
    if "resource" in arguments:
        headers["content-type"] = "application/json"
        body = json.dumps(arguments["resource"]).encode()
    return Request(method.http_method, f"{path}?{urlencode(query)}" if query else path, headers, body)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(response: Response) -> Any:
    """Return what an answer says; None when it is cut off, or no JSON."""
    try:
        return response.json() if response.cut_at is None else None
    except ValueError:
        return None


def _refusal(locale: str, method_id: str, response: Response) -> GoogleRefusal:
    try:
        error = response.json()["error"]
        message, details = str(error["message"]), {key: error[key] for key in ("code", "message", "errors")}
    except (ValueError, KeyError, TypeError):
        message, details = "Empty response", None
    return GoogleRefusal(api_call_failed(locale, method_id, message), response.status, details)


class GoogleRefusal(Refusal):
    """What V8 scripts see when an advanced service fails: never decide by its message, it is in the user's language.

    Source: recorded logs.
    """

    def __init__(self, message: str, status: int, details: dict[str, Any] | None) -> None:
        super().__init__(message, "GoogleJsonResponseException", {"details": details} if details else {})
        self.status = status
