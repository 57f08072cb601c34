"""One execution and what it knows so far. Mirrors `Run.js`."""

from dataclasses import dataclass, field
from typing import Any

from confsync.sync.ports import JsonObject, Ports


@dataclass
class Run:
    """One execution: its ports and configuration, and what it knows so far.

    `listed` holds the events that this execution has seen, by calendar and id; `read` the calendars that it has
    read to their last page; `deadline_ms` is when it should come to an end; `failed` is what went wrong last.
    """

    ports: Ports
    config: JsonObject
    deadline_ms: int
    store: Any = None
    listed: dict[str, JsonObject] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    secrets: dict[str, str] | None = None
    calendars_known: bool = False
    locked: bool = False
    failed: str = ""


def start_run(ports: Ports, config: JsonObject, budget_ms: int) -> Run:
    """Return a new execution that should come to an end within the budget."""
    return Run(ports, config, ports.machine.now_ms() + budget_ms)


def now_minutes(run: Run) -> int:
    """Return the present time in minutes since the epoch."""
    return run.ports.machine.now_ms() // 60000


def is_late(run: Run) -> bool:
    """Tell whether the execution should come to its end."""
    return run.ports.machine.now_ms() > run.deadline_ms


def report(run: Run, severity: str, what: str, item: str, detail: object) -> None:
    """Log what happened to a conference or event, its id shortened; never text, guests or links."""
    run.failed = what
    run.ports.machine.log(severity, f"{what} [{item[:8]}] {detail}")
