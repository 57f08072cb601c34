"""Random histories: two people, three calendars, a dozen and more actions, and what goes wrong meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from confsync.verify.chance_access import OF_ACCESS, change_list, change_role, lend
from confsync.verify.chance_draw import (
    PEOPLE,
    TEAM,
    Draw,
    Known,
    actor,
    add,
    deliver,
    in_turns,
    other,
    pass_time,
    time,
    title,
)
from confsync.verify.chance_faults import faults_of
from confsync.verify.chance_gestures import GESTURES, OF_GUESTS, OF_SERIES, empty_bin
from confsync.verify.history import History

JsonObject = dict[str, Any]

RULES = ("RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;COUNT=6", "RRULE:FREQ=WEEKLY;UNTIL=20260601T000000Z")
ACTIONS = (12, 26)
REGRETS = (600, 3600, 2 * 3600, 2 * 3600 + 600, 2 * 3600 + 1800)
CROWD = 7  # more than may go within a day without a brake
OLD_HANDLER = "onEventUpdated"  # of a trigger that an earlier version of the add-on has left


def history(seed: int, solutions: tuple[str, ...], *, faults: bool) -> History:
    """Return the history of a seed; `solutions` are the names that people may choose."""
    lots = random.Random(f"turns {seed}")
    draw = Draw(random.Random(f"history {seed}"), solutions, faults, lots)
    draw.steps.append({"do": "add-calendar", "who": PEOPLE[0], "event": TEAM})
    draw.steps.append({"do": "share", "who": PEOPLE[0], "calendar": TEAM, "with": PEOPLE[1]})
    lend(draw)
    if draw.chance.random() < 0.15:
        who = draw.chance.choice(PEOPLE)
        draw.steps.append({"do": "leave-trigger", "who": who, "handler": OLD_HANDLER})
    _create(draw)
    deliver(draw)
    for _ in range(draw.chance.randint(*ACTIONS) - 1):
        _act(draw)
        deliver(draw)
    return History(seed, draw.steps, faults_of(draw.chance) if faults else ())


def _act(draw: Draw) -> None:
    alive = [event for event in draw.known if not event.gone]
    kinds = [kind for kind, _ in _ACTIONS]
    weights = [weight for _, weight in _ACTIONS]
    action = draw.chance.choices(kinds, weights)[0]
    if action in (_create, _abandon, _crowd, _expire, empty_bin, change_list, change_role, pass_time):
        action(draw)
    elif action is _undo:
        gone = [event for event in draw.known if event.gone]
        _undo(draw, draw.chance.choice(gone)) if gone else _create(draw)
    elif alive:
        fitting = [event for event in alive if _fits(action, event)]
        action = action if fitting else _INSTEAD.get(action, action)
        action(draw, draw.chance.choice(fitting or alive))
    else:
        _create(draw)


def _fits(action: Callable[..., None], event: Known) -> bool:
    """Tell whether the action makes sense for the event, as far as is remembered."""
    repeats = action in (_edit_occurrence, _cancel_occurrence, *OF_SERIES)
    invited = action in (_answer, _delete_copy, *OF_GUESTS)
    return (event.recurring or not repeats) and ((event.guests and not event.calendar) or not invited)


def _create(draw: Draw) -> None:
    who = draw.chance.choice(PEOPLE)
    calendar = draw.chance.choice(("", "", TEAM))
    draw.count += 1
    event = Known(f"event{draw.count}", who, calendar, title(draw))
    body: JsonObject = {"summary": event.title, **time(draw)}
    if draw.chance.random() < 0.35:
        body["recurrence"] = [draw.chance.choice(RULES)]
        event.recurring = True
    if draw.chance.random() < 0.4:
        body["attendees"] = [{"email": email} for email in PEOPLE]
        event.guests = True
    step: JsonObject = {"with": body, "calendar": calendar}
    if draw.chance.random() < 0.85:
        step |= _chosen(draw)
    add(draw, "create", who, event.name, **step)
    draw.known.append(event)


def _chosen(draw: Draw) -> JsonObject:
    """Choose a solution; now and then waiting triggers come while its conference is made."""
    chosen: JsonObject = {"solution": draw.chance.choice(draw.solutions), "mayFail": True}
    return chosen | ({"beside": True, **in_turns(draw)} if draw.chance.random() < 0.15 else {})


def _abandon(draw: Draw) -> None:
    draw.count += 1
    solution = draw.chance.choice(draw.solutions)
    add(draw, "abandon", draw.chance.choice(PEOPLE), f"draft{draw.count}", solution=solution, mayFail=True)


def _crowd(draw: Draw) -> None:
    """Now and then, make many meetings and delete them all: more than a person is likely to mean."""
    if draw.chance.random() < 0.7:
        pass_time(draw)
        return
    who, solution = draw.chance.choice(PEOPLE), draw.chance.choice(draw.solutions)
    names = [f"event{draw.count + number}" for number in range(1, CROWD + 1)]
    draw.count += CROWD
    for name in names:
        body = {"summary": title(draw), **time(draw)}
        add(draw, "create", who, name, solution=solution, mayFail=True, calendar="", **{"with": body})
    deliver(draw)
    for name in names:
        add(draw, "delete", who, name)


def _rename(draw: Draw, event: Known) -> None:
    event.title = title(draw)
    add(draw, "change", actor(draw, event), event.name, **{"with": {"summary": event.title}})


def _hesitate(draw: Draw, event: Known) -> None:
    """Give it another title, and soon the old one again."""
    who, before = actor(draw, event), event.title
    add(draw, "change", who, event.name, **{"with": {"summary": title(draw)}})
    deliver(draw)
    add(draw, "change", who, event.name, **{"with": {"summary": before}})


def _reschedule(draw: Draw, event: Known) -> None:
    add(draw, "change", actor(draw, event), event.name, **{"with": time(draw)})


def _colour(draw: Draw, event: Known) -> None:
    add(
        draw,
        "change",
        actor(draw, event),
        event.name,
        **{"with": {"colorId": str(draw.chance.randint(1, 11))}},
    )


def _hide(draw: Draw, event: Known) -> None:
    visibility = draw.chance.choice(("private", "default"))
    add(draw, "change", actor(draw, event), event.name, **{"with": {"visibility": visibility}})


def _repeat(draw: Draw, event: Known) -> None:
    """Let it repeat, or repeat no longer: by the API or in Calendar's own pages."""
    rule = [] if event.recurring else [draw.chance.choice(RULES)]
    kind = draw.chance.choice(("change", "make-single" if event.recurring else "make-recurring"))
    step: JsonObject = {"with": {"recurrence": rule}} if kind != "make-single" else {}
    if kind == "make-single" and draw.chance.random() < 0.5:
        step["occurrence"] = draw.chance.randint(0, 4)
    event.recurring = not event.recurring
    add(draw, kind, actor(draw, event), event.name, **step)


