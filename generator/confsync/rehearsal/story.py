"""The demo's story: what happens to a meeting from its first day to its last.

A seed varies titles, times, zones, and the order of what could as well have happened the other way round.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from confsync.addon import Addon
from confsync.rehearsal.setting import ALICE, BOB

TITLES = (
    "Roadmap review",
    "Design critique",
    "Budget round",
    "Release planning",
    "Réunion d'équipe",
    "Interview",
)
NEW_TITLES = ("Roadmap review (moved)", "Critique, second try", "Budget: final round", "Lancement 🚀")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "Europe/London")
FIRST_DAY = datetime(2026, 3, 9)
HOUR = 3600
DELIVER = {"do": "deliver"}


@dataclass(frozen=True)
class Scene:
    """What a person is told, and the steps behind it."""

    title: str
    steps: Sequence[Mapping[str, Any]]


def story(addon: Addon, seed: int) -> list[Scene]:
    """Return the story's scenes; the same seed tells the same story."""
    chance = random.Random(f"story {seed}")
    plain, recorded = addon.solutions[0].name, addon.solutions[-1].name
    zone, hour = chance.choice(ZONES), chance.randint(8, 16)
    title, new_title = chance.choice(TITLES), chance.choice(NEW_TITLES)
    day = FIRST_DAY + timedelta(days=chance.randint(0, 20))
    at = _time(day, hour, zone)
    openings = [
        _alice_creates(plain, title, at),
        _bob_creates(recorded, _time(day, hour + 1, chance.choice(ZONES))),
    ]
    changes = [
        Scene(f"Alice renames it to “{new_title}”", [_change("meeting", {"summary": new_title}), DELIVER]),
        Scene("Alice moves it two hours later", [_change("meeting", _time(day, hour + 2, zone)), DELIVER]),
    ]
    guest = Scene("Bob, a guest, accepts", [_by(BOB, "answer", "meeting", answer="accepted"), DELIVER])
    chance.shuffle(openings)
    chance.shuffle(changes)
    before = [*changes, guest] if chance.random() < 0.5 else [guest, *changes]
    return [*openings, *before, *_later(chance, recorded, _time(day, hour + 3, zone), addon)]


def _alice_creates(solution: str, title: str, at: Mapping[str, Any]) -> Scene:
    event = {"summary": title, **at, "attendees": [{"email": ALICE}, {"email": BOB}]}
    step = _by(ALICE, "create", "meeting", solution=solution, **{"with": event})
    return Scene(f"Alice creates “{title}” with “{solution}” and invites Bob", [step, DELIVER])


def _bob_creates(solution: str, at: Mapping[str, Any]) -> Scene:
    step = _by(BOB, "create", "own", solution=solution, **{"with": {"summary": "Bob's own meeting", **at}})
    return Scene(f"Bob creates a meeting of his own with “{solution}”", [step, DELIVER])


def _later(chance: random.Random, recorded: str, at: Mapping[str, Any], addon: Addon) -> list[Scene]:
    weekly = {"recurrence": ["RRULE:FREQ=WEEKLY"]}
    occurrence = chance.randint(1, 4)
    lost = {"summary": "Forgotten", **at}
    grace = round(addon.sync.grace_hours * HOUR)
    return [
        Scene("Bob deletes his copy", [_by(BOB, "delete", "meeting"), DELIVER]),
        Scene("Alice makes it weekly", [_change("meeting", weekly), DELIVER]),
        Scene(
            f"Alice cancels occurrence {occurrence + 1}",
            [_by(ALICE, "cancel-occurrence", "meeting", occurrence=occurrence), DELIVER],
        ),
        Scene("Alice copies the series", [_by(ALICE, "copy", "meeting", **{"as": "copy"}), DELIVER]),
        Scene(
            "Alice removes the conference from the copy", [_by(ALICE, "remove-conference", "copy"), DELIVER]
        ),
        Scene("Alice deletes the series", [_by(ALICE, "delete", "meeting"), DELIVER]),
        Scene("Alice undoes that", [_by(ALICE, "undo", "meeting"), DELIVER]),
        Scene("Alice deletes the series again", [_by(ALICE, "delete", "meeting"), DELIVER]),
        Scene(
            "Alice creates another meeting",
            [_by(ALICE, "create", "lost", solution=recorded, **{"with": lost}), DELIVER],
        ),
        Scene(
            "Calendar forgets Alice's sync token (410), and meanwhile she deletes that meeting",
            [_by(ALICE, "expire-tokens", ""), _by(ALICE, "delete", "lost"), DELIVER],
        ),
        Scene("The grace passes", [{"do": "advance", "seconds": grace + 2 * HOUR}]),
    ]


def _by(who: str, action: str, event: str, **more: Any) -> dict[str, Any]:
    return {"do": action, "who": who, "event": event, **more}


def _change(event: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    return _by(ALICE, "change", event, **{"with": dict(changes)})


def _time(day: datetime, hour: int, zone: str) -> dict[str, Any]:
    start = day + timedelta(hours=hour)
    return {
        name: {"dateTime": moment.isoformat(), "timeZone": zone}
        for name, moment in (("start", start), ("end", start + timedelta(minutes=45)))
    }
