"""The in-process twin of the HTTP server: Google's client speaks to a world without a socket."""

import http.client
import time
from typing import Any
from urllib.parse import urlsplit

import httplib2

from confsync.emulator.world import World


class TwinHttp:
    """An `http` object for google-api-python-client that asks a world directly.

    `token` is sent as the bearer token unless the request carries one of its own; an e-mail address acts as
    that user.
    """

    def __init__(self, world: World, token: str = "") -> None:
        self._world = world
        self._token = token

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        redirections: int = 5,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        """Answer as `httplib2.Http.request` does: (response with status and headers, body).

        ConnectionResetError when no answer comes back, IncompleteRead when only a part of one does.
        """
        parts = urlsplit(uri)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = dict(headers or {})
        if self._token and "authorization" not in {name.lower() for name in sent}:
            sent["authorization"] = f"Bearer {self._token}"
        data = body.encode() if isinstance(body, str) else body or b""
        response = self._world.request(method, target, sent, data)
        if response.delay_s:
            time.sleep(response.delay_s)
        if response.status == 0:
            raise ConnectionResetError("Connection reset by peer")
        if response.cut_at is not None:
            missing = len(response.body) - response.cut_at
            raise http.client.IncompleteRead(response.body[: response.cut_at], missing)
        content = response.body + b"".join(response.chunks)
        return httplib2.Response({**response.headers, "status": str(response.status)}), content

    def close(self) -> None:
        """There is nothing to close."""
