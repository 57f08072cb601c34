"""A history: what people do and what goes wrong, in order, as data that can be saved and played again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confsync.errors import ConfsyncError

JsonObject = dict[str, Any]

FORMAT = 1

# What a step may hold besides its action.
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("who", "event", "calendar", "as", "to", "solution", "answer", "role", "handler"), str),
    **dict.fromkeys(("guests", "turns"), list),
    "occurrence": int,
    "seconds": (int, float),
}
# In these steps, `with` is a person; in all others, what an event or a fault is to hold.
_WITH_PERSON = ("share", "give-role", "take-role")


class HistoryError(ConfsyncError):
    """A history cannot be read."""


@dataclass(frozen=True)
class History:
    """The seed of the world it is played in, the steps, and the faults, which are there from the start.

    A fault is a rule of the local Google: method (`*` for any call of an execution) and nth time, before or after.
    """

    seed: int
    steps: Sequence[Mapping[str, Any]]
    faults: Sequence[Mapping[str, Any]] = ()
    tells: str = ""

    def as_json(self) -> JsonObject:
        """Return it as a file holds it."""
        return {
            "format": FORMAT,
            "tells": self.tells,
            "seed": self.seed,
            "faults": [dict(fault) for fault in self.faults],
            "steps": [dict(step) for step in self.steps],
        }

    def save(self, path: Path) -> None:
        """Write it to a file."""
        path.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: Path) -> History:
        """Read a file; raises HistoryError."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["format"] > FORMAT:
                raise HistoryError(
                    "it was saved by a newer version.", where=str(path), next_step="Use a newer confsync."
                )
            _check(told)
            return History(told["seed"], told["steps"], told.get("faults", ()), told.get("tells", ""))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise HistoryError(
                f"this is no history ({error})",
                where=str(path),
                next_step="Name a file that `confsync verify` saved.",
            ) from error


def _check(told: JsonObject) -> None:
    """Raise TypeError unless the shape is right; what a step needs besides its action, people find out."""
    if not isinstance(told["seed"], int):
        raise TypeError("its seed is no number")
    steps, faults = told["steps"], told.get("faults", [])
    if not all(
        isinstance(some, list) and all(isinstance(one, dict) for one in some) for some in (steps, faults)
    ):
        raise TypeError("steps and faults must be lists of objects")
    if not all(isinstance(step.get("do"), str) for step in steps):
        raise TypeError("a step does not say what to do")
    for step in steps:
        kinds = {**_KINDS, "with": str if step["do"] in _WITH_PERSON else dict}
        for name, kind in kinds.items():
            if name in step and not isinstance(step[name], kind):
                raise TypeError(f"a step with a strange “{name}”: {step['do']}")
