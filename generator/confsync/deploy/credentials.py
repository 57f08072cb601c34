"""Reaching Google itself, with the login of a person: which one is used, and what cannot work."""

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import google_auth_httplib2

from confsync.deploy import kept_login
from confsync.deploy.connection import Connection
from confsync.deploy.person import from_clasp, from_google, from_refresh_token, is_clasps
from confsync.deploy.service_account import KINDS, acting_for
from confsync.deploy.transport import transport
from confsync.errors import DeployError

CREDENTIALS, REFRESH_TOKEN = "CONFSYNC_CREDENTIALS", "CONFSYNC_REFRESH_TOKEN"
SUBJECT = "CONFSYNC_SUBJECT"
VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
LOGIN = (
    f"Log in with `confsync login` or `clasp login`; where there is no browser, let {CREDENTIALS} hold such a login "
    f"(or its path), or let {VARIABLE} name one."
)


class NoLogin(DeployError):
    """Nobody is logged in to Google on this machine."""


@dataclass(frozen=True)
class Login:
    """A login that was found: `source` is the command or variable that it comes from, `path` its file if it has one.

    `made` and `dies` tell when somebody logged in and when the login ends (UTC), where that is known.
    """

    source: str
    credentials: Any
    path: Path | None = None
    made: datetime | None = None
    dies: datetime | None = None

    def connection(self) -> Connection:
        """Return the way to Google with this login."""
        http = google_auth_httplib2.AuthorizedHttp(self.credentials, http=transport())
        return Connection(http, login=LOGIN)


def connect(
    environment: Mapping[str, str], home: Path, *, login: str = LOGIN, clasp: bool = True
) -> Connection:
    """Return the way to Google with the first login found; raises DeployError when there is none to use.

    `login` says how one logs in; `clasp` tells whether logins for deploying, clasp's and confsync's, have the scopes.
    """
    return replace(find_login(environment, home, login=login, clasp=clasp).connection(), login=login)


def find_login(
    environment: Mapping[str, str], home: Path, *, login: str = LOGIN, clasp: bool = True
) -> Login:
    """Return the login to use; raises NoLogin when there is none, DeployError when the first one is of no use.

    Looked at in this order: CONFSYNC_CREDENTIALS, CONFSYNC_REFRESH_TOKEN, GOOGLE_APPLICATION_CREDENTIALS, and the logins
    of confsync, clasp and gcloud. They are read here and not by `google.auth.default`, which would go on to ask a
    metadata server that has only service accounts to offer.
    """
    given = environment.get(CREDENTIALS, "").strip()
    subject = environment.get(SUBJECT, "")
    if given.startswith("{"):
        return _login(CREDENTIALS, _parsed(given, login), subject, login)
    if not given and environment.get(REFRESH_TOKEN):
        return Login(REFRESH_TOKEN, from_refresh_token(environment, REFRESH_TOKEN, login))
    for source, path, is_named in _files(environment, home, given, clasp):
        if is_named or path.exists():
            return _login(source, kept_login.read(path, login), subject, login, path)
    raise NoLogin("there is no login to Google on this machine.", next_step=login)


def _files(
    environment: Mapping[str, str], home: Path, given: str, for_deploying: bool
) -> list[tuple[str, Path, bool]]:
    """Return source, path, and whether somebody named the path, in the order in which they are looked at."""
    gcloud = Path(environment.get("CLOUDSDK_CONFIG") or home / ".config" / "gcloud")
    clasp = Path(environment.get("clasp_config_auth") or home / ".clasprc.json")
    ours = kept_login.folder(environment, home) / kept_login.LOGIN
    named = [(CREDENTIALS, given), (VARIABLE, environment.get(VARIABLE, ""))]
    deploying = [("confsync login", ours, False), ("clasp login", clasp, False)]
    return [
        *((source, Path(path), True) for source, path in named if path),
        *(deploying if for_deploying else ()),
        ("gcloud auth application-default login", gcloud / "application_default_credentials.json", False),
    ]


def _login(source: str, info: dict[str, Any], subject: str, how: str, path: Path | None = None) -> Login:
    where = str(path or source)
    if info.get("type") in KINDS:
        return Login(f"{source}, {SUBJECT}", acting_for(subject, info, where, how), path)
    if is_clasps(info):
        return Login(source, from_clasp(info, where, how), path)
    credentials = from_google(info, where, how, _keeper(source, path))
    return Login(source, credentials, path, _moment(info.get("made_at")), _moment(info.get("dies_at")))


def _moment(text: Any) -> datetime | None:
    with contextlib.suppress(TypeError, ValueError):
        return datetime.fromisoformat(text).astimezone(UTC)
    return None


def _keeper(source: str, path: Path | None) -> Callable[[dict[str, Any]], None] | None:
    """Return what keeps a fresh access token, which is done only in the file that is ours."""
    if path is None or source != "confsync login":
        return None
    return lambda info: kept_login.save(path, info)


def _parsed(text: str, how: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise DeployError("this is not JSON.", where=CREDENTIALS, next_step=how) from error
    return dict(value)
