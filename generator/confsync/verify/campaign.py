"""A campaign: many histories, played side by side in processes of their own, and what came of them."""

from __future__ import annotations

import functools
import itertools
import multiprocessing.util
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from confsync.addon import Addon
from confsync.verify.chance import history
from confsync.verify.comparison import Difference
from confsync.verify.ground import apps_script_wing, python_wing
from confsync.verify.history import History
from confsync.verify.play import Outcome, play
from confsync.verify.processes import Work, spread
from confsync.verify.promises import Broken
from confsync.verify.rows import counted_rows
from confsync.verify.statistics import Statistics, statistics_of

WINGS: Mapping[str, tuple[str, ...]] = {
    "both": ("apps-script", "python"),
    "python": ("python",),
    "apps-script": ("apps-script",),
}
_BUILDERS = {"apps-script": apps_script_wing, "python": python_wing}


@dataclass(frozen=True)
class Plan:
    """What is to be played: histories of the seeds from `seed` on, so many or for so many seconds.

    `wings` is a key of WINGS. With `faults` None, the histories with an odd seed have faults: so a history is known
    by its seed alone, wherever a campaign begins.
    """

    addon: Addon
    wings: str = "both"
    seed: int = 1
    histories: int | None = 100
    seconds: float | None = None
    faults: bool | None = None
    jobs: int = 1

    def history(self, seed: int) -> History:
        """Return the history of a seed."""
        faults = seed % 2 == 1 if self.faults is None else self.faults
        return history(seed, tuple(solution.name for solution in self.addon.solutions), faults=faults)


@dataclass(frozen=True)
class Result:
    """What came of one history, without its calls: small enough to be sent from process to process.

    `lasted` are seconds of its own clock, `seconds` those that it took; `broken` goes with the wing's name.
    """

    seed: int
    wrong: str
    broken: Sequence[tuple[str, Broken]]
    difference: Difference | None
    statistics: Statistics
    lasted: float
    seconds: float

    @property
    def well(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.wrong


class Player:
    """Wings that are built once, and play many histories."""

    def __init__(self, addon: Addon, wings: str) -> None:
        self.addon = addon
        self.wings = [_BUILDERS[name](addon) for name in WINGS[wings]]

    def play(self, history: History) -> tuple[Outcome, Result]:
        """Play a history; return all that happened, and what is to be remembered of it."""
        began = time.monotonic()
        with counted_rows() as rows:
            outcome = play(self.addon, self.wings, history)
        broken = [(played.wing, broken) for played in outcome.played for broken in played.broken]
        statistics, seconds = statistics_of(outcome, rows), time.monotonic() - began
        result = Result(
            history.seed, outcome.wrong, broken, outcome.difference, statistics, _lasted(outcome), seconds
        )
        return outcome, result

    def close(self) -> None:
        """End the wings' processes."""
        for wing in self.wings:
            wing.close()


def run(plan: Plan) -> Generator[Result, None, None]:
    """Play the histories in `plan.jobs` processes and yield each result as it comes; close the iterator to stop.

    Raises CampaignError when a process ends by itself; any other exception bears a note of the history's seed.
    """
    work = Work(
        functools.partial(_play, plan),
        lambda seed: f"the history of seed {seed}",
        lambda seed: f"Play it alone: confsync verify --seed {seed} --histories 1",
    )
    for _, result in spread(work, _seeds(plan), plan.jobs):
        yield result


def _seeds(plan: Plan) -> Iterator[int]:
    """Yield the seeds, as long as there is time."""
    began = time.monotonic()
    for place in itertools.count():
        if plan.seconds is None and place >= (plan.histories or 0):
            return
        if plan.seconds is not None and place and time.monotonic() - began > plan.seconds:
            return
        yield plan.seed + place


# In a process that plays: its player, once there is one.
_player: list[Player] = []


def player_of(plan: Plan) -> Player:
    """Return the one player of this process."""
    if not _player:
        _player.append(Player(plan.addon, plan.wings))
        multiprocessing.util.Finalize(None, _player[0].close, exitpriority=1)
    return _player[0]


def _play(plan: Plan, seed: int) -> Result:
    return player_of(plan).play(plan.history(seed))[1]


def _lasted(outcome: Outcome) -> float:
    happened = outcome.played[0].happened
    if not happened:
        return 0.0
    first, last = (datetime.fromisoformat(one.at) for one in (happened[0], happened[-1]))
    return (last - first).total_seconds()
