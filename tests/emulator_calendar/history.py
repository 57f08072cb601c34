"""Histories: steps drawn from a seed, played on a ground of their own, and made shorter when they go wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from googleapiclient.errors import HttpError

from . import calendar_operations, gesture_operations, guest_operations, occurrence_operations  # noqa: F401 - they fill the table
from .ground import ALICE, BOB, CAROL, DAVE, Call, Ground, NothingToDo, Refused
from .operations import OPERATIONS
from .reader import LISTINGS, Reader

# What a syncing client does, beside the kinds of writing.
SYNC, CHECK = "sync", "check"
# How often a sync begins with an old token, or from nothing.
_OLD, _ANEW = 0.25, 0.15


@dataclass(frozen=True)
class Step:
    """One thing that happens. Its seed decides about the rest; `meanwhile` happens between the pages of a sync."""

    kind: str
    seed: int
    meanwhile: tuple[Step, ...] = ()

    def __str__(self) -> str:
        inner = "".join(f"{step}, " for step in self.meanwhile)
        return f"Step({self.kind!r}, {self.seed}" + (f", ({inner}))" if inner else ")")


@dataclass
class Tally:
    """How often each kind of writing was done, and how often refused."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)

    @property
    def steps(self) -> int:
        """How many writings were tried."""
        return self.done.total() + self.refused.total()

    def table(self) -> str:
        """Return the table that a person reads."""
        rows = [f"{kind:32}{self.done[kind]:7}{self.refused[kind]:9}" for kind in OPERATIONS]
        reads = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.reads.items()))
        return "\n".join(
            [f"{'operation':32}{'done':>7}{'refused':>9}", *rows, f"{self.steps} steps; {reads}"]
        )


@dataclass(frozen=True)
class Failure:
    """What went wrong at which step, of what kind it is, and the calls that led there.

    While a history is made shorter its failure must not become one of another kind.
    """

    what: str
    kind: str
    steps: tuple[Step, ...]
    calls: tuple[Call, ...]

    def story(self, seed: int) -> str:
        """Return it as a person reads it: the seed, the steps, the calls that matter, and what went wrong."""
        last = self.calls[-1]
        # Of the many listings, the first pages of those of the reader who is wrong.
        calls = [
            call
            for call in self.calls
            if call.method != "GET" or (call.is_like(last) and "pageToken" not in call.target)
        ]
        lines = [f"seed {seed}, {len(self.steps)} steps:", *self.steps, "calls:", *calls]
        return "\n  ".join(map(str, lines)) + f"\n{self.what}"


def draw(seed: int, length: int, weights: Mapping[str, float]) -> tuple[Step, ...]:
    """Return the steps of a history with so many writings, and the syncs between them."""
    chance = random.Random(f"history {seed}")
    kinds, odds = list(weights), list(weights.values())
    steps: list[Step] = []

    def writing() -> Step:
        return Step(chance.choices(kinds, odds)[0], chance.getrandbits(40))

    left = length
    while left > 0:
        meanwhile = tuple(writing() for _ in range(chance.choice((0, 1, 1, 2, 3))))
        steps.append(writing())
        if chance.random() < 0.5:
            steps.append(Step(SYNC, chance.getrandbits(40), meanwhile))
            left -= len(meanwhile)
        if chance.random() < 0.35:
            steps.append(Step(CHECK, chance.getrandbits(40)))
        left -= 1
    return tuple(steps)


def play(
    seed: int, steps: Sequence[Step], tally: Tally | None = None, switches: Mapping[str, Any] = {}
) -> Failure | None:
    """Play a history on a new ground and return how it failed, if it did. At the end every reader is checked."""
    ground = Ground(seed, switches)
    player = _Player(ground, tally or Tally())
    try:
        for place, step in enumerate(steps):
            try:
                player.take(step)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong is a finding
                return _failure(error, tuple(steps[: place + 1]), ground)
        for number, reader in enumerate(player.readers):
            try:
                reader.check(random.Random(number))
            except Exception as error:  # noqa: BLE001 - whatever goes wrong is a finding
                return _failure(error, tuple(steps), ground)
    finally:
        ground.close()
    return None


class _Player:
    """Plays steps: keeps the readers."""

    def __init__(self, ground: Ground, tally: Tally) -> None:
        self.ground, self.tally = ground, tally
        self.readers = list(_readers(ground))

    def take(self, step: Step) -> None:
        """Play one step."""
        chance = random.Random(step.seed)
        if step.kind not in (SYNC, CHECK):
            self._write(step, chance)
            return
        self.tally.reads[step.kind] += 1
        reader, is_old = chance.choice(self.readers), chance.random() < _OLD
        if step.kind == CHECK:
            reader.check(chance, old=is_old)
            return
        if chance.random() < _ANEW:
            reader.forget()
        waiting = list(step.meanwhile)
        self.ground.in_sight = reader.calendar
        reader.sync(chance, lambda: self.take(waiting.pop(0)) if waiting else None, old=is_old)
        self.ground.in_sight = ""
        for late in waiting:
            self.take(late)

    def _write(self, step: Step, chance: random.Random) -> None:
        try:
            OPERATIONS[step.kind].act(self.ground, chance, f"e{step.seed:010}")
            self.tally.done[step.kind] += 1
        except NothingToDo:
            return
        except (HttpError, Refused) as error:
            if isinstance(error, HttpError) and error.resp.status >= 500:
                raise
            self.tally.refused[step.kind] += 1


def _readers(ground: Ground) -> Iterator[Reader]:
    """Yield who follows which calendar, in which kind of listing."""
    few = ("default", "singleEvents")
    for user, calendar, listings in (
        (ALICE, ALICE, LISTINGS),
        (BOB, BOB, LISTINGS),
        (CAROL, CAROL, few),
        (DAVE, DAVE, few),
        (ALICE, ground.team, LISTINGS),
        (CAROL, ground.team, few),
        (BOB, ground.hall, few),
        (CAROL, ground.hall, few),
    ):
        for listing in listings:
            yield Reader(ground.events[user], user, calendar, listing)


def _failure(error: Exception, steps: tuple[Step, ...], ground: Ground) -> Failure:
    name = type(error).__name__
    return Failure(f"{name}: {error}", getattr(error, "kind", name), steps, tuple(ground.calls))


def shortened(
    seed: int, failure: Failure, most_plays: int = 250, switches: Mapping[str, Any] = {}
) -> Failure:
    """Return a failure of the same kind by fewer steps: pieces are left out, halves first, as long as it still fails."""
    size, plays = len(failure.steps) // 2, 0
    while size:
        place = len(failure.steps) - size
        while place > -size and plays < most_plays:
            kept = failure.steps[: max(0, place)] + failure.steps[place + size :]
            plays += 1
            failure = _still(seed, failure, kept, switches) or failure
            place = min(place, len(failure.steps)) - size
        size //= 2
    for place in range(len(failure.steps)):
        step = failure.steps[place] if place < len(failure.steps) else None
        if step and step.meanwhile:
            alone = (*failure.steps[:place], replace(step, meanwhile=()), *failure.steps[place + 1 :])
            failure = _still(seed, failure, alone, switches) or failure
    return failure


def _still(
    seed: int, failure: Failure, steps: tuple[Step, ...], switches: Mapping[str, Any]
) -> Failure | None:
    found = play(seed, steps, switches=switches)
    return found if found and found.kind == failure.kind else None
