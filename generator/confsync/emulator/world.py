"""One local Google: its clock, state, trace and rooms, behind one function that answers requests."""

import contextlib
import functools
import logging
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from confsync.emulator import discovery, state
from confsync.emulator.appsscript.folder import folder_files
from confsync.emulator.appsscript.platform import AppsScript
from confsync.emulator.calendar.service import Calendar
from confsync.emulator.clock import MICROSECONDS, Clock, instant
from confsync.emulator.conferences.service import Conferences
from confsync.emulator.control import Control
from confsync.emulator.drive import Drive
from confsync.emulator.execution import Runtime
from confsync.emulator.faults import Faults
from confsync.emulator.fixtures import Fixtures, User, add_user
from confsync.emulator.oauth.service import OAuth
from confsync.emulator.snapshots import Snapshots
from confsync.emulator.sources import Source, opened
from confsync.emulator.store import Store
from confsync.emulator.switches import Switches
from confsync.emulator.trace import Trace, masked_target
from confsync.emulator.wire import Request, Response, json_response
from confsync.errors import EmulatorError

# A Monday morning, so that weekly stories read well.
VIRTUAL_START_US = 1_772_438_400_000_000


class World:
    """A local Google.

    `clock` is real unless a virtual one is given, `seed` decides everything random, `data` is a file that keeps
    the state, `runtime` runs the executions of scripts (V8 when none is given). It begins with `users` (e-mail
    addresses, or `{"email", "timeZone"}`), with `switches`, which say what it does where Google's behaviour is not
    known, with `faults`, and, unless a state was kept, with `imports`, each of which is something for `import_`, and
    taken in again when the world starts over. `libraries` are folders by the ids under which scripts include them.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        data: Path | None = None,
        runtime: Runtime | None = None,
        users: Sequence[User] = (),
        switches: Mapping[str, Any] = {},
        faults: Sequence[Mapping[str, Any]] = (),
        imports: Sequence[Source] = (),
        libraries: Mapping[str, Path] = {},
    ) -> None:
        self.seed = seed
        self.clock = clock or Clock()
        self.store = Store(data)
        self.trace = Trace()
        self.faults = Faults(seed, self.clock)
        self.switches = Switches()
        self.switches.change(switches)
        self.snapshots = Snapshots(self)
        self._switches_at_start = self.switches.as_json()
        self._runtime, self._users, self._faults, self._imports = runtime, users, faults, imports
        self._libraries = libraries
        self._closed, self._replacing = False, threading.Lock()
        try:
            self._begin()
        except BaseException:
            self.store.close()
            raise

    def _begin(self) -> None:
        self.faults.begin(self._faults)
        with self.store.turn():
            self.is_kept = self.store.note("openings") is not None
            self._open()
            for number, user in enumerate(self._users):
                add_user(self, user, f"users[{number}]")
            for source in () if self.is_kept else self._imports:
                with opened(source) as found:
                    found.load(self)
            for library_id, folder in self._libraries.items():
                self.appsscript.put_library(library_id, folder_files(folder))

    def _open(self) -> None:
        self.random = self._randomness()
        self._resume_clock()
        self._furnish()

    def _furnish(self) -> None:
        self.store.forgetters.clear()
        self.oauth = OAuth(self)
        self.calendar = Calendar(self)
        self.conferences = Conferences(self)
        self.appsscript = AppsScript(self, self._runtime)
        self.drive = Drive(self)
        self.control = Control(self)

    def _randomness(self) -> random.Random:
        """Return the source of everything random; each opening of a file has its own, so that no id comes twice."""
        opening = int(self.store.note("openings") or 0)
        self.store.set_note("openings", str(opening + 1))
        return random.Random(f"{self.seed}/{opening}" if opening else self.seed)

    def _resume_clock(self) -> None:
        moved = self.store.note(self._clock_note)
        if moved is not None:
            self.clock.restart(int(moved))
        self._moved_us = self.clock.moved_us

    @property
    def _clock_note(self) -> str:
        return "virtual_clock_moved_us" if self.clock.virtual else "real_clock_moved_us"

    def _keep_clock(self) -> None:
        if self.clock.moved_us != self._moved_us:
            self._moved_us = self.clock.moved_us
            self.store.set_note(self._clock_note, str(self._moved_us))

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """Answer one HTTP request; the ASGI application and the in-process client both come here.

        `target` is path and query. Header names may be in any case. An answer that comes late has moved a virtual
        clock; on a real one it says so in `delay_s`.
        """
        request = Request(
            method.upper(), target, {name.lower(): value for name, value in (headers or {}).items()}, body
        )
        room, response = self._answered(request)
        self.trace.add(
            at_us=self.clock.now_us(),
            source="http",
            service=room,
            method=request.method,
            arguments={"target": masked_target(request.target)},
            outcome=response.status,
            user=self.oauth.name_of(request),
        )
        return self._dated(response)

    def _answered(self, request: Request) -> tuple[str, Response]:
        """Return room and answer; 500 when the place where the state is kept is full or damaged."""
        try:
            room, response = self.serve(request)
            if self.clock.virtual and response.delay_s:
                self.clock.advance(response.delay_us)
                response = replace(response, delay_s=0)
            self._keep_clock()
        except EmulatorError as error:
            logging.getLogger(__name__).error("%s", error)
            return "none", json_response(500, {"error": {"code": 500, "message": str(error)}})
        return room, response

    def _dated(self, response: Response) -> Response:
        if response.status == 0:
            return response
        date = _http_date(self.clock.now_us() // MICROSECONDS)
        rest = response.delay_s, response.cut_at, response.chunks
        return Response(response.status, {"date": date, **response.headers}, response.body, *rest)

    def serve(self, request: Request) -> tuple[str, Response]:
        """Return the room that a path belongs to and its answer, without a word in the trace."""
        for prefix, room, serve in (
            ("/calendar/v3", "calendar", self.calendar.serve),
            ("/batch/calendar/v3", "calendar", self.calendar.serve_batch),
            ("/v1/", "appsscript", self.appsscript.serve),
            ("/macros/", "appsscript", self.appsscript.serve_web),
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
            self.calendar.notifications.background.start()
        else:
            self.calendar.notifications.background.stop()

    def reset(self) -> None:
        """Go back to the start: what the constructor was told, an empty trace, a clock not yet moved."""
        with self._stopped(), self.store.turn():
            self.store.clear()
            self.trace.clear()
            self.clock.restart()
            self.switches.change(self._switches_at_start)
            self._begin()

    def export(self, to: Path) -> None:
        """Write the state to a file, in the format of `state`."""
        state.save(self, to)

    def import_(self, source: Source) -> None:
        """Take in what a file holds: an exported state replaces the present one, fixtures come to what is there.

        All or nothing: EmulatorError says what is wrong, and then nothing has changed.
        """
        with opened(source) as found:
            over = contextlib.nullcontext() if isinstance(found, Fixtures) else self._stopped()
            with over, self.store.turn():
                found.load(self)

    def resume(self, now_us: int) -> None:
        """Go on from that time with a state that was just put into the store; to be called in a turn."""
        self.stop()
        self.clock.reach(now_us)
        self.store.set_note(self._clock_note, str(self.clock.moved_us))
        self._open()

    def snapshot(self, name: str) -> None:
        """Keep everything as it is now in memory, under a name."""
        self.snapshots.take(name)

    def restore(self, name: str) -> None:
        """Make everything as it was at a snapshot, chance and clock too; only the trace goes on."""
        self.snapshots.get(name)
        with self._stopped(), self.store.alone():
            # Once more: another thread may have replaced it meanwhile.
            taken = self.snapshots.get(name)
            self.store.put_back(taken.state)
            self.random.setstate(taken.lots)
            self.clock.restart(taken.moved_us)
            self.switches.change(taken.switches)
            self.faults.put_back(taken.faults)
            self._keep_clock()
            self._furnish()

    @contextlib.contextmanager
    def _stopped(self) -> Iterator[None]:
        """Stop executions and notifications while the whole state changes; when it fails, all goes on as before."""
        with self._replacing:
            delivery, lots, moved_us = self.delivery, self.random, self.clock.moved_us
            self.stop()
            try:
                yield
            except BaseException:
                self.random = lots
                self.clock.restart(moved_us)
                self._furnish()
                raise
            finally:
                self.delivery = delivery

    def stop(self) -> None:
        """End executions and notifications: what goes on, or waits for an answer, holds nobody up."""
        self.appsscript.close()
        self.calendar.notifications.close()

    def close(self) -> None:
        """End the executions and close the state; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self.stop()
        self.snapshots.close()
        try:
            self._keep_clock()
        finally:
            self.store.close()


@functools.lru_cache(maxsize=16)
def _http_date(second: int) -> str:
    return format_datetime(instant(second * MICROSECONDS), usegmt=True)
