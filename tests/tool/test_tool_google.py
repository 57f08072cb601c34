"""What the engine gets to see of Google's answers, and which of them end a run."""

import ssl
from typing import Any

import google.auth.exceptions
import httplib2
import pytest
import socks

from confsync.errors import SyncError
from confsync.tool.google import GoogleHttp, Unreachable


class Wire:
    """Answers, or breaks, like this."""

    def __init__(self, status: int = 200, body: bytes = b"{}", error: Exception | None = None) -> None:
        self.answer, self.error, self.asked = (httplib2.Response({"status": str(status)}), body), error, 0

    def request(self, uri: str, method: str, **sent: Any) -> Any:
        self.asked += 1
        if self.error:
            raise self.error
        return self.answer


def status_of(wire: Wire) -> int:
    response, _ = GoogleHttp(wire, "Google", "Log in.").request("https://x.example/", "GET")
    return int(response.status)


def test_answers_pass() -> None:
    assert [status_of(Wire(status)) for status in (200, 304, 403, 404, 410, 429, 500)] == [
        200, 304, 403, 404, 410, 429, 500,
    ]  # fmt: skip
    assert status_of(Wire(204, b"")) == 204


@pytest.mark.parametrize(
    "wire",
    [
        Wire(401),
        Wire(403, b'{"error": {"errors": [{"reason": "insufficientPermissions"}]}}'),
        Wire(403, b'{"error": {"details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}'),
        Wire(error=google.auth.exceptions.RefreshError("invalid_grant")),
    ],
)
def test_a_login_that_will_not_do_ends_a_run(wire: Wire) -> None:
    with pytest.raises(SyncError, match="login") as caught:
        status_of(wire)
    assert caught.value.next_step == "Log in."
    assert not isinstance(caught.value, Unreachable)


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        ConnectionResetError(),
        ssl.SSLEOFError(),
        socks.GeneralProxyError("Connection closed unexpectedly"),
        google.auth.exceptions.TransportError("lost"),
    ],
)
def test_a_lost_answer_is_that_of_a_busy_calendar(error: Exception) -> None:
    assert status_of(Wire(error=error)) == 503


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff\xfe"])
def test_a_broken_answer_is_that_of_a_busy_calendar(body: bytes) -> None:
    assert status_of(Wire(200, body)) == 503


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        httplib2.ServerNotFoundError("no such host"),
        socks.ProxyConnectionError("Error connecting to the proxy", ConnectionRefusedError()),
    ],
)
def test_where_nobody_answers_a_later_run_may_do_better(error: Exception) -> None:
    with pytest.raises(Unreachable):
        status_of(Wire(error=error))


def test_a_certificate_that_nobody_trusts_ends_a_run() -> None:
    with pytest.raises(SyncError, match="certificate") as caught:
        status_of(Wire(error=ssl.SSLCertVerificationError("unknown issuer")))
    assert "HTTPLIB2_CA_CERTS" in caught.value.next_step


def test_a_preview_sends_nothing_that_writes() -> None:
    wire = Wire()
    with pytest.raises(SyncError):
        GoogleHttp(wire, "Google", "", read_only=True).request("https://x.example/", "POST")
    assert wire.asked == 0
