"""Google Calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.wire import Request, Response, json_response

if TYPE_CHECKING:
    from confsync.emulator.world import World


class Calendar:
    """Google Calendar."""

    def __init__(self, world: World) -> None:
        self._world = world

    def serve(self, request: Request) -> Response:
        """Answer a request."""
        return json_response(501, {})

    def serve_batch(self, request: Request) -> Response:
        """Answer a batch."""
        return json_response(501, {})

    def add_user(self, email: str, time_zone: str) -> None:
        """Make a primary calendar."""
