"""Every schedule of executions that run side by side, up to a number of switches.

A switch takes the turn away from an execution that could go on; one that ends, or waits for a lock, costs none. A switch to
one that waits lets its time pass: it does not get the lock. Where more than two run side by side, the turn goes on to the
next one only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from confsync.verify.history import History
from confsync.verify.play import Outcome


def first_schedules(outcome: Outcome) -> Iterator[tuple[int, History]]:
    """Yield (place of a step, history) without a switch: whoever of two begins goes on to its end, for each such step."""
    for place, happened in enumerate(outcome.played[0].happened):
        if happened.turns:
            for turns in ([], [0]):
                yield place, _with(outcome.history, place, turns)


def one_switch_more(outcome: Outcome, place: int) -> Iterator[History]:
    """Yield the histories with one more switch in that step, after all that are there."""
    said, taken = outcome.history.steps[place]["turns"], outcome.played[0].happened[place].turns
    for turn in range(len(said), len(taken)):
        # Right after another one began to wait, its time may pass at once.
        for steps in range(0 if turn > len(said) else 1, taken[turn]):
            yield _with(outcome.history, place, [*taken[:turn], steps])


def order_of_calls(outcome: Outcome, place: int) -> str:
    """Return whose call came when in that step, and which locks were not had: what tells one schedule from another."""
    played = outcome.played[0]
    first, last = played.happened[place].executions
    calls = (call for call in played.calls if first <= call["execution"] <= last)
    return " ".join(f"{call['execution']}{'' if call['outcome'] is not False else '-'}" for call in calls)


def _with(history: History, place: int, turns: Sequence[int]) -> History:
    step = dict(history.steps[place]) | {"turns": list(turns)}
    told = f"The executions of step {place + 1} take turns of {', '.join(map(str, turns)) or 'any'} steps."
    return replace(history, steps=[*history.steps[:place], step, *history.steps[place + 1 :]], tells=told)
