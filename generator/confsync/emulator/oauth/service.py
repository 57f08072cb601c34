"""Users and their access tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confsync.emulator.errors import invalid_credentials
from confsync.emulator.wire import Request, Response, json_response

if TYPE_CHECKING:
    from confsync.emulator.world import World


@dataclass(frozen=True)
class Identity:
    """Who asks, and with which OAuth scopes; `scopes` is None for all of them."""

    email: str
    scopes: frozenset[str] | None = None


class OAuth:
    """Tells who a bearer token belongs to. A token that is a known user's e-mail address is that user."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._users: dict[str, str] = {}

    def add_user(self, email: str, time_zone: str = "Etc/UTC") -> None:
        """Make a user with a primary calendar; a second time changes nothing."""
        if email not in self._users:
            self._users[email] = time_zone
            self._world.calendar.add_user(email, time_zone)

    def users(self) -> list[str]:
        """Return the users' e-mail addresses."""
        return sorted(self._users)

    def mint(self, email: str, scopes: frozenset[str]) -> str:
        """Return a new access token of that user with those scopes."""
        raise NotImplementedError

    def identify(self, request: Request) -> Identity:
        """Return who asks; raises ApiError 401 when no known token is given."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or token not in self._users:
            raise invalid_credentials()
        return Identity(token)

    def name_of(self, request: Request) -> str:
        """Return the e-mail address of who asks, or nothing."""
        token = request.headers.get("authorization", "").partition(" ")[2]
        return token if token in self._users else ""

    def serve(self, request: Request) -> Response:
        """Answer a token request."""
        return json_response(501, {})
