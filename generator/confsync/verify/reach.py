"""What each user's add-on could know: which calendars were within its reach, when it looked, and what it was shown.

Within reach is a calendar in which the user may write and that is in the user's list.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

JsonObject = Mapping[str, Any]
# A conference, the calendar and the event that carries it.
Carried = tuple[str, str, str]

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Moment:
    """What was so after something was done: the live events that carry something, and what users had access to.

    `granted` are the calendars in which a user may write, `reached` those of them that are in the user's list, `past`
    the conferences that events carry which are not live any more, or will not be when somebody looks again.
    """

    at: datetime
    live: AbstractSet[Carried]
    granted: Mapping[str, AbstractSet[str]]
    reached: Mapping[str, AbstractSet[str]]
    past: AbstractSet[str] = frozenset()


class Run(NamedTuple):
    """From when to when (None: still) an event carried a conference, since a user might write there."""

    place: str
    event: str
    begin: datetime
    end: datetime | None


class Look(NamedTuple):
    """A call that saw events: of one event or, without, of a whole calendar; `full` if not only what changed there.

    `ended` tells whether its execution came to its end, `lied` whether it was shown nothing though there was something.
    """

    at: datetime
    event: str
    full: bool
    ended: bool
    lied: bool


class Loss(NamedTuple):
    """From when to when (None: still) a user had lost the right to write in a calendar."""

    place: str
    begin: datetime
    end: datetime | None


def runs(moments: Sequence[Moment]) -> dict[tuple[str, str], list[Run]]:
    """Return by user and conference the runs of its events, those that are over first."""
    begun: dict[tuple[str, Carried], datetime] = {}
    found: dict[tuple[str, str], list[Run]] = {}
    before: AbstractSet[Carried] = frozenset()
    for seen in moments:
        for carried in before - seen.live:
            for user in seen.granted:
                since = begun.pop((user, carried), None)
                if since:
                    conference_id, place, event = carried
                    found.setdefault((user, conference_id), []).append(Run(place, event, since, seen.at))
        for user, calendars in seen.granted.items():
            for carried in seen.live:
                if carried[1] in calendars:
                    begun.setdefault((user, carried), seen.at)
        before = seen.live
    for (user, (conference_id, place, event)), since in begun.items():
        found.setdefault((user, conference_id), []).append(Run(place, event, since, None))
    return found


def losses(moments: Sequence[Moment]) -> dict[str, list[Loss]]:
    """Return by user each time that the right to write in a calendar was lost."""
    begun: dict[tuple[str, str], datetime] = {}
    found: dict[str, list[Loss]] = {}
    before: Mapping[str, AbstractSet[str]] = {}
    for seen in moments:
        for user, calendars in seen.granted.items():
            for place in sorted(before.get(user, frozenset()) - calendars):
                begun[user, place] = seen.at
            for place in sorted(calendars - before.get(user, frozenset())):
                since = begun.pop((user, place), None)
                if since:
                    found.setdefault(user, []).append(Loss(place, since, seen.at))
        before = seen.granted
    for (user, place), since in begun.items():
        found.setdefault(user, []).append(Loss(place, since, None))
    return found


def looks(
    calls: Iterable[JsonObject], completed: AbstractSet[int], lies: AbstractSet[int]
) -> dict[tuple[str, str], list[Look]]:
    """Return by user and calendar when the user's add-on looked there; `lies` are numbers of calls."""
    found: dict[tuple[str, str], list[Look]] = {}
    for call in calls:
        # What asks for no events only finds out whether the calendar answers.
        seen = call["service"] == "calendar.events" and call["arguments"].get("fields") != "accessRole"
        if seen and call["outcome"] == 200:
            asked = call["arguments"]
            look = Look(
                datetime.fromtimestamp(call["atUs"] / 1_000_000, UTC),
                asked.get("eventId") or asked.get("iCalUID", ""),
                "syncToken" not in asked,
                call["execution"] in completed,
                call.get("number") in lies,
            )
            found.setdefault((call["user"], asked["calendarId"]), []).append(look)
    return found


def asked(calls: Iterable[JsonObject]) -> dict[tuple[str, str], list[datetime]]:
    """Return by user and calendar when the user's add-on asked it, whatever it answered."""
    found: dict[tuple[str, str], list[datetime]] = {}
    for call in calls:
        if call["service"] == "calendar.events":
            at = datetime.fromtimestamp(call["atUs"] / 1_000_000, UTC)
            found.setdefault((call["user"], call["arguments"]["calendarId"]), []).append(at)
    return found


class Reach:
    """Answers when a calendar was within a user's reach, and whether the user's add-on knew of a run."""

    def __init__(
        self,
        moments: Sequence[Moment],
        seen: Mapping[tuple[str, str], Sequence[Look]],
        asked: Mapping[tuple[str, str], Sequence[datetime]],
    ) -> None:
        self._moments, self._asked = moments, asked
        self._times = [moment.at for moment in moments]
        self._losses = losses(moments)
        # A calendar that is lost may still answer when it is busy: that shows nothing.
        self.looks = {
            (user, place): [look for look in found if not self.lost(user, place, look.at)]
            for (user, place), found in seen.items()
        }

    def losses_of(self, user: str) -> Sequence[Loss]:
        """Return each time that the user lost the right to write in a calendar."""
        return self._losses.get(user, ())

    def held_up(self, user: str, now: datetime) -> Iterator[datetime]:
        """Yield until when a calendar that was lost held up all deletions: for a week since it was missed at first."""
        for loss in self.losses_of(user):
            end = loss.end or now
            missed = [at for at in self._asked.get((user, loss.place), ()) if loss.begin <= at < end]
            if missed:
                yield min(end, missed[0] + WEEK)

    def lost(self, user: str, place: str, at: datetime) -> Loss | None:
        """Return the loss that lasts at that time, if any."""
        lasting = (loss for loss in self.losses_of(user) if loss.place == place and loss.begin <= at)
        return next((loss for loss in lasting if loss.end is None or at < loss.end), None)

    def knows(self, user: str, run: Run, at: datetime) -> bool:
        """Tell whether the user's add-on has to know then that the event carries the conference.

        It has to while the calendar is within reach, unless the only listing that could have shown the event had no
        items; and of what it has seen before the calendar went out of reach, until that is a week ago.
        """
        out = self._out_since(user, run.place, at)
        if out is None:
            return not self.hidden(user, run, at)
        loss = self.lost(user, run.place, at)
        if loss and at >= loss.begin + WEEK:
            return False
        return any(self._showing(user, run, run.begin, out)) and not self.hidden(user, run, out)

    def hidden(self, user: str, run: Run, at: datetime) -> bool:
        """Tell whether the only listing by then that could have shown the run's event had no items."""
        lies = [look.at for look in self.looks.get((user, run.place), ()) if look.lied]
        return any(
            run.begin <= lie <= at
            and not any(self._showing(user, run, run.begin, lie))
            and not any(look.full for look in self._showing(user, run, lie, at))
            for lie in lies
        )

    def _out_since(self, user: str, place: str, at: datetime) -> datetime | None:
        """Return since when the calendar is out of reach, None when it is not."""
        since = None
        for moment in reversed(self._moments[: bisect.bisect_right(self._times, at)]):
            if place in moment.reached.get(user, ()):
                break
            since = moment.at
        return since

    def _showing(self, user: str, run: Run, begin: datetime, end: datetime) -> Iterator[Look]:
        """Yield the looks in that time that showed the run's event for certain."""
        for look in self.looks.get((user, run.place), ()):
            if begin <= look.at < end and look.event in ("", run.event) and look.ended and not look.lied:
                yield look
