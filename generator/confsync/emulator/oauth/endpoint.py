"""Google's token endpoint: access tokens for codes, refresh tokens and assertions, and what they are good for.

The documented shortcut: `refresh-` followed by a user's e-mail address is a refresh token of that user.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_plus

from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.oauth.grants import Grants
from confsync.emulator.wire import Request, Response, json_response
from confsync.platform.discovery import discovery

if TYPE_CHECKING:
    from confsync.emulator.oauth.service import OAuth

# Google's access tokens live for an hour.
LIFETIME_S = 3600

SHORTCUT = "refresh-"
_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NEEDED = {"authorization_code": "code", "refresh_token": "refresh_token", _ASSERTION: "assertion"}
_HEADERS = {"cache-control": "no-store", "pragma": "no-cache"}
_NOT_ALLOWED = (
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
    "scopes requested."
)


class TokenEndpoint:
    """Answers `POST /oauth2/token` and `/oauth2/revoke` (form-encoded) and `GET /oauth2/tokeninfo`.

    Errors are as RFC 6749 has them. An assertion is a service account's that acts for a user of its domain; its
    signature is not looked at.
    """

    def __init__(self, oauth: OAuth, grants: Grants, clock: Clock) -> None:
        self._oauth, self._grants, self._clock = oauth, grants, clock

    def serve(self, request: Request) -> Response:
        """Answer a request."""
        routes = {
            "/oauth2/token": ("POST", self._token),
            "/oauth2/revoke": ("POST", self._revoke),
            "/oauth2/tokeninfo": ("GET", self._tokeninfo),
        }
        if request.path not in routes:
            return _refusal("not_found", "There is no such endpoint.", status=404)
        method, answer = routes[request.path]
        if request.method != method:
            return _refusal("invalid_request", f"This endpoint takes {method} only.", status=405)
        return answer(request)

    def _token(self, request: Request) -> Response:
        form = {**_client(request), **_form(request)}
        kind = form.get("grant_type")
        if not kind:
            return _refusal("invalid_request", "Missing required parameter: grant_type")
        if kind not in _NEEDED:
            return _refusal("unsupported_grant_type", f"Invalid grant_type: {kind}")
        if not form.get(_NEEDED[kind]):
            return _refusal("invalid_request", f"Missing required parameter: {_NEEDED[kind]}")
        if kind == "authorization_code":
            return self._for_code(form)
        return self._for_assertion(form) if kind == _ASSERTION else self._for_refresh_token(form)

    def _for_code(self, form: Mapping[str, str]) -> Response:
        grant = self._grants.of_code(form["code"])
        if grant is None or not grant.is_of(form):
            return _refusal("invalid_grant", "Malformed auth code.")
        more = {"refresh_token": self._grants.refresh_token(grant)} if grant.offline else {}
        return self._given(grant.email, grant.scopes, more)

    def _for_refresh_token(self, form: Mapping[str, str]) -> Response:
        scopes = frozenset(form["scope"].split()) if form.get("scope") else None
        grant = self._grants.of_refresh_token(form["refresh_token"])
        if grant is not None:
            if scopes is not None and not scopes <= grant.scopes:
                return _refusal("invalid_scope", "Some requested scopes were not granted.")
            return self._given(grant.email, scopes or grant.scopes, {})
        email = form["refresh_token"].removeprefix(SHORTCUT)
        if email == form["refresh_token"] or not self._oauth.knows(email):
            return _refusal("invalid_grant", "Token has been expired or revoked.")
        return self._given(email, scopes, {})

    def _for_assertion(self, form: Mapping[str, str]) -> Response:
        said = _claims(form["assertion"])
        user, scopes = said.get("sub"), said.get("scope")
        if not isinstance(user, str) or not isinstance(scopes, str) or not self._oauth.knows(user):
            return _refusal("unauthorized_client", _NOT_ALLOWED, status=401)
        return self._given(user, frozenset(scopes.split()), {})

    def _given(self, email: str, scopes: frozenset[str] | None, more: dict[str, str]) -> Response:
        answer = {
            "access_token": self._oauth.mint(email, scopes),
            "expires_in": LIFETIME_S,
            "scope": _scope_words(scopes),
            "token_type": "Bearer",
        }
        return json_response(200, {**answer, **more}, headers=_HEADERS)

    def _revoke(self, request: Request) -> Response:
        token = _form(request).get("token", "")
        if not self._grants.forget(token) and not self._oauth.forget(token):
            return _refusal("invalid_token", "Token expired or revoked")
        return json_response(200, {})

    def _tokeninfo(self, request: Request) -> Response:
        identity = self._oauth.owner(dict(request.query).get("access_token", ""))
        if identity is None:
            return _refusal("invalid_token", "Invalid Value")
        left = self._seconds_left(identity.expires_us)
        answer = {
            "scope": _scope_words(identity.scopes),
            "exp": str(self._clock.now_us() // MICROSECONDS + left),
            "expires_in": str(left),
            "email": identity.email,
            "email_verified": "true",
        }
        return json_response(200, answer)

    def _seconds_left(self, expires_us: int | None) -> int:
        # A token that is an e-mail address never expires; Google's always say something.
        return LIFETIME_S if expires_us is None else (expires_us - self._clock.now_us()) // MICROSECONDS


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def _client(request: Request) -> dict[str, str]:
    """Return the client that a request names in its header, as RFC 6749 (2.3.1) lets it."""
    kind, _, written = request.headers.get("authorization", "").partition(" ")
    try:
        name = base64.b64decode(written, validate=True).decode().partition(":")[0]
    except ValueError:
        return {}
    return {"client_id": unquote_plus(name)} if kind.lower() == "basic" else {}


def _claims(assertion: str) -> dict[str, Any]:
    """Return what an assertion (a JSON Web Token) says, nothing when it is none."""
    part = assertion.split(".")[1] if assertion.count(".") == 2 else ""
    try:
        said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _scope_words(scopes: frozenset[str] | None) -> str:
    if scopes is not None:
        return " ".join(sorted(scopes))
    known = (discovery(api).document["auth"]["oauth2"]["scopes"] for api in ("calendar", "script"))
    return " ".join(sorted({scope for scopes in known for scope in scopes}))


def _refusal(error: str, description: str, *, status: int = 400) -> Response:
    return json_response(status, {"error": error, "error_description": description}, headers=_HEADERS)
