"""Both wings side by side: the same calls, with equal arguments, in the same order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any


@dataclass(frozen=True)
class Difference:
    """The first call in which two wings part, its place from 1, and what each asked; place 0 is the state left."""

    place: int
    one: str
    other: str


def canonical_call(call: Mapping[str, Any]) -> str:
    """Return a call as one line: who asked, service, method, canonical arguments."""
    arguments = json.dumps(call["arguments"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return (
        f"{call['user']} #{call['execution']}.{call['call']} {call['service']}.{call['method']} {arguments}"
    )


def compare(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> Difference | None:
    """Return the first difference between two traces of calls, or None when they are equal."""
    lines = zip_longest(map(canonical_call, one), map(canonical_call, other), fillvalue="(nothing)")
    for place, (left, right) in enumerate(lines, 1):
        if left != right:
            return Difference(place, left, right)
    return None


def compare_states(one: Mapping[str, Any], other: Mapping[str, Any]) -> Difference | None:
    """Return what differs in the states that two wings leave behind, or None when they are equal."""
    left, right = (json.dumps(state, sort_keys=True, ensure_ascii=False) for state in (one, other))
    return None if left == right else Difference(0, left, right)
