"""Playing a history on a ground: the steps with their faults, then peace, then the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from googleapiclient.errors import HttpError

from confsync.addon import Addon
from confsync.verify.chance_draw import PEOPLE
from confsync.verify.comparison import Difference, compare, compare_states
from confsync.verify.costs import wasteful
from confsync.verify.fault_kinds import is_refusal
from confsync.verify.ground import Ground, Wing, ground
from confsync.verify.happened import Happened
from confsync.verify.history import History
from confsync.verify.people import People
from confsync.verify.promises import Broken, check
from confsync.verify.stage import StageError
from confsync.verify.strikes import strikes

JsonObject = dict[str, Any]

# What is delivered by people's own doing, and what only lets things happen.
QUIET = ("deliver", "deliver-together", "advance", "fire", "fire-clock", "drop")
# Until graces, the waits after failures, and the hourly net have passed; a refusal waits for a day.
PEACE_HOURS, PEACE_AFTER_REFUSAL_HOURS = 11, 11 + 26
HOUR_S = 3600
# What was missed before these is seen by the safety net.
UNTOLD = ("drop", "give-role", "subscribe")


@dataclass(frozen=True)
class Played:
    """A history as one wing played it."""

    wing: str
    happened: Sequence[Happened]
    calls: Sequence[Mapping[str, Any]]
    executions: Sequence[JsonObject]
    conferences: Sequence[Mapping[str, Any]]
    properties: Mapping[str, JsonObject]
    struck: Sequence[JsonObject]
    broken: Sequence[Broken]
    peace_hours: int = PEACE_HOURS


@dataclass(frozen=True)
class Outcome:
    """A history and what came of it; it is well when nothing is broken and the wings do not differ."""

    history: History
    played: Sequence[Played]
    difference: Difference | None = None

    @property
    def well(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.difference is None and not any(played.broken for played in self.played)

    @property
    def wrong(self) -> str:
        """Return in a word what is wrong: the promises, or that the wings differ; empty when all is well."""
        promises = sorted({broken.promise for played in self.played for broken in played.broken})
        return ", ".join([*promises, "wings differ"] if self.difference else promises)


def play(addon: Addon, wings: Sequence[Wing], history: History) -> Outcome:
    """Play a history with each wing on a world of its own, and compare them if there are two."""
    played = [_play(addon, wing, history) for wing in wings]
    difference = None
    if len(played) == 2:
        one, other = played
        difference = compare(one.calls, other.calls) or compare_states(_left(one), _left(other))
    return Outcome(history, played, difference)


def _left(played: Played) -> JsonObject:
    return {"conferences": list(played.conferences), "properties": dict(played.properties)}


def _play(addon: Addon, wing: Wing, history: History) -> Played:
    with ground(addon, wing, history.seed) as place:
        stage = place.stage
        for fault in history.faults:
            stage.control("POST", "/faults", dict(fault))
        people = People(stage)
        happened = [_step(place, people, step) for step in history.steps]
        struck = [fault for fault in stage.control("GET", "/faults")["faults"] if fault["struck"]]
        stage.control("DELETE", "/faults")
        broken = _prompt(place, history)
        peace = PEACE_AFTER_REFUSAL_HOURS if any(map(is_refusal, struck)) else PEACE_HOURS
        stage.advance(peace * HOUR_S)
        observed = replace(place.witness.observed(), lies=_lies(history, happened, place.stage.calls()))
        calls = observed.calls
        broken += check(observed)
        if not _disturbed(history):
            broken += wasteful(happened, calls)
        return Played(
            wing.name,
            happened,
            calls,
            stage.executions(),
            observed.conferences,
            {user: stage.properties(user) for user in PEOPLE},
            struck,
            broken,
            peace,
        )


def _lies(history: History, happened: Sequence[Happened], calls: Sequence[JsonObject]) -> frozenset[int]:
    """Return the numbers of the calls that were shown nothing though there was something."""
    struck = strikes(history.faults, happened, calls)
    return frozenset(strike.call for strike in struck if strike.fault.action == "no-items")


def _disturbed(history: History) -> bool:
    """Tell whether faults were there, from the start or from a step on."""
    return bool(history.faults) or any(step["do"] == "fault" for step in history.steps)


def _prompt(place: Ground, history: History) -> list[Broken]:
    """Deliver what waits, and without faults or lost triggers expect that nothing is left to the hourly net."""
    place.stage.deliver()
    lost = any(step["do"] in UNTOLD for step in history.steps)
    return [] if lost or _disturbed(history) else place.witness.late()


def _step(place: Ground, people: People, step: Mapping[str, Any]) -> Happened:
    stage = place.stage
    before = stage.last_execution()
    at = stage.now().isoformat()
    refused = ""
    try:
        people.act(step)
    except (HttpError, StageError, LookupError) as error:
        refused = f"{type(error).__name__}: {error}"[:200]
    if step["do"] not in QUIET:
        place.witness.look()
    return Happened(step, at, (before + 1, stage.last_execution()), refused, tuple(people.turns))
