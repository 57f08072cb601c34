"""What becomes of a conference if nothing else happens: the engine's own steps, tried at the times that matter."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

from confsync.sync.decision import decide
from confsync.sync.links import end_unsaved, prune_links
from confsync.sync.ports import JsonObject
from confsync.sync.projection import DAY_MINUTES
from confsync.sync.records import FOREVER, Record, Store
from confsync.sync.run import Run

NOBODY: Any = None


def outlook(store: Store, config: JsonObject, conference_id: str, now: int) -> tuple[str, int]:
    """Return the next thing that an execution does about a conference, and from which minute on.

    It is update, delete, forget (its events have ended long ago) or nothing; times are minutes since the epoch.
    """
    moments = {now, *(moment for moment in _moments(store.records[conference_id], config) if moment > now)}
    for moment in sorted(moments):
        action = action_at(store, config, conference_id, moment)
        if action != "nothing":
            return action, moment
    return "nothing", now


def action_at(store: Store, config: JsonObject, conference_id: str, moment: int) -> str:
    """Return what an execution of that minute does about a conference, the events being what they are now."""
    record = copy.deepcopy(store.records[conference_id])
    run = Run(NOBODY, config, 0, dataclasses.replace(store, records={conference_id: record}))
    prune_links(run, moment)
    if conference_id not in run.store.records:
        return "forget"
    end_unsaved(run, moment)
    return decide(record, moment)


def _moments(record: Record, config: JsonObject) -> Iterator[int]:
    """Yield the minutes from which the engine may decide otherwise."""
    yield record.not_before
    yield record.due
    if record.lost:
        yield record.lost[1] + DAY_MINUTES
    for link in record.links:
        if link.unsaved:
            yield link.unsaved + config["sync"]["unsavedGraceMinutes"]
        elif link.end < FOREVER:
            yield link.end + config["sync"]["pruneMinutes"] + 1
