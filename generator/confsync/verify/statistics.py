"""What was met: actions, faults, rows of the note table, executions, counted over histories."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from confsync.verify.answers import ANSWERS, answers
from confsync.verify.fault_kinds import FAULTS, fault_kind
from confsync.verify.gestures import MOVING
from confsync.verify.happened import Happened
from confsync.verify.play import QUIET, Outcome
from confsync.verify.rows import ROWS
from confsync.verify.whereabouts import Whereabouts

JsonObject = dict[str, Any]
Step = Mapping[str, Any]

LATE = "triggers come late"
_KINDS = {
    "abandon": "abandon a draft",
    "open-editor": "choose a conference in the editor",
    "save-editor": "save what is in the editor",
    "close-editor": "close the editor without saving",
    "change-occurrence": "edit an occurrence",
    "cancel-occurrence": "cancel an occurrence",
    "answer": "answer as a guest",
    "copy": "copy an event",
    "remove-conference": "remove the conference",
    "replace-conference": "replace the conference",
    "move": "move to another calendar",
    "rename": "rename in the calendar",
    "reschedule": "drag to another time",
    "split": "change this and following events",
    "delete-following": "delete this and following events",
    "change-all": "change all events of a series",
    "make-recurring": "choose to repeat",
    "make-single": "choose not to repeat",
    "duplicate": "duplicate an event",
    "copy-to": "copy to another calendar",
    "change-calendar": "choose another calendar",
    "add-conference": "take Google Meet",
    "invite": "add guests",
    "uninvite": "take guests off",
    "answer-occurrence": "answer to one occurrence",
    "transfer": "change the organiser",
    "remove-from-my-calendar": "remove from a guest's calendar",
    "restore": "restore from the bin",
    "empty-bin": "empty the bin",
    "delete": "delete an event",
    "undo": "undo a deletion",
    "add-calendar": "add a calendar",
    "share": "share a calendar",
    "unsubscribe": "take a calendar off the list",
    "subscribe": "put a calendar on the list again",
    "take-role": "share a calendar no longer",
    "give-role": "share a calendar again",
    "advance": "time passes",
    "deliver": "triggers come",
    "deliver-together": "triggers come side by side",
    "fire": "triggers come twice",
    "fire-clock": "the safety net comes early",
    "drop": "triggers are lost",
    "expire-tokens": "sync tokens expire",
    "leave-trigger": "an old trigger is left",
}
# What a history that was not drawn at random may hold.
_BESIDES = {"fault": "a fault is laid", "clear-faults": "faults are taken away"}
_CHANGES = {
    "recurrence": "make recurring or single",
    "attendees": "invite",
    "start": "move in time",
    "summary": "rename",
    "visibility": "hide or show",
    "colorId": "change the colour",
}
_GUEST_DELETES = "delete a guest's copy"
_BUSY = "share only when a calendar is busy"
_AWAY = "move to a calendar that is not on the list"
_WITHOUT = "create without a conference"
ACTIONS = (_WITHOUT, *_CHANGES.values(), *_KINDS.values(), _GUEST_DELETES, _AWAY, _BUSY, LATE)


@dataclass
class Statistics:
    """Counts over histories. People do the same in every wing, so theirs are counted in the first.

    Executions (by `kind status`) and calls are those of all wings; `rows` are lookups of the Python wing.
    """

    executions: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    arranged: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def add(self, other: Statistics) -> None:
        """Count the others' too."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True)
class Table:
    """Counts as people read them: a title, what the columns count, and rows of a name and its counts."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, tuple[int, ...]]]


def statistics_of(outcome: Outcome, rows: Sequence[str]) -> Statistics:
    """Return the counts of one history; `rows` are the rows of the note table that were looked up."""
    found = Statistics(rows=Counter(rows))
    for played in outcome.played:
        found.executions.update(f"{one['kind']} {one['status']}" for one in played.executions)
        found.calls += len(played.calls)
    found.answers.update(answers(outcome.played[0].calls))
    first = outcome.played[0]
    for kind, happened in kinds(first.happened):
        found.actions[kind] += 1
        found.refused[kind] += bool(happened.refused)
    found.actions[LATE] += _late(first.happened)
    found.arranged.update(fault_kind(fault) for fault in arranged(outcome))
    for fault in first.struck:
        found.struck[fault_kind(fault)] += fault["struck"]
    return found


def kinds(happened: Sequence[Happened]) -> Iterator[tuple[str, Happened]]:
    """Yield each step with what kind of action it is, in words."""
    whereabouts = Whereabouts()
    for one in happened:
        yield _kind(one.step, whereabouts), one
        if not one.refused:
            whereabouts.follow(one.step)


def _kind(step: Step, whereabouts: Whereabouts) -> str:
    if step["do"] == "create":
        return f"create with “{step['solution']}”" if "solution" in step else _WITHOUT
    if step["do"] == "change":
        return next((words for key, words in _CHANGES.items() if key in step["with"]), "change")
    if step["do"] == "delete" and whereabouts.is_guest(step):
        return _GUEST_DELETES
    if step["do"] == "take-role" and "role" in step:
        return _BUSY
    if step["do"] in MOVING and whereabouts.is_unlisted(step):
        return _AWAY
    return (_KINDS | _BESIDES).get(step["do"], str(step["do"]))


def _late(happened: Sequence[Happened]) -> int:
    """Return how often somebody did something before what went before was delivered."""
    acted = [one.step["do"] not in QUIET for one in happened]
    return sum(one and other for one, other in itertools.pairwise(acted))


def arranged(outcome: Outcome) -> list[Step]:
    """Return the faults of a history: those that were there from the start, and those that steps added."""
    steps = [step["with"] for step in outcome.history.steps if step["do"] == "fault"]
    return [*outcome.history.faults, *steps]


def as_json(statistics: Statistics) -> JsonObject:
    """Return the counts by kind; kinds that were never met are there with 0."""
    return {
        "actions": {
            kind: {"met": statistics.actions[kind], "notPossible": statistics.refused[kind]}
            for kind in _ordered(ACTIONS, statistics.actions)
        },
        "faults": {
            kind: {"arranged": statistics.arranged[kind], "struck": statistics.struck[kind]}
            for kind in _ordered(FAULTS, statistics.arranged + statistics.struck)
        },
        "answers": {kind: statistics.answers[kind] for kind in _ordered(ANSWERS, statistics.answers)},
        "noteRows": {row: statistics.rows[row] for row in _ordered(ROWS, statistics.rows)},
    }


def tables(statistics: Statistics) -> list[Table]:
    """Return the counts as people read them."""
    told = as_json(statistics)
    return [
        Table(
            "What people did, and what became of triggers", ("met", "not possible"), _rows(told["actions"])
        ),
        Table("What went wrong", ("in wait", "strikes"), _rows(told["faults"])),
        Table("What the third party answered", ("heard",), _rows(told["answers"])),
        Table("Rows of the note table (link.event)", ("asked for",), _rows(told["noteRows"])),
        Table("Executions", ("ended so",), _rows(dict(sorted(statistics.executions.items())))),
    ]


def _rows(counts: Mapping[str, Any]) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (kind, tuple(count.values()) if isinstance(count, Mapping) else (count,))
        for kind, count in counts.items()
    ]


def _ordered(known: Sequence[str], met: Mapping[str, int]) -> list[str]:
    return [*sorted(set(met) - set(known)), *known]
