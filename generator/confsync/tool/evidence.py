"""What an explanation is drawn from: one user's properties, the executions that left a trace, and the time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from confsync.errors import SyncError
from confsync.tool.state import State
from confsync.tool.sync import Line

_PROPERTY_WRITES = ("setProperties", "setProperty", "deleteProperty")


@dataclass(frozen=True)
class Execution:
    """An execution: when it began, what for, how it ended as far as that is known, what it wrote and logged."""

    number: int
    at_ms: int
    cause: str
    status: str
    keys: frozenset[str]
    lines: Sequence[Line]


@dataclass(frozen=True)
class Evidence:
    """All that is known; `place` says where it is from."""

    place: str
    now_ms: int
    properties: Mapping[str, str]
    executions: Sequence[Execution]


class Control(Protocol):
    """A local Google, as its operator sees it."""

    url: str

    def ask(self, path: str) -> Any:
        """Return what a control route below /emulator shows."""


def of_state(state: State, now_ms: int) -> Evidence:
    """Return the evidence of `confsync sync`'s own state."""
    keys: dict[int, set[str]] = {}
    for execution, key in state.rows("SELECT execution, key FROM touched"):
        keys.setdefault(execution, set()).add(key)
    lines: dict[int, list[Line]] = {}
    for row in state.rows("SELECT execution, at_ms, severity, message FROM lines ORDER BY rowid"):
        lines.setdefault(row[0], []).append(Line(*row))
    executions = [
        Execution(number, at_ms, cause, "", frozenset(keys.get(number, ())), lines.get(number, []))
        for number, at_ms, cause in state.rows("SELECT number, at_ms, cause FROM executions ORDER BY number")
    ]
    return Evidence(str(state.file), now_ms, state.properties(), executions)


def of_installed(google: Control, user: str, script_id: str, now_ms: int) -> Evidence:
    """Return the evidence of the add-on that a user has installed on a local Google; raises SyncError."""
    script = script_id or _only_script(google, user)
    properties = google.ask(f"/properties/{quote(script, safe='')}/{quote(user, safe='')}")["properties"]
    keys = _written_keys(google)
    executions = []
    for told in google.ask("/executions")["executions"]:
        if told["user"] != user or told["scriptId"] != script:
            continue
        number, at_ms = int(told["number"]), int(told["startedAtUs"]) // 1000
        lines = [Line(number, at_ms, line["severity"], line["message"]) for line in told["log"]]
        written = frozenset(keys.get(number, ()))
        executions.append(Execution(number, at_ms, told["function"], told["status"], written, lines))
    return Evidence(f"{google.url}, script {script}", now_ms, properties, executions)


def _only_script(google: Control, user: str) -> str:
    found = [one["scriptId"] for one in google.ask("/installs")["installs"] if one["user"] == user]
    if len(set(found)) != 1:
        raise SyncError(
            f"{user} has installed {len(set(found))} add-ons.",
            where=google.url,
            next_step="Say which with --script-id.",
        )
    return str(found[0])


def _written_keys(google: Control) -> dict[int, set[str]]:
    """Return execution → the properties that it wrote, as far back as the local Google remembers its calls."""
    found: dict[int, set[str]] = {}
    for call in google.ask("/calls?source=execution")["calls"]:
        if call["service"] == "Properties" and call["method"] in _PROPERTY_WRITES:
            given = call["arguments"]
            keys = given.get("properties") or {given.get("key", ""): ""}
            found.setdefault(int(call["execution"]), set()).update(keys)
    return found


def concerns(execution: Execution, keys: frozenset[str], short_ids: frozenset[str]) -> bool:
    """Tell whether an execution wrote one of the properties, or logged something about one of the ids."""
    return bool(execution.keys & keys) or any(is_about(line, short_ids) for line in execution.lines)


def is_about(line: Line, short_ids: frozenset[str]) -> bool:
    """Tell whether a line of the log names one of the ids, shortened as the engine does it."""
    return any(found in short_ids for found in re.findall(r"\[([^\]]*)\]", line.message))