def _edit_occurrence(draw: Draw, event: Known) -> None:
    change = draw.chance.choice(({"summary": title(draw)}, time(draw)))
    add(
        draw,
        "change-occurrence",
        event.owner,
        event.name,
        occurrence=draw.chance.randint(0, 4),
        **{"with": change},
    )


def _cancel_occurrence(draw: Draw, event: Known) -> None:
    add(draw, "cancel-occurrence", actor(draw, event), event.name, occurrence=draw.chance.randint(0, 4))


def _invite(draw: Draw, event: Known) -> None:
    event.guests = True
    listed: JsonObject = {"with": {"attendees": [{"email": email} for email in PEOPLE]}}
    kind, step = draw.chance.choice((("change", listed), ("invite", {"guests": list(PEOPLE)})))
    add(draw, kind, event.owner, event.name, **step)


def _answer(draw: Draw, event: Known) -> None:
    answer = draw.chance.choice(("accepted", "declined", "tentative"))
    add(draw, "answer", other(event.owner), event.name, answer=answer)


def _delete_copy(draw: Draw, event: Known) -> None:
    add(draw, draw.chance.choice(("delete", "remove-from-my-calendar")), other(event.owner), event.name)


def _copy(draw: Draw, event: Known) -> None:
    draw.count += 1
    guest = event.guests and not event.calendar and draw.chance.random() < 0.3
    who = other(event.owner) if guest else actor(draw, event)
    calendar = draw.chance.choice(("", TEAM))
    copy = Known(f"event{draw.count}", who, calendar, event.title, recurring=event.recurring)
    more: JsonObject = {"as": copy.name, "calendar": copy.calendar}
    if draw.chance.random() < 0.5:
        more["with"] = time(draw)
    add(draw, "copy", who, event.name, **more)
    draw.known.append(copy)


