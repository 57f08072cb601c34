"""Random histories: two people, three calendars, a dozen and more actions, and what goes wrong meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from confsync.verify.history import History

JsonObject = dict[str, Any]

PEOPLE = ("alice@example.com", "bob@example.com")
TEAM = "team"
FIRST_DAY = datetime(2026, 3, 3)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
RULES = ("RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;COUNT=6", "RRULE:FREQ=WEEKLY;UNTIL=20260601T000000Z")
TITLES = ("Review", "Planning", "Interview", "Retro", "Budget", "Kickoff")
ACTIONS = (12, 26)
# Not whole hours only, so that graces and the hourly net end at different moments.
WAITS = (600, 1500, 3600, 2 * 3600, 3 * 3600)
REGRETS = (600, 3600, 2 * 3600, 2 * 3600 + 600, 2 * 3600 + 1800)
OLD_HANDLER = "onEventUpdated"  # of a trigger that an earlier version of the add-on has left


@dataclass
class _Known:
    """What the generator remembers of an event, so that most of what it draws makes sense."""

    name: str
    owner: str
    calendar: str
    title: str
    gone: bool = False
    recurring: bool = False
    guests: bool = False


@dataclass
class _Draw:
    chance: random.Random
    solutions: tuple[str, ...]
    faulty: bool
    known: list[_Known] = field(default_factory=list)
    steps: list[JsonObject] = field(default_factory=list)
    count: int = 0


def history(seed: int, solutions: tuple[str, ...], *, faults: bool) -> History:
    """Return the history of a seed; `solutions` are the names that people may choose."""
    draw = _Draw(random.Random(f"history {seed}"), solutions, faults)
    draw.steps.append({"do": "add-calendar", "who": PEOPLE[0], "event": TEAM})
    draw.steps.append({"do": "share", "who": PEOPLE[0], "calendar": TEAM, "with": PEOPLE[1]})
    if draw.chance.random() < 0.15:
        who = draw.chance.choice(PEOPLE)
        draw.steps.append({"do": "leave-trigger", "who": who, "handler": OLD_HANDLER})
    _create(draw)
    _deliver(draw)
    for _ in range(draw.chance.randint(*ACTIONS) - 1):
        _act(draw)
        _deliver(draw)
    return History(seed, draw.steps, _faults(draw) if faults else ())


def _act(draw: _Draw) -> None:
    alive = [event for event in draw.known if not event.gone]
    kinds = [kind for kind, _ in _ACTIONS]
    weights = [weight for _, weight in _ACTIONS]
    action = draw.chance.choices(kinds, weights)[0]
    if action in (_create, _abandon, _expire, _pass_time):
        action(draw)
    elif action is _undo:
        gone = [event for event in draw.known if event.gone]
        _undo(draw, draw.chance.choice(gone)) if gone else _create(draw)
    elif alive:
        fitting = [event for event in alive if _fits(action, event)] or alive
        action(draw, draw.chance.choice(fitting))
    else:
        _create(draw)


def _fits(action: Callable[..., None], event: _Known) -> bool:
    """Tell whether the action makes sense for the event, as far as is remembered."""
    if action in (_edit_occurrence, _cancel_occurrence):
        return event.recurring
    return event.guests and not event.calendar if action in (_answer, _delete_copy) else True


def _add(draw: _Draw, action: str, who: str, event: str, **more: Any) -> None:
    draw.steps.append({"do": action, "who": who, "event": event, **more})


def _create(draw: _Draw) -> None:
    who = draw.chance.choice(PEOPLE)
    calendar = draw.chance.choice(("", "", TEAM))
    draw.count += 1
    event = _Known(f"event{draw.count}", who, calendar, _title(draw))
    body: JsonObject = {"summary": event.title, **_time(draw)}
    if draw.chance.random() < 0.35:
        body["recurrence"] = [draw.chance.choice(RULES)]
        event.recurring = True
    if draw.chance.random() < 0.4:
        body["attendees"] = [{"email": email} for email in PEOPLE]
        event.guests = True
    step: JsonObject = {"with": body, "calendar": calendar}
    if draw.chance.random() < 0.85:
        step |= _chosen(draw)
    _add(draw, "create", who, event.name, **step)
    draw.known.append(event)


def _chosen(draw: _Draw) -> JsonObject:
    """Choose a solution; now and then waiting triggers come while its conference is made."""
    chosen: JsonObject = {"solution": draw.chance.choice(draw.solutions), "mayFail": True}
    return chosen | ({"beside": True} if draw.chance.random() < 0.15 else {})


def _abandon(draw: _Draw) -> None:
    draw.count += 1
    solution = draw.chance.choice(draw.solutions)
    _add(draw, "abandon", draw.chance.choice(PEOPLE), f"draft{draw.count}", solution=solution, mayFail=True)


def _rename(draw: _Draw, event: _Known) -> None:
    event.title = _title(draw)
    _add(draw, "change", _actor(draw, event), event.name, **{"with": {"summary": event.title}})


def _hesitate(draw: _Draw, event: _Known) -> None:
    """Give it another title, and soon the old one again."""
    who, before = _actor(draw, event), event.title
    _add(draw, "change", who, event.name, **{"with": {"summary": _title(draw)}})
    _deliver(draw)
    _add(draw, "change", who, event.name, **{"with": {"summary": before}})


def _reschedule(draw: _Draw, event: _Known) -> None:
    _add(draw, "change", _actor(draw, event), event.name, **{"with": _time(draw)})


def _colour(draw: _Draw, event: _Known) -> None:
    _add(
        draw,
        "change",
        _actor(draw, event),
        event.name,
        **{"with": {"colorId": str(draw.chance.randint(1, 11))}},
    )


def _hide(draw: _Draw, event: _Known) -> None:
    visibility = draw.chance.choice(("private", "default"))
    _add(draw, "change", _actor(draw, event), event.name, **{"with": {"visibility": visibility}})


def _repeat(draw: _Draw, event: _Known) -> None:
    rule = [] if event.recurring else [draw.chance.choice(RULES)]
    event.recurring = not event.recurring
    _add(draw, "change", _actor(draw, event), event.name, **{"with": {"recurrence": rule}})


def _edit_occurrence(draw: _Draw, event: _Known) -> None:
    change = draw.chance.choice(({"summary": _title(draw)}, _time(draw)))
    _add(
        draw,
        "change-occurrence",
        event.owner,
        event.name,
        occurrence=draw.chance.randint(0, 4),
        **{"with": change},
    )


def _cancel_occurrence(draw: _Draw, event: _Known) -> None:
    _add(draw, "cancel-occurrence", _actor(draw, event), event.name, occurrence=draw.chance.randint(0, 4))


def _invite(draw: _Draw, event: _Known) -> None:
    event.guests = True
    _add(
        draw,
        "change",
        event.owner,
        event.name,
        **{"with": {"attendees": [{"email": email} for email in PEOPLE]}},
    )


def _answer(draw: _Draw, event: _Known) -> None:
    answer = draw.chance.choice(("accepted", "declined", "tentative"))
    _add(draw, "answer", _other(event.owner), event.name, answer=answer)


def _delete_copy(draw: _Draw, event: _Known) -> None:
    _add(draw, "delete", _other(event.owner), event.name)


def _copy(draw: _Draw, event: _Known) -> None:
    draw.count += 1
    guest = event.guests and not event.calendar and draw.chance.random() < 0.3
    who = _other(event.owner) if guest else _actor(draw, event)
    calendar = draw.chance.choice(("", TEAM))
    copy = _Known(f"event{draw.count}", who, calendar, event.title, recurring=event.recurring)
    more: JsonObject = {"as": copy.name, "calendar": copy.calendar}
    if draw.chance.random() < 0.5:
        more["with"] = _time(draw)
    _add(draw, "copy", who, event.name, **more)
    draw.known.append(copy)


def _remove_conference(draw: _Draw, event: _Known) -> None:
    _add(draw, "remove-conference", _actor(draw, event), event.name)


def _replace_conference(draw: _Draw, event: _Known) -> None:
    chosen = _chosen(draw)
    if event.recurring and draw.chance.random() < 0.5:
        chosen["occurrence"] = draw.chance.randint(0, 4)
    _add(draw, "replace-conference", _actor(draw, event), event.name, **chosen)


def _linger(draw: _Draw, event: _Known) -> None:
    """Choose another conference and leave the editor open while other things happen."""
    who = _actor(draw, event)
    _add(draw, "open-editor", who, event.name, **_chosen(draw))
    for action in draw.chance.sample((_rename, _colour, _reschedule, _remove_conference), 2):
        _deliver(draw)
        action(draw, event)
    _deliver(draw)
    if draw.chance.random() < 0.5:
        _pass_time(draw)
    _add(draw, draw.chance.choice(("save-editor", "close-editor")), who, event.name)


def _move(draw: _Draw, event: _Known) -> None:
    event.calendar = "" if event.calendar else TEAM
    _add(draw, "move", _actor(draw, event), event.name, calendar=event.calendar)


def _delete(draw: _Draw, event: _Known) -> None:
    event.gone = True
    _add(draw, "delete", _actor(draw, event), event.name)


def _undo(draw: _Draw, event: _Known) -> None:
    event.gone = False
    _add(draw, "undo", _actor(draw, event), event.name)


def _regret(draw: _Draw, event: _Known) -> None:
    """Delete it and take that back later, perhaps to take only the conference away."""
    who = _actor(draw, event)
    _add(draw, "delete", who, event.name)
    _deliver(draw)
    draw.steps.append({"do": "advance", "seconds": draw.chance.choice(REGRETS)})
    _add(draw, "undo", who, event.name)
    if draw.chance.random() < 0.3:
        _remove_conference(draw, event)


def _expire(draw: _Draw) -> None:
    """Let Calendar forget its tokens, which costs more than the promises of a history without faults allow."""
    if draw.faulty:
        _add(
            draw, "expire-tokens", draw.chance.choice(PEOPLE), "", calendar=draw.chance.choice(("", "", TEAM))
        )
    else:
        _pass_time(draw)


def _pass_time(draw: _Draw) -> None:
    draw.steps.append({"do": "advance", "seconds": draw.chance.choice(WAITS)})


_ACTIONS: tuple[tuple[Callable[..., None], int], ...] = (
    (_create, 10), (_abandon, 3), (_linger, 5), (_rename, 10), (_hesitate, 7), (_reschedule, 8), (_colour, 3),
    (_hide, 3), (_repeat, 5), (_edit_occurrence, 6), (_cancel_occurrence, 5), (_invite, 4), (_answer, 4),
    (_delete_copy, 3), (_copy, 7), (_remove_conference, 5), (_replace_conference, 5), (_move, 6), (_delete, 8),
    (_undo, 6), (_regret, 4), (_expire, 3), (_pass_time, 9),
)  # fmt: skip


def _deliver(draw: _Draw) -> None:
    """Let triggers come: at once, late (not now), twice, several together, or never."""
    kinds = ["deliver", "", "again", "deliver-together", "drop"]
    kind = draw.chance.choices(kinds, [10, 6, 2, 2, 2 if draw.faulty else 0])[0]
    if kind == "again":
        draw.steps += [{"do": "deliver"}, {"do": "fire"}, {"do": "deliver"}]
    elif kind:
        draw.steps.append({"do": kind})


def _faults(draw: _Draw) -> list[JsonObject]:
    kinds: list[Callable[[random.Random], JsonObject]] = [
        _kill,
        _kill,
        _expired,
        _unreadable,
        _busy,
        _lost_answer,
    ]
    return [draw.chance.choice(kinds)(draw.chance) for _ in range(draw.chance.randint(1, 4))]


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


def _title(draw: _Draw) -> str:
    return f"{draw.chance.choice(TITLES)} {draw.chance.randint(1, 99)}"


def _time(draw: _Draw) -> JsonObject:
    start = FIRST_DAY + timedelta(days=draw.chance.randint(-3, 20), minutes=30 * draw.chance.randint(14, 40))
    zone = draw.chance.choice(ZONES)
    return {
        name: {"dateTime": moment.isoformat(), "timeZone": zone}
        for name, moment in (
            ("start", start),
            ("end", start + timedelta(minutes=30 * draw.chance.randint(1, 4))),
        )
    }


def _actor(draw: _Draw, event: _Known) -> str:
    """Return who touches an event: on the shared calendar everybody may."""
    shared = event.calendar == TEAM and draw.chance.random() < 0.3
    return _other(event.owner) if shared else event.owner


def _other(person: str) -> str:
    return PEOPLE[1 - PEOPLE.index(person)]
