"""Junk on the socket: whatever comes, the next client is served, and nothing is an error of ours."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator

import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.server import Server, serve
from confsync.emulator.world import VIRTUAL_START_US, World

HEAD = b"GET /calendar/v3/calendars/primary HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice@example.com\r\n"
POST = HEAD.replace(b"GET", b"POST").replace(b"/primary", b"/primary/events")
EVENT = b'{"start":{"date":"2026-03-02"},"end":{"date":"2026-03-03"}}'

JUNK = {
    "nothing": b"",
    "line ends": b"\r\n\r\n\r\n",
    "NULs": b"\0" * 10_000,
    "every byte": bytes(range(256)) * 40,
    "a TLS handshake": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    "HTTP/0.9": b"GET /\r\n",
    "HTTP/9.9": HEAD.replace(b"HTTP/1.1", b"HTTP/9.9") + b"\r\n",
    "no version": b"GET /calendar/v3/calendars/primary\r\n\r\n",
    "no such verb": HEAD.replace(b"GET", b"BREW") + b"\r\n",
    "a long verb": b"G" * 1_000_000,
    "a long address": b"GET /" + b"a" * 5_000_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "bytes in the address": "GET /calendar/v3/é\u202e\0 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
    "another host in the address": b"GET http://evil.example/calendar/v3/colors HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an upgrade": HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\n\r\n",
    "h2c": HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": HEAD + b"Host: evil.example\r\n\r\n",
    "a folded header": HEAD + b"X: a\r\n b\r\n\r\n",
    "a space before the colon": HEAD + b"X : a\r\n\r\n",
    "a header of bytes": HEAD + b"X: " + bytes(range(128, 256)) + b"\r\n\r\n",
    "a long header": HEAD + b"X: " + b"a" * 5_000_000 + b"\r\n\r\n",
    "many headers": HEAD + b"X: a\r\n" * 100_000 + b"\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a length of words": POST + b"Content-Length: many\r\n\r\n",
    "a length without end": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
    "both kinds of length": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another encoding": POST + b"Transfer-Encoding: gzip\r\n\r\n\x1f\x8b",
    "a chunk of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk of any size": POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 100 + b"\r\n{}\r\n0\r\n\r\n",
    "a long extension of a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n2;" + b"a" * 1_000_000 + b"\r\n{}\r\n0\r\n\r\n",
    "half a head": HEAD[:30],
    "half a body": POST + b"Content-Length: 1000\r\n\r\n{",
    "half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{",
    "waiting for a word": POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n",
    "a request and junk": HEAD + b"\r\n" + b"\xff" * 1000,
}  # fmt: skip


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[World, Server]]:
    """A world and the server in front of it, for all of this file: junk must not spoil it for the next."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=["alice@example.com"])
    with serve(world) as server:
        yield world, server
    world.close()


def connected(server: Server) -> socket.socket:
    """Return a connection to the server."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def is_served(server: Server) -> bool:
    """Tell whether a client with a sound request is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        headers = {"Authorization": "Bearer alice@example.com"}
        connection.request("GET", "/calendar/v3/calendars/primary", headers=headers)
        return bool(json.loads(connection.getresponse().read())["id"] == "alice@example.com")
    finally:
        connection.close()


def statuses_of(answers: bytes) -> list[int]:
    """Return the statuses in what came over one connection."""
    return [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]


def rest_of(connection: socket.socket) -> bytes:
    """Return what still comes until the other side closes, in good order or not."""
    answers = b""
    try:
        while part := connection.recv(65536):
            answers += part
    except ConnectionError:
        pass
    return answers


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk(served: tuple[World, Server], junk: bytes, caplog: pytest.LogCaptureFixture) -> None:
    world, server = served
    events = world.calendar.survey()
    with connected(server) as connection:
        try:
            connection.sendall(junk)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server has closed it already
        assert [status for status in statuses_of(rest_of(connection)) if status >= 500] == []
    assert is_served(server)
    assert world.calendar.survey() == events
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_clients_that_never_finish_hold_up_nobody(served: tuple[World, Server]) -> None:
    _, server = served
    request = POST + b"Content-Length: %d\r\n\r\n" % len(EVENT) + EVENT
    slow = [connected(server) for _ in range(200)]
    for number, connection in enumerate(slow):
        connection.sendall(request[: number % len(request)])
    assert is_served(server)
    for number in range(0, len(slow), 2):
        slow[number].close()
    finished = slow[1::20]
    for number, connection in zip(range(1, len(slow), 20), finished, strict=True):
        for place in range(number % len(request), len(request)):
            connection.sendall(request[place : place + 1])
    assert [statuses_of(connection.recv(65536)) for connection in finished] == [[200]] * len(finished)
    for connection in slow:
        connection.close()
    assert is_served(server)


def test_requests_in_a_row_are_answered_in_a_row(served: tuple[World, Server]) -> None:
    _, server = served
    with connected(server) as connection:
        others = [HEAD.replace(b"/primary", b"/c%d" % number) + b"\r\n" for number in range(99)]
        connection.sendall((HEAD + b"\r\n") + b"".join(others) + HEAD + b"Connection: close\r\n\r\n")
        assert statuses_of(rest_of(connection)) == [200, *[404] * 99, 200]
    assert is_served(server)


def test_clients_that_do_not_read_hold_up_nobody(served: tuple[World, Server]) -> None:
    world, server = served
    long = json.dumps({**json.loads(EVENT), "id": "long0", "description": "x" * 5_000_000}).encode()
    path, alice = "/calendar/v3/calendars/primary/events", {"authorization": "Bearer alice@example.com"}
    assert world.request("POST", path, alice, long).status == 200
    deaf = [connected(server) for _ in range(20)]
    for connection in deaf:
        connection.sendall(HEAD.replace(b"/primary", b"/primary/events/long0") + b"\r\n")
    assert is_served(server)
    for connection in deaf[:10]:
        connection.close()
    assert [len(read_whole(connection)) > 5_000_000 for connection in deaf[10:]] == [True] * 10
    for connection in deaf[10:]:
        connection.close()
    assert world.request("DELETE", f"{path}/long0", alice).status == 204
    assert is_served(server)


def read_whole(connection: socket.socket) -> bytes:
    """Read one answer to its end."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def test_connections_that_break_off(served: tuple[World, Server], caplog: pytest.LogCaptureFixture) -> None:
    _, server = served
    reset = (1).to_bytes(4, "little") + bytes(4)
    for end in range(0, len(POST) + 40, 7):
        connection = connected(server)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        connection.sendall((POST + b"Content-Length: 1000\r\n\r\n" + EVENT)[:end])
        connection.close()
    assert is_served(server)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_it_stops_although_somebody_is_still_sending() -> None:
    world = World(users=["alice@example.com"])
    with serve(world) as server:
        waiting = [connected(server) for _ in range(10)]
        for number, connection in enumerate(waiting):
            connection.sendall((POST + b"Content-Length: 1000\r\n\r\n" + EVENT)[: number * 25])
        assert is_served(server)
    for connection in waiting:
        connection.close()
    world.close()
