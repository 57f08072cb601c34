"""A tally of what executions asked for: how near they came to the limits of the platform."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from confsync.emulator.appsscript.limits import (
    A_DAY,
    ADD_ON_SECONDS,
    EXECUTION_SECONDS,
    PROPERTY_BYTES,
    STORE_BYTES,
)
from confsync.verify.promises import Broken
from confsync.verify.stage import Stage

JsonObject = Mapping[str, Any]

DAY_US = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Measure:
    """The largest value that was met of something, and where its limit is."""

    what: str
    largest: float
    limit: float


class Tally:
    """Keeps every call of a stage, and adds up what they used."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.calls: list[JsonObject] = []
        self._executions: dict[int, JsonObject] = {}
        self._stores: dict[str, dict[str, int]] = defaultdict(dict)
        self._largest_value = self._largest_store = 0
        self._begun: dict[tuple[str, str], int] = {}
        self._used: dict[tuple[str, str, int], float] = defaultdict(float)

    def take(self) -> None:
        """Take in what has happened since the last time."""
        new = self._stage.calls(int(self.calls[-1]["number"]) if self.calls else 0)
        self.calls += new
        for call in new:
            if call["service"] == "Properties":
                self._use(call["user"], "properties", call["atUs"], 1)
                self._keep(call)
            if call["service"] == "UrlFetch":
                self._use(call["user"], "urlfetch", call["atUs"], len(call["arguments"]["requests"]))
        for execution in self._stage.executions(max(self._executions, default=0)):
            self._executions[int(execution["number"])] = execution
            if execution["kind"] != "ADD_ON":
                seconds = execution["durationMs"] / 1000
                self._use(execution["user"], "triggers", execution["startedAtUs"], seconds)

    def _use(self, user: str, what: str, at_us: int, amount: float) -> None:
        """Count what is used; a day begins with the first use and ends 24 hours later."""
        begun = self._begun.get((user, what))
        if begun is None or at_us >= begun + DAY_US:
            begun = self._begun[user, what] = at_us
        self._used[user, what, begun] += amount

    def _keep(self, call: JsonObject) -> None:
        """Follow how a user's store grows and shrinks."""
        arguments = call["arguments"]
        if arguments.get("store") != "user" or call["outcome"] != "ok":
            return
        kept = self._stores[call["user"]]
        for key, value in arguments.get("properties", {}).items():
            kept[key] = len(key.encode()) + len(value.encode())
            self._largest_value = max(self._largest_value, len(value.encode()))
        if call["method"] == "deleteProperty":
            kept.pop(arguments["key"], None)
        else:
            self._largest_store = max(self._largest_store, sum(kept.values()))

    def measures(self, store_bytes: int = STORE_BYTES) -> list[Measure]:
        """Return the largest value met of everything that has a limit; `store_bytes` is how large a store may be."""
        return [
            Measure("seconds of an execution in the editor", self._longest(of_add_on=True), ADD_ON_SECONDS),
            Measure("seconds of a trigger's execution", self._longest(of_add_on=False), EXECUTION_SECONDS),
            Measure("bytes of a property's value", self._largest_value, PROPERTY_BYTES),
            Measure("bytes of a user's store", self._largest_store, store_bytes),
            Measure("fetches of a user in a day", self._most("urlfetch"), A_DAY["urlfetch"].consumer),
            Measure(
                "calls of properties of a user in a day",
                self._most("properties"),
                A_DAY["properties"].consumer,
            ),
            Measure(
                "seconds of a user's triggers in a day", self._most("triggers"), A_DAY["triggers"].consumer
            ),
        ]

    @property
    def longest_in_editor(self) -> float:
        """Return the seconds of the longest execution in the editor."""
        return self._longest(of_add_on=True)

    def _longest(self, *, of_add_on: bool) -> float:
        lasted = [
            execution["durationMs"] / 1000
            for execution in self._executions.values()
            if (execution["kind"] == "ADD_ON") == of_add_on
        ]
        return max(lasted, default=0)

    def _most(self, what: str) -> float:
        return max((amount for (_, used, _), amount in self._used.items() if used == what), default=0)

    @property
    def executions(self) -> int:
        """Return how many executions there were."""
        return len(self._executions)

    def failed(self) -> Iterator[Broken]:
        """Yield the executions that did not come to a good end, and the property calls that were refused."""
        for number, execution in self._executions.items():
            if execution["status"] != "COMPLETED":
                told = (execution.get("error") or {}).get("message", "")
                yield Broken("limits", "", f"execution {number} {execution['status'].lower()}: {told}")
        for call in self.calls:
            if call["service"] == "Properties" and call["outcome"] != "ok":
                yield Broken("limits", "", f"{call['method']} was refused: {call['outcome']}")

    def exceeded(self, store_bytes: int = STORE_BYTES) -> Iterator[Broken]:
        """Yield the limits that were met."""
        for measure in self.measures(store_bytes):
            if measure.largest > measure.limit:
                yield Broken("limits", "", f"{measure.largest:,g} {measure.what}, of {measure.limit:,g}")
