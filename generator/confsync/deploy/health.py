"""How executions went, as the Apps Script API tells of them: the developer's own and those of the script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FAILED = frozenset({"FAILED", "TIMED_OUT"})


@dataclass(frozen=True)
class Execution:
    """One execution: when it began (RFC 3339), what ran and why, how it ended, and how long it took, if it ended."""

    at: str
    function: str
    type: str
    status: str
    seconds: float | None

    @property
    def failed(self) -> bool:
        """Whether it did not come to a good end."""
        return self.status in FAILED

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.seconds is None and not self.failed


@dataclass(frozen=True)
class Health:
    """The executions of a function: how many, how many failed, and when the last of those began."""

    function: str
    executions: int
    failed: int
    last_failure: str


def execution(process: Mapping[str, Any]) -> Execution:
    """Return a `Process` resource as an execution."""
    duration = process.get("duration")
    return Execution(
        process.get("startTime", ""),
        process.get("functionName", ""),
        process.get("processType", ""),
        process.get("processStatus", "UNKNOWN"),
        float(duration.removesuffix("s")) if duration else None,
    )


def health(executions: Iterable[Execution]) -> list[Health]:
    """Return how each function fares, by name."""
    by_function: dict[str, list[Execution]] = {}
    for one in executions:
        by_function.setdefault(one.function, []).append(one)
    return [_of(function, by_function[function]) for function in sorted(by_function)]


def _of(function: str, executions: list[Execution]) -> Health:
    failures = [one.at for one in executions if one.failed]
    return Health(function, len(executions), len(failures), max(failures, default=""))
