"""Google's token endpoint: access tokens for refresh tokens, and what an access token is good for.

The documented shortcut: `refresh-` followed by a user's e-mail address is a refresh token of that user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.wire import Request, Response, json_response
from confsync.platform.discovery import discovery

if TYPE_CHECKING:
    from confsync.emulator.oauth.service import OAuth

# Google's access tokens live for an hour.
LIFETIME_S = 3600

SHORTCUT = "refresh-"
_HEADERS = {"cache-control": "no-store", "pragma": "no-cache"}


class TokenEndpoint:
    """Answers `POST /oauth2/token` (form-encoded) and `GET /oauth2/tokeninfo`, errors as RFC 6749 has them."""

    def __init__(self, oauth: OAuth, clock: Clock) -> None:
        self._oauth = oauth
        self._clock = clock

    def serve(self, request: Request) -> Response:
        """Answer a request."""
        routes = {"/oauth2/token": ("POST", self._token), "/oauth2/tokeninfo": ("GET", self._tokeninfo)}
        if request.path not in routes:
            return _refusal("not_found", "There is no such endpoint.", status=404)
        method, answer = routes[request.path]
        if request.method != method:
            return _refusal("invalid_request", f"This endpoint takes {method} only.", status=405)
        return answer(request)

    def _token(self, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        for name in ("grant_type", "refresh_token"):
            if not form.get(name):
                return _refusal("invalid_request", f"Missing required parameter: {name}")
            if form["grant_type"] != "refresh_token":
                return _refusal("unsupported_grant_type", f"Invalid grant_type: {form['grant_type']}")
        email = form["refresh_token"].removeprefix(SHORTCUT)
        if email == form["refresh_token"] or not self._oauth.knows(email):
            return _refusal("invalid_grant", "Token has been expired or revoked.")
        scopes = frozenset(form["scope"].split()) if form.get("scope") else None
        answer = {
            "access_token": self._oauth.mint(email, scopes),
            "expires_in": LIFETIME_S,
            "scope": _scope_words(scopes),
            "token_type": "Bearer",
        }
        return json_response(200, answer, headers=_HEADERS)

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


def _scope_words(scopes: frozenset[str] | None) -> str:
    if scopes is not None:
        return " ".join(sorted(scopes))
    known = (discovery(api).document["auth"]["oauth2"]["scopes"] for api in ("calendar", "script"))
    return " ".join(sorted({scope for scopes in known for scope in scopes}))


def _refusal(error: str, description: str, *, status: int = 400) -> Response:
    return json_response(status, {"error": error, "error_description": description}, headers=_HEADERS)
