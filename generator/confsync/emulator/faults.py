"""Faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.wire import Request, Response, json_response

if TYPE_CHECKING:
    from confsync.emulator.world import World


class Faults:
    """Faults."""

    def __init__(self, world: World) -> None:
        self._world = world

    def serve(self, request: Request) -> Response:
        """Answer a request."""
        return json_response(501, {})

