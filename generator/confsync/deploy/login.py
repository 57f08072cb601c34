"""Logging in with a browser: Google's OAuth for desktop applications, with a loopback address and PKCE."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httplib2
import requests
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import AccessDeniedError, OAuth2Error

from confsync.deploy import kept_login
from confsync.deploy.loopback import Loopback
from confsync.deploy.person import TOKEN_URI
from confsync.deploy.scopes import ASKED, NEEDED, short
from confsync.deploy.transport import LOOPBACK, transport
from confsync.errors import DeployError

CLIENT_VARIABLE = "CONFSYNC_CLIENT"
TIMEOUT_S = 300
_CLIENTS = "https://console.cloud.google.com/auth/clients/create"
_AGAIN = "Run `confsync login` again."
MAKE_CLIENT = (
    f"Make one of type “Desktop app” at {_CLIENTS}, download its JSON, and name the file once: "
    "confsync login --client FILE. Or use `clasp login`, whose client is Google's."
)


class NoClient(DeployError):
    """No OAuth client was ever named on this machine."""


def by_browser(
    client: dict[str, Any], show: Callable[[str], None], *, timeout_s: int = TIMEOUT_S
) -> dict[str, Any]:
    """Return the login of who agrees in a browser that `show` sends to an address; raises DeployError.

    The login has Google's form `authorized_user`. Nothing is asked of a terminal.
    """
    is_here = urlsplit(client["installed"]["token_uri"]).hostname in LOOPBACK
    with _explained(), Loopback() as loopback, _on_loopback(is_here):
        flow = _flow(client, loopback.address)
        flow.oauth2session.trust_env = not is_here  # nothing of this machine is asked by way of a proxy
        url, state = flow.authorization_url(access_type="offline", prompt="consent")
        show(url)
        answer = loopback.answer(state, timeout_s)
        if answer is None:
            raise DeployError("nobody logged in in time.", next_step=_AGAIN)
        # oauthlib takes answers over TLS only; this one never left the machine.
        flow.fetch_token(authorization_response=answer.replace("http://", "https://", 1))
        return _login(flow)


def client_of(named: Path | None, environment: Mapping[str, str], home: Path) -> dict[str, Any]:
    """Return the OAuth client to log in with: the one named, that of CONFSYNC_CLIENT, or that of the last login."""
    kept = kept_login.folder(environment, home) / kept_login.CLIENT
    path = named or Path(environment.get(CLIENT_VARIABLE) or kept)
    if path == kept and not kept.exists():
        raise NoClient("confsync has no OAuth client to log in with.", next_step=MAKE_CLIENT)
    client = kept_login.read(path, MAKE_CLIENT)
    settings = client.get("installed")
    needed = ("client_id", "auth_uri", "token_uri")
    if not isinstance(settings, dict) or not all(isinstance(settings.get(name), str) for name in needed):
        raise DeployError(
            "this is no OAuth client of type “Desktop app”.", where=str(path), next_step=MAKE_CLIENT
        )
    return client


def keep(login: dict[str, Any], client: dict[str, Any], environment: Mapping[str, str], home: Path) -> Path:
    """Keep a login and its client for the next commands; returns the login's file."""
    folder = kept_login.folder(environment, home)
    kept_login.save(folder / kept_login.CLIENT, client)
    kept_login.save(folder / kept_login.LOGIN, login)
    return folder / kept_login.LOGIN


def forget(environment: Mapping[str, str], home: Path) -> tuple[Path, bool | None]:
    """Remove the kept login and have Google take its token back.

    Returns the login's file, and whether Google did so: None when nobody was logged in. The file goes in any case.
    """
    path = kept_login.folder(environment, home) / kept_login.LOGIN
    if not path.exists():
        return path, None
    try:
        login = kept_login.read(path, "")
    except DeployError:
        login = {}
    path.unlink()
    return path, _revoked(login)


def _flow(client: dict[str, Any], redirect_uri: str) -> Any:
    return Flow.from_client_config(
        client, scopes=list(ASKED), redirect_uri=redirect_uri, autogenerate_code_verifier=True
    )


def _login(flow: Any) -> dict[str, Any]:
    credentials, token = flow.credentials, flow.oauth2session.token
    granted = token.get("scope") or []
    granted = granted.split() if isinstance(granted, str) else granted
    missing = [short(scope) for scope in NEEDED if scope not in granted]
    if missing:
        what = f"this account did not grant {', '.join(missing)}, without which nothing can be deployed."
        raise DeployError(what, next_step=f"{_AGAIN} Leave all boxes ticked.")
    if not credentials.refresh_token:
        raise DeployError("Google gave no refresh token.", next_step=_AGAIN)
    now = datetime.now(UTC).replace(microsecond=0)
    dies = {}
    if isinstance(token.get("refresh_token_expires_in"), int):
        dies["dies_at"] = (now + timedelta(seconds=token["refresh_token_expires_in"])).isoformat()
    return {
        "type": "authorized_user",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret or "",
        "refresh_token": credentials.refresh_token,
        "token": credentials.token,
        "expiry": credentials.expiry.isoformat() + "Z",
        "token_uri": credentials.token_uri,
        "scopes": sorted(granted),
        "made_at": now.isoformat(),
        **dies,
    }


@contextlib.contextmanager
def _on_loopback(is_here: bool) -> Iterator[None]:
    """Let oauthlib take other scopes than were asked for, which are looked at here, and a local Google without TLS."""
    wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    if is_here:
        wanted["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn what a login can fail with into a DeployError that shows no code and no token."""
    try:
        yield
    except AccessDeniedError as error:
        raise DeployError("access was denied in the browser.", next_step=_AGAIN) from error
    except OAuth2Error as error:
        raise DeployError(f"Google refused the login ({error.error}).", next_step=_AGAIN) from error
    except (requests.RequestException, OSError) as error:
        what = f"the connection to Google failed while logging in ({type(error).__name__})."
        raise DeployError(what, next_step=_AGAIN) from error


def _revoked(login: dict[str, Any]) -> bool:
    token, token_uri = login.get("refresh_token"), login.get("token_uri") or TOKEN_URI
    if not isinstance(token, str) or not isinstance(token_uri, str):
        return False
    address = token_uri.removesuffix("/token") + "/revoke"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    try:
        body = f"token={quote(token, safe='')}"
        response, _ = transport().request(address, "POST", body=body, headers=headers)
    except (httplib2.HttpLib2Error, OSError):
        return False
    return int(response.status) == 200
