"""One local Google: its clock, state, trace and rooms, behind one function that answers requests."""

import random
from pathlib import Path

from confsync.emulator.appsscript.platform import AppsScript
from confsync.emulator.calendar.service import Calendar
from confsync.emulator.clock import Clock
from confsync.emulator.conferences.service import Conferences
from confsync.emulator.control import Control
from confsync.emulator.execution import Runtime
from confsync.emulator.faults import Faults
from confsync.emulator.oauth.service import OAuth
from confsync.emulator.store import Store
from confsync.emulator.trace import Trace
from confsync.emulator.wire import Request, Response, json_response

# A Monday morning, so that weekly stories read well.
VIRTUAL_START_US = 1_772_438_400_000_000


class World:
    """A local Google.

    `clock` is real unless a virtual one is given, `seed` decides everything random, `data` is a file that keeps
    the state, `runtime` runs the executions of scripts (V8 when none is given).
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        data: Path | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.clock = clock or Clock()
        self.store = Store(data)
        self.trace = Trace()
        self.faults = Faults(self)
        self.oauth = OAuth(self)
        self.calendar = Calendar(self)
        self.conferences = Conferences(self)
        self.appsscript = AppsScript(self, runtime)
        self.control = Control(self)

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """Answer one HTTP request; the ASGI application and the in-process client both come here.

        `target` is path and query. Header names may be in any case.
        """
        request = Request(
            method.upper(), target, {name.lower(): value for name, value in (headers or {}).items()}, body
        )
        room, response = self._serve(request)
        self.trace.add(
            at_us=self.clock.now_us(),
            source="http",
            service=room,
            method=request.method,
            arguments={"target": request.target},
            outcome=response.status,
            user=self.oauth.name_of(request),
        )
        return response

    def _serve(self, request: Request) -> tuple[str, Response]:
        for prefix, room, serve in (
            ("/calendar/v3", "calendar", self.calendar.serve),
            ("/batch/calendar/v3", "calendar", self.calendar.serve_batch),
            ("/v1/", "appsscript", self.appsscript.serve),
            ("/oauth2/", "oauth", self.oauth.serve),
            ("/conferences/", "conferences", self.conferences.serve),
            ("/emulator", "emulator", self.control.serve),
        ):
            if request.path.startswith(prefix):
                return room, serve(request)
        return "none", json_response(404, {"error": {"code": 404, "message": "Not Found"}})

    def close(self) -> None:
        """End the executions and close the state."""
        self.appsscript.close()
        self.store.close()
