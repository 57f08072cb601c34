"""How many executions a second histories are played with, and what that time is spent on."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Mapping
from pathlib import Path

from confsync.addon import load
from confsync.verify.chance import history
from confsync.verify.ground import Wing, apps_script_wing, hastened, python_wing
from confsync.verify.play import play
from tests.benchmark.bench import Bench
from tests.benchmark.rows import Row, at_least

ADDON = hastened(load(Path(__file__).parents[2] / "addon.toml"))
_FIRST = 1
_NAMES = {"apps-script": "Apps Script", "python": "Python"}
# What the add-on itself takes is waited for here: in V8 and the pipe to it, or in a thread of Python.
_WAITING = "next_call"


def rates(bench: Bench) -> list[Row]:
    """Play the same histories with each wing; once to see how long it takes, and once to see what for."""
    wings = [apps_script_wing(ADDON), python_wing(ADDON)]
    try:
        rates = {wing.name: [] for wing in wings}
        seconds = executions = 0.0
        for run in range(bench.sizes.runs):
            for wing in wings:
                bench.tell(f"executions: the {wing.name} wing, run {run + 1} of {bench.sizes.runs}")
                count, took = _played(wing, bench.sizes.histories)
                rates[wing.name].append(count / took)
                seconds, executions = seconds + took, executions + count
        both = executions / seconds
        rows = [Row("sync", "executions a second, both wings together", both, at_least(150), rates, "1/s")]
        for wing in wings:
            shares = _shares(wing, bench.sizes.histories)
            rows += [
                Row(
                    "sync",
                    f"executions of the {_NAMES[wing.name]} wing: share of {what}",
                    share,
                    None,
                    {what: [share]},
                    "",
                )
                for what, share in shares.items()
            ]
        return rows
    finally:
        for wing in wings:
            wing.close()


def _played(wing: Wing, histories: int) -> tuple[int, float]:
    """Play histories; return how many executions there were and the seconds that it took."""
    solutions = tuple(solution.name for solution in ADDON.solutions)
    count, start = 0, time.perf_counter()
    for seed in range(_FIRST, _FIRST + histories):
        (played,) = play(ADDON, [wing], history(seed, solutions, faults=seed % 2 == 1)).played
        count += len(played.executions)
    return count, time.perf_counter() - start


def _shares(wing: Wing, histories: int) -> Mapping[str, float]:
    """Return the shares of the add-on, of SQLite, and of the local Google with the people and the judge."""
    profile = cProfile.Profile()
    profile.runcall(_played, wing, histories)
    statistics = pstats.Stats(profile)
    entries = statistics.stats.items()  # type: ignore[attr-defined]
    total = sum(own for _, (_, _, own, _, _) in entries)
    waited = max((whole for (_, _, name), (_, _, _, whole, _) in entries if name == _WAITING), default=0)
    sqlite = sum(own for (_, _, name), (_, _, own, _, _) in entries if "sqlite3" in name)
    where = "V8" if wing.name == "apps-script" else "the engine in Python"
    return {
        where: waited / total,
        "SQLite": sqlite / total,
        "the local Google, the people and the judge, in Python": 1 - (waited + sqlite) / total,
    }
