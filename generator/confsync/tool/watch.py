"""Syncing on and on: when a calendar changes, when something is due, and every hour whatever happens."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from confsync.errors import SyncError
from confsync.tool.google import Unreachable
from confsync.tool.lock import ProcessLock
from confsync.tool.push import Channels, Receiver
from confsync.tool.sync import Sync, Told

NET_S = 3600.0
# A place that did not answer is left alone for so long, or for as long as between two polls if that is less.
AGAIN_S = 30.0


@dataclass(frozen=True)
class Pace:
    """How calendars are watched: by polling, or at an address where Calendar reaches the receiver on `push_port`."""

    poll_s: float = 60.0
    push_url: str = ""
    push_port: int = 0


@dataclass
class _Plan:
    """When what is to be done next, in seconds of `time.monotonic`."""

    net: float = 0.0
    poll: float = 0.0
    due: float = math.inf
    changed: SimpleQueue[str] = field(default_factory=SimpleQueue)


class Watch:
    """Watches the calendars on which the engine wants triggers; `tell` hears of each run, `fail` of each that failed."""

    def __init__(
        self, sync: Sync, pace: Pace, tell: Callable[[str, Told], None], fail: Callable[[Unreachable], None]
    ) -> None:
        self._sync, self._pace, self._tell, self._fail = sync, pace, tell, fail
        self._plan, self._stopped = _Plan(), False

    def stop(self) -> None:
        """End the watch as soon as the run that is under way has ended; may be called by a signal's handler."""
        self._stopped = True
        self._plan.changed.put("")

    def run(self) -> None:
        """Go on until it is stopped; raises SyncError for what waiting does not mend, and beside another watch."""
        with self._alone(), self._channels() as channels:
            while not self._stopped:
                try:
                    self._work(channels)
                except Unreachable as error:
                    self._fail(error)
                    self._changed(min(AGAIN_S, self._pace.poll_s))
                    # Nobody knows what was missed meanwhile.
                    self._plan.net = 0.0

    def _work(self, channels: Channels | None) -> None:
        """Do what is due, then wait for the next thing."""
        if time.monotonic() >= min(self._plan.net, self._plan.due):
            self._run("")
            self._plan.net = time.monotonic() + NET_S
            self._plan.poll = time.monotonic() + self._pace.poll_s
        deaf = [one for one in self._watched() if channels is None or not channels.keep(one)]
        if time.monotonic() >= self._plan.poll:
            self._plan.poll = time.monotonic() + self._pace.poll_s
            for calendar_id in deaf:
                self._run(calendar_id)
        until = min(self._plan.net, self._plan.due, self._plan.poll if deaf else math.inf)
        for calendar_id in self._changed(until - time.monotonic()):
            self._run(calendar_id)

    def _run(self, calendar_id: str) -> None:
        if self._stopped:
            return
        self._tell(calendar_id, self._sync.run(calendar_id))
        wait_ms = self._sync.next_ms()
        self._plan.due = math.inf if wait_ms is None else time.monotonic() + wait_ms / 1000

    def _watched(self) -> list[str]:
        triggers = self._sync.state.triggers()
        return [trigger["triggerSourceId"] for trigger in triggers if trigger["triggerSource"] == "CALENDAR"]

    def _changed(self, seconds: float) -> list[str]:
        """Wait for the first change and return the calendars that have changed, each once."""
        found: dict[str, None] = {}
        with contextlib.suppress(Empty):
            found[self._plan.changed.get(timeout=max(0.0, seconds))] = None
            while True:
                found[self._plan.changed.get_nowait()] = None
        return [calendar_id for calendar_id in found if calendar_id]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other watches of this state out: they would stop each other's channels."""
        file = self._sync.state.file
        with contextlib.closing(ProcessLock(file.with_name(f"{file.name}.watch"))) as lock:
            if not lock.try_lock(0):
                what = "another `confsync sync --watch` works with this state."
                raise SyncError(
                    what, where=str(file), next_step="One is enough; stop it first to begin anew."
                )
            yield

    @contextlib.contextmanager
    def _channels(self) -> Iterator[Channels | None]:
        """Give the channels, if there is an address for them; in the end they are stopped, as far as that is possible."""
        if not self._pace.push_url:
            yield None
            return
        queue = self._plan.changed
        channels = Channels(self._sync.state, self._sync.ways, self._pace.push_url, queue.put)

        def hear(channel_id: str, token: str, state: str) -> None:
            calendar_id = channels.calendar_of(channel_id, token)
            if calendar_id and state != "sync":
                queue.put(calendar_id)

        receiver = Receiver(self._pace.push_port, hear)
        try:
            with contextlib.suppress(Unreachable):
                channels.stop_all()
            yield channels
        finally:
            receiver.close()
            with contextlib.suppress(Unreachable):
                channels.stop_all()
