"""The V8 wing: executions of project files in Node processes, each in a fresh global scope."""

import re
import threading
from collections.abc import Sequence
from typing import Any

from confsync.emulator.appsscript.hoisting import load_order
from confsync.emulator.appsscript.libraries import calendar_symbol
from confsync.emulator.appsscript.limits import TIMED_OUT_MESSAGE
from confsync.emulator.appsscript.process import HEAP_MB, Process, ProcessEnded
from confsync.emulator.appsscript.watchdog import Watchdog
from confsync.emulator.execution import Answer, Call, Ended, Library, LogLine, ScriptError, Start

IDLE_PROCESSES = 4
# What an execution leaves behind in a process (unhandled rejections) must not pile up for ever.
EXECUTIONS_PER_PROCESS = 5_000
PROJECTS_PER_PROCESS = 32
LOG_CHARACTERS = 1_000_000
_HANDLER = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*")


class V8Runtime:
    """Runs executions in a pool of engine processes that grows with the executions under way.

    `watchdog_seconds` of real time without a call end an execution as the platform's time limit does.
    """

    def __init__(self, *, watchdog_seconds: float = 10.0) -> None:
        self.watchdog = Watchdog(watchdog_seconds)
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        self._closed = False

    def start(self, start: Start) -> "V8Execution":
        """Start an execution; its process is taken at the first `next_call`."""
        return V8Execution(self, start)

    def syntax_errors(self, files: Sequence[tuple[str, str]]) -> list[tuple[str, int, str]]:
        """Parse files without running them; return (file, line, message) for each that V8 refuses."""
        process = self.take()
        try:
            process.prepare()
            process.send({"check": [list(file) for file in files]})
            _, problems = process.receive()
        except ProcessEnded:
            self.discard(process)
            return [(files[0][0], 1, "SyntaxError: the files cannot be parsed")]
        self.give_back(process)
        return [(problem["file"], problem["line"], problem["message"]) for problem in problems]

    def take(self) -> Process:
        """Return a process for one execution, an idle one if there is one."""
        with self._lock:
            process = self._idle.pop() if self._idle else None
        process = process or Process()
        with self._lock:
            self._busy.add(process)
        return process

    def give_back(self, process: Process) -> None:
        """Keep a process for later executions, or end it when there are enough."""
        with self._lock:
            self._busy.discard(process)
            keep = not self._closed and len(self._idle) < IDLE_PROCESSES
            if keep and process.executions < EXECUTIONS_PER_PROCESS:
                self._idle.append(process)
                return
        process.close()

    def discard(self, process: Process) -> None:
        """End a process that cannot be used any more."""
        with self._lock:
            self._busy.discard(process)
        process.close()

    def close(self) -> None:
        """End all processes; executions under way end with them."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = list(self._busy)
        for process in idle:
            process.close()
        for process in busy:
            process.kill()
        self.watchdog.close()


class V8Execution:
    """One execution in V8. `log` holds what it has logged so far."""

    def __init__(self, runtime: V8Runtime, start: Start) -> None:
        self._runtime, self._start = runtime, start
        self._process: Process | None = None
        self._begun = False
        self._ended: Ended | None = None
        self.log: list[LogLine] = []
        self._logged = 0

    def next_call(self) -> Call | Ended:
        """Run on to the next call, or to the end."""
        if self._ended:
            return self._ended
        if not _HANDLER.fullmatch(self._start.function):
            return self._end(Ended(error=_missing(self._start.function)))
        if self._process is None:
            self._process = self._runtime.take()
        process = self._process
        self._runtime.watchdog.arm(self, process.kill)
        try:
            self._begin(process)
            while True:
                kind, value = process.receive()
                if kind == "C":
                    library = self._library(value.get("library"))
                    return Call(value["service"], value["method"], value["arguments"], library)
                if kind == "E":
                    return self._end(_ended(value))
                self._keep(value)
        except ProcessEnded as ended:
            return self._end(Ended(error=_lost(ended.reason)), broken=True)
        finally:
            self._runtime.watchdog.disarm(self)

    def _begin(self, process: Process) -> None:
        if self._begun:
            return
        self._begun = True
        process.prepare()
        process.executions += 1
        start, project = self._start, (tuple(self._start.files), self._start.libraries)
        command: dict[str, Any] = {
            "function": start.function,
            "arguments": list(start.arguments),
            "returnsBasic": "orNull" if start.or_null else start.returns_basic,
            "now": start.now_ms,
            "seed": start.seed,
            "timeZone": start.time_zone,
            "locale": start.locale,
            "calendar": calendar_symbol(start.manifest),
            "scopes": None if start.scopes is None else sorted(start.scopes),
            "includes": start.includes,
        }
        if project not in process.known:
            if len(process.known) >= PROJECTS_PER_PROCESS:
                process.known.clear()
                command["forget"] = True
            process.known[project] = len(process.known)
            command["files"] = load_order(project[0])
            command["libraries"] = [_sent(library) for library in start.libraries]
        process.send(command | {"project": process.known[project]})

    def _library(self, number: object) -> int | None:
        """Return the number of a library that the script includes, for it is the script that says so."""
        return number if isinstance(number, int) and 0 <= number < len(self._start.libraries) else None

    def _keep(self, line: dict[str, str]) -> None:
        room = LOG_CHARACTERS - self._logged
        if room > 0:
            message = line["message"][:room]
            self._logged += len(message) + 1
            self.log.append(LogLine(line["severity"], message))

    def _end(self, ended: Ended, *, broken: bool = False) -> Ended:
        process, self._process = self._process, None
        if process:
            (self._runtime.discard if broken else self._runtime.give_back)(process)
        self._ended = Ended(ended.result, ended.error, tuple(self.log))
        return self._ended

    def answer(self, answer: Answer) -> None:
        """Answer the last call."""
        if self._process is None:
            return
        frame: dict[str, object] = {"now": answer.now_ms}
        if answer.error:
            error = answer.error
            frame["error"] = {"name": error.name, "message": error.message, "properties": error.properties}
        else:
            frame["value"] = answer.value
        self._process.send(frame)

    def kill(self) -> None:
        """End it now with its process: nothing after it has an effect, no handler runs."""
        if not self._ended:
            self._end(Ended(error=_lost("killed")), broken=True)


def _sent(library: Library) -> dict[str, object]:
    return {
        "files": load_order(library.files),
        "calendar": library.calendar,
        "includes": library.includes,
    }


def _missing(function: str) -> ScriptError:
    return ScriptError("Exception", f"Script function not found: {function}")


def _ended(outcome: dict[str, object]) -> Ended:
    error = outcome.get("error")
    return Ended(outcome.get("result"), ScriptError(**error) if isinstance(error, dict) else None)


def _lost(reason: str) -> ScriptError:
    messages = {
        "killed": TIMED_OUT_MESSAGE,
        "memory": f"The script used more memory than its limit of {HEAP_MB} MB.",
        "crash": "The script engine ended unexpectedly.",
    }
    return ScriptError("Exception", messages[reason])
