"""Requests to the conferencing service: side by side, to allowed addresses only, and never redirected."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from confsync.sync.ports import FetchError
from confsync.tool.third_party import ThirdParty

BASE = "https://conferences.example/v1"


@contextlib.contextmanager
def answering(answer: Callable[[Any], None]) -> Iterator[ThirdParty]:
    """Give a way to a service that answers like this."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield ThirdParty([f"{BASE}/"], lambda url: url.replace(BASE, base))
    finally:
        server.shutdown()
        server.server_close()


def get(path: str) -> dict[str, Any]:
    return {"url": BASE + path, "method": "GET", "headers": {"Authorization": "Bearer key"}}


def say(handler: Any, status: int, text: str, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(text.encode())


def test_they_go_side_by_side_and_come_back_in_order() -> None:
    together = threading.Barrier(3, timeout=20)

    def answer(handler: Any) -> None:
        together.wait()
        say(handler, 200, handler.path)

    with answering(answer) as third_party:
        answers = third_party.fetch_all([get(f"/{number}") for number in range(3)])
    assert [(one["status"], one["body"]) for one in answers] == [(200, "/0"), (200, "/1"), (200, "/2")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer(status: int) -> None:
    paths = []

    def answer(handler: Any) -> None:
        paths.append(handler.path)
        say(handler, status, "", location="/elsewhere")

    with answering(answer) as third_party:
        (told,) = third_party.fetch_all([get("/here")])
    assert (told["status"], told["headers"]["location"], paths) == (status, "/elsewhere", ["/here"])


def test_one_without_an_answer_does_not_hide_the_others() -> None:
    def answer(handler: Any) -> None:
        if handler.path == "/well":
            say(handler, 204, "")
        handler.connection.close()

    with answering(answer) as third_party:
        answers = third_party.fetch_all([get("/ill"), get("/well")])
    assert [one["status"] for one in answers] == [0, 204]


@pytest.mark.parametrize(
    "url", ["https://conferences.example/v2/x", "https://elsewhere.example/v1/x", f"http{BASE[5:]}/x"]
)
def test_other_addresses_are_not_asked(url: str) -> None:
    third_party = ThirdParty([f"{BASE}/"], lambda url: "http://127.0.0.1:9")
    with pytest.raises(FetchError):
        third_party.fetch_all([get("/fine"), {**get(""), "url": url}])
    assert third_party.count == 0
