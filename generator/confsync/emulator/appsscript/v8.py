"""The V8 wing: executions of project files in Node processes, each in a fresh global scope."""

import re
import threading
from collections.abc import Sequence
from typing import Any

from confsync.emulator.appsscript.call_arguments import check_arguments
from confsync.emulator.appsscript.frames import Unfit, value_of
from confsync.emulator.appsscript.hoisting import load_order
from confsync.emulator.appsscript.libraries import calendar_symbol
from confsync.emulator.appsscript.limits import RESULT_TOO_LARGE, TIMED_OUT_MESSAGE
from confsync.emulator.appsscript.process import HEAP_MB, Process, ProcessEnded
from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.appsscript.watchdog import Watchdog
from confsync.emulator.execution import Answer, Call, Ended, Library, LogLine, ScriptError, Start

IDLE_PROCESSES = 4
# What an execution leaves behind in a process (unhandled rejections) must not pile up for ever.
EXECUTIONS_PER_PROCESS = 5_000
PROJECTS_PER_PROCESS = 32
LOG_CHARACTERS = 1_000_000
# A web app may answer with as much as a fetch may read.
RESULT_BYTES = 64 * 1024 * 1024
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
            _, text = process.receive()
        except ProcessEnded:
            self.discard(process)
            return [(files[0][0], 1, "SyntaxError: the files cannot be parsed")]
        self.give_back(process)
        return [(problem["file"], problem["line"], problem["message"]) for problem in value_of(text)]

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
            if keep and not process.killed and process.executions < EXECUTIONS_PER_PROCESS:
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
        self._now_ms = start.now_ms
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
        try:
            process.prepare()
            # Only a process that the watchdog has let go may run anything else.
            self._runtime.watchdog.arm(self, process.kill)
            self._begin(process)
            asked, is_spent = self._read(process)
        except ProcessEnded as ended:
            asked, is_spent = Ended(error=_lost(ended.reason)), True
        finally:
            self._runtime.watchdog.disarm(self)
        return asked if isinstance(asked, Call) else self._end(asked, broken=is_spent)

    def _read(self, process: Process) -> tuple[Call | Ended, bool]:
        """Return the next call or the end, and whether the process should run nothing after it."""
        while True:
            kind, text = process.receive()
            if kind in ("E", "F"):
                return _ended(text), kind == "F"
            try:
                value = value_of(text)
                if kind == "C":
                    library = self._library(value.get("library"))
                    call = Call(value["service"], value["method"], value["arguments"], library)
                    check_arguments(call)
                    return call, False
                self._keep(value)
            except Unfit as unfit:
                if kind == "C":
                    self.answer(Answer(self._now_ms, error=unfit.error))
            except Refusal as refusal:
                self.answer(Answer(self._now_ms, error=refusal.error))

    def _begin(self, process: Process) -> None:
        if self._begun:
            return
        self._begun = True
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
        self._now_ms = answer.now_ms
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


def _ended(text: bytes) -> Ended:
    if len(text) > RESULT_BYTES:
        return Ended(error=ScriptError("Exception", RESULT_TOO_LARGE))
    try:
        outcome = value_of(text)
    except Unfit as unfit:
        return Ended(error=unfit.error)
    error = outcome.get("error")
    return Ended(outcome.get("result"), ScriptError(**error) if error else None)


def _lost(reason: str) -> ScriptError:
    messages = {
        "killed": TIMED_OUT_MESSAGE,
        "memory": f"The script used more memory than its limit of {HEAP_MB} MB.",
        "crash": "The script engine ended unexpectedly.",
    }
    return ScriptError("Exception", messages[reason])
