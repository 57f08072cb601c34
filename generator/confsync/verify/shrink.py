"""Shrinking: from a history in which something goes wrong to the shortest one in which the same does.

Nothing is guessed: every shorter history is played, and taken only if it goes wrong in the same way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from confsync.addon import Addon
from confsync.verify.ground import Wing
from confsync.verify.history import History
from confsync.verify.play import Outcome, Played, play
from confsync.verify.simpler import simpler_fault, simpler_histories, simpler_step
from confsync.verify.strikes import Strike, strikes

# Told after each history that was played: how many so far, and how many steps the shortest has.
Progress = Callable[[int, int], None]

QUICK = "python"  # a wing without a process to talk to


def shrink(
    addon: Addon,
    wings: Sequence[Wing],
    outcome: Outcome,
    *,
    budget_seconds: float = 60,
    progress: Progress | None = None,
) -> Outcome:
    """Return the shortest history found in which one of the same promises breaks, or else the wings still differ.

    The same outcome leads to the same history, unless the time runs out first. What is well is given back.
    """
    if outcome.well:
        return outcome
    search = _Search(addon, _wings_needed(wings, outcome), outcome, budget_seconds, progress)
    search.take(outcome.history)
    before = None
    while before != search.best.history:
        before = search.best.history
        _cut(search)
        _simplify(search)
    return search.best if len(search.best.played) == len(wings) else play(addon, wings, search.history)


def _wings_needed(wings: Sequence[Wing], outcome: Outcome) -> list[Wing]:
    """Return one wing if it alone shows a broken promise, or all."""
    broken = {played.wing for played in outcome.played if played.broken}
    showing = [wing for wing in wings if wing.name in broken]
    return sorted(showing, key=lambda wing: wing.name != QUICK)[:1] or list(wings)


class _Search:
    """The best outcome so far, and the trying of others."""

    def __init__(
        self,
        addon: Addon,
        wings: Sequence[Wing],
        outcome: Outcome,
        budget_seconds: float,
        progress: Progress | None,
    ) -> None:
        self.best = outcome
        self.solution = addon.solutions[0].name
        self._addon, self._wings, self._progress = addon, wings, progress
        self._wrong = _wrong(outcome)
        self._deadline = time.monotonic() + budget_seconds
        self._tried: set[str] = set()

    @property
    def history(self) -> History:
        """The shortest history so far."""
        return self.best.history

    def take(self, history: History) -> bool:
        """Play a history and keep it if the same goes wrong; False if not, if it is known, or the time is over."""
        told = json.dumps(history.as_json(), sort_keys=True)
        if told in self._tried or time.monotonic() > self._deadline:
            return False
        self._tried.add(told)
        outcome = play(self._addon, self._wings, history)
        wrong = _wrong(outcome)
        taken = bool(wrong) and wrong <= self._wrong
        if taken:
            self.best = outcome
        if self._progress:
            self._progress(len(self._tried), len(self.history.steps))
        return taken

    def take_any(self, histories: Iterator[History]) -> bool:
        """Take the first of several that goes wrong in the same way; False if none does."""
        return any(self.take(history) for history in histories)


def _wrong(outcome: Outcome) -> frozenset[str]:
    """Return the promises that broke; only if none did, that the wings differ."""
    promises = frozenset(broken.promise for played in outcome.played for broken in played.broken)
    return promises or frozenset({"wings differ"} if outcome.difference else ())


def _cut(search: _Search) -> None:
    """Take steps and faults away, the least likely to matter first."""
    search.take(_without_refused(search.best))
    search.take(_without_idle_faults(search.best))
    search.take_any(_pinned(search.best))
    for event in _events(search.history):
        search.take(_without_event(search.history, event))
    _cut_chunks(search, "steps")
    _cut_chunks(search, "faults")


def _simplify(search: _Search) -> None:
    """Make simpler what is left."""
    while search.take_any(simpler_histories(search.history)):
        pass
    for place in range(len(search.history.steps)):
        while search.take_any(_simpler_at(search, place)):
            pass
    for place in range(len(search.history.faults)):
        while search.take_any(_milder_at(search.history, place)):
            pass


def _simpler_at(search: _Search, place: int) -> Iterator[History]:
    history = search.history
    for step in simpler_step(history.steps[place], search.solution):
        yield _with(history, "steps", place, [step])


def _milder_at(history: History, place: int) -> Iterator[History]:
    for fault in simpler_fault(history.faults[place]):
        yield _with(history, "faults", place, [fault])


def _cut_chunks(search: _Search, what: str) -> None:
    """Take away half of the steps (or faults), a quarter, …, single ones, from the end on."""
    size = len(getattr(search.history, what))
    while size:
        end = len(getattr(search.history, what))
        while end > 0:
            begin = max(0, end - size)
            search.take(_with(search.history, what, begin, [], end - begin))
            end = begin
        size //= 2


def _with(history: History, what: str, place: int, new: Sequence[Any], instead_of: int = 1) -> History:
    """Return the history with other steps (or faults) from a place on."""
    items = list(getattr(history, what))
    items[place : place + instead_of] = new
    return History(
        history.seed,
        items if what == "steps" else history.steps,
        items if what == "faults" else history.faults,
        history.tells,
    )


def _without_refused(outcome: Outcome) -> History:
    """Return the history without the steps that were not possible."""
    refused = [any(_refused(played, place) for played in outcome.played) for place in range(_length(outcome))]
    steps = [step for step, no in zip(outcome.history.steps, refused, strict=True) if not no]
    return replace(outcome.history, steps=steps)


def _refused(played: Played, place: int) -> bool:
    return bool(played.happened[place].refused)


def _length(outcome: Outcome) -> int:
    return len(outcome.history.steps)


def _without_idle_faults(outcome: Outcome) -> History:
    """Return the history without the faults that never struck."""
    struck = {strike.rule for played in outcome.played for strike in _strikes(outcome.history, played)}
    faults = [fault for place, fault in enumerate(outcome.history.faults) if place in struck]
    return replace(outcome.history, faults=faults)


def _pinned(outcome: Outcome) -> Iterator[History]:
    """Yield the history with all faults, then with one of them, added only right before the step in which they strike.

    Counted from there, a fault strikes the same call although steps before it go.
    """
    first: dict[int, Strike] = {}
    for strike in _strikes(outcome.history, outcome.played[0]):
        if strike.rule < len(outcome.history.faults):
            first.setdefault(strike.rule, strike)
    if len(first) > 1:
        yield _pinning(outcome.history, first)
    for rule, strike in first.items():
        yield _pinning(outcome.history, {rule: strike})


def _pinning(history: History, first: dict[int, Strike]) -> History:
    steps = list(history.steps)
    for rule, strike in sorted(first.items(), key=lambda item: -item[1].step):
        fault = dict(history.faults[rule]) | {"skip": strike.skip}
        steps.insert(strike.step, {"do": "fault", "with": fault})
    faults = [fault for rule, fault in enumerate(history.faults) if rule not in first]
    return replace(history, steps=steps, faults=faults)


def _strikes(history: History, played: Played) -> list[Strike]:
    return strikes(history.faults, played.happened, played.calls)


def _events(history: History) -> list[str]:
    """Return the names that steps give to events and calendars, those that came last first."""
    names = [step.get("as", step["event"]) for step in history.steps if step.get("event")]
    return list(dict.fromkeys(reversed(names)))


def _without_event(history: History, event: str) -> History:
    """Return the history without the steps about an event, or in a calendar."""
    steps = [
        step
        for step in history.steps
        if event not in (step.get("event"), step.get("as"), step.get("calendar"))
    ]
    return replace(history, steps=steps)
