"""What was measured: a ratio of medians, what it was made of, and whether it reaches its goal."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# Names of what was measured → one value of each run.
Samples = Mapping[str, list[float]]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Goal:
    """What a ratio must be at least, or at most."""

    relation: str
    bound: float

    def is_met(self, ratio: float) -> bool:
        """Tell whether a ratio reaches it."""
        return ratio >= self.bound if self.relation == "≥" else ratio <= self.bound


@dataclass(frozen=True)
class Row:
    """One line of the result; `samples` has the runs of both sides in `unit`."""

    group: str
    what: str
    ratio: float
    goal: Goal | None
    samples: Samples
    unit: str

    @property
    def verdict(self) -> str:
        """What is said of the goal; nothing where there is none."""
        if self.goal is None:
            return ""
        return "met" if self.goal.is_met(self.ratio) else "not met"

    def as_json(self) -> dict[str, Any]:
        """Return the row without what only this machine takes: its ratio, goal and verdict."""
        goal = f"{self.goal.relation} {self.goal.bound:g}" if self.goal else ""
        return {
            "group": self.group,
            "what": self.what,
            "ratio": round(self.ratio, 3),
            "goal": goal,
            "verdict": self.verdict,
        }


def at_least(bound: float) -> Goal:
    """Return the goal of a ratio that should be large."""
    return Goal("≥", bound)


def at_most(bound: float) -> Goal:
    """Return the goal of a ratio that should be small."""
    return Goal("≤", bound)


def in_turn(
    runs: int, tell: Tell, what: str, measures: Mapping[str, Callable[[], float]]
) -> dict[str, list[float]]:
    """Measure each thing once in every run, so that a machine that grows slower does so for all of them."""
    samples: dict[str, list[float]] = {name: [] for name in measures}
    for run in range(runs):
        for name, measure in measures.items():
            tell(f"{what}: {name}, run {run + 1} of {runs}")
            samples[name].append(measure())
    return samples


def ratio(samples: Samples, above: str, below: str) -> float:
    """Return one median over another."""
    return statistics.median(samples[above]) / statistics.median(samples[below])
