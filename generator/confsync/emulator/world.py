"""One local Google: its clock, state, trace and rooms, behind one function that answers requests."""

import functools
import random
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from confsync.emulator import discovery
from confsync.emulator.appsscript.platform import AppsScript
from confsync.emulator.calendar.service import Calendar
from confsync.emulator.clock import MICROSECONDS, Clock, instant
from confsync.emulator.conferences.service import Conferences
from confsync.emulator.control import Control
from confsync.emulator.drive import Drive
from confsync.emulator.execution import Runtime
from confsync.emulator.faults import Faults
from confsync.emulator.oauth.service import OAuth
from confsync.emulator.store import Store
from confsync.emulator.switches import Switches
from confsync.emulator.trace import Trace, masked_target
from confsync.emulator.wire import NO_ANSWER, Request, Response, json_response

# A Monday morning, so that weekly stories read well.
VIRTUAL_START_US = 1_772_438_400_000_000


class World:
    """A local Google.

    `clock` is real unless a virtual one is given, `seed` decides everything random, `data` is a file that keeps
    the state, `runtime` runs the executions of scripts (V8 when none is given), `users` are there from the start,
    `switches` say what this world does where Google's behaviour is not known.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        data: Path | None = None,
        runtime: Runtime | None = None,
        users: Sequence[str] = (),
        switches: Mapping[str, Any] = {},
    ) -> None:
        self.seed = seed
        self.clock = clock or Clock()
        self.store = Store(data)
        self.trace = Trace()
        self.faults = Faults()
        self.switches = Switches()
        self.switches.change(switches)
        self._switches_at_start = self.switches.as_json()
        self._runtime, self._users = runtime, tuple(users)
        self._closed = False
        try:
            self._furnish()
        except BaseException:
            self.store.close()
            raise

    def _furnish(self) -> None:
        self.random = self._randomness()
        self._resume_clock()
        self.oauth = OAuth(self)
        self.calendar = Calendar(self)
        self.conferences = Conferences(self)
        self.appsscript = AppsScript(self, self._runtime)
        self.drive = Drive(self)
        self.control = Control(self)
        for email in self._users:
            self.oauth.add_user(email)

    def _randomness(self) -> random.Random:
        """Return the source of everything random; each opening of a file has its own, so that no id comes twice."""
        opening = int(self.store.note("openings") or 0)
        self.store.set_note("openings", str(opening + 1))
        return random.Random(f"{self.seed}/{opening}" if opening else self.seed)

    def _resume_clock(self) -> None:
        self._clock_note = "virtual_clock_moved_us" if self.clock.virtual else "real_clock_moved_us"
        moved = self.store.note(self._clock_note)
        if moved is not None:
            self.clock.restart(int(moved))
        self._moved_us = self.clock.moved_us

    def _keep_clock(self) -> None:
        if self.clock.moved_us != self._moved_us:
            self._moved_us = self.clock.moved_us
            self.store.set_note(self._clock_note, str(self._moved_us))

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """Answer one HTTP request; the ASGI application and the in-process client both come here.

        `target` is path and query. Header names may be in any case.
        """
        request = Request(
            method.upper(), target, {name.lower(): value for name, value in (headers or {}).items()}, body
        )
        room, response = self.serve(request)
        self.trace.add(
            at_us=self.clock.now_us(),
            source="http",
            service=room,
            method=request.method,
            arguments={"target": masked_target(request.target)},
            outcome=response.status,
            user=self.oauth.name_of(request),
        )
        self._keep_clock()
        return self._dated(response)

    def _dated(self, response: Response) -> Response:
        if response == NO_ANSWER:
            return response
        date = _http_date(self.clock.now_us() // MICROSECONDS)
        return Response(response.status, {"date": date, **response.headers}, response.body)

    def serve(self, request: Request) -> tuple[str, Response]:
        """Return the room that a path belongs to and its answer, without a word in the trace."""
        for prefix, room, serve in (
            ("/calendar/v3", "calendar", self.calendar.serve),
            ("/batch/calendar/v3", "calendar", self.calendar.serve_batch),
            ("/v1/", "appsscript", self.appsscript.serve),
            ("/drive/v3/", "drive", self.drive.serve),
            ("/oauth2/", "oauth", self.oauth.serve),
            ("/discovery/v1/apis", "discovery", discovery.serve),
            ("/$discovery/", "discovery", discovery.serve),
            ("/conferences/", "conferences", self.conferences.serve),
            ("/emulator", "emulator", self.control.serve),
        ):
            if request.path.startswith(prefix):
                return room, serve(request)
        return "none", json_response(404, {"error": {"code": 404, "message": "Not Found"}})

    @property
    def delivery(self) -> str:
        """`on_demand` (what is queued waits until it is asked for) or `background` (threads deliver it as it comes)."""
        return self.appsscript.delivery

    @delivery.setter
    def delivery(self, mode: str) -> None:
        self.appsscript.delivery = mode
        if mode == "background":
            self.calendar.notifications.start()
        else:
            self.calendar.notifications.stop()

    def reset(self) -> None:
        """Go back to the start: the same seed and first users and switches, no faults, an empty trace, a clock not yet moved."""
        delivery = self.delivery
        self.appsscript.close()
        self.calendar.notifications.close()
        with self.store.turn():
            self.store.clear()
            self.faults.clear()
            self.switches.change(self._switches_at_start)
            self.trace.clear()
            self.clock.restart()
            self._furnish()
        self.delivery = delivery

    def close(self) -> None:
        """End the executions and close the state; a second time does nothing."""
        if not self._closed:
            self._closed = True
            self.appsscript.close()
            self.calendar.notifications.close()
            self._keep_clock()
            self.store.close()


@functools.lru_cache(maxsize=16)
def _http_date(second: int) -> str:
    return format_datetime(instant(second * MICROSECONDS), usegmt=True)
