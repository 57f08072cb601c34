"""Logging in with a browser, against the local Google's own consent screen, over sockets."""

import json
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.credentials import find_login
from confsync.deploy.login import by_browser, client_of, forget, keep
from confsync.emulator.server import Server, serve
from confsync.errors import DeployError

from . import browser
from .conftest import DEVELOPER


@pytest.fixture
def server(there: Any) -> Iterator[Server]:
    with serve(there.world) as running:
        yield running


@pytest.fixture
def client(server: Server) -> dict[str, Any]:
    addresses = {
        "auth_uri": f"{server.url}/oauth2/o/oauth2/v2/auth",
        "token_uri": f"{server.url}/oauth2/token",
    }
    return {"installed": {"client_id": "123-x.apps.example", "client_secret": "s", **addresses}}


@pytest.fixture
def login(client: dict[str, Any]) -> dict[str, Any]:
    return by_browser(client, browser.behind(DEVELOPER), timeout_s=20)


def test_a_login_reaches_google(login: dict[str, Any], client: Any, server: Server, tmp_path: Path) -> None:
    keep(login, client, {}, tmp_path)
    found = find_login({}, tmp_path)
    assert (found.source, found.dies) == ("confsync login", None)
    assert found.made is not None and found.made.isoformat() == login["made_at"]
    api = Api(Connection(found.connection().http, server.url), retries=0)
    assert api.project_ids(api.content(api.create_project("Mine")).files[0].name) == []
    assert len(api.project_ids("Mine")) == 1


def test_google_is_asked_with_pkce_for_offline_use(client: dict[str, Any]) -> None:
    asked: dict[str, list[str]] = {}

    def show(url: str) -> None:
        asked.update(parse_qs(urlsplit(url).query))
        browser.behind(DEVELOPER)(url)

    by_browser(client, show, timeout_s=20)
    assert (asked["code_challenge_method"], len(asked["code_challenge"][0])) == (["S256"], 43)
    assert (asked["access_type"], asked["prompt"], asked["response_type"]) == (
        ["offline"],
        ["consent"],
        ["code"],
    )
    assert urlsplit(asked["redirect_uri"][0]).hostname == "127.0.0.1"
    assert len(asked["state"][0]) >= 20


def test_what_comes_from_elsewhere_changes_nothing(client: dict[str, Any]) -> None:
    idle = socket.socket()
    turned_away: list[int] = []

    def show(url: str) -> None:
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        idle.connect((urlsplit(back).hostname, urlsplit(back).port))  # as browsers do, without a word
        threading.Thread(target=come, args=(url, back)).start()

    def come(url: str, back: str) -> None:
        strays = ("favicon.ico", "?code=x&state=another", "?code=x", "?error=access_denied")
        turned_away.extend(browser.ask("GET", back + stray)[0] for stray in strays)
        browser.consent(url, DEVELOPER)

    assert by_browser(client, show, timeout_s=20)["refresh_token"]
    assert turned_away == [404] * 4
    idle.close()


