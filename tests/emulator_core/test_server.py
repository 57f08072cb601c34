"""The local Google on a real socket: the same answers as in-process, and for this machine only."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator

import httplib2
import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.server import BODY_LIMIT, Server, serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.wire import Response
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

CONFERENCES = "/conferences/v1/conferences"
PLAIN = {
    "title": "Pläne",
    "startTime": "2026-03-02T10:00:00Z",
    "endTime": "2026-03-02T11:00:00Z",
    "timeZone": "Etc/UTC",
}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[World, Server]]:
    """A world and the server in front of it, for all tests of this file."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=["alice@example.com"])
    with serve(world) as server:
        yield world, server
    world.close()


def ask(
    server: Server, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Send a request over a connection of its own; return status, headers as sent, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_socket_and_twin_give_the_same_answer(served: tuple[World, Server]) -> None:
    world, server = served
    target = f"{CONFERENCES}/none%20such?x=%C3%A9"
    for method in ("GET", "DELETE", "PUT"):
        over, inside = (
            transport.request(
                f"{base}{target}", method, headers={"Authorization": f"Bearer {world.conferences.key}"}
            )
            for transport, base in (
                (httplib2.Http(), server.url),
                (TwinHttp(world), "https://conferences.example"),
            )
        )
        assert over[1] == inside[1]
        assert {name: over[0][name] for name in inside[0]} == dict(inside[0])


def test_target_and_body_arrive_as_they_were_sent(served: tuple[World, Server]) -> None:
    world, server = served
    before = world.trace.count
    headers = {"Authorization": f"Bearer {world.conferences.key}"}
    status, _, body = ask(server, "POST", f"{CONFERENCES}?a=%2F&b", headers, json.dumps(PLAIN).encode())
    assert (status, json.loads(body)["title"]) == (201, "Pläne")
    entry = next(world.trace.since(before))
    assert (entry.arguments["target"], entry.service) == (f"{CONFERENCES}?a=%2F&b", "conferences")


def test_the_date_is_the_worlds(served: tuple[World, Server]) -> None:
    _, server = served
    _, headers, _ = ask(server, "GET", "/emulator/clock")
    assert headers["date"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert "server" not in headers


@pytest.mark.parametrize(
    "host", ["calendar.example:80", "", "[bad", "127.0.0.1.example", "user@evil.example"]
)
def test_another_host_name_is_refused(served: tuple[World, Server], host: str) -> None:
    world, server = served
    before = world.trace.count
    status, _, body = ask(server, "GET", "/emulator", {"Host": host})
    assert status in ((400, 421) if host == "" else (421,))
    assert "local Google" in json.loads(body)["error"]["message"]
    assert world.trace.count == before


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "[::1]:8765"])
def test_names_of_this_machine_are_taken(served: tuple[World, Server], host: str) -> None:
    assert ask(served[1], "GET", "/emulator/clock", {"Host": host})[0] == 200


def test_pages_of_other_sites_are_refused(served: tuple[World, Server]) -> None:
    _, server = served
    assert ask(server, "POST", "/emulator/clock", {"Origin": "https://evil.example"})[0] == 403
    assert ask(server, "POST", "/emulator/clock", {"Origin": "null"})[0] == 403
    assert ask(server, "GET", "/emulator/clock", {"Origin": server.url})[0] == 200


def test_a_body_that_is_too_large_is_refused(served: tuple[World, Server]) -> None:
    _, server = served
    announced = {"Content-Length": str(BODY_LIMIT + 1)}
    assert ask(server, "POST", "/emulator/users", announced)[0] == 413
    assert ask(server, "POST", "/emulator/users", body=b"x" * BODY_LIMIT)[0] == 400


def test_a_body_of_unknown_length_is_cut_off_too(served: tuple[World, Server]) -> None:
    _, server = served
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(
            b"POST /emulator/users HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        for _ in range(BODY_LIMIT // 0x100000 + 1):
            connection.sendall(chunk)
        assert connection.recv(12) == b"HTTP/1.1 413"


class Broken:
    """A world with a defect."""

    def request(self, *parts: object) -> Response:
        """Fail."""
        raise ZeroDivisionError("oops")


def test_a_failure_of_ours_is_a_500_and_the_server_lives(caplog: pytest.LogCaptureFixture) -> None:
    with serve(Broken()) as server:  # type: ignore[arg-type]
        for _ in range(2):
            status, _, body = ask(server, "GET", "/emulator")
            assert (status, json.loads(body)["error"]["code"]) == (500, 500)
    assert "oops" in caplog.text


def test_a_drop_breaks_the_connection(served: tuple[World, Server]) -> None:
    world, server = served
    headers = {"Authorization": f"Bearer {world.conferences.key}"}
    for transport, base in ((httplib2.Http(), server.url), (TwinHttp(world), "")):
        before = world.trace.count
        world.faults.add({"method": "conferences.list", "action": "drop"})
        with pytest.raises(ConnectionResetError):
            transport.request(f"{base}{CONFERENCES}", headers=headers)
        assert [entry.outcome for entry in world.trace.since(before)] == [0]
    assert ask(server, "GET", CONFERENCES, headers)[0] == 200


def test_many_at_once_are_all_answered(served: tuple[World, Server]) -> None:
    world, server = served
    headers = {"Authorization": f"Bearer {world.conferences.key}"}
    statuses: list[int] = []

    def work(name: str) -> None:
        for number in range(10):
            body = json.dumps({"id": f"{name}-{number}", **PLAIN}).encode()
            statuses.append(ask(server, "POST", CONFERENCES, headers, body)[0])

    before, held = world.trace.count, len(world.conferences.held())
    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 80
    assert len(world.conferences.held()) == held + 80
    assert [entry.number for entry in world.trace.since(before)] == [*range(before + 1, before + 81)]


def test_a_port_in_use_is_named(served: tuple[World, Server]) -> None:
    world, server = served
    with (
        pytest.raises(EmulatorError, match=f"port {server.port} is in use") as caught,
        serve(world, server.port),
    ):
        pass
    assert "Choose another" in caught.value.next_step


def test_it_is_not_reachable_from_outside(served: tuple[World, Server]) -> None:
    _, server = served
    assert server.url == f"http://127.0.0.1:{server.port}"
    with socket.socket() as other:
        # Were it bound to all addresses, this one would be taken.
        other.bind(("127.0.0.2", server.port))


def test_once_stopped_it_answers_no_more_and_its_port_is_free() -> None:
    world = World()
    with serve(world) as server:
        assert ask(server, "GET", "/emulator")[0] == 200
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(server, "GET", "/emulator")
    with serve(world, server.port) as again:
        assert again.port == server.port
    world.close()
