"""A week of a busy user, drawn at random, and what a wing asks for in it: exact counts, the same on every machine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from confsync.addon import Addon
from confsync.verify.chance_draw import PEOPLE
from confsync.verify.costs import WRITES
from confsync.verify.ground import Wing, apps_script_wing, ground, hastened, python_wing
from confsync.verify.people import People
from tests.benchmark.sample_rules import sample_wing

JsonObject = dict[str, Any]

BUSY, GUEST = PEOPLE
SEED = 7
MEETINGS, PLAIN = 24, 40
DAYS, CHANGES_A_DAY = 5, 30
# Kinds of changes, how often each is drawn, and whether the third party has to be told.
KINDS: Mapping[str, tuple[int, bool]] = {
    "a guest answers": (30, False),
    "a colour": (6, False),
    "a reminder": (4, False),
    "a description": (8, False),
    "an event without a conference": (34, False),
    "a title": (8, True),
    "a time": (10, True),
}


@dataclass
class Counts:
    """What executions asked for: those of triggers by the change that started them, and those of the hourly net."""

    wing: str
    executions: Counter[str] = field(default_factory=Counter)
    calendar: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    fetches: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    broken: int = 0

    def take(self, cause: str, executions: Sequence[JsonObject], calls: Sequence[JsonObject]) -> None:
        """Count executions, which must all come to their end, and their calls."""
        assert {execution["status"] for execution in executions} <= {"COMPLETED"}, executions
        self.executions[cause] += len(executions)
        for call in calls:
            asked = call["service"].startswith("calendar.")
            self.calendar[cause] += asked
            self.pages[cause] += asked and call["method"] == "list"
            self.writes[cause] += call["service"] == "Properties" and call["method"] in WRITES
            if call["service"] == "UrlFetch":
                self.fetches[cause] += len(call["arguments"]["requests"])

    def total(self, of: Counter[str], *, relevant: bool | None = None) -> int:
        """Return a count over all changes, or over the relevant or irrelevant ones."""
        return sum(of[kind] for kind, (_, is_one) in KINDS.items() if relevant in (None, is_one))


def lived(
    addon: Addon, wing: Wing, seed: int = SEED, switches: Mapping[str, Any] = {}, days: int = DAYS
) -> Counts:
    """Let the week of that seed, or its first days, pass with a wing, every trigger delivered at once; return the counts."""
    chance, counts = random.Random(f"week {seed}"), Counts(wing.name)
    with ground(addon, wing, seed) as place:
        stage, people = place.stage, People(place.stage)
        stage.control("PUT", "/switches", dict(switches))
        _furnish(people, addon.solutions[0].name)
        stage.deliver()
        stage.advance(3600)
        place.witness.look()
        last, call = stage.last_execution(), stage.last_call()
        for number in range(days * CHANGES_A_DAY):
            kind = chance.choices(list(KINDS), [often for often, _ in KINDS.values()])[0]
            _CHANGES[kind](people, chance, number)
            place.witness.look()
            counts.changes[kind] += 1
            for cause in (kind, "the hourly net"):
                if cause == "the hourly net":
                    stage.advance(24 * 3600 // CHANGES_A_DAY)
                else:
                    stage.deliver()
                counts.take(cause, stage.executions(last), stage.calls(call))
                last, call = stage.last_execution(), stage.last_call()
        counts.deleted = _delete_some(people, chance)
        place.witness.look()
        stage.advance(12 * 3600)
        counts.take("meetings deleted", stage.executions(last), stage.calls(call))
        counts.broken = len({broken.conference for broken in place.witness.broken()})
    return counts


def _furnish(people: People, solution: str) -> None:
    day = people.stage.now() + timedelta(days=10)
    for number in range(MEETINGS + PLAIN):
        start = day + timedelta(hours=number)
        step = {"do": "create", "who": BUSY, "event": f"event {number}"}
        body: JsonObject = {"summary": f"Event {number}", **_times(start)}
        if number < MEETINGS:
            step |= {"solution": solution}
            body |= {"attendees": [{"email": GUEST}]}
        people.act({**step, "with": body})


def _times(start: Any) -> JsonObject:
    return {
        name: {"dateTime": at.isoformat(), "timeZone": "UTC"}
        for name, at in (("start", start), ("end", start + timedelta(minutes=45)))
    }


def _meeting(chance: random.Random) -> str:
    return f"event {chance.randrange(MEETINGS)}"


def _change(**fields: Callable[[random.Random, int], Any]) -> Callable[[People, random.Random, int], None]:
    """Return what changes a meeting in these fields."""

    def change(people: People, chance: random.Random, number: int) -> None:
        event = _meeting(chance)
        body = {name: value(chance, number) for name, value in fields.items()}
        people.act({"do": "change", "who": BUSY, "event": event, "with": body})

    return change


def _answer(people: People, chance: random.Random, number: int) -> None:
    event = _meeting(chance)
    attendees = people.event(BUSY, event)["attendees"]
    status = {"accepted": "declined", "declined": "tentative"}.get(attendees[0]["responseStatus"], "accepted")
    body = {"attendees": [{"email": GUEST, "responseStatus": status}]}
    people.act({"do": "change", "who": BUSY, "event": event, "with": body})


def _postpone(people: People, chance: random.Random, number: int) -> None:
    start = people.stage.now() + timedelta(days=10 + chance.randrange(20), minutes=number)
    people.act({"do": "change", "who": BUSY, "event": _meeting(chance), "with": _times(start)})


def _plain(people: People, chance: random.Random, number: int) -> None:
    event = f"event {MEETINGS + chance.randrange(PLAIN)}"
    body = {"summary": f"Something else {number}"}
    people.act({"do": "change", "who": BUSY, "event": event, "with": body})


_CHANGES: Mapping[str, Callable[[People, random.Random, int], None]] = {
    "a guest answers": _answer,
    "a colour": _change(colorId=lambda chance, number: str(1 + number % 11)),
    "a reminder": _change(
        reminders=lambda chance, number: {
            "useDefault": False,
            "overrides": [{"method": "popup", "minutes": 1 + number}],
        },
        location=lambda chance, number: f"Room {number}",
    ),
    "a description": _change(description=lambda chance, number: f"Agenda {number}"),
    "an event without a conference": _plain,
    "a title": _change(summary=lambda chance, number: f"Review {number}"),
    "a time": _postpone,
}


def _delete_some(people: People, chance: random.Random) -> int:
    gone = chance.sample(range(MEETINGS), 4)
    for number in gone:
        people.act({"do": "delete", "who": BUSY, "event": f"event {number}"})
    return len(gone)


def compared(
    addon: Addon, wings: Sequence[str] = ("apps-script", "python"), days: int = DAYS
) -> list[Counts]:
    """Let the same week pass with wings, and with the sample's rules on a lenient and on a strict Calendar."""
    addon = hastened(addon)
    weeks = []
    for make, name, switches in (
        *(_WINGS[wing] for wing in wings),
        (sample_wing, "the sample, were it given tokens", {"firstListingToken": "lenient"}),
        (sample_wing, "the sample", {}),
    ):
        wing = make(addon)
        try:
            counts = lived(addon, wing, switches=switches, days=days)
        finally:
            wing.close()
        counts.wing = name
        weeks.append(counts)
    return weeks


