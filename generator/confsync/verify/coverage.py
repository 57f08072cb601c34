"""Whether a large campaign has met everything often enough to have proved something."""

from __future__ import annotations

from collections.abc import Iterator

from confsync.verify.answers import ANSWERS
from confsync.verify.fault_kinds import FAULTS
from confsync.verify.statistics import Statistics, as_json

# In 20,000 histories each kind is met at least 100 times; in fewer, as many times less.
LEAST, OF = 100, 20_000
# A smaller campaign may miss a rare kind by chance.
LARGE = 2_000


def least(histories: int) -> int:
    """Return how often each kind must be met in so many histories; 0 where they are too few to tell."""
    return LEAST * histories // OF if histories >= LARGE else 0


def rare(statistics: Statistics, histories: int, *, faults: bool, rows: bool) -> Iterator[tuple[str, int]]:
    """Yield the kinds that were met too seldom, and how often.

    Faults count by their strikes, and only if histories have `faults`; rows only if the wing that counts them played.
    """
    told, floor = as_json(statistics), least(histories)
    counts = {kind: count["met"] - count["notPossible"] for kind, count in told["actions"].items()}
    if faults:
        counts |= {kind: told["faults"][kind]["struck"] for kind in FAULTS}
        counts |= {kind: told["answers"][kind] for kind in ANSWERS}
    if rows:
        counts |= told["noteRows"]
    return ((kind, count) for kind, count in counts.items() if count < floor)
