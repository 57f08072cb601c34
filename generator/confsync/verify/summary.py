"""What a campaign came to, in numbers and in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from confsync.verify import statistics
from confsync.verify.campaign import Result
from confsync.verify.findings import Finding
from confsync.verify.statistics import Statistics


@dataclass(frozen=True)
class Summary:
    """A campaign that is over: its results by seed, what is to be said of those that failed, and how long it took.

    Where each history was tried in all ways, `tried` are these: kind → how many, and how many of them failed. `rare` is
    what was met too seldom, and how often.
    """

    seed: int
    wings: Sequence[str]
    results: Sequence[Result]
    findings: Sequence[Finding]
    seconds: float
    tried: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    rare: Sequence[tuple[str, int]] = ()

    @cached_property
    def statistics(self) -> Statistics:
        """The counts over all histories."""
        found = Statistics()
        for result in self.results:
            found.add(result.statistics)
        return found

    @property
    def well(self) -> bool:
        """Tell whether nothing is wrong with any history, and everything was met often enough."""
        return not self.findings and not self.rare

    @property
    def numbers(self) -> dict[str, int]:
        """How many histories, executions, calls, and executions a second."""
        executions = self.statistics.executions.total()
        return {
            "histories": len(self.results),
            "executions": executions,
            "calls": self.statistics.calls,
            "executions per second": round(executions / self.seconds),
        }

    @property
    def verdict(self) -> str:
        """What is broken, in how many histories."""
        seldom = f"; {len(self.rare)} kinds were met too seldom" if self.rare else ""
        if not self.findings:
            return f"nothing is broken{seldom}"
        wrong = sorted({word for one in self.findings for word in one.result.wrong.split(", ")})
        return f"{_many(len(self.findings), 'history')} failed: {', '.join(wrong)}{seldom}"

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        histories, executions, calls, rate = self.numbers.values()
        counted = ", ".join(
            [_many(histories, "history"), _many(executions, "execution"), _many(calls, "call")]
        )
        return f"{counted}, {rate} executions per second; {self.verdict}."

    def as_json(self) -> dict[str, Any]:
        """Return it as `confsync verify --json` prints it."""
        histories, executions, calls, rate = self.numbers.values()
        tried = {kind: {"tried": tried, "failed": failed} for kind, (tried, failed) in self.tried.items()}
        return {
            "seed": self.seed,
            "histories": histories,
            "executions": executions,
            "calls": calls,
            "seconds": round(self.seconds, 3),
            "executionsPerSecond": rate,
            "wings": list(self.wings),
            **({"attempts": tried} if tried else {}),
            **statistics.as_json(self.statistics),
            "rare": dict(self.rare),
            "failures": [_failure(finding) for finding in self.findings],
        }


def _failure(finding: Finding) -> dict[str, Any]:
    result = finding.result
    return {
        "seed": result.seed,
        **({"attempt": finding.name} if finding.name else {}),
        "wrong": result.wrong,
        "broken": [{"wing": wing, **broken.__dict__} for wing, broken in result.broken],
        "difference": result.difference.__dict__ if result.difference else None,
        "story": list(finding.story),
        "saved": str(finding.saved) if finding.saved else None,
    }


def _many(count: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
