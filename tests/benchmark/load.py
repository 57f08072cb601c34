"""A client that costs little: raw sockets, kept alive, one request on its way on each of them."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from confsync.errors import ConfsyncError

HOST = "127.0.0.1"
CONNECTIONS = 8
_PATIENCE_S = 300
_AT_ONCE = 1 << 20
_LAST_CHUNK = b"\r\n0\r\n\r\n"


class Unanswered(ConfsyncError):
    """A server did not answer as a benchmark needs it to."""


@dataclass(frozen=True)
class Answer:
    """The body of an answer, and the seconds from the first byte sent to the last one read."""

    body: bytes
    seconds: float


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """Return a request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One connection that is kept alive; `send` and `receive` take turns."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=_PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = bytearray()
        self._end = -1  # of the answer, once it is known

    def send(self, data: bytes) -> None:
        """Send one request."""
        self.socket.sendall(data)

    def receive(self) -> bytes | None:
        """Read once; return the whole answer when this was its end."""
        data = self.socket.recv(_AT_ONCE)
        if not data:
            raise Unanswered("the server closed the connection")
        self._read += data
        if self._end < 0:
            self._end = _end(self._read)
        if self._end < 0 or len(self._read) < self._end:
            return None
        answer, self._read, self._end = bytes(self._read), bytearray(), -1
        return answer

    def ask(self, data: bytes) -> Answer:
        """Send one request and wait for its answer; `Unanswered` unless it succeeds."""
        start = time.perf_counter()
        self.send(data)
        while (answer := self.receive()) is None:
            pass
        seconds = time.perf_counter() - start
        _check(answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        return Answer(_joined(body) if b"chunked" in head.lower() else body, seconds)

    def close(self) -> None:
        """Close it."""
        self.socket.close()


def _end(read: bytearray) -> int:
    """Return where the answer ends that is being read, or -1 while that is not known or not here yet."""
    head_end = read.find(b"\r\n\r\n") + 4
    if head_end < 4:
        return -1
    head = bytes(read[:head_end]).lower()
    place = head.find(b"content-length:")
    if place >= 0:
        return head_end + int(head[place + 15 :].split(b"\r\n", 1)[0])
    if b"transfer-encoding: chunked" in head:
        # Nothing follows on this connection before the next request is sent.
        return len(read) if read.endswith(_LAST_CHUNK) else -1
    return head_end


def _joined(chunks: bytes) -> bytes:
    """Return the body that came in chunks."""
    parts, place = [], 0
    while size := int(chunks[place : (line_end := chunks.index(b"\r\n", place))], 16):
        parts.append(chunks[line_end + 2 : line_end + 2 + size])
        place = line_end + 2 + size + 2
    return b"".join(parts)


def _check(answer: bytes) -> None:
    if answer[9:10] != b"2":
        raise Unanswered(f"a server refused: {answer[:600].decode(errors='replace')}")


@contextmanager
def connected(port: int) -> Iterator[Connection]:
    """Give a connection while the `with` lasts."""
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()


def rate(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> float:
    """Return how many of these requests a second are answered, all of them well, over so many connections."""
    opened = [Connection(port) for _ in range(min(connections, len(requests)))]
    try:
        return len(requests) / _seconds(opened, requests)
    finally:
        for connection in opened:
            connection.close()


def _seconds(connections: Sequence[Connection], requests: Sequence[bytes]) -> float:
    waiting, open_questions = iter(requests), 0
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        start = time.perf_counter()
        for connection in connections:
            connection.send(next(waiting))
            open_questions += 1
        while open_questions:
            for key, _ in selector.select(_PATIENCE_S):
                answer = key.data.receive()
                if answer is None:
                    continue
                _check(answer)
                open_questions -= 1
                if (following := next(waiting, None)) is not None:
                    key.data.send(following)
                    open_questions += 1
        return time.perf_counter() - start
