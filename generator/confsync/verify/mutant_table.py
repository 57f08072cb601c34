"""Which mutant is killed by what: hunting them with random histories, and the table that is kept of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from confsync.addon import Addon, config_of
from confsync.render import render
from confsync.verify.chance import OLD_HANDLER, history
from confsync.verify.comparison import canonical_call
from confsync.verify.ground import Wing, apps_script_wing, hastened, python_wing
from confsync.verify.known_mutants import KNOWN
from confsync.verify.mutants import Mutant, mutated_files, mutated_wing
from confsync.verify.play import Played, play

WINGS = ("apps-script", "python")
HISTORIES = 200
PROMISES = ("P1", "P2", "P3", "P4", "promptness", "cost")
DIFFERS = "a differing call"


@dataclass(frozen=True)
class Killed:
    """How a mutant died: by a promise or by a differing call, in which history, which is how many it took."""

    by: str
    history: int


@dataclass(frozen=True)
class _Deed:
    """What a wing did in a history: the promises it broke, its calls, and whether an execution failed."""

    broken: frozenset[str]
    calls: str
    failed: bool


class Hunt:
    """Plays the same histories with sound and mutated wings; what the sound ones did is remembered."""

    def __init__(self, addon: Addon) -> None:
        self._addon = hastened(addon)
        self._sound = {"apps-script": apps_script_wing(self._addon), "python": python_wing(self._addon)}
        self._solutions = tuple(solution.name for solution in addon.solutions)
        self._known: dict[tuple[str, int], _Deed] = {}

    def close(self) -> None:
        """Give back processes."""
        for wing in self._sound.values():
            wing.close()

    def hunt(self, mutant: Mutant, wing: str, histories: int = HISTORIES) -> Killed | None:
        """Return how the mutant dies in that wing; a broken promise goes before a differing call that came sooner."""
        mutated = self._mutated(mutant, wing)
        differing: Killed | None = None
        for number in range(1, histories + 1):
            by = self._killed_by(mutant, mutated, number, calls_too=differing is None)
            if by in PROMISES:
                return Killed(by, number)
            if by and differing is None:
                differing = Killed(by, number)
        return differing

    def dies(self, mutant: Mutant, wing: str, number: int) -> str:
        """Return by what the mutant dies in that history, or nothing."""
        return self._killed_by(mutant, self._mutated(mutant, wing), number, calls_too=True)

    def _killed_by(self, mutant: Mutant, mutated: Wing, number: int, *, calls_too: bool) -> str:
        """Return by what it dies: only what the sound other wing keeps counts, and calls must be its own doing."""
        deed = self._deed(mutated, number)
        if deed.failed and not mutant.fails:
            return ""
        if not deed.broken and not calls_too:
            return ""
        sound = self._sound_deed(next(wing for wing in WINGS if wing != mutated.name), number)
        if sound.broken:
            return ""
        if deed.broken:
            return next(promise for promise in PROMISES if promise in deed.broken)
        return DIFFERS if deed.calls != sound.calls and not deed.failed else ""

    def _sound_deed(self, wing: str, number: int) -> _Deed:
        if (wing, number) not in self._known:
            self._known[wing, number] = self._deed(self._sound[wing], number)
        return self._known[wing, number]

    def _deed(self, wing: Wing, number: int) -> _Deed:
        told = history(number, self._solutions, faults=number % 2 == 0)
        return _deed(play(self._addon, [wing], told).played[0])

    def _mutated(self, mutant: Mutant, wing: str) -> Wing:
        sound = self._sound[wing]
        if wing == "python":
            return Wing(wing, mutated_wing(config_of(self._addon), mutant.python), sound.files)
        return Wing(wing, sound.runtime, mutated_files(sound.files, mutant.apps_script))


def _deed(played: Played) -> _Deed:
    calls = hashlib.sha256("\n".join(map(canonical_call, played.calls)).encode()).hexdigest()
    failed = any(map(_failed, played.executions))
    return _Deed(frozenset(broken.promise for broken in played.broken), calls, failed)


def _failed(execution: Mapping[str, Any]) -> bool:
    """Tell whether an execution ended in an error of its own; an old trigger's handler is nobody's."""
    ended = execution["status"] in ("FAILED", "TIMED_OUT")
    return ended and execution["function"] != OLD_HANDLER
