"""A receiver of notifications on a loopback port, and what a test asks of a world that notifies it."""

import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from confsync.emulator.world import World

PRIMARY = {"calendarId": "primary"}
MEETING = {"summary": "Secret plan", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
ALICE, BOB = "alice@example.com", "bob@example.com"
LONGEST_WAIT_S = 20


@dataclass(frozen=True)
class Message:
    """What came in: the headers as they were spelt, and the body."""

    verb: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def number(self) -> int:
        return int(self.headers["X-Goog-Message-Number"])

    @property
    def state(self) -> str:
        return self.headers["X-Goog-Resource-State"]

    @property
    def channel(self) -> str:
        return self.headers["X-Goog-Channel-ID"]


@dataclass
class Receiver:
    """Keeps what it gets, and does what it shall do `meanwhile`.

    It answers with the `statuses` in turn and then with 200, but only while `open_hours` is set.
    """

    url: str = ""
    messages: list[Message] = field(default_factory=list)
    statuses: deque[int] = field(default_factory=deque)
    headers: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[], object] = lambda: None
    open_hours: threading.Event = field(default_factory=threading.Event)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def states(self) -> list[str]:
        return [message.state for message in self.messages]

    @property
    def numbers(self) -> list[int]:
        return [message.number for message in self.messages]

    def take(self, message: Message) -> int:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()
        self.meanwhile()
        self.open_hours.wait(LONGEST_WAIT_S)
        return self.statuses.popleft() if self.statuses else 200

    def wait_for(self, count: int) -> list[Message]:
        """Return the messages once there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.messages) >= count, LONGEST_WAIT_S)
        return list(self.messages)


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Give a receiver that listens while the `with` lasts, over TLS with a context."""
    receiver = Receiver()
    receiver.open_hours.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = receiver.take(Message(self.command, self.path, dict(self.headers.items()), body))
            self.send_response_only(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}/hook?from=google"
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.open_hours.set()
        server.shutdown()
        server.server_close()
        thread.join()


def channel(receiver: Receiver, channel_id: str = "channel-1", **more: Any) -> dict[str, Any]:
    """Return the body of a `watch`."""
    return {"id": channel_id, "type": "web_hook", "address": receiver.url, **more}


def control(world: World, verb: str, path: str, body: bytes = b"") -> Any:
    """Return the answer of a control route."""
    response = world.request(verb, f"/emulator/{path}", {}, body)
    assert response.status == 200, response.body
    return response.json()


def deliver(world: World) -> list[Any]:
    """Send what is due and return the outcomes of the attempts."""
    return [entry["outcome"] for entry in control(world, "POST", "channels/deliver")["notifications"]]


def advance(world: World, seconds: float) -> None:
    """Walk the clock; what falls due on the way is sent at its own time."""
    control(world, "POST", "clock", b'{"advanceSeconds": %d}' % seconds)


def insert(events: Any, **more: Any) -> Any:
    """Make an event in the primary calendar."""
    return events.insert(**PRIMARY, body=MEETING | more).execute()
