"""A history as a drawing: lanes side by side, time downwards, and in each row who did what to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from confsync.verify.fault_kinds import ANSWERED
from confsync.verify.happened import Happened
from confsync.verify.play import Outcome, Played
from confsync.verify.strikes import Strike, strikes
from confsync.verify.tell_calls import call_words, is_idle, strike_words
from confsync.verify.tell_names import Names, person
from confsync.verify.tell_steps import duration, sentence
from confsync.verify.whereabouts import Whereabouts

JsonObject = Mapping[str, Any]

KINDS = {
    "ADD_ON": "in the editor",
    "TIME_DRIVEN": "the hourly net",
    "TRIGGER": "by a trigger",
    "EDITOR": "by hand",
}
REQUESTS = {"POST": "make", "GET": "look at", "PATCH": "change", "DELETE": "delete"}
# Steps that nobody takes: what becomes of triggers, time, and what lies in wait.
_BANDS = {"advance": "jump", "drop": "bad", "fault": "bad", "expire-tokens": "bad", "leave-trigger": "bad"}
# What people do without saving anything.
_UNSAVED = ("abandon", "open-editor", "close-editor")


@dataclass(frozen=True)
class Lane:
    """One or more columns of the drawing; `group` is people, calendars, executions or third-party."""

    name: str
    group: str
    column: int
    width: int = 1


@dataclass(frozen=True)
class Item:
    """Something drawn from a row and a column up to others (exclusive); `hover` is told to whoever points at it."""

    kind: str
    row: int
    column: int
    row_end: int
    column_end: int
    text: str = ""
    hover: str = ""


@dataclass
class Timeline:
    """The drawing: `rows` is the number of the last one, the lanes' names being in the first."""

    lanes: Sequence[Lane]
    items: list[Item] = field(default_factory=list)
    rows: int = 1

    @property
    def columns(self) -> int:
        """The number of the last column."""
        return self.lanes[-1].column


def shown(outcome: Outcome) -> Played:
    """Return the wing whose course is drawn: the first in which something is broken, or else the first."""
    return next((played for played in outcome.played if played.broken), outcome.played[0])


def timeline(outcome: Outcome) -> Timeline:
    """Return the drawing of a history."""
    drawing = _Drawing(outcome)
    drawing.draw()
    return drawing.timeline


def names_of(played: Played) -> Names:
    """Return what everything is called at the end of a history."""
    names = Names(played.happened, played.calls)
    for happened in played.happened:
        names.meet(happened.step)
    return names


