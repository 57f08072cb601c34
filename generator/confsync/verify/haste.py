"""Whose conferences become due in such numbers that the brake may hold them back."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from confsync.verify.lives import Life
from confsync.verify.reach import Run

DAY = timedelta(days=1)
# More conferences than so many, whose events went within a day, may wait for a week longer: a mistake is likelier.
MANY = 5


def hasty(
    lives: Iterable[tuple[str, Life]],
    runs: Mapping[tuple[str, str], Sequence[Run]],
    grace: int,
    unsaved_grace: int,
) -> frozenset[str]:
    """Return the users of whose conferences many become due within a day; graces are minutes.

    Drafts whose events turned up are among them, and what was asked for in vain: it waits for its event like the rest.
    """
    due: dict[str, list[datetime]] = {}
    for conference_id, life in lives:
        ends = [run.end for run in runs.get((life.user, conference_id), [])]
        since = max((end for end in ends if end), default=life.made)
        if all(ends):
            moment = since + timedelta(minutes=grace if ends else unsaved_grace)
            bisect.insort(due.setdefault(life.user, []), moment)
    return frozenset(
        user
        for user, moments in due.items()
        if any(late - early <= DAY for early, late in zip(moments, moments[MANY:], strict=False))
    )
