"""The Python wing as a runtime of the platform: each execution runs the reference engine and asks as a script does."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any

from greenlet import getcurrent, greenlet

from confsync.emulator.execution import Answer, Call, Ended, LogLine, ScriptError, Start
from confsync.sync.create import create_conference
from confsync.sync.engine import SYNC_BUDGET_MS, initialize_syncing, sync_events
from confsync.sync.ports import Ports
from confsync.sync.run import start_run
from confsync.sync.triggers import create_sync_trigger
from confsync.verify.asking import Asker, Killed, ScriptFailure, asking_ports


class PythonWing:
    """A runtime that runs the functions of the add-on's Python twin, whatever the project's files say."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._functions = _functions(dict(config))

    def start(self, start: Start) -> PythonExecution:
        """Start a function of the add-on."""
        function = self._functions.get(start.function)
        if function is None:
            function = _missing(start.function)
        return PythonExecution(function, list(start.arguments), start.now_ms)

    def close(self) -> None:
        """There is nothing to give back."""


class PythonExecution:
    """One execution as a coroutine, which stands still whenever a call waits for its answer.

    The thread of its first `next_call` drives it to the end.
    """

    def __init__(self, function: Callable[..., Any], arguments: list[Any], now_ms: int) -> None:
        self._function, self._arguments = function, arguments
        self._asker = Asker(now_ms)
        self._coroutine: greenlet | None = None
        self._answer: Answer | None = None
        self._ended: Ended | None = None

    @property
    def log(self) -> tuple[LogLine, ...]:
        """What it has logged so far."""
        return tuple(self._asker.lines)

    def next_call(self) -> Call | Ended:
        """Run on to the next call, or to the end."""
        if self._ended:
            return self._ended
        asked: Call | Ended
        if self._coroutine is None:
            # What it runs must not hold it: only so is one gone that nobody drives to its end.
            self._coroutine = greenlet(_run)
            asked = self._coroutine.switch(self._function, self._arguments, self._asker)
        else:
            self._coroutine.parent = getcurrent()
            asked = self._coroutine.switch(self._answer)
        if isinstance(asked, Ended):
            self._ended = asked
        return asked

    def answer(self, answer: Answer) -> None:
        """Answer the last call."""
        self._answer = answer

    def kill(self) -> None:
        """End it: the call that waits is never answered, and no other one is asked."""
        self._answer = None
        # A coroutine that stands still is true; one that has ended is not.
        if self._coroutine:
            self.next_call()
        elif not self._ended:
            self._ended = _killed(self._asker)


def _run(function: Callable[..., Any], arguments: list[Any], asker: Asker) -> Ended:
    try:
        return Ended(function(asking_ports(asker), *arguments), None, tuple(asker.lines))
    except Killed:
        return _killed(asker)
    except ScriptFailure as failure:
        return Ended(None, failure.error, tuple(asker.lines))
    except Exception as error:  # noqa: BLE001 - whatever nobody caught ends an execution, as on the platform
        told = ScriptError(type(error).__name__, str(error), {}, traceback.format_exc())
        return Ended(None, told, tuple(asker.lines))


def _killed(asker: Asker) -> Ended:
    return Ended(None, ScriptError("Killed", "killed"), tuple(asker.lines))


def conference_markup(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `create_conference` made as the platform's ConferenceData travels to Calendar."""
    markup: dict[str, Any]
    if "error" in answer:
        markup = {"error": {"type": answer["error"]}}
    else:
        points = [_point_markup(point) for point in answer["entryPoints"]]
        parameters = [
            {"key": key, "value": answer["parameters"][key]} for key in sorted(answer["parameters"])
        ]
        markup = {"conferenceId": answer["conferenceId"], "entryPoints": points, "parameters": parameters}
        if "notes" in answer:
            markup["note"] = answer["notes"]
    return {"createConferenceDataActionMarkup": {"createConferenceData": markup}}


def _point_markup(point: Mapping[str, str]) -> dict[str, Any]:
    markup: dict[str, Any] = {key: point[key] for key in point if key not in ("entryPointType", "feature")}
    features = {"features": [point["feature"]]} if "feature" in point else {}
    return {"type": point["entryPointType"], **markup, **features}


def _functions(config: dict[str, Any]) -> dict[str, Callable[..., Any]]:
    functions: dict[str, Callable[..., Any]] = {
        "syncEvents": lambda ports, e=None: sync_events(ports, config, e),
        "initializeSyncing": lambda ports, calendar_id: initialize_syncing(
            start_run(ports, config, SYNC_BUDGET_MS), calendar_id
        ),
        "createSyncTrigger": lambda ports, calendar_id: create_sync_trigger(
            start_run(ports, config, SYNC_BUDGET_MS), calendar_id
        ),
    }
    for solution in config["solutions"]:
        functions[solution["onCreateFunction"]] = _on_create(config, solution["id"])
    return functions


def _on_create(config: dict[str, Any], solution: str) -> Callable[..., Any]:
    return lambda ports, arg: conference_markup(create_conference(ports, config, arg, solution))


def _missing(name: str) -> Callable[..., Any]:
    def run(ports: Ports, *arguments: Any) -> None:
        raise ScriptFailure(ScriptError("Exception", f"Script function not found: {name}"))

    return run