class _Drawing:
    """Draws step by step."""

    def __init__(self, outcome: Outcome) -> None:
        self._played = played = shown(outcome)
        self._names, self._where = Names(played.happened, played.calls), Whereabouts()
        self._struck = {strike.call: strike for strike in _strikes(outcome, played)}
        self._calls = calls_of(played)
        self._beside = _beside(played, self._calls)
        lanes = list(_lanes(played, self._names, self._beside))
        self._column = {(lane.group, lane.name): lane.column for lane in lanes}
        self._width = {lane.name: lane.width for lane in lanes if lane.group == "executions"}
        self.timeline = Timeline(lanes)
        self._start_us = _microseconds(played.happened[0].at) if played.happened else 0

    def draw(self) -> None:
        """Draw everything."""
        last = 0
        for happened in self._played.happened:
            self._names.meet(happened.step)
            self._step(happened)
            last = max(last, happened.executions[1])
            if not happened.refused:
                self._where.follow(happened.step)
        after = [execution for execution in self._played.executions if execution["number"] > last]
        self._band(
            "jump", f"Peace: no more faults, nobody does anything, for {self._played.peace_hours} hours."
        )
        self._executions(after)

    def _row(self, at_us: int | None = None) -> int:
        """Begin a new row, with the time if it is given."""
        self.timeline.rows += 1
        if at_us is not None:
            self._add("time", 1, f"+{duration((at_us - self._start_us) / 1_000_000)}")
        return self.timeline.rows

    def _add(self, kind: str, column: int, text: str = "", *, to: int = 0, hover: str = "") -> None:
        """Add something to this row, up to another column."""
        row = self.timeline.rows
        self.timeline.items.append(Item(kind, row, column, row + 1, to or column + 1, text, hover))

    def _band(self, kind: str, text: str) -> None:
        self._row()
        self._add(f"band {kind}".strip(), 2, text, to=self.timeline.columns + 1)

    def _step(self, happened: Happened) -> None:
        step, text = happened.step, sentence(happened, self._names)
        first, last = happened.executions
        ran = [one for one in self._played.executions if first <= one["number"] <= last]
        column = self._column.get(("people", person(step.get("who", ""))))
        if column is None or step["do"] in _BANDS:
            self._band(_BANDS.get(step["do"], ""), text[:1].upper() + text[1:])
            self._executions(ran)
            return
        self._row(_microseconds(happened.at))
        self._add("card refused" if happened.refused else "card", column, text)
        self._executions(ran)
        if ran and step["do"] not in _UNSAVED:
            self._row()
            self._add("card small", column, "saves")
        if not happened.refused and step["do"] not in _UNSAVED:
            self._touch(step, column)

    def _touch(self, step: JsonObject, column: int) -> None:
        """Draw that a person's step reaches a calendar."""
        about = str(step.get("as") or step.get("event") or step.get("calendar", ""))
        at = self._calendar(self._where.target(step) or self._where.calendar(step) or about)
        if at:
            self._add("arrow", column + 1, to=at)
            self._add("chip", at, about)

    def _calendar(self, name: str) -> int | None:
        words = self._names.calendar("", name) if "@" in name else self._names.calendar(name, "")
        return self._column.get(("calendars", words))

    def _executions(self, ran: Sequence[JsonObject]) -> None:
        """Draw executions call by call, in the order in which the calls came; idle ones are only counted."""
        busy = {one["number"]: one for one in ran if not is_idle(one, self._calls[one["number"]])}
        calls = [call for number in busy for call in self._calls[number]]
        begun: dict[int, int] = {}
        for call in sorted(calls, key=lambda call: int(call["number"])):
            execution = busy[call["execution"]]
            if call["call"] == 1:
                begun[execution["number"]] = self._begin(execution)
            self._call(execution, call)
            if call is self._calls[execution["number"]][-1]:
                self._end(execution, begun[execution["number"]])
        self._idle([one for one in ran if one["number"] not in busy])

    def _begin(self, execution: JsonObject) -> int:
        """Draw the head of an execution and what started it; return its row."""
        row, (lane, end) = self._row(execution["startedAtUs"]), self._lane(execution)
        wakes = None
        if execution["kind"] == "TRIGGER":
            wakes = self._trigger(self._calls[execution["number"]])
        if execution["kind"] == "ADD_ON":
            wakes = self._column["people", person(execution["user"])]
        if execution["kind"] == "TRIGGER" and wakes:
            self._add("chip wakes", wakes, "trigger")
        if wakes:
            self._add("arrow wakes", wakes + 1, to=lane)
        head = f"#{execution['number']} {execution['function']}, {KINDS[execution['kind']]}"
        self._add("head", lane, head, to=end)
        return row

    def _end(self, execution: JsonObject, row: int) -> None:
        """Draw the bar of an execution from its head to here."""
        lane, end = self._lane(execution)
        if execution["status"] not in ("COMPLETED", "KILLED"):
            self._row()
            told = execution.get("error", {}).get("message", "")
            self._add("line bad", lane, f"{execution['status']}: {told[:200]}", to=end)
        kind = "bar" if execution["status"] == "COMPLETED" else "bar bad"
        text = hover(execution, self._calls[execution["number"]])
        self.timeline.items.append(Item(kind, row, lane, self.timeline.rows + 1, end, "", text))

    def _call(self, execution: JsonObject, call: JsonObject) -> None:
        """Draw a call, if it says anything."""
        strike = self._struck.get(call["number"])
        sent = not (strike and strike.fault.action == "kill" and strike.when == "before")
        if call["service"] == "UrlFetch" and sent:
            for place, request in enumerate(call["arguments"]["requests"]):
                hit = strike if strike and strike.request in (-1, place) else None
                self._request(execution, call, place, request, hit)
            return
        words = call_words(call, self._names, self._start_us)
        if strike:
            words = strike_words(call, strike, self._names, self._start_us)
        if words:
            self._row()
            lane, end = self._lane(execution)
            self._add("line bad" if strike else "line", lane, words, to=end)

    def _request(
        self, execution: JsonObject, call: JsonObject, place: int, request: JsonObject, strike: Strike | None
    ) -> None:
        """Draw one request as an arrow to the third party, with its answer."""
        self._row()
        (lane, end), third = self._lane(execution), self.timeline.columns
        bad = " bad" if strike else ""
        alone = {**call, "arguments": {"requests": [request]}, "outcome": "ok"}
        verb, _, rest = call_words(alone, self._names, self._start_us).partition(" ")
        conference = rest.partition(" = ")[0].removeprefix("conference ")
        self._add(f"line{bad}", lane, f"{REQUESTS.get(verb, verb)} {rest}", to=end)
        self._add(f"arrow request{bad}", end, to=third, hover=request["url"])
        self._add(f"answer{bad}", third, f"{conference}: {_answer(call['outcome'], place, strike)}")

    def _idle(self, idle: Sequence[JsonObject]) -> None:
        if idle:
            self._row()
        for user in dict.fromkeys(execution["user"] for execution in idle):
            numbers = [f"#{one['number']}" for one in idle if one["user"] == user]
            text = (
                "1 run finds nothing to do"
                if len(numbers) == 1
                else f"{len(numbers)} runs find nothing to do"
            )
            lane = self._column["executions", person(user)]
            self._add("idle", lane, text, to=lane + self._width[person(user)], hover=" ".join(numbers))

    def _trigger(self, calls: Sequence[JsonObject]) -> int | None:
        """Return the calendar whose trigger started an execution: the first that it lists, or leaves a flag for."""
        for call in calls:
            flags = [key for key in call["arguments"].get("properties", {}) if key.startswith("changed:")]
            if "calendarId" in call["arguments"] or flags:
                calendar_id = call["arguments"].get("calendarId") or flags[0].partition(":")[2]
                return self._column.get(("calendars", self._names.calendar_by_id(calendar_id)))
        return None

    def _lane(self, execution: JsonObject) -> tuple[int, int]:
        """Return the columns of an execution, up to the second: all of its lane, or one where others run beside it."""
        name = person(execution["user"])
        lane, place = self._column["executions", name], self._beside.get(execution["number"])
        return (lane, lane + self._width[name]) if place is None else (lane + place, lane + place + 1)


