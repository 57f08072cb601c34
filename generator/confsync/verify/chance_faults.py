"""What goes wrong in a random history: executions die or are slow, services refuse, answers are late, lost or nonsense."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from confsync.verify.chance_draw import PEOPLE

JsonObject = dict[str, Any]

AT_LEAST, AT_MOST = 3, 6
LONG_S = (20, 70, 400)
SERVICES = (
    "UrlFetch.fetchAll",
    "Properties.getProperties",
    "Properties.setProperties",
    "Properties.deleteProperty",
    "LockService.*",
    "ScriptApp.*",
)
EXHAUSTED = "Service invoked too many times for one day: urlfetch."


def faults_of(chance: random.Random) -> list[JsonObject]:
    """Return three to six faults."""
    kinds, weights = [kind for kind, _ in _FAULTS], [weight for _, weight in _FAULTS]
    drawn = chance.choices(kinds, weights, k=chance.randint(AT_LEAST, AT_MOST))
    return [kind(chance) for kind in drawn]


def _kill(chance: random.Random) -> JsonObject:
    when = chance.choice(("before", "after"))
    return {"method": "*", "action": "kill", "when": when, "skip": chance.randint(0, 250)}


def _slow(chance: random.Random) -> JsonObject:
    """Let a call take so long that an execution's time may be over."""
    return {
        "method": "*",
        "action": "delay",
        "delaySeconds": chance.choice(LONG_S),
        "skip": chance.randint(0, 150),
    }


def _calendar(chance: random.Random) -> JsonObject:
    method = "calendar." + chance.choice(("events.list", "events.list", "events.get", "calendarList.list"))
    return {"method": method, "skip": chance.randint(0, 20), "scripts": True}


def _expired(chance: random.Random) -> JsonObject:
    return {"method": "calendar.events.list", "status": 410, "skip": chance.randint(0, 20), "scripts": True}


def _withholding(chance: random.Random) -> JsonObject:
    """Let a full listing have no items. Never a delta: what it leaves out is lost until the event changes again."""
    asked = {"method": "calendar.events.list", "action": "no-items", "full": True, "scripts": True}
    return asked | {"skip": chance.randint(0, 6)}


def _unreadable(chance: random.Random) -> JsonObject:
    """Let Calendar be busy, for so long perhaps that a script stops asking."""
    return _calendar(chance) | {"status": 503, "times": chance.choice((1, 3, 6, 20, 40))}


def _refusing(chance: random.Random) -> JsonObject:
    """Let Calendar refuse a few requests: too many, a mistake of its own, credentials that it does not take."""
    limit = {"reason": "rateLimitExceeded"}
    errors: list[JsonObject] = [
        {"status": 403, **limit},
        {"status": 429, **limit},
        {"status": 500},
        {"status": 401},
    ]
    return _calendar(chance) | chance.choice(errors) | {"times": chance.choice((1, 3, 6))}


def _confused(chance: random.Random) -> JsonObject:
    """Let Calendar answer with a web page, with nonsense, with half of the answer, or not at all."""
    how: list[JsonObject] = [
        {"action": "html", "status": 502},
        {"action": "garbage"},
        {"action": "truncate"},
        {"action": "drop"},
    ]
    return _calendar(chance) | chance.choice(how) | {"times": chance.choice((1, 3))}


def _lost_access(chance: random.Random) -> JsonObject:
    """Take somebody's access to the own calendar away for a while."""
    error: JsonObject = chance.choice(
        ({"status": 403, "reason": "forbidden"}, {"status": 404, "reason": "notFound"})
    )
    asked = {"method": "calendar.events.list", "calendar": chance.choice(PEOPLE), "scripts": True}
    return asked | error | {"skip": chance.randint(0, 8), "times": chance.choice((1, 5, 15))}


def _conferences(chance: random.Random) -> JsonObject:
    operation = chance.choice(("create", "update", "update", "delete", "delete", "delete"))
    # Few conferences are deleted as long as there are faults.
    skip = chance.randint(0, {"create": 3, "update": 6, "delete": 0}[operation])
    return {"method": f"conferences.{operation}", "skip": skip, "times": chance.randint(1, 3)}


def _busy(chance: random.Random) -> JsonObject:
    """Let the third party ask for patience, or fail; now and then it says for how long."""
    fault = _conferences(chance) | {"status": chance.choice((429, 429, 429, 500, 503))}
    if fault["status"] != 500 and chance.random() < 0.4:
        form = chance.choice(("seconds", "date"))
        fault |= {"retryAfterSeconds": chance.choice((30, 900, 7200)), "retryAfterForm": form}
    return fault


def _against(chance: random.Random) -> JsonObject:
    """Let the third party refuse for good: the request is wrong, the key is not taken, or it does not know the conference."""
    operation = chance.choice(("create", "update", "update", "update", "delete"))
    status = chance.choice({"update": (400, 401, 403, 404, 409, 422)}.get(operation, (400, 401, 403, 422)))
    skip = chance.randint(0, {"create": 3, "update": 6, "delete": 0}[operation])
    return {
        "method": f"conferences.{operation}",
        "status": status,
        "skip": skip,
        "times": chance.randint(1, 2),
    }


def _lost_answer(chance: random.Random) -> JsonObject:
    return _conferences(chance) | {"action": "drop", "when": "after"}


def _lying(chance: random.Random) -> JsonObject:
    """Let the third party do what it is asked, and say that it failed."""
    return _conferences(chance) | {"status": chance.choice((500, 503)), "when": "after"}


def _out_of_order(chance: random.Random) -> JsonObject:
    """Let the third party be away, be slow, or answer with a web page."""
    how: list[JsonObject] = [
        {"action": "drop"},
        {"action": "delay", "delaySeconds": chance.choice(LONG_S)},
        {"action": "html", "status": chance.choice((502, 503, 504))},
    ]
    return _conferences(chance) | chance.choice(how)


def _refused(chance: random.Random) -> JsonObject:
    """Let a service of the platform refuse, as it does when a quota is used up."""
    name = chance.choice(SERVICES)
    more = {"message": EXHAUSTED} if name.startswith("UrlFetch") else {}
    return {
        "method": name,
        "status": 500,
        "skip": chance.randint(0, 30),
        "times": chance.choice((1, 3)),
        **more,
    }


def _astray(chance: random.Random) -> JsonObject:
    """Let triggers get lost, come late or twice."""
    how: JsonObject = chance.choice(
        ({"action": "drop"}, {"action": "repeat"}, {"action": "delay", "delaySeconds": 600})
    )
    return {"method": "script.trigger", "skip": chance.randint(0, 20), "times": chance.randint(1, 3), **how}


_FAULTS: tuple[tuple[Callable[[random.Random], JsonObject], int], ...] = (
    (_kill, 8), (_slow, 2), (_expired, 4), (_withholding, 3), (_unreadable, 6), (_refusing, 4), (_confused, 3), (_lost_access, 5),
    (_busy, 10), (_against, 5), (_lost_answer, 4), (_lying, 3), (_out_of_order, 4), (_refused, 3), (_astray, 3),
)  # fmt: skip
