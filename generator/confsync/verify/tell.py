"""Telling a history and what came of it, for somebody who has not read the code."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from confsync.verify.play import Outcome, Played
from confsync.verify.promises import Broken
from confsync.verify.strikes import Strike, strikes
from confsync.verify.tell_calls import asked, call_words, is_idle, strike_words
from confsync.verify.tell_names import Names, person
from confsync.verify.tell_steps import duration, fault_sentence, sentence

JsonObject = Mapping[str, Any]

WIDTH = 110
PROMISES = {
    "P1": "a conference that live events carry equals what these events say",
    "P2": "a conference that no event carries any more is deleted after the grace, not before; one that a live event"
    " carries never",
    "P3": "a conference made for an event that was never saved is deleted after its own grace",
    "P4": "events, and conferences that another user's add-on looks after, are never touched",
    "promptness": "without faults, what triggers have told of is done at once and not left to the hourly net",
    "cost": "idle executions and irrelevant changes ask Calendar once, write next to nothing, and nobody else",
}
KINDS = {"ADD_ON": "in the editor", "TIME_DRIVEN": "the hourly net", "EDITOR": "by hand"}
SECRET = re.compile(r'("(?:key|secret\.[^"]*|Authorization)": ?")[^"]*"')
AROUND = 36


def tell(outcome: Outcome) -> list[str]:
    """Return the story of a history as lines of plain text: what was done, what went wrong, what was held."""
    played = next((played for played in outcome.played if played.broken), outcome.played[0])
    lines = _wrapped(outcome.history.tells, 0) if outcome.history.tells else []
    lines += _wrapped(
        f"Seed {outcome.history.seed}, wing {played.wing}: {outcome.wrong or 'all is well'}.", 0
    )
    telling = _Telling(outcome, played)
    lines += [*telling.faults(), "", *telling.course(), "", *telling.wrong()]
    if outcome.difference:
        lines += ["", *_difference(outcome)]
    return lines


class _Telling:
    """One wing's course of a history."""

    def __init__(self, outcome: Outcome, played: Played) -> None:
        self._outcome, self._played = outcome, played
        self._names = Names(played.happened, played.calls)
        struck = strikes(outcome.history.faults, played.happened, played.calls)
        self._struck = {strike.call: strike for strike in struck}
        first = datetime.fromisoformat(played.happened[0].at) if played.happened else None
        self._start_us = round(first.timestamp() * 1_000_000) if first else 0

    def faults(self) -> Iterator[str]:
        """Yield the faults that were there from the start."""
        for fault in self._outcome.history.faults:
            yield from _wrapped(f"A fault lies in wait: {fault_sentence(fault, self._names)}.", 2)

    def course(self) -> Iterator[str]:
        """Yield what happened, step by step, and then in peace."""
        last = 0
        for happened in self._played.happened:
            at = datetime.fromisoformat(happened.at).timestamp() * 1_000_000
            yield from self._line(at, sentence(happened, self._names))
            self._names.meet(happened.step)
            yield from self._executions(*happened.executions)
            last = max(last, happened.executions[1])
        after = [execution for execution in self._played.executions if execution["number"] > last]
        if after:
            peace = f"peace: no faults, no changes, for {self._played.peace_hours} hours"
            yield from self._line(after[0]["startedAtUs"], peace)
            yield from self._executions(last + 1, after[-1]["number"])

    def wrong(self) -> Iterator[str]:
        """Yield which promises broke, and what the third party held; or that all is well."""
        broken = {each.wing: each.broken for each in self._outcome.played if each.broken}
        if not broken and not self._outcome.difference:
            yield "Every promise holds."
        elif not broken:
            yield "Every promise holds, but the wings differ."
        for promise in sorted({one.promise for some in broken.values() for one in some}):
            yield from _wrapped(f"BROKEN {promise}: {PROMISES.get(promise, '')}.", 0)
            for wing, some in broken.items():
                told = f" (wing {wing})" if len(self._outcome.played) > 1 else ""
                yield from self._broken([one for one in some if one.promise == promise], told)
        yield "The third party held at the end:"
        for conference in self._played.conferences:
            yield from _wrapped(f"{self._names.conference(conference['id'])}: {_looks(conference)}", 2)
        if not self._played.conferences:
            yield "  nothing"

    def _line(self, at_us: float, words: str) -> list[str]:
        return _wrapped(f"{self._clock(at_us)}  {words}.", 0, 11)

    def _clock(self, at_us: float) -> str:
        return f"+{duration((at_us - self._start_us) / 1_000_000)}"

    def _executions(self, first: int, last: int) -> Iterator[str]:
        """Yield the executions of a step; those that found nothing to do in one line."""
        idle = 0
        for execution in self._played.executions:
            if first <= execution["number"] <= last:
                calls = [call for call in self._played.calls if call["execution"] == execution["number"]]
                if is_idle(execution, calls):
                    idle += 1
                else:
                    yield from self._execution(execution, calls)
        if idle:
            yield f"    {idle} execution{'s' if idle > 1 else ''} found nothing to do"

    def _execution(self, execution: JsonObject, calls: Sequence[JsonObject]) -> list[str]:
        why = KINDS.get(execution["kind"]) or self._trigger(calls)
        clock = self._clock(execution["startedAtUs"])
        who = person(execution["user"])
        head = f"#{execution['number']} at {clock} {execution['function']} for {who} ({why}): "
        words = _counted(filter(None, map(self._call, calls)))
        error = execution.get("error", {}).get("message", "")
        if execution["status"] not in ("COMPLETED", "KILLED"):
            words.append(f"{execution['status']} {error[:200]}")
        return _wrapped(head + "; ".join(words), 4, 8)

    def _call(self, call: JsonObject) -> str:
        strike: Strike | None = self._struck.get(call["number"])
        if strike:
            return strike_words(call, strike, self._names, self._start_us)
        return call_words(call, self._names, self._start_us)

    def _trigger(self, calls: Sequence[JsonObject]) -> str:
        """Return which calendar's trigger started an execution: the first that it lists, or leaves a flag for."""
        for call in calls:
            arguments = call["arguments"]
            flags = [key for key in arguments.get("properties", {}) if key.startswith("changed:")]
            if "calendarId" in arguments or flags:
                calendar = arguments.get("calendarId") or flags[0].partition(":")[2]
                return f"trigger of {self._names.calendar_by_id(calendar)}"
        return "trigger"

    def _broken(self, broken: Sequence[Broken], wing: str) -> Iterator[str]:
        held = {conference["id"] for conference in self._played.conferences}
        for one in broken:
            if not one.conference:
                yield from _wrapped(f"{one.how}{wing}.", 2)
                continue
            yield from _wrapped(f"{self._names.whole_conference(one.conference)}: {one.how}{wing}.", 2)
            if one.promise in ("P2", "P3"):
                yield f"    {_amiss(one, one.conference in held)}"


