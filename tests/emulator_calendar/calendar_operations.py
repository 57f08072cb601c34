"""What is done with whole calendars, and the time that passes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from . import meetings
from .ground import ALICE, BOB, CAROL, DAVE, USERS, Ground
from .operations import operation

_DAY_S = 24 * 3600


@operation("clear")
def clear(ground: Ground, chance: random.Random, name: str) -> None:
    """Clear a primary calendar, mostly the one of somebody who can bear it."""
    user = DAVE if chance.random() < 0.85 else ground.pick(chance, USERS)
    ground.calendars[user].clear(calendarId=user).execute()
    for known in ground.book.values():
        if known.place.calendar == user:
            known.deleted = True
        elif user in known.guests:
            known.left.add(user)


@operation("change access")
def share(ground: Ground, chance: random.Random, name: str) -> None:
    """Give somebody a role, or another one, mostly in the hall's calendar: tokens end with it."""
    calendar = ground.hall if chance.random() < 0.8 else ground.team
    # Bob goes on working there.
    user, roles = chance.choice(((BOB, ("writer", "owner")), (CAROL, ("freeBusyReader", "reader", "writer"))))
    rule = {"role": chance.choice(roles), "scope": {"type": "user", "value": user}}
    ground.rules[ALICE].insert(calendarId=calendar, body=rule).execute()


@operation("withdraw access")
def withdraw(ground: Ground, chance: random.Random, name: str) -> None:
    calendar = ground.hall if chance.random() < 0.9 else ground.team
    if chance.random() < 0.7:
        # Somebody must have access before it can be withdrawn.
        rule = {"role": chance.choice(("reader", "writer")), "scope": {"type": "user", "value": CAROL}}
        ground.rules[ALICE].insert(calendarId=calendar, body=rule).execute()
    ground.rules[ALICE].delete(calendarId=calendar, ruleId=f"user:{CAROL}").execute()


@operation("change a time zone")
def change_zone(ground: Ground, chance: random.Random, name: str) -> None:
    """Change the time zone of a calendar: its whole days are at other hours."""
    place = ground.pick(chance, ground.places)
    body = {"timeZone": chance.choice(meetings.ZONES)}
    ground.calendars[place.user].patch(calendarId=place.calendar, body=body).execute()


@operation("let time pass", 2)
def let_time_pass(ground: Ground, chance: random.Random, name: str) -> None:
    """Let seconds to days pass, now and then until just before or after the end of the year."""
    if chance.random() < 0.2:
        end = datetime(ground.now.year + 1, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.choice((-1, 3600)))
        seconds = max(0.0, (end - ground.now).total_seconds())
    else:
        seconds = chance.choice((0.001, 1, 60, 3600, 9 * 3600, _DAY_S, 3 * _DAY_S))
    ground.control("clock", {"advanceSeconds": seconds})
