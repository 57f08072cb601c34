"""Credentials of a person, from the forms in which tools keep a login."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from google.oauth2.credentials import Credentials

from confsync.errors import DeployError

TOKEN_URI = "https://oauth2.googleapis.com/token"
CLIENT_ID, CLIENT_SECRET = "CONFSYNC_CLIENT_ID", "CONFSYNC_CLIENT_SECRET"
Keep = Callable[[dict[str, Any]], None]

# Of clasp's own client, which its oldest form of login does not name.
_CLASP = "1072944905499-vm2v2i5dvn0a0d2o4ca36i1vge8cvbn0.apps.googleusercontent.com"


class KeptCredentials(Credentials):
    """Credentials of a login that is ours: a fresh access token is kept, so that the next command need not ask."""

    info: dict[str, Any]
    keep: Keep

    def refresh(self, request: Any) -> None:
        """Fetch an access token, and keep it; that it cannot be kept is no reason to fail."""
        super().refresh(request)  # type: ignore[no-untyped-call]
        expiry = f"{self.expiry.isoformat()}Z" if self.expiry else None
        with suppress(DeployError):
            self.keep({**self.info, "token": self.token, "expiry": expiry})


def from_google(info: dict[str, Any], where: str, next_step: str, keep: Keep | None = None) -> Any:
    """Return the credentials of a login in Google's own form, `authorized_user`; raises DeployError."""
    missing = [name for name in ("client_id", "refresh_token") if not isinstance(info.get(name), str)]
    if info.get("type") != "authorized_user" or missing:
        why = f"{missing[0]} is missing" if missing else "its type is not authorized_user"
        raise DeployError(f"this is no login of a person ({why}).", where=where, next_step=next_step)
    values = {
        "token": info.get("token"),
        "refresh_token": info["refresh_token"],
        "client_id": info["client_id"],
        "client_secret": info.get("client_secret") or "",
        "token_uri": info.get("token_uri") or TOKEN_URI,
        "expiry": _moment(info.get("expiry")),
    }
    if keep is None:
        return Credentials(**values)  # type: ignore[no-untyped-call]
    credentials = KeptCredentials(**values)  # type: ignore[no-untyped-call]
    credentials.info, credentials.keep = info, keep
    return credentials


def is_clasps(info: dict[str, Any]) -> bool:
    """Tell whether this is a login as clasp keeps it: of clasp 3, or one of the two forms before it."""
    return (
        "tokens" in info
        or isinstance(info.get("token"), dict)
        or ("access_token" in info and "type" not in info)
    )


def from_clasp(info: dict[str, Any], where: str, next_step: str) -> Any:
    """Return the credentials of clasp's login, of clasp 3 or of one before it; raises DeployError.

    Their names are not those that google-auth reads; dates count milliseconds. Clasp's own client has no secret, which
    google-auth takes as an empty one.
    """
    login = _login_of_clasp(info)
    if not login.get("refresh_token") or not login.get("client_id"):
        raise DeployError("clasp is not logged in here.", where=where, next_step=next_step)
    milliseconds = login.get("expiry_date")
    expires = datetime.fromtimestamp(milliseconds / 1000 if isinstance(milliseconds, int) else 0, UTC)
    return Credentials(  # type: ignore[no-untyped-call]
        token=login.get("access_token"),
        refresh_token=login["refresh_token"],
        client_id=login["client_id"],
        client_secret=login.get("client_secret") or "",
        token_uri=TOKEN_URI,
        expiry=expires.replace(tzinfo=None),
    )


def from_refresh_token(environment: Mapping[str, str], variable: str, next_step: str) -> Any:
    """Return the credentials of a refresh token that stands in a variable; raises DeployError.

    A refresh token belongs to the OAuth client that it was made for, so that one has to be named too.
    """
    client_id = environment.get(CLIENT_ID)
    if not client_id:
        what = f"the refresh token's OAuth client is not named: set {CLIENT_ID}, and {CLIENT_SECRET} if it has one."
        raise DeployError(what, where=variable, next_step=next_step)
    return Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=environment[variable].strip(),
        client_id=client_id,
        client_secret=environment.get(CLIENT_SECRET, ""),
        token_uri=environment.get("CONFSYNC_TOKEN_URI") or TOKEN_URI,
    )


def _login_of_clasp(info: dict[str, Any]) -> dict[str, Any]:
    tokens, older = info.get("tokens"), info.get("token")
    if isinstance(tokens, dict) and isinstance(tokens.get("default"), dict):
        return dict(tokens["default"])
    if tokens is not None:
        return {}
    older = older if isinstance(older, dict) else info
    client = info.get("oauth2ClientSettings")
    client = client if isinstance(client, dict) else {}
    named = {"client_id": client.get("clientId") or _CLASP, "client_secret": client.get("clientSecret")}
    return {**named, **older}


def _moment(text: Any) -> datetime | None:
    """Return when an access token ends (naive, UTC, as google-auth has it); an unreadable date is long ago."""
    if text is None:
        return datetime(1970, 1, 1)
    with suppress(TypeError, ValueError):
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    return datetime(1970, 1, 1)
