"""Where faults struck: the trace is shown to the rules once more, moment by moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confsync.emulator.faults import Fault, Faults, When
from confsync.verify.happened import Happened

JsonObject = Mapping[str, Any]

# How the third party calls its own methods.
METHODS = {"POST": "create", "GET": "get", "PATCH": "update", "DELETE": "delete"}
WHENS: tuple[When, ...] = ("before", "after")


@dataclass(frozen=True)
class Strike:
    """A fault that struck a call, by the call's number in the trace.

    `request` is the place of the struck request in its call, -1 for the call itself. `rule` is the rule's place in
    the order in which rules were added, `step` that of the step, `skip` how many moments the rule had let pass in it.
    """

    call: int
    request: int
    when: When
    fault: Fault
    rule: int
    step: int
    skip: int


def strikes(
    rules: Sequence[JsonObject], happened: Sequence[Happened], calls: Sequence[JsonObject]
) -> list[Strike]:
    """Return every strike at executions' calls, `rules` being those that were there from the start.

    What people ask is not in the trace: a rule about Calendar that lacks `scripts` may be placed wrongly.
    """
    showing = _Showing(rules)
    for place, step in enumerate(happened):
        showing.begin(place, step)
        first, last = step.executions
        for call in calls:
            if first <= call["execution"] <= last:
                showing.show(call)
    return showing.struck


class _Showing:
    """Rules to which calls are shown in the order of the dispatch and of the rooms behind it."""

    def __init__(self, rules: Sequence[JsonObject]) -> None:
        self.struck: list[Strike] = []
        self._faults = Faults()
        self._step, self._seen = 0, dict[str, int]()
        for rule in rules:
            self._faults.add(rule)

    def begin(self, place: int, happened: Happened) -> None:
        """Begin a step, which may add rules or remove them all."""
        if happened.step["do"] == "fault" and not happened.refused:
            self._faults.add(happened.step["with"])
        if happened.step["do"] == "clear-faults":
            self._faults.clear()
        self._step = place
        self._seen = {rule.id: rule.seen for rule in self._faults.list()}

    def show(self, call: JsonObject) -> None:
        """Show a call, and what the rooms make of it unless it was struck before."""
        name, user = f"{call['service']}.{call['method']}", call["user"]
        calendar = str(call["arguments"].get("calendarId", ""))
        about = (user, user if calendar == "primary" else calendar)
        with self._faults.asked_by_script():
            if self._struck(call, -1, "before", self._faults.check_call("before", name, *about)):
                return
            for request, method in enumerate(_served(call, name)):
                self._show_room(call, request, method, about if method == name else ("", ""))
            self._struck(call, -1, "after", self._faults.check_call("after", name, *about))

    def _show_room(self, call: JsonObject, request: int, method: str, about: tuple[str, str]) -> None:
        full = not {"syncToken", "iCalUID"} & set(call["arguments"])
        for when in WHENS:
            if self._struck(call, request, when, self._faults.check(when, method, *about, full=full)):
                return

    def _struck(self, call: JsonObject, request: int, when: When, fault: Fault | None) -> bool:
        if fault is None:
            return False
        rule = next(rule for rule in self._faults.list() if rule.fault is fault)
        place = int(rule.id.removeprefix("fault")) - 1
        skip = rule.seen - 1 - self._seen[rule.id]
        self.struck.append(Strike(call["number"], request, when, fault, place, self._step, skip))
        return True


def _served(call: JsonObject, name: str) -> list[str]:
    """Return the methods of the rooms that serve a call."""
    if name.startswith("calendar."):
        return [name]
    if name != "UrlFetch.fetchAll":
        return []
    return [f"conferences.{METHODS[request['method']]}" for request in call["arguments"]["requests"]]
