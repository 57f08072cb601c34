"""What users agreed to: codes that an application fetches its tokens with once, and refresh tokens that stay."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from confsync.emulator.clock import MICROSECONDS

if TYPE_CHECKING:
    from confsync.emulator.world import World

CODE_S = 600
_FOR_EVER_S = 100 * 366 * 86_400

_TABLE = """
CREATE TABLE IF NOT EXISTS grants (
  token TEXT PRIMARY KEY, kind TEXT NOT NULL, email TEXT NOT NULL, scopes TEXT NOT NULL, client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, offline INTEGER NOT NULL, expires_us INTEGER NOT NULL
);
"""


@dataclass(frozen=True)
class Grant:
    """What a user lets a client do; `offline` also without the user being there.

    `redirect_uri` and `challenge` bind a code to who asked for it; `challenge` is of PKCE's method S256.
    """

    email: str
    scopes: frozenset[str]
    client_id: str
    redirect_uri: str = ""
    challenge: str = ""
    offline: bool = False

    def is_of(self, form: Mapping[str, str]) -> bool:
        """Tell whether a token request comes from who asked for the code."""
        asked = form.get("client_id", ""), form.get("redirect_uri", "")
        return asked == (self.client_id, self.redirect_uri) and self._is_answered(form)

    def _is_answered(self, form: Mapping[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return not self.challenge or base64.urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge


class Grants:
    """Keeps grants by code (`4/…`, good once and for ten minutes) and by refresh token (`1//…`)."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.store.create(_TABLE)

    def code(self, grant: Grant) -> str:
        """Return a new code."""
        return self._mint("code", "4/local-", grant, CODE_S)

    def refresh_token(self, grant: Grant) -> str:
        """Return a new refresh token."""
        return self._mint("refresh", "1//local-", grant, _FOR_EVER_S)

    def of_code(self, code: str) -> Grant | None:
        """Return what a code is good for, which it is no more after that."""
        grant = self._find("code", code)
        self.forget(code)
        return grant

    def of_refresh_token(self, token: str) -> Grant | None:
        """Return what a refresh token is good for."""
        return self._find("refresh", token)

    def forget(self, token: str) -> bool:
        """Take a code or a refresh token back; False when there was none."""
        with self._world.store.turn() as connection:
            return connection.execute("DELETE FROM grants WHERE token = ?", (token,)).rowcount > 0

    def _mint(self, kind: str, prefix: str, grant: Grant, seconds: int) -> str:
        token = f"{prefix}{self._world.random.getrandbits(128):032x}"
        expires_us = self._world.clock.now_us() + seconds * MICROSECONDS
        what = (grant.email, " ".join(sorted(grant.scopes)), grant.client_id)
        row = (token, kind, *what, grant.redirect_uri, grant.challenge, grant.offline, expires_us)
        with self._world.store.turn() as connection:
            connection.execute("INSERT INTO grants VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return token

    def _find(self, kind: str, token: str) -> Grant | None:
        query = "SELECT * FROM grants WHERE kind = ? AND token = ? AND expires_us > ?"
        with self._world.store.turn() as connection:
            row = connection.execute(query, (kind, token, self._world.clock.now_us())).fetchone()
        if row is None:
            return None
        where = row["redirect_uri"], row["challenge"], bool(row["offline"])
        return Grant(row["email"], frozenset(row["scopes"].split()), row["client_id"], *where)
