"""An address on this machine to which a browser comes back with Google's answer (RFC 8252, 7.3)."""

import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_DONE = "confsync has its answer. You may close this window."


class _Server(ThreadingHTTPServer):
    """A server that does not mind a browser that goes away."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


class Loopback:
    """Listens while it is open; whatever comes without the right `state` is turned away and changes nothing.

    Each connection has a thread of its own, for browsers open some that they never use.
    """

    def __init__(self) -> None:
        self._answers: queue.Queue[str] = queue.Queue()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._state = ""

    @property
    def address(self) -> str:
        """Where the browser is to come back to."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.server_close()

    def answer(self, state: str, timeout_s: float) -> str | None:
        """Return the address, query and all, that the browser came back to; None when nobody came in time."""
        self._state = state
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            return self._answers.get(timeout=timeout_s)
        except queue.Empty:
            return None
        finally:
            self._server.shutdown()
            thread.join()

    def _is_answer(self, target: str) -> bool:
        return parse_qs(urlsplit(target).query).get("state") == [self._state]

    def _take(self, target: str) -> None:
        self._answers.put(self.address.rstrip("/") + target)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        is_answer, take = self._is_answer, self._take

        class Handler(BaseHTTPRequestHandler):
            """Answers a browser."""

            def do_GET(self) -> None:
                """Say that the answer has come, and take it: nobody waits for the browser afterwards."""
                found = is_answer(self.path)
                status, text = (200, _DONE) if found else (404, "There is nothing here.")
                body = text.encode()
                self.send_response(status)
                self.send_header("content-type", "text/plain; charset=UTF-8")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                finally:
                    if found:
                        take(self.path)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing: the address holds the code."""

        return Handler
