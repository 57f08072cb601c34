"""Who deploys: whose login it is, what it may do, when it dies, and whether this machine's clock is right."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import google.auth.exceptions
import google_auth_httplib2
import httplib2

from confsync.deploy.connection import Connection
from confsync.deploy.credentials import LOGIN, Login
from confsync.deploy.doctor.finding import FAIL, OK, WARN, Finding
from confsync.deploy.failures import explained
from confsync.deploy.kept_login import is_private
from confsync.deploy.person import TOKEN_URI
from confsync.deploy.scopes import ASKED, NEEDED, PREFIX, short
from confsync.deploy.transport import transport

# Scope → wider ones that do as well.
_WIDER = {
    PREFIX + "drive.metadata.readonly": {
        PREFIX + name for name in ("drive", "drive.readonly", "drive.metadata")
    }
}
# What asking about a token can raise.
_CAUSES = (OSError, ValueError, HTTPException, httplib2.HttpLib2Error, google.auth.exceptions.GoogleAuthError)
_SOON = timedelta(days=2)
# How wrong a clock may be: from the second on, Google refuses signatures and dates of tokens mean nothing.
CLOCK_WARN, CLOCK_FAIL = timedelta(minutes=1), timedelta(minutes=5)


@dataclass(frozen=True)
class Account:
    """A way to Google, and where it comes from.

    `token` returns an access token that is good now, `tokeninfo` is the address that tells about it. `path` is the
    login's file, `made` and `dies` tell when somebody logged in and when that ends, where these are known.
    """

    source: str
    connection: Connection
    token: Callable[[], str]
    tokeninfo: str
    path: Path | None = None
    made: datetime | None = None
    dies: datetime | None = None


def of_login(login: Login) -> Account:
    """Return the account of a login to Google."""

    def token() -> str:
        if not login.credentials.valid:
            login.credentials.refresh(google_auth_httplib2.Request(transport()))
        return str(login.credentials.token)

    token_uri = getattr(login.credentials, "token_uri", None) or TOKEN_URI
    address = token_uri.removesuffix("/token") + "/tokeninfo"
    return Account(login.source, login.connection(), token, address, login.path, login.made, login.dies)


def of_local(connection: Connection, user: str) -> Account:
    """Return the account of a user of a local Google, who is introduced when nobody knows them."""

    def token() -> str:
        connection.http.request(f"{connection.url}/drive/v3/files")
        return user

    return Account("a local Google", connection, token, f"{connection.url}/oauth2/tokeninfo")


def examine_account(account: Account, now: datetime) -> Iterator[Finding]:
    """Yield `credentials`, `token` and `clock`; raises DeployError when the login is not accepted."""
    info, date = _told(account)
    yield _credentials(account, info)
    yield _token(account, info, now)
    yield _clock(date, now)


def _told(account: Account) -> tuple[dict[str, Any], datetime | None]:
    """Return what Google says of the access token, and what its clock says."""
    try:
        token = account.token()
        response, body = transport().request(f"{account.tokeninfo}?access_token={token}")
        info = json.loads(body)
        if response.status != 200 or not isinstance(info, dict):
            why = "Google does not know its access token"
            raise google.auth.exceptions.RefreshError(why)  # type: ignore[no-untyped-call]
    except _CAUSES as error:
        raise explained(error, account.connection) from error
    return info, parsedate_to_datetime(response["date"]) if "date" in response else None


def _credentials(account: Account, info: dict[str, Any]) -> Finding:
    scopes = set(str(info.get("scope", "")).split())
    who = f"{info.get('email', 'an account that does not tell its address')}, by {account.source}"
    missing = [short(scope) for scope in ASKED if not scopes & {scope, *_WIDER.get(scope, ())}]
    needed = [short(scope) for scope in NEEDED if short(scope) in missing]
    if needed:
        return Finding("credentials", FAIL, f"{who}; without {', '.join(needed)}", LOGIN)
    if account.path and not is_private(account.path):
        what = f"{who}; others on this machine can read {account.path}"
        return Finding("credentials", WARN, what, f"chmod 600 {account.path}")
    optional = [name for name in missing if name != "userinfo.email"]
    if optional:
        return Finding("credentials", WARN, f"{who}; without {', '.join(optional)}, of use for logs", LOGIN)
    return Finding("credentials", OK, f"{who}; may {', '.join(sorted(short(scope) for scope in ASKED))}")


def _token(account: Account, info: dict[str, Any], now: datetime) -> Finding:
    left = int(info.get("expires_in") or 0)
    what = f"the access token lives for {left // 60} minutes and is then renewed"
    if account.dies is None:
        return Finding("token", OK, f"{what}; {_age(account)}")
    what = f"{what}; the login dies on {account.dies:%Y-%m-%d %H:%M} UTC"
    if account.dies - now > _SOON:
        return Finding("token", OK, what)
    publish = "Log in again; logins live longer once the client's consent screen is published:"
    return Finding("token", WARN, what, f"{publish} https://console.cloud.google.com/auth/audience")


def _age(account: Account) -> str:
    if account.made is None:
        return "when the login dies is not known"
    since = f"logged in on {account.made:%Y-%m-%d %H:%M} UTC"
    return f"{since}, which ends after 7 days if the client's consent screen is in testing"


def _clock(date: datetime | None, now: datetime) -> Finding:
    if date is None:
        return Finding("clock", WARN, "Google did not tell its time")
    wrong = abs(now.astimezone(UTC) - date)
    what = f"{wrong.total_seconds():.0f} seconds away from Google's"
    status = OK if wrong <= CLOCK_WARN else WARN if wrong <= CLOCK_FAIL else FAIL
    how = "Settings → Time" if os.name == "nt" else "timedatectl set-ntp true, or your system's settings"
    return Finding("clock", status, what, "" if status == OK else f"Set this machine's clock: {how}.")