_WINGS: Mapping[str, tuple[Callable[[Addon], Wing], str, Mapping[str, Any]]] = {
    "apps-script": (apps_script_wing, "the Apps Script wing", {}),
    "python": (python_wing, "the Python wing", {}),
}


def table(weeks: Sequence[Counts]) -> Iterator[tuple[str, list[int]]]:
    """Yield the lines of the table: what is counted, and the counts of each week."""
    for what, count in (
        ("irrelevant changes", lambda week: week.total(week.changes, relevant=False)),
        ("… requests to the third party", lambda week: week.total(week.fetches, relevant=False)),
        ("… writes of properties", lambda week: week.total(week.writes, relevant=False)),
        ("… requests to Calendar", lambda week: week.total(week.calendar, relevant=False)),
        ("relevant changes", lambda week: week.total(week.changes, relevant=True)),
        ("… requests to the third party", lambda week: week.total(week.fetches, relevant=True)),
        ("… requests to Calendar", lambda week: week.total(week.calendar, relevant=True)),
        ("executions of the hourly net", lambda week: week.executions["the hourly net"]),
        ("… requests to the third party", lambda week: week.fetches["the hourly net"]),
        ("… writes of properties", lambda week: week.writes["the hourly net"]),
        ("meetings deleted", lambda week: week.deleted),
        ("… requests to the third party", lambda week: week.fetches["meetings deleted"]),
        ("conferences for which a promise is broken in the end", lambda week: week.broken),
    ):
        yield what, [count(week) for week in weeks]


def markdown(weeks: Sequence[Counts]) -> str:
    """Return the table of the documents."""
    names = [week.wing for week in weeks]
    lines = [f"| in a week | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    lines += [f"| {what} | {' | '.join(f'{count:,}' for count in counts)} |" for what, counts in table(weeks)]
    return "\n".join(lines)
