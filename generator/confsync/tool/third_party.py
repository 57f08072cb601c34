"""Requests to the conferencing service over the network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any

import httplib2

from confsync.platform.allowlist import allows
from confsync.sync.ports import FetchError, JsonObject

TIMEOUT_S = 30
NO_ANSWER: JsonObject = {"status": 0, "headers": {}, "body": ""}


class ThirdParty:
    """Sends requests side by side, to addresses of the allow-list only; redirects are not followed.

    `address_of` says where an address is really found, which is never behind a proxy: a local Google serves the sample
    service itself.
    """

    def __init__(self, allowlist: Sequence[str], address_of: Callable[[str], str] | None = None) -> None:
        self._allowlist, self._address_of = allowlist, address_of
        self.count = 0

    def fetch_all(self, requests: Sequence[JsonObject]) -> list[JsonObject]:
        """Return `{status, headers, body}` for each; a status of 0 where no answer came.

        Raises FetchError for an address that may not be asked. Threads do not outlive the process: whoever ends it
        is not held up by an answer that does not come.
        """
        for request in requests:
            if not allows(self._allowlist, request["url"]):
                raise FetchError("an address is not in url_allowlist")
        self.count += len(requests)
        answers: SimpleQueue[tuple[int, JsonObject]] = SimpleQueue()

        def ask(number: int, request: JsonObject) -> None:
            answers.put((number, self._asked(request)))

        for number, request in enumerate(requests):
            threading.Thread(target=ask, args=(number, request), daemon=True).start()
        found = dict(answers.get() for _ in requests)
        return [found[number] for number in range(len(requests))]

    def _asked(self, request: JsonObject) -> JsonObject:
        headers = dict(request["headers"])
        if "contentType" in request:
            headers["Content-Type"] = request["contentType"]
        payload = request.get("payload")
        try:
            response, body = self._connection().request(
                self._address_of(request["url"]) if self._address_of else request["url"],
                request["method"],
                body=payload.encode() if payload is not None else None,
                headers=headers,
            )
        # Whatever it was, no answer came, and the engine knows what that means.
        except Exception:  # noqa: BLE001
            return NO_ANSWER
        told: dict[str, Any] = {name: value for name, value in response.items() if name != "status"}
        return {"status": int(response.status), "headers": told, "body": body.decode(errors="replace")}

    def _connection(self) -> httplib2.Http:
        """Return a fresh one: whether a request has left on an old one that breaks, nobody knows."""
        if self._address_of:
            http = httplib2.Http(timeout=TIMEOUT_S, proxy_info=None)
        else:
            http = httplib2.Http(timeout=TIMEOUT_S)
        http.follow_redirects = False
        return http
