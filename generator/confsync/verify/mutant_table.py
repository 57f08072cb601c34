"""Which mutant dies of what: hunting them with random histories, and the table that is kept of it.

Histories are numbered from 1; the odd ones are without faults. A history in which the sound wing itself breaks a
promise proves nothing. The numbers of the table are seeds; a hunt with seeds drawn anew begins after another one.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from confsync.addon import Addon, config_of
from confsync.verify.chance import OLD_HANDLER, history
from confsync.verify.comparison import canonical_call
from confsync.verify.ground import Wing, apps_script_wing, hastened, python_wing
from confsync.verify.known_mutants import KNOWN
from confsync.verify.mutants import Mutant, mutated_files, mutated_wing
from confsync.verify.play import Played, play

# Told of each mutant: its name, the wing, and how it died there, if it did.
Progress = Callable[[str, str, "Killed | None"], None]
# Name of a mutant → wing → how it died there.
Table = dict[str, dict[str, "Killed | None"]]

WINGS = ("apps-script", "python")
HISTORIES = 200
# So many histories a mutant that makes other calls is given to break a promise as well.
CHANCES = 40
PROMISES = ("P1", "P2", "P3", "P4", "promptness", "cost")
DIFFERS = "a differing call"


@dataclass(frozen=True)
class Killed:
    """How a mutant died: by which promise, or by a differing call, and in which history."""

    by: str
    history: int


@dataclass(frozen=True)
class _Deed:
    """What a wing did in a history: the promises it broke, its calls, and the numbers of executions that failed."""

    broken: frozenset[str]
    calls: str
    failed: frozenset[int]


class Hunt:
    """Plays the same histories with mutated wings and with the sound other one, whose deeds are remembered.

    The first history is that of the seed after `after`, which is an even number.
    """

    def __init__(self, addon: Addon, after: int = 0) -> None:
        self._addon = hastened(addon)
        self._after = after
        self._sound = {"apps-script": apps_script_wing(self._addon), "python": python_wing(self._addon)}
        self._solutions = tuple(solution.name for solution in addon.solutions)
        self._done: dict[tuple[str, int], _Deed] = {}

    def close(self) -> None:
        """Give back processes."""
        for wing in self._sound.values():
            wing.close()

    def hunt(self, mutant: Mutant, wing: str, histories: int = HISTORIES) -> Killed | None:
        """Return how it dies in that wing, a broken promise rather than a differing call, or None: it survives."""
        mutated, differing = self._mutated(mutant, wing), None
        for number in range(1, histories + 1):
            if differing and number > CHANCES:
                break
            by = self._dies(mutant, mutated, number, calls=differing is None)
            if by in PROMISES:
                return Killed(by, number)
            if by:
                differing = Killed(by, number)
        return differing

    def kill(self, mutant: Mutant, wing: str, histories: int = HISTORIES) -> Killed | None:
        """Return how it dies first in that wing, whatever it dies of, or None: it survives."""
        mutated = self._mutated(mutant, wing)
        deaths = (
            (self._dies(mutant, mutated, number, calls=True), number) for number in range(1, histories + 1)
        )
        return next((Killed(by, number) for by, number in deaths if by), None)

    def dies(self, mutant: Mutant, wing: str, number: int) -> str:
        """Return what the mutant dies of in that wing and history, empty when it gets through."""
        return self._dies(mutant, self._mutated(mutant, wing), number, calls=True)

    def _dies(self, mutant: Mutant, mutated: Wing, number: int, *, calls: bool) -> str:
        deed = self._deed(mutated, number)
        if not (deed.broken or calls):
            return ""
        sound = self._sound_deed(next(wing for wing in WINGS if wing != mutated.name), number)
        stumbled = not deed.failed <= sound.failed  # of itself, not of a fault that fails the sound wing too
        if sound.broken or (stumbled and not mutant.fails):
            return ""
        if deed.broken:
            return next(promise for promise in PROMISES if promise in deed.broken)
        return DIFFERS if deed.calls != sound.calls and not stumbled else ""

    def _sound_deed(self, wing: str, number: int) -> _Deed:
        if (wing, number) not in self._done:
            self._done[wing, number] = self._deed(self._sound[wing], number)
        return self._done[wing, number]

    def _deed(self, wing: Wing, number: int) -> _Deed:
        told = history(self._after + number, self._solutions, faults=number % 2 == 0)
        return _deed(play(self._addon, [wing], told).played[0])

    def _mutated(self, mutant: Mutant, wing: str) -> Wing:
        sound = self._sound[wing]
        if wing == "python":
            return Wing(wing, mutated_wing(config_of(self._addon), mutant.python), sound.files)
        return Wing(wing, sound.runtime, mutated_files(sound.files, mutant.apps_script))


def drawn(word: str, many: int) -> tuple[list[Mutant], int]:
    """Draw mutants by a word, such as a commit's hash, and the seed after which they are hunted."""
    chance = random.Random(word)
    return chance.sample(KNOWN, many), 2 * chance.randrange(10**8)


def _deed(played: Played) -> _Deed:
    calls = hashlib.sha256("\n".join(map(canonical_call, played.calls)).encode()).hexdigest()
    failed = frozenset(int(execution["number"]) for execution in played.executions if _failed(execution))
    return _Deed(frozenset(broken.promise for broken in played.broken), calls, failed)


def _failed(execution: Mapping[str, Any]) -> bool:
    """Tell whether an execution ended in an error of its own; an old trigger's handler is nobody's."""
    ended = execution["status"] in ("FAILED", "TIMED_OUT")
    return ended and execution["function"] != OLD_HANDLER


def read(path: Path) -> Table:
    """Return the table that is kept in a file; an empty one when there is none."""
    if not path.exists():
        return {}
    told = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: {wing: Killed(**killed) if killed else None for wing, killed in wings.items()}
        for name, wings in told.items()
    }


def write(addon: Addon, path: Path, progress: Progress) -> None:
    """Bring the table in a file up to date: what it says of a mutant stays if it is still true, else it is hunted."""
    before, now = read(path), Table()
    hunt = Hunt(addon)
    try:
        for mutant in KNOWN:
            now[mutant.name] = _entry(hunt, mutant, before.get(mutant.name, {}), progress)
            _save(path, now | {name: wings for name, wings in before.items() if name not in now})
    finally:
        hunt.close()
    _save(path, now)


def _entry(
    hunt: Hunt, mutant: Mutant, before: Mapping[str, Killed | None], progress: Progress
) -> dict[str, Killed | None]:
    """Return how it dies in each wing; what kills it in the quick wing is tried in the other one first."""
    now: dict[str, Killed | None] = {}
    for wing in reversed(WINGS):
        tries = [killed for killed in (before.get(wing), *now.values()) if killed]
        still = (killed for killed in tries if hunt.dies(mutant, wing, killed.history) == killed.by)
        now[wing] = next(still, None) or hunt.hunt(mutant, wing)
        progress(mutant.name, wing, now[wing])
    return now


def _save(path: Path, table: Table) -> None:
    told = {
        name: {wing: killed and asdict(killed) for wing, killed in wings.items()}
        for name, wings in table.items()
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def markdown(table: Table) -> str:
    """Return the table as people read it."""
    rows = [
        f"| {name} | {' | '.join(_cell(wings[wing]) for wing in WINGS)} |" for name, wings in table.items()
    ]
    return "\n".join(["| what is wrong | Apps Script | Python |", "|---|---|---|", *rows])


def _cell(killed: Killed | None) -> str:
    return f"{killed.by}, {killed.history}" if killed else "**survives**"
