"""Users and their access tokens."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.errors import invalid_credentials, login_required
from confsync.emulator.oauth.consent import PATHS, Consent
from confsync.emulator.oauth.endpoint import LIFETIME_S, TokenEndpoint
from confsync.emulator.oauth.grants import Grants
from confsync.emulator.wire import Request, Response
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

_EMAIL = re.compile(r"[^@\s/?#\"<>]+@[^@\s/?#\"<>]+\.[^@\s/?#\"<>.]+")

_TABLES = """
CREATE TABLE IF NOT EXISTS users (email TEXT PRIMARY KEY, time_zone TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS access_tokens (
  token TEXT PRIMARY KEY, email TEXT NOT NULL, scopes TEXT, expires_us INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS access_tokens_by_end ON access_tokens (expires_us);
"""


@dataclass(frozen=True)
class Identity:
    """Who asks, and with which OAuth scopes; `scopes` is None for all of them."""

    email: str
    scopes: frozenset[str] | None = None
    expires_us: int | None = None


class OAuth:
    """Tells who a bearer token belongs to. A token that is a known user's e-mail address is that user."""

    def __init__(self, world: World) -> None:
        self._world = world
        grants = Grants(world)
        self._endpoint = TokenEndpoint(self, grants, world.clock)
        self._consent = Consent(self, grants)
        world.store.create(_TABLES)
        self._known: set[str] = set()
        self._script = threading.local()
        world.store.forgetters.append(self._known.clear)

    def add_user(self, email: str, time_zone: str = "Etc/UTC") -> None:
        """Make a user with a primary calendar; a second time changes nothing. Addresses are kept in lower case.

        EmulatorError for what is no e-mail address, or no IANA time zone.
        """
        if not _EMAIL.fullmatch(email):
            raise EmulatorError(f'"{email}" is not an e-mail address')
        try:
            ZoneInfo(time_zone)
        except (LookupError, ValueError, OSError) as error:
            raise EmulatorError(f'"{time_zone}" is not a time zone; an IANA name is wanted') from error
        with self._world.store.turn() as connection:
            made = connection.execute("INSERT OR IGNORE INTO users VALUES (?, ?)", (email.lower(), time_zone))
            if made.rowcount:
                self._world.calendar.add_user(email.lower(), time_zone)

    def users(self) -> list[str]:
        """Return the users' e-mail addresses."""
        with self._world.store.turn() as connection:
            return [row["email"] for row in connection.execute("SELECT email FROM users ORDER BY email")]

    def time_zone_of(self, email: str) -> str:
        """Return the time zone that a user was added with; EmulatorError for nobody."""
        with self._world.store.turn() as connection:
            row = connection.execute(
                "SELECT time_zone FROM users WHERE email = ?", (email.lower(),)
            ).fetchone()
        if row is None:
            raise EmulatorError(f'there is no user "{email}"')
        return str(row["time_zone"])

    def knows(self, email: str) -> bool:
        """Tell whether there is such a user."""
        if email not in self._known and self._is_kept(email):
            self._known.add(email)
        return email in self._known

    def _is_kept(self, email: str) -> bool:
        with self._world.store.turn() as connection:
            found = connection.execute("SELECT 1 FROM users WHERE email = ?", (email.lower(),)).fetchone()
        return found is not None

    def mint(self, email: str, scopes: frozenset[str] | None) -> str:
        """Return a new access token of that user with those scopes (None: all), good for an hour."""
        self.time_zone_of(email)
        token = f"ya29.local-{self._world.random.getrandbits(128):032x}"
        expires_us = self._world.clock.now_us() + LIFETIME_S * MICROSECONDS
        kept = None if scopes is None else json.dumps(sorted(scopes))
        with self._world.store.turn() as connection:
            connection.execute(
                "DELETE FROM access_tokens WHERE expires_us <= ?", (self._world.clock.now_us(),)
            )
            connection.execute(
                "INSERT INTO access_tokens VALUES (?, ?, ?, ?)", (token, email.lower(), kept, expires_us)
            )
        return token

    def forget(self, token: str) -> bool:
        """Take an access token back; False when there was none."""
        with self._world.store.turn() as connection:
            return connection.execute("DELETE FROM access_tokens WHERE token = ?", (token,)).rowcount > 0

    def identify(self, request: Request) -> Identity:
        """Return who asks; raises ApiError 401 when no token is given, or one that is unknown or expired.

        The error for a bad token is in Calendar's own words; other APIs set `front_end` on it.
        """
        token = token_of(request)
        if not token:
            raise login_required()
        identity = self.owner(token)
        if identity is None:
            raise invalid_credentials()
        return identity

    @contextmanager
    def asked_by_script_of(self, user: str) -> Iterator[None]:
        """On this thread only that user's address is a token meanwhile: a script has no key to other users' data."""
        before = getattr(self._script, "user", None)
        self._script.user = user
        try:
            yield
        finally:
            self._script.user = before

    def owner(self, token: str) -> Identity | None:
        """Return whose token it is, or None when it is unknown or expired."""
        if self.knows(token) and getattr(self._script, "user", None) in (None, token.lower()):
            return Identity(token.lower())
        with self._world.store.turn() as connection:
            row = connection.execute("SELECT * FROM access_tokens WHERE token = ?", (token,)).fetchone()
        if row is None or row["expires_us"] <= self._world.clock.now_us():
            return None
        scopes = None if row["scopes"] is None else frozenset(json.loads(row["scopes"]))
        return Identity(row["email"], scopes, row["expires_us"])

    def name_of(self, request: Request) -> str:
        """Return the e-mail address of who asks, or nothing."""
        token = token_of(request)
        identity = self.owner(token) if token else None
        return identity.email if identity else ""

    def serve(self, request: Request) -> Response:
        """Answer a token request, or a browser at the consent screen."""
        return (self._consent if request.path in PATHS else self._endpoint).serve(request)


def token_of(request: Request) -> str:
    """Return the bearer token of the header, or else of the query (`access_token`, `oauth_token`), or nothing."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if token and kind.lower() == "bearer":
        return token.strip()
    if "_token=" not in request.target:
        return ""
    query = dict(request.query)
    return query.get("access_token") or query.get("oauth_token", "")
