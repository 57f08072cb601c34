"""What the parts of a random history share: what has been drawn so far, and the small things drawn again and again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

JsonObject = dict[str, Any]

PEOPLE = ("alice@example.com", "bob@example.com")
TEAM, DESK = "team", "desk"
# Who has a calendar that is not theirs, and may lose it.
LENT = {TEAM: PEOPLE[1], DESK: PEOPLE[0]}
FIRST_DAY = datetime(2026, 3, 3)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
TITLES = ("Review", "Planning", "Interview", "Retro", "Budget", "Kickoff")
# How many steps an execution makes before another one has its turn.
TURNS = (0, 1, 1, 2, 3, 5, 8, 13)
# Not whole hours only, so that graces and the hourly net end at different moments.
WAITS = (600, 1500, 3600, 2 * 3600, 3 * 3600)


@dataclass
class Known:
    """What the generator remembers of an event, so that most of what it draws makes sense."""

    name: str
    owner: str
    calendar: str
    title: str
    gone: bool = False
    recurring: bool = False
    guests: bool = False


@dataclass
class Draw:
    """A history in the making; how executions take turns has lots of its own, so that it changes nothing else.

    `lent` are the calendars that are shared, `unlisted` and `withheld` those that the other person took off the list, or
    has lost.
    """

    chance: random.Random
    solutions: tuple[str, ...]
    faulty: bool
    lots: random.Random = field(default_factory=lambda: random.Random(0))
    known: list[Known] = field(default_factory=list)
    steps: list[JsonObject] = field(default_factory=list)
    count: int = 0
    lent: list[str] = field(default_factory=lambda: [TEAM])
    unlisted: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)


def add(draw: Draw, action: str, who: str, event: str, **more: Any) -> None:
    """Add a step."""
    draw.steps.append({"do": action, "who": who, "event": event, **more})


def pass_time(draw: Draw) -> None:
    """Let some time pass."""
    draw.steps.append({"do": "advance", "seconds": draw.chance.choice(WAITS)})


def deliver(draw: Draw) -> None:
    """Let triggers come: at once, late (not now), twice, several together, or never."""
    kinds = ["deliver", "", "again", "deliver-together", "drop"]
    kind = draw.chance.choices(kinds, [10, 6, 2, 2, 2 if draw.faulty else 0])[0]
    if kind == "again":
        draw.steps += [{"do": "deliver"}, {"do": "fire"}, {"do": "deliver"}]
    elif kind == "deliver-together":
        draw.steps += [{"do": "fire-clock"}] * (draw.lots.random() < 0.3)
        draw.steps.append({"do": kind, **in_turns(draw)})
    elif kind:
        draw.steps.append({"do": kind})


def in_turns(draw: Draw) -> JsonObject:
    """Return how executions side by side take turns: most often in turns of different lengths, else call by call."""
    if draw.lots.random() < 0.25:
        return {}
    return {"turns": [draw.lots.choice(TURNS) for _ in range(draw.lots.randint(1, 16))]}


def title(draw: Draw) -> str:
    """Return a title."""
    return f"{draw.chance.choice(TITLES)} {draw.chance.randint(1, 99)}"


def time(draw: Draw) -> JsonObject:
    """Return `start` and `end` of an event, within three weeks."""
    start = FIRST_DAY + timedelta(days=draw.chance.randint(-3, 20), minutes=30 * draw.chance.randint(14, 40))
    zone = draw.chance.choice(ZONES)
    return {
        name: {"dateTime": moment.isoformat(), "timeZone": zone}
        for name, moment in (
            ("start", start),
            ("end", start + timedelta(minutes=30 * draw.chance.randint(1, 4))),
        )
    }


def actor(draw: Draw, event: Known) -> str:
    """Return who touches an event: on the shared calendar everybody may."""
    shared = event.calendar == TEAM and draw.chance.random() < 0.3
    return other(event.owner) if shared else event.owner


def other(person: str) -> str:
    """Return the other of the two people."""
    return PEOPLE[1 - PEOPLE.index(person)]
