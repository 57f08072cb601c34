"""Every crash point of a history: each call at which an execution can die, and each answer that can be lost.

An execution is killed before its first call and after each of its calls: what dies after one call dies before the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from confsync.verify.history import History
from confsync.verify.play import Outcome
from confsync.verify.strikes import METHODS, Strike, strikes

JsonObject = Mapping[str, Any]

CALL = "*"  # any call of an execution, as a fault's rule names it


@dataclass(frozen=True)
class Moment:
    """A moment at which a fault can strike: in which step, and as the how manieth of its kind in each step so far.

    `call` is the number of the call in the trace, `method` and `when` are those of the rule.
    """

    step: int
    method: str
    when: str
    before: tuple[int, ...]
    call: JsonObject


@dataclass
class _Counted:
    """How many moments of each kind there have been, step by step."""

    steps: list[Counter[tuple[str, str]]] = field(default_factory=list)

    def moment(self, method: str, when: str, call: JsonObject) -> Moment:
        kind = method, when
        before = tuple(step[kind] for step in self.steps)
        self.steps[-1][kind] += 1
        return Moment(len(self.steps) - 1, method, when, before, call)


def killed(outcome: Outcome) -> Iterator[History]:
    """Yield the history with one execution killed, for every point at which it can be."""
    for moment in _moments(outcome):
        first = moment.call["call"] == 1
        if moment.method == CALL and (moment.when == "after" or first):
            yield _with(outcome.history, moment, {"action": "kill"}, "an execution dies")


def unanswered(outcome: Outcome) -> Iterator[History]:
    """Yield the history with one answer of the third party lost after the effect, for every request."""
    for moment in _moments(outcome):
        if moment.method != CALL and moment.when == "after":
            yield _with(outcome.history, moment, {"action": "drop"}, "an answer is lost")


def _moments(outcome: Outcome) -> Iterator[Moment]:
    """Yield the moments that a rule would see which comes before all others, in their order."""
    played, counted = outcome.played[0], _Counted()
    struck = {_place(strike) for strike in strikes(outcome.history.faults, played.happened, played.calls)}
    for happened in played.happened:
        counted.steps.append(Counter())
        first, last = happened.executions
        for call in played.calls:
            if first <= call["execution"] <= last:
                yield from _of_call(counted, call, struck)


def _place(strike: Strike) -> tuple[int, int, str]:
    return strike.call, strike.request, strike.when


def _of_call(counted: _Counted, call: JsonObject, struck: set[tuple[int, int, str]]) -> Iterator[Moment]:
    """Yield a call's moments: what was struck before its effect has none after it."""
    yield counted.moment(CALL, "before", call)
    if (call["number"], -1, "before") in struck:
        return
    for place, method in enumerate(_requests(call)):
        yield counted.moment(method, "before", call)
        if (call["number"], place, "before") not in struck:
            yield counted.moment(method, "after", call)
    yield counted.moment(CALL, "after", call)


def _requests(call: JsonObject) -> list[str]:
    requests = call["arguments"]["requests"] if call["service"] == "UrlFetch" else []
    return [f"conferences.{METHODS[request['method']]}" for request in requests]


def _with(history: History, moment: Moment, fault: JsonObject, what: str) -> History:
    """Return the history with a fault that strikes at that moment, before all that the history has itself."""
    cleared = [
        place for place, step in enumerate(history.steps[: moment.step]) if step["do"] == "clear-faults"
    ]
    since = cleared[-1] + 1 if cleared else 0
    skip = sum(moment.before[since:])
    rule = {"method": moment.method, "when": moment.when, "skip": skip, **fault}
    call = moment.call
    told = f"{what} {moment.when} call {call['call']} of execution {call['execution']}"
    told += f" ({call['service']}.{call['method']})."
    if not cleared:
        return replace(history, faults=[rule, *history.faults], tells=told)
    laid = [*history.steps[:since], {"do": "fault", "with": rule}, *history.steps[since:]]
    return replace(history, steps=laid, tells=told)