def _remove_conference(draw: Draw, event: Known) -> None:
    one = event.recurring and draw.chance.random() < 0.3
    which = {"occurrence": draw.chance.randint(0, 4)} if one else {}
    add(draw, "remove-conference", actor(draw, event), event.name, **which)


def _replace_conference(draw: Draw, event: Known) -> None:
    chosen = _chosen(draw)
    if event.recurring and draw.chance.random() < 0.5:
        chosen["occurrence"] = draw.chance.randint(0, 4)
    add(draw, "replace-conference", actor(draw, event), event.name, **chosen)


def _linger(draw: Draw, event: Known) -> None:
    """Choose another conference and leave the editor open while other things happen."""
    who = actor(draw, event)
    add(draw, "open-editor", who, event.name, **_chosen(draw))
    for action in draw.chance.sample((_rename, _colour, _reschedule, _remove_conference), 2):
        deliver(draw)
        action(draw, event)
    deliver(draw)
    if draw.chance.random() < 0.5:
        pass_time(draw)
    add(draw, draw.chance.choice(("save-editor", "close-editor")), who, event.name)


def _move(draw: Draw, event: Known) -> None:
    event.calendar = "" if event.calendar else TEAM
    kind = draw.chance.choice(("move", "change-calendar"))
    add(draw, kind, actor(draw, event), event.name, calendar=event.calendar)


def _delete(draw: Draw, event: Known) -> None:
    """Delete it; now and then so much time passes at once that its conference is due."""
    event.gone = True
    add(draw, "delete", actor(draw, event), event.name)
    if draw.chance.random() < 0.3:
        deliver(draw)
        draw.steps.append({"do": "advance", "seconds": draw.chance.choice(REGRETS[2:])})


def _undo(draw: Draw, event: Known) -> None:
    event.gone = False
    add(draw, draw.chance.choice(("undo", "restore")), actor(draw, event), event.name)


def _regret(draw: Draw, event: Known) -> None:
    """Delete it and take that back later, perhaps to take only the conference away."""
    who = actor(draw, event)
    add(draw, "delete", who, event.name)
    deliver(draw)
    draw.steps.append({"do": "advance", "seconds": draw.chance.choice(REGRETS)})
    add(draw, draw.chance.choice(("undo", "restore")), who, event.name)
    if draw.chance.random() < 0.3:
        _remove_conference(draw, event)


def _expire(draw: Draw) -> None:
    """Let Calendar forget its tokens, which costs more than the promises of a history without faults allow."""
    if draw.faulty:
        add(
            draw, "expire-tokens", draw.chance.choice(PEOPLE), "", calendar=draw.chance.choice(("", "", TEAM))
        )
    else:
        pass_time(draw)


_ACTIONS: tuple[tuple[Callable[..., None], int], ...] = (
    (_create, 10), (_abandon, 3), (_crowd, 1), (_linger, 5), (_rename, 10), (_hesitate, 7), (_reschedule, 8), (_colour, 3),
    (_hide, 3), (_repeat, 5), (_edit_occurrence, 6), (_cancel_occurrence, 5), (_invite, 4), (_answer, 4),
    (_delete_copy, 3), (_copy, 7), (_remove_conference, 5), (_replace_conference, 5), (_move, 6), (_delete, 8),
    (_undo, 6), (_regret, 4), (_expire, 3), (pass_time, 9), *GESTURES, *OF_ACCESS,
)  # fmt: skip
# What is done where no event is fit for it, so that one may be the next time.
_INSTEAD: dict[Callable[..., None], Callable[..., None]] = {
    **dict.fromkeys((_edit_occurrence, _cancel_occurrence, *OF_SERIES), _repeat),
    **dict.fromkeys((_answer, _delete_copy, *OF_GUESTS), _invite),
}
