"""What is simpler: for a step, a fault, and a whole history, in the order in which it is worth a try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from confsync.verify.history import History

JsonObject = dict[str, Any]
Step = Mapping[str, Any]

SHORT_S = (60, 600, 1800, 3600, 7200)
# An event that is made has both; a change of them, or a copy's, is left out as a whole.
TIMES = ("start", "end")
# A calendar is what these are about.
OF_CALENDARS = ("share", "unsubscribe", "subscribe", "take-role", "give-role")
# Without a title nobody could tell events apart.
KEPT = (*TIMES, "summary")


def simpler_step(step: Step, solution: str) -> Iterator[JsonObject]:
    """Yield simpler forms of one step; `solution` is the first that there is."""
    if step["do"] == "fault":
        yield from (dict(step) | {"with": fault} for fault in simpler_fault(step["with"]))
        return
    yield from _simpler_turns(step)
    if step["do"] == "advance":
        yield from (dict(step) | {"seconds": seconds} for seconds in SHORT_S if seconds < step["seconds"])
    if step.get("solution", solution) != solution:
        yield dict(step) | {"solution": solution}
    if step.get("occurrence", 0) > 0:
        yield dict(step) | {"occurrence": 0}
    for key in ("mayFail", "calendar"):
        if step.get(key) and step["do"] not in OF_CALENDARS:
            yield {name: value for name, value in step.items() if name != key}
    if isinstance(step.get("with"), Mapping):
        yield from _simpler_event(step)


def _simpler_turns(step: Step) -> Iterator[JsonObject]:
    """Yield the step with executions one by one, or else side by side with fewer and shorter turns."""
    turns = step.get("turns", ())
    if step["do"] == "deliver-together":
        yield {"do": "deliver"}
    if step.get("beside"):
        yield {name: value for name, value in step.items() if name not in ("beside", "turns")}
    if turns:
        yield {name: value for name, value in step.items() if name != "turns"}
    for place in reversed(range(len(turns))):
        yield dict(step) | {"turns": [*turns[:place], *turns[place + 1 :]]}
        if turns[place]:
            yield dict(step) | {"turns": [*turns[:place], turns[place] - 1, *turns[place + 1 :]]}


def _simpler_event(step: Step) -> Iterator[JsonObject]:
    """Yield the step with less of what it says about its event."""
    event = step["with"]
    if step["do"] == "copy":
        yield {name: value for name, value in step.items() if name != "with"}
    if step["do"] == "split" and event:
        yield dict(step) | {"with": {}}
    if step["do"] != "create" and set(TIMES) < set(event):
        yield dict(step) | {"with": {key: value for key, value in event.items() if key not in TIMES}}
    for key in event:
        if key not in (KEPT if step["do"] == "create" else TIMES) and len(event) > 1:
            yield dict(step) | {"with": {name: value for name, value in event.items() if name != key}}


def simpler_fault(fault: Mapping[str, Any]) -> Iterator[JsonObject]:
    """Yield simpler forms of a fault: it strikes once, and earlier."""
    if fault.get("times", 1) != 1:
        yield {key: value for key, value in fault.items() if key != "times"}
    skip = fault.get("skip", 0)
    for earlier in dict.fromkeys((0, skip // 2, skip - 1)):
        if 0 <= earlier < skip:
            yield dict(fault) | {"skip": earlier}


def simpler_histories(history: History) -> Iterator[History]:
    """Yield the history with one person fewer, and with nothing in a calendar beside people's own."""
    people = list(dict.fromkeys(step["who"] for step in history.steps if "who" in step))
    for person in people[1:]:
        yield _rewritten(history, "who", person, people[0])
    for calendar in dict.fromkeys(step["calendar"] for step in history.steps if step.get("calendar")):
        yield _rewritten(history, "calendar", calendar, "")


def _rewritten(history: History, key: str, old: str, new: str) -> History:
    steps = [dict(step) | ({key: new} if step.get(key) == old else {}) for step in history.steps]
    return replace(history, steps=steps)
