"""What becomes of calendars that are shared, drawn at random: taken off a list, withheld and given back, moved to."""

from __future__ import annotations

from collections.abc import Callable

from confsync.verify.chance_draw import DESK, LENT, Draw, Known, add, deliver, other, pass_time

# More than the week after which what is out of reach is given up.
LONG_S = 8 * 24 * 3600


def lend(draw: Draw) -> None:
    """Now and then, begin with a calendar of each person, shared with the other."""
    if draw.chance.random() < 0.2:
        owner = other(LENT[DESK])
        draw.steps.append({"do": "add-calendar", "who": owner, "event": DESK})
        draw.steps.append({"do": "share", "who": owner, "calendar": DESK, "with": LENT[DESK]})
        draw.lent.append(DESK)


def change_list(draw: Draw) -> None:
    """Take a calendar off the list, or put it there again; now and then both, with time between."""
    _change(draw, _change_list)


def _change_list(draw: Draw, calendar: str) -> None:
    kind = "subscribe" if calendar in draw.unlisted else "unsubscribe"
    draw.unlisted ^= {calendar}
    draw.steps.append({"do": kind, "who": LENT[calendar], "calendar": calendar})


def change_role(draw: Draw) -> None:
    """Share a calendar no longer, or again; now and then both, with time between."""
    _change(draw, _change_role)


def _change(draw: Draw, change: Callable[[Draw, str], None]) -> None:
    calendar = draw.chance.choice(draw.lent)
    change(draw, calendar)
    if draw.chance.random() < 0.3:
        deliver(draw)
        pass_time(draw)
        change(draw, calendar)


def _change_role(draw: Draw, calendar: str) -> None:
    """Take a role or give it back; now and then so much time passes that the calendar is given up."""
    kind, who = ("give-role" if calendar in draw.withheld else "take-role"), LENT[calendar]
    step = {"do": kind, "who": other(who), "calendar": calendar, "with": who}
    # Who is left a lesser role keeps the calendar in the list, or off it.
    if kind == "take-role" and calendar not in draw.unlisted and draw.chance.random() < 0.4:
        step["role"] = "freeBusyReader"
    draw.withheld ^= {calendar}
    draw.unlisted.discard(calendar)
    draw.steps.append(step)
    if kind == "take-role" and draw.chance.random() < 0.05:
        deliver(draw)
        draw.steps.append({"do": "advance", "seconds": LONG_S})


def move_away(draw: Draw, event: Known) -> None:
    """Move an event to somebody else's calendar, which perhaps is not on the list, or is lost afterwards."""
    calendars = [calendar for calendar in draw.lent if LENT[calendar] == event.owner]
    if not calendars or event.calendar == calendars[0] or calendars[0] in draw.withheld:
        pass_time(draw)
        return
    calendar = calendars[0]
    if calendar not in draw.unlisted and draw.chance.random() < 0.5:
        _change_list(draw, calendar)
        deliver(draw)
    event.calendar = calendar
    add(draw, "move", event.owner, event.name, calendar=calendar)
    if draw.chance.random() < 0.2:
        deliver(draw)
        _change_role(draw, calendar)


OF_ACCESS: tuple[tuple[Callable[..., None], int], ...] = (
    (change_list, 2), (change_role, 2), (move_away, 3),
)  # fmt: skip
