"""What is worth a look: each history that failed, the first ones shrunk to their shortest and told."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from confsync.verify.campaign import Plan, Player, Result
from confsync.verify.comparison import Difference
from confsync.verify.history import History
from confsync.verify.play import Outcome
from confsync.verify.shrink import shrink
from confsync.verify.tell import tell

# Shrinking takes time, and the first mistake often explains the others.
TOLD = 3
SHRINK_SECONDS = 30
_BEFORE, _AFTER = 60, 200


@dataclass(frozen=True)
class Finding:
    """A history, what is to be said of it, and all that happened in it unless it is one of many that failed.

    `name` tells in which of the ways in which it can go, where it was tried in several.
    """

    result: Result
    story: Sequence[str]
    outcome: Outcome | None = None
    saved: Path | None = None
    name: str = ""


def findings(
    plan: Plan,
    player: Player,
    failed: Sequence[Result],
    save: Path | None,
    begins: Callable[[int], object] = lambda seed: None,
    told: int = TOLD,
) -> Iterator[Finding]:
    """Yield what is to be said of each failing history, the first of them shrunk, told, and saved in a folder.

    `begins` is told each seed that is about to be shrunk, since that takes a while.
    """
    for result in failed[:told]:
        begins(result.seed)
        yield shrunk(player, plan.history(result.seed), result, save and save / f"history-{result.seed}.json")
    for result in failed[told:]:
        yield Finding(result, facts(result))


def shrunk(player: Player, history: History, result: Result, save: Path | None) -> Finding:
    """Return what is to be said of a history that failed, shrunk and told, and saved in a file if there is one."""
    outcome, again = player.play(history)
    if again.well:
        story = [*facts(result), "Played again it went well: something here cannot be repeated."]
        return Finding(result, story)
    shortest = shrink(player.addon, player.wings, outcome, budget_seconds=SHRINK_SECONDS)
    if save:
        replace(shortest.history, tells=shortest.history.tells or shortest.wrong).save(save)
    return Finding(result, tell(shortest), shortest, save)


def look(player: Player, history: History) -> Finding:
    """Play one history and tell it, whether it fails or not."""
    outcome, result = player.play(history)
    return Finding(result, tell(outcome), outcome)


def facts(result: Result) -> list[str]:
    """Return in plain lines what is wrong."""
    lines = [
        f"{broken.promise} is broken ({wing}): {broken.conference[:8]} {broken.how}"
        for wing, broken in result.broken
    ]
    if result.difference:
        place = result.difference.place
        lines.append(f"The wings part at call {place}:" if place else "The wings leave different states:")
        one, other = parting(result.difference)
        lines += [f"  apps-script  {one}", f"  python       {other}"]
    return lines


def parting(difference: Difference) -> tuple[str, str]:
    """Return what differs, clipped to where it begins to."""
    pairs = zip(difference.one, difference.other, strict=False)
    begin = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)) - _BEFORE
    return _clipped(difference.one, begin), _clipped(difference.other, begin)


def _clipped(text: str, begin: int) -> str:
    end = max(begin, 0) + _BEFORE + _AFTER
    return ("…" + text[begin:end] if begin > 0 else text[:end]) + ("…" if len(text) > end else "")