def _amiss(broken: Broken, still: bool) -> str:
    """Return what the third party should have done with a conference instead."""
    if still:
        return "The third party holds it, and should not."
    if "after" in broken.how:
        return "The third party should have held it longer."
    return "The third party no longer holds it, and should."


def _counted(words: Iterable[str]) -> list[str]:
    """Return words with those that follow each other unchanged told once."""
    counted = [(word, len(list(same))) for word, same in itertools.groupby(words)]
    return [f"{word} ({count} times)" if count > 1 else word for word, count in counted]


def _looks(conference: JsonObject) -> str:
    told = f"“{conference['title']}” {conference['startTime']} to {conference['endTime']} {conference['timeZone']}"
    return told + "".join(f", {line.removeprefix('RRULE:')}" for line in conference.get("recurrence", ()))


def _difference(outcome: Outcome) -> Iterator[str]:
    """Yield where two wings part, side by side: the first call that differs, or what differs in the states left."""
    difference = outcome.difference
    assert difference
    texts = [SECRET.sub(r'\1•••"', text) for text in (difference.one, difference.other)]
    alike = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    if difference.place:
        yield f"The wings part at their call {difference.place}:"
    else:
        yield "The wings asked the same, but left different states behind:"
    for played, text in zip(outcome.played, texts, strict=True):
        yield from _wrapped(f"{played.wing}: {_place(played, difference.place)}", 2)
        part = text[max(0, alike - AROUND) : alike + AROUND]
        yield f"    … {part} …" if texts[0] != texts[1] else "    differs in a key that is not shown"


def _place(played: Played, place: int) -> str:
    """Return a call of a wing in words, by its place in the trace."""
    if not place:
        return "what it left"
    if place > len(played.calls):
        return "asks nothing more"
    call, names = played.calls[place - 1], Names(played.happened, played.calls)
    for happened in played.happened:
        names.meet(happened.step)
    who = f"#{call['execution']} for {person(call['user'])}, call {call['call']}"
    return f"{who}: {', '.join(asked(call, names, 0))}"


def _wrapped(text: str, indent: int, hanging: int | None = None) -> list[str]:
    """Return a text in lines that are short enough."""
    later = " " * (indent + 2 if hanging is None else hanging)
    return textwrap.wrap(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=later, break_on_hyphens=False
    )
