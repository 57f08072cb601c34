"""A thousand hostile requests, some of them over a socket: always an answer, and nothing broken by a refusal."""

from __future__ import annotations

import json
import re
import socket
from typing import Any

import pytest

from confsync.emulator.server import Server, serve
from confsync.emulator.switches import SWITCHES
from confsync.emulator.wire import Response

from .fuzzer import Case, Fuzzer
from .hostile import faults_of, inhabited, is_usable, state_of, within_budget

CASES = 250

# With these set, two looks at the same world may differ, or most requests are refused.
STEADY = dict.fromkeys(("copyLagSeconds", "conferencePendingReads", "deltaLagSeconds", "emptyPageEvery"), 0)
STEADY["shuffledPages"] = False
STEADY |= {name: 0 for name in SWITCHES if re.search(r"PerMinute|ADay$", name)}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_asked_is_answered_and_a_refusal_changes_nothing(seed: int) -> None:
    fuzzer = Fuzzer(seed)
    world = inhabited(switches={**fuzzer.switches(), **STEADY} if seed else {})
    for number in range(CASES):
        case = fuzzer.case()
        before = state_of(world) if number % 5 == 0 else ""
        with within_budget():
            response = world.request(case.method, case.target, case.headers, case.body)
        assert faults_of(response) == [], case
        if before and (response.status >= 400 or case.method == "GET"):
            assert state_of(world) == before, case
        learn(fuzzer, response)
    assert is_usable(world)
    world.close()


def test_the_same_seed_gives_the_same_requests() -> None:
    first, again, other = ([str(fuzzer.case()) for _ in range(20)] for fuzzer in map(Fuzzer, (1, 1, 2)))
    assert first == again != other


def test_over_a_socket(caplog: pytest.LogCaptureFixture) -> None:
    fuzzer, world = Fuzzer("socket"), inhabited()
    with serve(world) as server:
        for case in [case for case in (fuzzer.case() for _ in range(CASES)) if is_http(case)]:
            with within_budget():
                answer = sent(server, case)
            # What is no HTTP is refused by the HTTP server, in its own words.
            assert answer.status < 500 or answer.status == 501, case
            if (
                answer.headers.get("content-type", "").startswith("application/json")
                and case.method != "HEAD"
            ):
                assert faults_of(answer) == [], case
                learn(fuzzer, answer)
    assert is_usable(world)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    world.close()


def learn(fuzzer: Fuzzer, response: Response) -> None:
    """Show the fuzzer what an answer holds."""
    if response.status == 200 and response.body.startswith(b"{"):
        fuzzer.learn(json.loads(response.body))


def is_http(case: Case) -> bool:
    """Tell whether a case can be sent as one request: another line or a space in its head would make it another."""
    head = [case.target, *case.headers, *case.headers.values()]
    return not any(letter in text for text in head for letter in "\r\n\0") and " " not in case.target


def sent(server: Server, case: Case) -> Response:
    """Send a case as it is, byte for byte, over a connection of its own."""
    headers = {"Host": "localhost", "Connection": "close", "Content-Length": len(case.body), **case.headers}
    lines = [
        f"{case.method} {case.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("utf-8") + case.body)
        return read(connection)


def read(connection: socket.socket) -> Response:
    """Read an answer until the connection is closed."""
    answer = b""
    while part := connection.recv(65536):
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs: list[Any] = [line.split(": ", 1) for line in lines]
    return Response(int(status.split(" ")[1]), {name.lower(): value for name, value in pairs}, body)
