"""What Google refuses is said in one line, with where and what to do next."""

import json
import socket
from typing import Any

import google.auth.exceptions
import httplib2
import pytest

from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.deploy.failures import AGAIN, NotThere
from confsync.deploy.local import connect
from confsync.errors import DeployError

NOT_ENABLED = (
    "User has not enabled the Apps Script API. Enable it by visiting https://script.google.com/home/usersettings "
    "then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and "
    "retry."
)
MEND = " Mend it, and run the same command again."
SWITCH_ON = "Switch it on at https://script.google.com/home/usersettings, wait a few minutes, and run the same command again."


class Answering:
    """An `http` object whose every request ends the same way: with that status and body, or with that error."""

    def __init__(self, status: int, body: str = "", error: Exception | None = None) -> None:
        self.asked, self._status, self._body, self._error = 0, status, body, error

    def request(self, uri: str, method: str = "GET", **sent: Any) -> tuple[httplib2.Response, bytes]:
        self.asked += 1
        if self._error:
            raise self._error
        headers = {"status": str(self._status), "content-type": "application/json"}
        return httplib2.Response(headers), self._body.encode()

    def close(self) -> None:
        pass


def google_says(message: str) -> str:
    return json.dumps({"error": {"code": 1, "message": message, "status": "X"}})


def api(http: Answering, retries: int = 0) -> Api:
    return Api(Connection(http, "http://local", "Log in."), retries=retries)


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [
        (400, "Syntax error: SyntaxError: Unexpected token line: 5 file: Code.gs",
         "Code.js:5: Google refuses this: SyntaxError: Unexpected token." + MEND),
        (400, 'Syntax error: Missing ; before statement. line: 1 file: cards/Home',
         "cards/Home.js:1: Google refuses this: Missing ; before statement." + MEND),
        (400, '"appsscript.json" has errors: Invalid manifest: …',
         'appsscript.json: Google refuses this: "appsscript.json" has errors: Invalid manifest: ….' + MEND),
        (400, "Request contains an invalid argument.",
         "http://local: Google refuses this: Request contains an invalid argument." + MEND),
        (401, "Request had invalid authentication credentials.", "http://local: the token was not accepted. Log in."),
        (403, NOT_ENABLED, f"http://local: User has not enabled the Apps Script API. {SWITCH_ON}"),
        (403, "Request had insufficient authentication scopes.",
         "http://local: Request had insufficient authentication scopes. Log in."),
        (403, "The caller does not have permission",
         "http://local: The caller does not have permission. Has this account the right to edit the project?"),
        (404, "Requested entity was not found.", f"http://local: Requested entity was not found. {AGAIN}"),
        (409, "Conflict", f"http://local: HTTP 409: Conflict. {AGAIN}"),
    ],
)  # fmt: skip
def test_what_google_refuses(status: int, message: str, said: str) -> None:
    with pytest.raises(DeployError) as error:
        api(Answering(status, google_says(message))).content("id")
    assert str(error.value) == said
    assert isinstance(error.value, NotThere) == (status == 404)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_said_with_how_to_go_on(status: int) -> None:
    with pytest.raises(DeployError, match=rf"HTTP {status}: Backend Error.*Run the same command again"):
        api(Answering(status, google_says("Backend\nError"))).content("id")


def test_only_what_can_be_asked_twice_is_asked_again() -> None:
    http = Answering(503, google_says("Backend Error"))
    for ask in (
        lambda: api(http, retries=1).content("id"),
        lambda: api(http, retries=1).create_project("Title"),
        lambda: api(http, retries=1).create_version("id", "x"),
        lambda: api(http, retries=1).create_deployment("id", 1, "x"),
    ):
        with pytest.raises(DeployError):
            ask()
    assert http.asked == 2 + 1 + 1 + 1


@pytest.mark.parametrize(
    ("status", "body"), [(404, "<html>"), (404, ""), (200, "<html>"), (404, "[]"), (500, '{"error": "x"}')]
)
def test_something_else_answers_there(status: int, body: str) -> None:
    with pytest.raises(DeployError, match=r"http://local: what answers there does not answer as Google does"):
        api(Answering(status, body)).content("id")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError("timed out"), "no answer in time. Run the same command again"),
        (ConnectionResetError("reset"), r"the connection failed \(reset\). Run the same command again"),
        (
            google.auth.exceptions.RefreshError("invalid_grant", {}),
            r"the login was not accepted \(invalid_grant\). Log",
        ),
        (httplib2.ServerNotFoundError("no such host"), r"the connection failed \(no such host\)"),
    ],
)
def test_no_answer(error: Exception, said: str) -> None:
    with pytest.raises(DeployError, match=said):
        api(Answering(0, error=error)).push("id", rendered({"appsscript.json": "{}"}))


def test_a_local_google_that_is_not_there_is_named_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(DeployError, match=rf"{url}: nothing answers there. Start .*confsync emulate"):
            Api(connect(url, "ann@example.com"), retries=9).content("id")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "8765",
        "127.0.0.1:8765",
        "ftp://x",
        "http://",
        "http://x:port",
        "http://x:99999",
        "http://[::1",
        "http://x y",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(DeployError, match=r"http://127\.0\.0\.1:8765"):
        connect(url, "ann@example.com")
