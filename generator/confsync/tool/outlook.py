"""What becomes of a conference if nothing else happens: the engine's own steps, tried at the times that matter."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from confsync.sync.decision import BRAKE_MINUTES, REPEAT_MINUTES, decide, held_back
from confsync.sync.ports import JsonObject
from confsync.sync.projection import DAY_MINUTES
from confsync.sync.pruning import prune_links
from confsync.sync.records import FOREVER, Record
from confsync.sync.run import Run
from confsync.sync.store import Store, read_store
from confsync.sync.unsaved import end_unsaved

NOBODY: Any = None


class _Shown:
    """Properties that can only be read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def get_properties(self) -> dict[str, str]:
        """Return all of them."""
        return dict(self._values)


def store_of(properties: Mapping[str, str]) -> Store:
    """Return the store that the engine reads from properties."""
    ports: Any = SimpleNamespace(properties=_Shown(properties))
    return read_store(Run(ports, {}, 0))


def outlook(store: Store, config: JsonObject, conference_id: str, now: int) -> tuple[str, int]:
    """Return the next thing that an execution does about a conference, and from which minute on.

    It is update, delete, forget (its events have ended long ago) or nothing; times are minutes since the epoch.
    """
    record = store.records[conference_id]
    moments = {now, *_moments(record, config), *_prunings(record, config)}
    for moment in sorted(moment for moment in moments if moment >= now):
        action = action_at(store, config, conference_id, moment)
        if action != "nothing":
            return action, moment
    return "nothing", now


def next_moment(store: Store, config: JsonObject, now: int) -> int | None:
    """Return the next minute after this one from which an execution has something to send that it has not now."""
    found = []
    for conference_id, record in store.records.items():
        later = [moment for moment in set(_moments(record, config)) if moment > now]
        if later and action_at(store, config, conference_id, now) == "nothing":
            action, moment = outlook(store, config, conference_id, now)
            found += [moment] if action in ("update", "delete") else []
    return min(found, default=None)


def action_at(store: Store, config: JsonObject, conference_id: str, moment: int) -> str:
    """Return what an execution of that minute does about a conference, the events being what they are now."""
    record = copy.deepcopy(store.records[conference_id])
    run = Run(NOBODY, config, 0, dataclasses.replace(store, records={conference_id: record}))
    prune_links(run, moment)
    if conference_id not in run.store.records:
        return "forget"
    end_unsaved(run, moment)
    action = decide(config, record, moment)
    return "nothing" if action == "delete" and conference_id in held_back(store, moment) else action


def _moments(record: Record, config: JsonObject) -> Iterator[int]:
    """Yield the minutes from which the engine may decide otherwise."""
    yield record.not_before
    yield record.due
    yield record.due + BRAKE_MINUTES
    if record.unknown_since:
        yield record.unknown_since + REPEAT_MINUTES
    if record.lost:
        yield record.lost[1] + DAY_MINUTES
    for link in record.links:
        if link.unsaved:
            yield link.unsaved + config["sync"]["unsavedGraceMinutes"]


def _prunings(record: Record, config: JsonObject) -> Iterator[int]:
    """Yield the minutes from which links are forgotten."""
    for link in record.links:
        if not link.unsaved and link.end < FOREVER:
            yield link.end + config["sync"]["pruneMinutes"] + 1
