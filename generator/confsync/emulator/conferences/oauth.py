"""The sample conferencing service's own OAuth 2.0: codes, and the tokens that stand for its key for a while.

It follows RFC 6749 as far as one client needs it. Whoever is sent there to sign in has said yes already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.wire import Request, Response, json_response

if TYPE_CHECKING:
    from confsync.emulator.world import World

CLIENT_ID = "sample-client"
CODE_S, TOKEN_S = 600, 3600
_FOR_EVER_S = 100 * 366 * 86_400
_TABLE = """
CREATE TABLE IF NOT EXISTS conference_tokens (
  token TEXT PRIMARY KEY, kind TEXT NOT NULL, redirect_uri TEXT NOT NULL, expires_us INTEGER NOT NULL
);
"""


class ConferenceOAuth:
    """Answers `GET /conferences/oauth/authorize` and `POST /conferences/oauth/token`.

    There is one client, `sample-client`, whose secret is the service's key.
    """

    def __init__(self, world: World) -> None:
        world.store.create(_TABLE)
        self._world = world

    def serve(self, request: Request) -> Response:
        """Answer a request."""
        with self._world.store.turn():
            match request.method, request.segments[2:]:
                case "GET", ["authorize"]:
                    return self._authorize(dict(request.query))
                case "POST", ["token"]:
                    return self._token(dict(parse_qsl(request.body.decode("utf-8", "replace"))))
        return _refusal("invalid_request", "There is nothing here.", status=404)

    def is_valid(self, token: str) -> bool:
        """Tell whether an access token may be used now."""
        return self._redirect_uri("access", token) is not None

    def _authorize(self, asked: Mapping[str, str]) -> Response:
        redirect_uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT_ID or not redirect_uri.startswith("https://"):
            return _refusal("invalid_request", "The client or its redirect_uri is not known.")
        if asked.get("response_type") == "code":
            answer = {"code": self._mint("code", redirect_uri, CODE_S)}
        else:
            answer = {"error": "unsupported_response_type"}
        if "state" in asked:
            answer["state"] = asked["state"]
        separator = "&" if "?" in redirect_uri else "?"
        return Response(302, {"location": f"{redirect_uri}{separator}{urlencode(answer)}"})

    def _token(self, form: Mapping[str, str]) -> Response:
        known = (form.get("client_id"), form.get("client_secret"))
        if known != (CLIENT_ID, self._world.conferences.key):
            return _refusal("invalid_client", "The client or its secret is wrong.", status=401)
        match form.get("grant_type"):
            case "authorization_code":
                redirect_uri = self._redirect_uri("code", form.get("code", ""))
                self._forget(form.get("code", ""))
                if redirect_uri is None or redirect_uri != form.get("redirect_uri"):
                    return _refusal("invalid_grant", "The code is used, too old or another client's.")
                more = {"refresh_token": self._mint("refresh", "", _FOR_EVER_S)}
            case "refresh_token":
                if self._redirect_uri("refresh", form.get("refresh_token", "")) is None:
                    return _refusal("invalid_grant", "The refresh token is not known.")
                more = {}
            case _:
                return _refusal("unsupported_grant_type", "Only codes and refresh tokens are taken.")
        answer = {"access_token": self._mint("access", "", TOKEN_S), "token_type": "Bearer"}
        return json_response(200, {**answer, "expires_in": TOKEN_S, **more})

    def _mint(self, kind: str, redirect_uri: str, seconds: int) -> str:
        token = f"sample-{kind}-{self._world.random.getrandbits(128):032x}"
        expires_us = self._world.clock.now_us() + seconds * MICROSECONDS
        row = (token, kind, redirect_uri, expires_us)
        self._world.store.connection.execute("INSERT INTO conference_tokens VALUES (?, ?, ?, ?)", row)
        return token

    def _redirect_uri(self, kind: str, token: str) -> str | None:
        """Return where a code was sent (tokens: empty), or None when it is not known or its time is over."""
        query = "SELECT redirect_uri FROM conference_tokens WHERE kind = ? AND token = ? AND expires_us > ?"
        with self._world.store.turn() as connection:
            row = connection.execute(query, (kind, token, self._world.clock.now_us())).fetchone()
        return None if row is None else str(row["redirect_uri"])

    def _forget(self, token: str) -> None:
        self._world.store.connection.execute("DELETE FROM conference_tokens WHERE token = ?", (token,))


def _refusal(error: str, description: str, *, status: int = 400) -> Response:
    return json_response(status, {"error": error, "error_description": description})