def test_a_browser_that_goes_away_before_it_is_answered(
    client: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    def show(url: str) -> None:
        threading.Thread(target=come, args=(url,)).start()

    def come(url: str) -> None:
        asked = parse_qs(urlsplit(url).query)
        form = [
            ("user", DEVELOPER),
            ("action", "allow"),
            *(("granted", each) for each in asked["scope"][0].split()),
        ]
        location = urlsplit(browser.ask("POST", url, form)[1])
        with socket.create_connection((location.hostname or "", location.port or 0)) as gone:
            gone.sendall(f"GET {location.path}?{location.query} HTTP/1.1\r\n\r\n".encode())

    assert by_browser(client, show, timeout_s=20)["refresh_token"]
    assert capfd.readouterr() == ("", "")


def test_a_code_that_google_does_not_know_is_refused(client: dict[str, Any]) -> None:
    def show(url: str) -> None:
        asked = parse_qs(urlsplit(url).query)
        back = f"{asked['redirect_uri'][0]}?code=4/secret&state={asked['state'][0]}"
        threading.Thread(target=browser.ask, args=("GET", back)).start()

    with pytest.raises(DeployError, match=r"Google refused the login \(invalid_grant\)") as error:
        by_browser(client, show, timeout_s=20)
    assert "4/secret" not in str(error.value)


@pytest.mark.parametrize(
    ("user", "untick", "said"),
    [
        ("deny", (), "access was denied in the browser. Run `confsync login` again."),
        (DEVELOPER, ("script.projects",), "did not grant script.projects, without which"),
    ],
)
def test_what_somebody_did_in_the_browser_is_said(client: Any, user: str, untick: Any, said: str) -> None:
    with pytest.raises(DeployError) as error:
        by_browser(client, browser.behind(user, untick=untick), timeout_s=20)
    assert said in str(error.value)


def test_a_scope_that_is_not_needed_may_be_unticked(client: dict[str, Any]) -> None:
    login = by_browser(client, browser.behind(DEVELOPER, untick=("script.processes",)), timeout_s=20)
    assert [scope for scope in login["scopes"] if scope.endswith("processes")] == []


def test_nobody_comes(client: dict[str, Any]) -> None:
    with pytest.raises(DeployError, match="nobody logged in in time"):
        by_browser(client, lambda url: None, timeout_s=1)


def test_google_cannot_be_reached(client: dict[str, Any]) -> None:
    client["installed"]["token_uri"] = "http://127.0.0.1:9/token"
    with pytest.raises(DeployError, match=r"failed while logging in \(ConnectionError\)"):
        by_browser(client, browser.behind(DEVELOPER), timeout_s=20)


def test_files_of_a_login_are_for_their_owner_only(
    login: dict[str, Any], client: Any, tmp_path: Path
) -> None:
    path = keep(login, client, {}, tmp_path)
    assert path == tmp_path / ".config" / "confsync" / "login.json"
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert (modes, stat.S_IMODE(path.parent.stat().st_mode)) == ({0o600}, 0o700)
    path.chmod(0o644)
    keep(login, client, {}, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert client_of(None, {}, tmp_path) == client


def test_a_fresh_access_token_is_kept(
    login: dict[str, Any], client: Any, server: Server, tmp_path: Path
) -> None:
    path = keep({**login, "expiry": "2020-01-01T00:00:00Z"}, client, {}, tmp_path)
    for _ in range(2):
        connection = find_login({}, tmp_path).connection()
        Api(Connection(connection.http, server.url), retries=0).project_ids("Mine")
    fresh = json.loads(path.read_text())
    assert fresh["token"] != login["token"] and fresh["expiry"] > "2026"
    assert (fresh["refresh_token"], fresh["made_at"]) == (login["refresh_token"], login["made_at"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_logging_out_takes_the_token_back(login: Any, client: Any, there: Any, tmp_path: Path) -> None:
    path = keep(login, client, {}, tmp_path)
    assert forget({}, tmp_path) == (path, True)
    assert not path.exists()
    assert forget({}, tmp_path) == (path, None)
    refused = there.world.request("POST", "/oauth2/token", {}, _refresh(login).encode())
    assert refused.json()["error"] == "invalid_grant"


def test_logging_out_works_without_google(login: dict[str, Any], client: Any, tmp_path: Path) -> None:
    path = keep({**login, "token_uri": "http://127.0.0.1:9/token"}, client, {}, tmp_path)
    assert forget({}, tmp_path) == (path, False)
    path.write_text("{")
    assert forget({}, tmp_path) == (path, False)
    assert not path.exists()


def test_a_token_that_was_taken_back_is_said_and_not_shown(
    login: Any, client: Any, server: Server, tmp_path: Path
) -> None:
    path = keep({**login, "expiry": "2020-01-01T00:00:00Z"}, client, {}, tmp_path)
    connection = find_login({}, tmp_path).connection()
    forget({}, tmp_path)
    with pytest.raises(DeployError, match="the login was not accepted") as error:
        Api(Connection(connection.http, server.url, connection.login)).project_ids("Mine")
    assert "confsync login" in str(error.value)
    assert not path.exists()
    assert login["refresh_token"] not in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"web": {"client_id": "x"}}', '{"installed": {"client_id": 7}}']
)
def test_a_client_that_is_no_desktop_client_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "client.json").write_text(text)
    with pytest.raises(DeployError, match=r"client\.json.*Desktop app.*--client FILE"):
        client_of(tmp_path / "client.json", {}, tmp_path)


def test_without_a_client_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"no OAuth client.*https://console\.cloud\.google\.com"):
        client_of(None, {}, tmp_path)


def _refresh(login: dict[str, Any]) -> str:
    return f"grant_type=refresh_token&refresh_token={login['refresh_token']}"