def hover(execution: JsonObject, calls: Sequence[JsonObject]) -> str:
    """Return all calls of an execution, one a line."""
    took = f"{execution['durationMs'] / 1000:g} s, {execution['status']}"
    lines = [f"{call['call']} {call['service']}.{call['method']} → {call['outcome']}" for call in calls]
    return "\n".join([f"#{execution['number']} {execution['function']}, {took}", *lines])


def _answer(outcome: Any, place: int, strike: Strike | None) -> str:
    """Return what the third party answered, and what a fault had to do with it."""
    if strike is None:
        return str(outcome[place] if isinstance(outcome, list) else outcome)
    effect = "after doing it" if strike.when == "after" else "before doing anything"
    if strike.fault.action == "kill":
        return "the execution was killed after this"
    answered = ANSWERED.get(strike.fault.action) or strike.fault.status
    return f"no answer, {effect}" if strike.fault.action == "drop" else f"{answered}, {effect}"


def _strikes(outcome: Outcome, played: Played) -> list[Strike]:
    return strikes(outcome.history.faults, played.happened, played.calls)


def calls_of(played: Played) -> dict[int, list[JsonObject]]:
    """Return the calls of each execution, by its number."""
    calls: dict[int, list[JsonObject]] = {execution["number"]: [] for execution in played.executions}
    for call in played.calls:
        calls[call["execution"]].append(call)
    return calls


def _beside(played: Played, calls: Mapping[int, Sequence[JsonObject]]) -> dict[int, int]:
    """Return the place, from 0, of each execution that ran side by side with others of the same user."""
    busy = [
        one for one in played.executions if calls[one["number"]] and not is_idle(one, calls[one["number"]])
    ]
    places: dict[int, int] = {}
    for one in busy:
        begin, end = (calls[one["number"]][place]["number"] for place in (0, -1))
        others = [
            other["number"]
            for other in busy
            if other is not one
            and other["user"] == one["user"]
            and calls[other["number"]][0]["number"] < end
            and calls[other["number"]][-1]["number"] > begin
        ]
        if others:
            taken = {places[number] for number in others if number in places}
            places[one["number"]] = next(place for place in range(len(taken) + 1) if place not in taken)
    return places


def _lanes(played: Played, names: Names, beside: Mapping[int, int]) -> Iterator[Lane]:
    """Yield the lanes from left to right; the first column is for the time, and one is free between groups."""
    emails = [step.step["who"] for step in played.happened if "who" in step.step]
    emails = list(dict.fromkeys([*emails, *(one["user"] for one in played.executions)]))
    made = [one.step["event"] for one in played.happened if one.step["do"] == "add-calendar"]
    calendars = [names.calendar("", email) for email in emails] + [names.calendar(name, "") for name in made]
    people = [person(email) for email in emails]
    widths = dict.fromkeys(people, 1)
    for one in played.executions:
        name = person(one["user"])
        widths[name] = max(widths[name], beside.get(one["number"], 0) + 1)
    column = 1
    groups = {"people": people, "calendars": calendars, "executions": people, "third-party": ["Third party"]}
    for group, members in groups.items():
        for name in members:
            width = widths[name] if group == "executions" else 1
            yield Lane(name, group, column + 1, width)
            column += width
        column += 1


def _microseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1_000_000)
