"""What people do in Calendar's own pages, drawn at random: series split in two, drags, duplicates, guests, the bin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from confsync.verify.chance_draw import PEOPLE, TEAM, Draw, Known, actor, add, other, pass_time, time, title

JsonObject = dict[str, Any]


def split(draw: Draw, event: Known) -> None:
    """Change an occurrence and those that follow: a title, a time, or nothing that matters."""
    half = _another(draw, event)
    change = draw.chance.choice(({"summary": half.title}, {"summary": half.title}, time(draw), {}))
    which = draw.chance.randint(1, 4)
    add(draw, "split", actor(draw, event), event.name, occurrence=which, **{"as": half.name, "with": change})
    draw.known.append(half)


def delete_following(draw: Draw, event: Known) -> None:
    """Delete an occurrence and those that follow, now and then all."""
    which = draw.chance.randint(0, 4)
    event.gone = which == 0
    add(draw, "delete-following", actor(draw, event), event.name, occurrence=which)


def change_all(draw: Draw, event: Known) -> None:
    """Change all occurrences, with the editor open on one of them."""
    change = draw.chance.choice(({"summary": title(draw)}, time(draw)))
    which = draw.chance.randint(0, 4)
    add(draw, "change-all", actor(draw, event), event.name, occurrence=which, **{"with": change})


def drag(draw: Draw, event: Known) -> None:
    """Drag an event or one occurrence of it."""
    add(
        draw,
        "reschedule",
        actor(draw, event),
        event.name,
        **_perhaps_one(draw, event),
        **{"with": time(draw)},
    )


def call_otherwise(draw: Draw, event: Known) -> None:
    """Give an event or one occurrence of it another title."""
    step = _perhaps_one(draw, event) | {"with": {"summary": title(draw)}}
    add(draw, "rename", actor(draw, event), event.name, **step)


def duplicate(draw: Draw, event: Known) -> None:
    """Make another event like this one, or like one occurrence of it."""
    copy = _another(draw, event)
    which = _perhaps_one(draw, event)
    copy.recurring = event.recurring and not which
    add(draw, "duplicate", actor(draw, event), event.name, **which, **{"as": copy.name})
    draw.known.append(copy)


def copy_to(draw: Draw, event: Known) -> None:
    """Copy an event to another calendar; a guest may too."""
    copy = _another(draw, event)
    copy.owner = other(event.owner) if event.guests and not event.calendar else actor(draw, event)
    copy.calendar, copy.guests = draw.chance.choice(("", TEAM)), False
    add(draw, "copy-to", copy.owner, event.name, **{"as": copy.name, "calendar": copy.calendar})
    draw.known.append(copy)


def meet(draw: Draw, event: Known) -> None:
    """Put a conference of Google's own in the place of the add-on's."""
    add(draw, "add-conference", actor(draw, event), event.name, **_perhaps_one(draw, event))


def answer_occurrence(draw: Draw, event: Known) -> None:
    """Answer one occurrence alone."""
    answer = draw.chance.choice(("accepted", "declined", "tentative"))
    step = {"occurrence": draw.chance.randint(0, 4), "answer": answer}
    add(draw, "answer-occurrence", other(event.owner), event.name, **step)


def uninvite(draw: Draw, event: Known) -> None:
    """Take the other person off the guest list, perhaps of one occurrence alone."""
    which = _perhaps_one(draw, event)
    event.guests = event.guests and bool(which)
    add(draw, "uninvite", event.owner, event.name, **which, guests=[other(event.owner)])


def transfer(draw: Draw, event: Known) -> None:
    """Hand an event over to its guest."""
    who, to = event.owner, other(event.owner)
    event.owner, event.calendar = to, ""
    add(draw, "transfer", who, event.name, to=to)


def empty_bin(draw: Draw) -> None:
    """Empty a bin: sync tokens end, which costs more than the promises of a history without faults allow."""
    if draw.faulty:
        who, calendar = draw.chance.choice(PEOPLE), draw.chance.choice(("", "", TEAM))
        draw.steps.append({"do": "empty-bin", "who": who, "calendar": calendar})
    else:
        pass_time(draw)


def _another(draw: Draw, event: Known) -> Known:
    """Return an event that is going to be made of this one."""
    draw.count += 1
    name = f"event{draw.count}"
    return Known(
        name, event.owner, event.calendar, title(draw), recurring=event.recurring, guests=event.guests
    )


def _perhaps_one(draw: Draw, event: Known) -> JsonObject:
    """Choose one occurrence of a series, or all of them."""
    one = event.recurring and draw.chance.random() < 0.5
    return {"occurrence": draw.chance.randint(0, 4)} if one else {}


GESTURES: tuple[tuple[Callable[..., None], int], ...] = (
    (split, 8), (delete_following, 3), (change_all, 3), (drag, 4), (call_otherwise, 2), (duplicate, 3), (copy_to, 2),
    (meet, 2), (answer_occurrence, 2), (uninvite, 2), (transfer, 2), (empty_bin, 2),
)  # fmt: skip
OF_SERIES = (split, delete_following, change_all, answer_occurrence)
OF_GUESTS = (uninvite, transfer, answer_occurrence)
