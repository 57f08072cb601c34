"""What goes wrong in a random history: executions are killed, answers lost, services busy."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

JsonObject = dict[str, Any]


def faults_of(chance: random.Random) -> list[JsonObject]:
    """Return one to four faults."""
    kinds: list[Callable[[random.Random], JsonObject]] = [
        _kill,
        _kill,
        _expired,
        _unreadable,
        _busy,
        _lost_answer,
    ]
    return [chance.choice(kinds)(chance) for _ in range(chance.randint(1, 4))]


def _kill(chance: random.Random) -> JsonObject:
    when = chance.choice(("before", "after"))
    return {"method": "*", "action": "kill", "when": when, "skip": chance.randint(0, 250)}


def _expired(chance: random.Random) -> JsonObject:
    return {"method": "calendar.events.list", "status": 410, "skip": chance.randint(0, 20), "scripts": True}


def _unreadable(chance: random.Random) -> JsonObject:
    """Let Calendar be busy, for so long perhaps that a script stops asking."""
    method = "calendar." + chance.choice(("events.list", "events.list", "events.get", "calendarList.list"))
    times = chance.choice((1, 3, 6, 20, 40))
    return {"method": method, "status": 503, "skip": chance.randint(0, 20), "times": times, "scripts": True}


def _busy(chance: random.Random) -> JsonObject:
    method = "conferences." + chance.choice(("create", "update", "update", "delete"))
    status = chance.choice((429, 500, 503))
    return {"method": method, "status": status, "skip": chance.randint(0, 6), "times": chance.randint(1, 3)}


def _lost_answer(chance: random.Random) -> JsonObject:
    method = "conferences." + chance.choice(("create", "update", "update", "delete"))
    return {
        "method": method,
        "action": "drop",
        "when": "after",
        "skip": chance.randint(0, 6),
        "times": chance.randint(1, 3),
    }
