"""A relay before a local Google that kills whoever asks, at the request that it is told to."""

import http.client
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_HOP = {"connection", "content-length", "transfer-encoding", "host"}


class Relay:
    """Passes requests on and counts them; the nth one's sender is killed `before` it is passed on, or `after` that."""

    def __init__(self, url: str) -> None:
        self.upstream = urlsplit(url).netloc
        self.url = ""
        self._armed, self.silence = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self.arm(0, "")

    def arm(self, number: int, moment: str, how: int = signal.SIGKILL) -> None:
        """Begin to count anew; nothing is answered before `take` was told whom to kill."""
        self.silence.set()
        self._armed.clear()
        self.number, self.moment, self.how, self.count, self.killed = number, moment, how, 0, False

    def take(self, victim: int) -> None:
        """Tell whom to kill, by the process id."""
        self._victim = victim
        self.silence = threading.Event()
        self._armed.set()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        """Return status, headers and body of what was passed on; None when the sender was killed."""
        self._armed.wait()
        with self._lock:
            self.count += 1
            is_it = self.count == self.number
        if is_it and self.moment == "before":
            return self._kill()
        upstream = http.client.HTTPConnection(self.upstream, timeout=30)
        upstream.request(method, target, body or None, headers)
        response = upstream.getresponse()
        content = response.read()
        upstream.close()
        if is_it:
            return self._kill()
        return response.status, response.getheaders(), content

    def _kill(self) -> None:
        self.killed = True
        os.kill(self._victim, self.how)


@contextmanager
def relayed(url: str) -> Iterator[Relay]:
    """Give a relay before that address."""
    relay = Relay(url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version, wbufsize, disable_nagle_algorithm = "HTTP/1.1", -1, True

        def setup(self) -> None:
            super().setup()
            self.connection.settimeout(30)

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            found = relay.answer(self.command, self.path, headers, body)
            if found is None:
                relay.silence.wait(timeout=30)
                self.close_connection = True
                return
            status, sent, content = found
            self.send_response_only(status)
            for name, value in sent:
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = pass_on

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        relay.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            server.shutdown()
            thread.join()
