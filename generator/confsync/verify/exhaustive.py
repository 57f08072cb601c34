"""All that can come of a history: every crash point, every lost answer, and every schedule with few switches."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from confsync.verify.campaign import Plan, Player, Result, player_of
from confsync.verify.crash_points import killed, unanswered
from confsync.verify.findings import TOLD, Finding, facts, shrunk
from confsync.verify.history import History
from confsync.verify.play import Outcome
from confsync.verify.processes import Work, spread
from confsync.verify.schedules import first_schedules, one_switch_more, order_of_calls

AS_IT_IS, KILLED, UNANSWERED, SCHEDULED = (
    "as it is",
    "an execution is killed",
    "the third party's answer is lost",
    "executions take turns otherwise",
)
KINDS = (AS_IT_IS, KILLED, UNANSWERED, SCHEDULED)
SWITCHES = 2


@dataclass(frozen=True)
class Attempt:
    """A history in one of the ways in which it can go: of which kind, and how it is told apart from the others.

    A schedule is that of the step at `place`, and `switches` more may follow; `number` is the order in which they are made.
    """

    kind: str
    history: History
    name: str
    place: int = -1
    switches: int = 0
    number: int = 0


@dataclass(frozen=True)
class Attempted:
    """What came of an attempt: what follows from it, and, for a schedule, whose call came when."""

    result: Result
    following: list[Attempt]
    order: str = ""


class Frontier:
    """The attempts that are still to be made; what came of those that were leads to more."""

    def __init__(self, histories: Iterable[History], switches: int = SWITCHES) -> None:
        self._coming = deque(Attempt(AS_IT_IS, each, str(each.seed), switches=switches) for each in histories)
        self._known: set[tuple[int, int, str]] = set()
        self.begun = 0

    @property
    def expected(self) -> int:
        """How many attempts there are, as far as is known."""
        return self.begun + len(self._coming)

    def __iter__(self) -> Frontier:
        return self

    def __next__(self) -> Attempt:
        if not self._coming:
            raise StopIteration
        self.begun += 1
        return replace(self._coming.popleft(), number=self.begun)

    def take(self, attempt: Attempt, attempted: Attempted) -> None:
        """Add what follows, unless something is wrong already, or the same calls came in the same order before."""
        order = attempt.history.seed, attempt.place, attempted.order
        if attempted.result.well and order not in self._known:
            self._coming += attempted.following
        if attempt.kind == SCHEDULED:
            self._known.add(order)


def explore(plan: Plan, frontier: Frontier) -> Generator[tuple[Attempt, Result], None, None]:
    """Make all attempts in `plan.jobs` processes and yield each as it comes; close the iterator to stop.

    Raises CampaignError when a process ends by itself; any other exception bears a note of the attempt.
    """
    work = Work(
        functools.partial(_attempt, plan),
        lambda attempt: f"the history {attempt.name}",
        lambda attempt: "Play it again with one job.",
    )
    for attempt, attempted in spread(work, frontier, plan.jobs):
        frontier.take(attempt, attempted)
        yield attempt, attempted.result


def tried(made: Sequence[tuple[Attempt, Result]]) -> Mapping[str, tuple[int, int]]:
    """Return kind → how many attempts there were, and how many of them failed."""
    results = {kind: [result for attempt, result in made if attempt.kind == kind] for kind in KINDS}
    return {kind: (len(found), sum(not result.well for result in found)) for kind, found in results.items()}


def findings_of(
    player: Player,
    failed: Sequence[tuple[Attempt, Result]],
    save: Path | None,
    begins: Callable[[Attempt], object] = lambda attempt: None,
) -> Iterator[Finding]:
    """Yield what is to be said of each attempt that failed, the first of them shrunk, told, and saved in a folder.

    `begins` is told each attempt that is about to be shrunk, since that takes a while.
    """
    for attempt, result in failed[:TOLD]:
        begins(attempt)
        path = save and save / f"history-{attempt.name}.json"
        yield replace(shrunk(player, attempt.history, result, path), name=attempt.name)
    for attempt, result in failed[TOLD:]:
        yield Finding(result, [attempt.history.tells, *facts(result)], name=attempt.name)


def _attempt(plan: Plan, attempt: Attempt) -> Attempted:
    return attempted(player_of(plan), attempt)


def attempted(player: Player, attempt: Attempt) -> Attempted:
    """Play one attempt."""
    outcome, result = player.play(attempt.history)
    if attempt.kind == AS_IT_IS:
        return Attempted(result, list(_following(attempt, outcome)))
    if attempt.kind != SCHEDULED:
        return Attempted(result, [])
    more = one_switch_more(outcome, attempt.place) if attempt.switches else ()
    following = [_scheduled(attempt, attempt.place, history, attempt.switches - 1) for history in more]
    return Attempted(result, following, order_of_calls(outcome, attempt.place))


def _following(attempt: Attempt, outcome: Outcome) -> Generator[Attempt, None, None]:
    for number, history in enumerate(killed(outcome), 1):
        yield Attempt(KILLED, history, f"{attempt.name}-killed-{number}")
    for number, history in enumerate(unanswered(outcome), 1):
        yield Attempt(UNANSWERED, history, f"{attempt.name}-unanswered-{number}")
    for place, history in first_schedules(outcome):
        yield _scheduled(attempt, place, history, attempt.switches)


def _scheduled(attempt: Attempt, place: int, history: History, switches: int) -> Attempt:
    turns = "-".join(map(str, history.steps[place]["turns"])) or "0-none"
    name = f"{attempt.history.seed}-step-{place + 1}-turns-{turns}"
    return replace(attempt, kind=SCHEDULED, history=history, name=name, place=place, switches=switches)
