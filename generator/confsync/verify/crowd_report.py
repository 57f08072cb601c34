"""What is told of crowds: each scene, what is broken in it, and how near its executions came to the limits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from confsync.verify.crowds import Told

SHOWN = 5


def lines(told: Told) -> Iterator[str]:
    """Yield the lines that tell a scene."""
    how = f"{len(told.broken)} broken" if told.broken else "well"
    yield f"{told.scene}, {told.wing} wing: {how}, {told.executions} executions in {told.seconds:.0f} s"
    for broken in told.broken[:SHOWN]:
        about = f" of conference {broken.conference[:8]}" if broken.conference else ""
        yield f"  {broken.promise}{about}: {broken.how}"
    if len(told.broken) > SHOWN:
        yield f"  and {len(told.broken) - SHOWN} more"
    for measure in told.measures:
        yield f"  {measure.what:<46}{measure.largest:>12,.1f} of {measure.limit:>9,.0f}"


def verdict(all_told: Sequence[Told]) -> str:
    """Return in a sentence what came of all scenes."""
    broken = sum(len(told.broken) for told in all_told)
    return f"{len(all_told)} scenes, {broken} broken." if broken else f"{len(all_told)} scenes, all well."


def as_json(all_told: Sequence[Told]) -> str:
    """Return all of it as JSON."""
    return json.dumps({"scenes": [told.as_json() for told in all_told]}, indent=2, ensure_ascii=False)
