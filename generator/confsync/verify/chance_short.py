"""Short histories, drawn at random: so few calls that all that can come of them can be tried.

With an odd seed something happens to one meeting, and every execution runs alone; with an even one, two executions begin
at the same time. One kind of story follows on the other, so that a few seeds in a row are about different things.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from confsync.verify.chance_draw import PEOPLE, TEAM, Draw, add, time, title
from confsync.verify.history import History

JsonObject = dict[str, Any]

ALICE, BOB = PEOPLE
FIRST, SECOND, THIRD = "event1", "event2", "event3"
WEEKLY = "RRULE:FREQ=WEEKLY"
# After that the grace of a conference is over, and the safety net has been there.
LONG_S = 3 * 3600


def short_history(seed: int, solutions: tuple[str, ...]) -> History:
    """Return the short history of a seed; `solutions` are the names that people may choose."""
    draw = Draw(random.Random(f"short {seed}"), solutions, faulty=False)
    kinds = _ALONE if seed % 2 else _PAIRS
    kinds[seed // 2 % len(kinds)](draw)
    return History(seed, draw.steps)


def _do(draw: Draw, *kinds: str) -> None:
    draw.steps += [{"do": kind} for kind in kinds]


def _chosen(draw: Draw, **more: Any) -> JsonObject:
    """Choose a solution; people go on when the add-on makes nothing."""
    return {"solution": draw.chance.choice(draw.solutions), "mayFail": True, **more}


def _meet(draw: Draw, name: str, calendar: str = "", who: str = ALICE, **more: Any) -> None:
    """Make an event with a conference, which looks as `more` says."""
    event = {"summary": title(draw), **time(draw), **more}
    add(draw, "create", who, name, calendar=calendar, **_chosen(draw), **{"with": event})


def _met(draw: Draw, **more: Any) -> None:
    _meet(draw, FIRST, **more)
    _do(draw, "deliver")


def _change(draw: Draw, name: str) -> None:
    event = draw.chance.choice(({"summary": title(draw)}, time(draw)))
    add(draw, "change", ALICE, name, **{"with": event})


def _end(draw: Draw) -> None:
    """Let a grace end."""
    _do(draw, "deliver")
    draw.steps.append({"do": "advance", "seconds": LONG_S})


def _changed(draw: Draw) -> None:
    _met(draw)
    _change(draw, FIRST)
    _do(draw, "deliver")


def _ended(draw: Draw) -> None:
    """Delete it, or take its conference away."""
    _met(draw)
    add(draw, draw.chance.choice(("delete", "remove-conference")), ALICE, FIRST)
    _end(draw)


def _replaced(draw: Draw) -> None:
    _met(draw)
    add(draw, "replace-conference", ALICE, FIRST, **_chosen(draw))
    _end(draw)


def _regretted(draw: Draw) -> None:
    _met(draw)
    add(draw, "delete", ALICE, FIRST)
    _do(draw, "deliver")
    add(draw, "undo", ALICE, FIRST)
    _do(draw, "deliver")


def _abandoned(draw: Draw) -> None:
    add(draw, "abandon", ALICE, "draft1", **_chosen(draw))
    draw.steps.append({"do": "advance", "seconds": 2 * LONG_S})


def _copied(draw: Draw) -> None:
    """Copy it, and delete one of the two."""
    _met(draw)
    add(draw, "copy", ALICE, FIRST, **{"as": SECOND, "calendar": "", "with": time(draw)})
    _do(draw, "deliver")
    add(draw, "delete", ALICE, draw.chance.choice((FIRST, SECOND)))
    _end(draw)


def _repeated(draw: Draw) -> None:
    """Change or cancel one occurrence of a series."""
    _met(draw, recurrence=[WEEKLY])
    which = draw.chance.randint(0, 3)
    if draw.chance.random() < 0.5:
        add(draw, "cancel-occurrence", ALICE, FIRST, occurrence=which)
    else:
        add(draw, "change-occurrence", ALICE, FIRST, occurrence=which, **{"with": {"summary": title(draw)}})
    _do(draw, "deliver")


def _moved(draw: Draw) -> None:
    _team(draw)
    _met(draw)
    add(draw, "move", ALICE, FIRST, calendar=TEAM)
    _end(draw)


def _team(draw: Draw) -> None:
    add(draw, "add-calendar", ALICE, TEAM)


def _together(draw: Draw) -> None:
    draw.steps.append({"do": "deliver-together", "turns": []})


def _both_calendars(draw: Draw) -> None:
    """Make an event in each of two calendars of one person."""
    _team(draw)
    _meet(draw, FIRST)
    _meet(draw, SECOND, TEAM)
    _do(draw, "deliver")


def _two_calendars(draw: Draw) -> None:
    """The triggers of two calendars of one person."""
    _both_calendars(draw)
    _change(draw, FIRST)
    _change(draw, SECOND)
    _together(draw)


def _two_carriers(draw: Draw) -> None:
    """The triggers of two calendars in which a conference loses one event each, or one loses it and one gets it."""
    _both_calendars(draw)
    add(draw, "copy", ALICE, FIRST, **{"as": THIRD, "calendar": TEAM})
    if draw.chance.random() < 0.5:
        _do(draw, "deliver")
        add(draw, "delete", ALICE, THIRD)
    add(draw, "delete", ALICE, FIRST)
    _together(draw)
    draw.steps.append({"do": "advance", "seconds": LONG_S})


def _two_people(draw: Draw) -> None:
    """The triggers of two people on a calendar that they share."""
    _team(draw)
    add(draw, "share", ALICE, "", calendar=TEAM, **{"with": BOB})
    _met(draw, calendar=TEAM)
    _meet(draw, SECOND, TEAM, BOB)
    _do(draw, "deliver")
    _change(draw, draw.chance.choice((FIRST, SECOND)))
    _together(draw)


def _beside_creation(draw: Draw) -> None:
    """A trigger comes while a conference is made."""
    _met(draw)
    _change(draw, FIRST)
    chosen = _chosen(draw, beside=True, turns=[])
    if draw.chance.random() < 0.5:
        add(draw, "replace-conference", ALICE, FIRST, **chosen)
    else:
        add(draw, "create", ALICE, SECOND, **chosen, **{"with": {"summary": title(draw), **time(draw)}})
    _do(draw, "deliver")


def _beside_net(draw: Draw) -> None:
    """A trigger comes with the safety net, which may be about to delete a conference."""
    _met(draw)
    if draw.chance.random() < 0.5:
        _change(draw, FIRST)
    else:
        add(draw, "delete", ALICE, FIRST)
        _end(draw)
        add(draw, "undo", ALICE, FIRST)
    _do(draw, "fire-clock")
    _together(draw)


def _creation_beside_net(draw: Draw) -> None:
    """The safety net comes while a conference is made."""
    _met(draw)
    _do(draw, "fire-clock")
    chosen = _chosen(draw, beside=True, turns=[])
    add(draw, "create", ALICE, SECOND, **chosen, **{"with": {"summary": title(draw), **time(draw)}})
    _do(draw, "deliver")


Kinds = tuple[Callable[[Draw], None], ...]
_ALONE: Kinds = (_changed, _ended, _replaced, _regretted, _abandoned, _copied, _repeated, _moved)
_PAIRS: Kinds = (
    _two_calendars,
    _two_carriers,
    _two_people,
    _beside_creation,
    _beside_net,
    _creation_beside_net,
)
