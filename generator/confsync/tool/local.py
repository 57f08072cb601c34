"""A local Google as the place to sync: whoever one says one is, and its clock is the one that counts."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httplib2

from confsync.errors import SyncError
from confsync.tool.google import GoogleHttp, Unreachable

TIMEOUT_S = 60


class LocalGoogle:
    """The local Google at an address; raises SyncError when it is none, or does not know the user."""

    def __init__(self, url: str, user: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise SyncError("not an address.", where=url, next_step="One looks like http://127.0.0.1:8765.")
        self.url, self.user = url.rstrip("/"), user
        self._http = GoogleHttp(_BearerHttp(user), self.url, "Name one of its users with --user.")
        self._told_ms, self._told_at, self._stands = 0, 0.0, False

    def ask(self, path: str) -> Any:
        """Return what a control route below /emulator shows; raises SyncError."""
        response, body = self._http.request(f"{self.url}/emulator{path}")
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if int(response.status) == 503:
            raise Unreachable("no answer.", where=self.url, next_step="Is it running?")
        if int(response.status) != 200 or not isinstance(answer, dict):
            raise SyncError(
                "what answers there is no local Google.",
                where=self.url,
                next_step="`confsync emulate` runs one.",
            )
        return answer

    def greet(self) -> None:
        """See that it is there and knows the user; raises SyncError."""
        users = self.ask("").get("users", [])
        if self.user.lower() not in users:
            raise SyncError(
                f"{self.user} is no user there.", where=self.url, next_step=f"Its users: {', '.join(users)}."
            )

    def http(self) -> Any:
        """Return what asks as the user."""
        return _BearerHttp(self.user)

    def now_ms(self) -> int:
        """Return the time that it told last, moved on unless it stands still."""
        gone = 0 if self._stands else int((time.monotonic() - self._told_at) * 1000)
        return self._told_ms + gone

    def refresh(self) -> None:
        """Ask it for the time."""
        told = self.ask("/clock")
        self._told_at = time.monotonic()
        self._told_ms = round(datetime.fromisoformat(told["now"]).timestamp() * 1000)
        self._stands = bool(told["virtual"])


class _BearerHttp:
    """Sends the user's e-mail address as bearer token, never over a proxy, and each time over a fresh connection.

    One that was idle may have been closed at the other end, which is found out too late.
    """

    def __init__(self, user: str) -> None:
        self._user = user

    def request(self, uri: str, method: str = "GET", **sent: Any) -> tuple[Any, bytes]:
        """Ask as `httplib2.Http.request` does."""
        headers = {**(sent.pop("headers", None) or {}), "authorization": f"Bearer {self._user}"}
        http = httplib2.Http(timeout=TIMEOUT_S, proxy_info=None)
        try:
            answer: tuple[Any, bytes] = http.request(uri, method, headers=headers, **sent)
            return answer
        finally:
            http.close()

    def close(self) -> None:
        """There is nothing to close."""
