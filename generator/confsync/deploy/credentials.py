"""Reaching Google itself, with the login of a person that is already on this machine."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import google_auth_httplib2
import httplib2
from google.oauth2.credentials import Credentials

from confsync.deploy.connection import Connection
from confsync.errors import DeployError

TIMEOUT = 60
VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
LOGIN = (
    f"Log in with `clasp login`, or let {VARIABLE} name the login of a person with the scopes script.projects, "
    "script.deployments and drive.metadata.readonly."
)


def connect(
    environment: Mapping[str, str], home: Path, *, login: str = LOGIN, clasp: bool = True
) -> Connection:
    """Return the way to Google with the first login found; raises DeployError when there is none to use.

    Looked at in this order: the file that GOOGLE_APPLICATION_CREDENTIALS names, clasp's login, gcloud's. They are
    read here and not by `google.auth.default`, which would go on to ask a metadata server that has only service
    accounts to offer. `login` says how one logs in; `clasp` tells whether clasp's login has the scopes.
    """
    path = _file(environment, home, login, clasp)
    info = _read(path, login)
    credentials = _from_clasp(path, info, login) if "tokens" in info else _from_google(path, info, login)
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http(timeout=TIMEOUT))
    return Connection(http, login=login)


def _file(environment: Mapping[str, str], home: Path, login: str, with_clasp: bool) -> Path:
    named = environment.get(VARIABLE)
    if named:
        return Path(named)
    gcloud = Path(environment.get("CLOUDSDK_CONFIG") or home / ".config" / "gcloud")
    clasp = Path(environment.get("clasp_config_auth") or home / ".clasprc.json")
    places = [clasp] if with_clasp else []
    for path in (*places, gcloud / "application_default_credentials.json"):
        if path.exists():
            return path
    raise DeployError("there is no login to Google on this machine.", next_step=login)


def _read(path: Path, login: str) -> dict[str, Any]:
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DeployError(f"the login cannot be read ({error})", where=str(path), next_step=login) from error
    return info if isinstance(info, dict) else {}


def _from_clasp(path: Path, info: dict[str, Any], how: str) -> Any:
    """Convert what clasp 3 keeps, whose names are not those that google-auth reads.

    `expiry_date` counts milliseconds. Clasp's own client has no secret, which google-auth takes as an empty one.
    """
    tokens = info["tokens"]
    login = tokens.get("default") if isinstance(tokens, dict) else None
    if not isinstance(login, dict) or not login.get("refresh_token") or not login.get("client_id"):
        raise DeployError("clasp is not logged in here.", where=str(path), next_step=how)
    milliseconds = login.get("expiry_date")
    expires = datetime.fromtimestamp(milliseconds / 1000 if isinstance(milliseconds, int) else 0, UTC)
    return Credentials(  # type: ignore[no-untyped-call]
        token=login.get("access_token"),
        refresh_token=login["refresh_token"],
        client_id=login["client_id"],
        client_secret=login.get("client_secret") or "",
        token_uri="https://oauth2.googleapis.com/token",
        expiry=expires.replace(tzinfo=None),
    )


def _from_google(path: Path, info: dict[str, Any], how: str) -> Any:
    kind = info.get("type")
    if kind == "service_account" or "service_account_impersonation_url" in info:
        raise DeployError(
            "this is a service account; Google's Apps Script API does not work with these, nor are their calendars a person's.",
            where=str(path),
            next_step=f"Use the login of a person. {how}",
        )
    try:
        return Credentials.from_authorized_user_info(info)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise DeployError(f"no login of a person ({error})", where=str(path), next_step=how) from error
