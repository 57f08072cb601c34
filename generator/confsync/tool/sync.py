"""One user's sync as a tool: executions of the engine, with their state in a file and a log beside it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from confsync.errors import SyncError
from confsync.sync.engine import sync_events
from confsync.sync.ports import Fetch, JsonObject, Lock, Ports, Properties, Secrets, Triggers
from confsync.tool.journal import Change, Journal
from confsync.tool.lock import ProcessLock
from confsync.tool.outlook import next_moment, store_of
from confsync.tool.state import State
from confsync.tool.ways import Machine, Ways

# How often an execution that ran out of time is followed by another one at once.
LONGEST_CHAIN = 100
UNFINISHED = ("changed:", "page:")


@dataclass(frozen=True)
class Line:
    """A line of the log: no text, guest or link of an event, and ids shortened."""

    execution: int
    at_ms: int
    severity: str
    message: str


@dataclass
class Told:
    """What came of a run: changes of conferences, lines of the log, and requests; `busy` when somebody else had the lock."""

    changes: list[Change] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    calendar_requests: int = 0
    service_requests: int = 0
    executions: int = 0
    busy: bool = False


class StateProperties:
    """The user's properties in the state, written in the name of an execution."""

    def __init__(self, state: State, execution: Callable[[], int]) -> None:
        self._state, self._execution = state, execution

    def get_properties(self) -> dict[str, str]:
        """Return all of them."""
        return self._state.properties()

    def set_properties(self, properties: Mapping[str, str]) -> None:
        """Write some of them."""
        self._state.set_properties(self._execution(), properties)

    def delete_property(self, key: str) -> None:
        """Remove one."""
        self._state.delete_property(self._execution(), key)


class StateTriggers:
    """The triggers that the engine asks for: what `--watch` watches."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get_project_triggers(self) -> list[JsonObject]:
        """Return all of them."""
        return self._state.triggers()

    def create_trigger(self, trigger: JsonObject) -> None:
        """Make one."""
        with self._state.turn() as connection:
            connection.execute("INSERT INTO triggers (trigger) VALUES (?)", (json.dumps(trigger),))

    def delete_trigger(self, unique_id: str) -> None:
        """Remove one."""
        with self._state.turn() as connection:
            connection.execute("DELETE FROM triggers WHERE id = ?", (int(unique_id),))


class Sync:
    """Runs the engine for one user; `tell` hears each line of the log as it is written."""

    def __init__(
        self, state: State, config: JsonObject, ways: Ways, secrets: Secrets, tell: Callable[[Line], None]
    ) -> None:
        self.state, self.ways = state, ways
        self._config, self._secrets, self._tell = config, secrets, tell

    def run(self, calendar_id: str = "", patience_ms: int = 0) -> Told:
        """Sync one calendar, or as the safety net all of them, until nothing is left for lack of time.

        Raises SyncError when the run cannot go on.
        """
        told = Told()
        asked, sent = self.ways.http.count, self.ways.fetch.count
        with contextlib.closing(ProcessLock(self.state.file, patience_ms)) as lock:
            for _ in range(LONGEST_CHAIN):
                writes = self._execute(told, calendar_id, lock)
                unfinished = any(key.startswith(UNFINISHED) for key in self.state.properties())
                if lock.refused or not unfinished or not writes:
                    break
            told.busy = lock.refused
        told.calendar_requests = self.ways.http.count - asked
        told.service_requests = self.ways.fetch.count - sent
        return told

    def next_ms(self) -> int | None:
        """Return in how many milliseconds there is something to send that must wait for now."""
        now_ms = self.ways.clock.now_ms()
        store = store_of(self.state.properties())
        moment = next_moment(store, self._config, now_ms // 60_000)
        return None if moment is None else moment * 60_000 - now_ms

    def take_over(self, user_id: str) -> None:
        """Go on in the place of an add-on that knows this user under an id; SyncError when another one is kept here."""
        me = self.state.properties().get("me", user_id)
        if me != user_id:
            raise SyncError(
                "this state belongs to another id already.",
                where=str(self.state.file),
                next_step="Leave out --take-over, or name another file with --state.",
            )
        if "me" not in self.state.properties():
            key = Machine(self.ways.clock, lambda *_: None).get_uuid()
            self.state.set_properties(0, {"me": user_id, "key": key})

    def _execute(self, told: Told, calendar_id: str, lock: Lock) -> int:
        """Run the engine once, and return how often it wrote."""
        self.ways.clock.refresh()
        told.executions += 1
        number: list[int] = []

        # Only an execution that leaves something behind gets a number: one with nothing to do writes nothing at all.
        def execution() -> int:
            if not number:
                number.append(self.state.begin(self.ways.clock.now_ms(), calendar_id or "net"))
            return number[0]

        def log(severity: str, message: str) -> None:
            line = Line(execution(), self.ways.clock.now_ms(), severity, message)
            self.state.log(line.execution, line.at_ms, severity, message)
            told.lines.append(line)
            self._tell(line)

        properties = Journal(StateProperties(self.state, execution))
        ports = ports_of(
            self.ways, self._secrets, properties, StateTriggers(self.state), lock, self.ways.fetch, log
        )
        with failures_logged(log):
            sync_events(ports, self._config, {"calendarId": calendar_id} if calendar_id else None)
        told.changes += properties.changes
        return properties.writes


def ports_of(
    ways: Ways,
    secrets: Secrets,
    properties: Properties,
    triggers: Triggers,
    lock: Lock,
    fetch: Fetch,
    log: Callable[[str, str], None],
) -> Ports:
    """Return the ports of one execution."""
    calendar = ways.calendar
    machine = Machine(ways.clock, log)
    events, calendar_list = calendar.events(), calendar.calendarList()
    return Ports(properties, lock, events, calendar_list, fetch, triggers, machine, secrets, ways.http)


@contextlib.contextmanager
def failures_logged(log: Callable[[str, str], None]) -> Iterator[None]:
    """Log what ends an execution before its time, by its kind alone: a message might hold anything."""
    try:
        yield
    except SyncError:
        raise
    except Exception as error:
        log("ERROR", f"the execution failed: {type(error).__name__}")
        raise
