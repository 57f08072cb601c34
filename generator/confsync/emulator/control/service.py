"""Answers control requests: finds the route, checks the keys, calls the room, writes JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from confsync.emulator.control import (
    calls,
    channels,
    conferences,
    consents,
    drafts,
    faults,
    gestures,
    mails,
    panels,
    scripts,
    settings,
    start,
    state,
    switches,
    triggers,
    users,
)
from confsync.emulator.control.route import Ask, Route
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request, Response, json_response
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

ROUTES: tuple[Route, ...] = (
    *start.ROUTES,
    *state.ROUTES,
    *users.ROUTES,
    *settings.ROUTES,
    *mails.ROUTES,
    *switches.ROUTES,
    *faults.ROUTES,
    *calls.ROUTES,
    *scripts.ROUTES,
    *consents.ROUTES,
    *triggers.ROUTES,
    *channels.ROUTES,
    *drafts.ROUTES,
    *panels.ROUTES,
    *gestures.ROUTES,
    *conferences.ROUTES,
)


def _kind(segments: list[str]) -> tuple[int, str]:
    """Return the number of segments and the first one, which is no variable in any route."""
    return len(segments), segments[0] if segments else ""


_BY_KIND: dict[tuple[int, str], list[Route]] = {}
for _route in ROUTES:
    _BY_KIND.setdefault(_kind(_route.segments), []).append(_route)


class Control:
    """The routes under /emulator. They need no token: the server is there for this machine only.

    Nothing here works inside a turn of the store, for executions that a route runs take turns of their own.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def serve(self, request: Request) -> Response:
        """Answer a request: 400 with the key that is wrong, 404 and 405 for other routes and verbs."""
        room, *segments = request.segments
        routes = _BY_KIND.get(_kind(segments), []) if room == "emulator" else []
        found = [(route, route.match(segments)) for route in routes]
        matching = {route.verb: (route, variables) for route, variables in found if variables is not None}
        if not matching:
            return _refusal(404, f"there is no control route {request.path}")
        if request.method not in matching:
            allowed = ", ".join(matching)
            return _refusal(405, f"{request.path} takes {allowed}", {"allow": allowed})
        route, variables = matching[request.method]
        return self._answer(route, variables or {}, request)

    def _answer(self, route: Route, variables: Mapping[str, str], request: Request) -> Response:
        try:
            ask = Ask({**route.ask(request), **variables}, host=request.headers.get("host", ""))
            answer = route.handler(self._world, ask)
            return answer if isinstance(answer, Response) else json_response(200, answer, indent=None)
        except EmulatorError as error:
            return _refusal(400, str(error))
        except ApiError as error:
            return error.response()


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return json_response(status, {"error": {"message": message}}, headers=headers or {})
