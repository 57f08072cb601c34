"""Whether P1 to P4 hold, judged from the servers' own states and by the wording of the promises alone.

The judge uses nothing of the accused: what a conference must look like, which event decides, and what may be
deleted is worked out here once more, in its own few lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from confsync.verify.event_times import NEVER, bound_of, end_of, told
from confsync.verify.haste import DAY, hasty
from confsync.verify.lives import Life, lives, unmade
from confsync.verify.reach import WEEK, Carried, Loss, Moment, Reach, Run, asked, looks, runs
from confsync.verify.showing import is_write_back, misshown, refused_places

JsonObject = Mapping[str, Any]

# The safety net comes by once an hour, and a refused request is asked again an hour later at most.
PATIENCE = timedelta(hours=4)
# Graces are counted in whole minutes.
ROUNDING = timedelta(minutes=1)
UNSEEN = timedelta(days=10)  # Nobody looks while time passes.


@dataclass(frozen=True)
class Configured:
    """What the developer configured, in the judge's own terms; graces in minutes.

    `besides` holds what a solution, by its name, adds to its conferences.
    """

    grace: int
    unsaved_grace: int
    prune: int
    private_title: str
    besides: Mapping[str, JsonObject]
    # What events must show of a conference, where the developer asks for it: see `showing`.
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold: which one, for which conference, and how."""

    promise: str
    conference: str
    how: str


@dataclass(frozen=True)
class Observed:
    """The servers' states at the end, and what was seen on the way.

    `calendars` is the survey of all calendars: id, roles, events. `conferences` is what the third party holds,
    `writes` its journal, `calls` what executions asked, `completed` the numbers of those that came to their end.
    `moments` are in order, one after each thing that people did. `adopted` tells of conferences that no execution made
    whose add-on they belong to, `lies` are the numbers of the calls that were shown nothing though there was something.

    What is looked up for each conference is worked out once for all: there may be ten thousand of them.
    """

    now: datetime
    conferences: Sequence[JsonObject]
    calendars: Sequence[JsonObject]
    writes: Sequence[JsonObject]
    calls: Sequence[JsonObject]
    completed: frozenset[int]
    moments: Sequence[Moment]
    configured: Configured
    adopted: Mapping[str, str] = field(default_factory=dict)
    lies: frozenset[int] = frozenset()

    @cached_property
    def carriers(self) -> Mapping[str, list[tuple[JsonObject, JsonObject]]]:
        """By conference, each event that is not cancelled and carries it, with its calendar."""
        found: dict[str, list[tuple[JsonObject, JsonObject]]] = {}
        for calendar in self.calendars:
            for event in _carrying(calendar):
                found.setdefault(event["conferenceData"]["conferenceId"], []).append((calendar, event))
        return found

    @cached_property
    def held(self) -> Mapping[str, JsonObject]:
        """What the third party holds, by id."""
        return {conference["id"]: conference for conference in self.conferences}

    @cached_property
    def lives(self) -> Mapping[str, Life]:
        """The conferences that are some add-on's."""
        return lives(self.calls, self.writes, self.adopted)

    @cached_property
    def runs(self) -> Mapping[tuple[str, str], list[Run]]:
        """By user and conference, each time that an event carried it, those that are over first."""
        return runs(self.moments)

    @cached_property
    def past(self) -> Mapping[str, Sequence[datetime]]:
        """By conference, when it was carried by an event that was not live any more, or not for long."""
        found: dict[str, list[datetime]] = {}
        for seen in self.moments:
            for conference_id in seen.past:
                found.setdefault(conference_id, []).append(seen.at)
        return found

    @cached_property
    def hasty(self) -> frozenset[str]:
        """The users of whose conferences many become due within a day, drafts whose events turned up among them."""
        asked_for = [*self.lives.items(), *unmade(self.calls, self.lives).items()]
        return hasty(asked_for, self.runs, self.configured.grace, self.configured.unsaved_grace)

    @cached_property
    def reach(self) -> Reach:
        """What was within the users' reach, and what their add-ons know."""
        return Reach(self.moments, looks(self.calls, self.completed, self.lies), asked(self.calls))

    @cached_property
    def refused(self) -> frozenset[tuple[str, str]]:
        """Calendar and id of the events that Calendar at last would not give, or would not have changed."""
        return refused_places(self.calls)


def check(observed: Observed) -> list[Broken]:
    """Return every promise that is broken, none when all hold; the world must have had time to become quiet."""
    broken = list(_written_events(observed))
    for conference_id, life in sorted(observed.lives.items()):
        carriers = carriers_of(observed, life.user, conference_id)
        broken += _strangers(conference_id, life)
        if life.deleted:
            # Whether that was right is all that there is to judge: what comes back later finds it gone.
            broken += _deleted(observed, conference_id, life.user, life.made, life.deleted)
        elif carriers:
            broken += carried(observed, life.user, conference_id, carriers)
        elif conference_id in observed.held and not _of_the_past(observed, life.user, conference_id):
            broken += _left(observed, conference_id, life)
    return broken


def late(observed: Observed, watched: Mapping[str, frozenset[str]]) -> list[Broken]:
    """Return the conferences that do not look like their events yet, although every trigger was delivered.

    `watched` tells on which calendars each user's triggers stand; what lies, or lay, elsewhere may wait for the net.
    """
    broken: list[Broken] = []
    for conference_id, life in sorted(observed.lives.items()):
        carriers = carriers_of(observed, life.user, conference_id) if not life.deleted else []
        places = {run.place for run in observed.runs.get((life.user, conference_id), ())}
        places.update(event["calendar"] for event in carriers)
        if carriers and places <= watched.get(life.user, frozenset()):
            broken += carried(observed, life.user, conference_id, carriers)
    return [Broken("promptness", one.conference, one.how) for one in broken]


def carried(
    observed: Observed, user: str, conference_id: str, carriers: list[JsonObject]
) -> Iterator[Broken]:
    """P1, and the half of P2 that forbids: a live event's conference is there and looks like the event."""
    held = observed.held.get(conference_id)
    if held is None:
        yield Broken("P2", conference_id, "a live event carries it, and the third party no longer has it")
        return
    broken: list[Broken] = []
    for event in _principals(observed, user, conference_id, carriers):
        wanted = _projection(observed.configured, event).items()
        wrong = [(name, held.get(name), value) for name, value in wanted if held.get(name) != value]
        if not wrong:
            broken = []
            break
        broken = broken or [
            Broken("P1", conference_id, f"{name} is {is_!r} and should be {value!r}")
            for name, is_, value in wrong
        ]
    yield from broken
    shown = observed.configured.shown
    for event in _certain(observed, user, conference_id, carriers) if shown else ():
        if (event["calendar"], event["id"]) not in observed.refused:
            for how in misshown(shown, held, event):
                yield Broken("P1", conference_id, how)


def _certain(
    observed: Observed, user: str, conference_id: str, carriers: list[JsonObject]
) -> list[JsonObject]:
    """Return the events of which the add-on has to know."""
    found, now = observed.runs.get((user, conference_id), []), observed.now
    known = {(run.place, run.event) for run in found if not run.end and observed.reach.knows(user, run, now)}
    return [event for event in carriers if (event["calendar"], event["id"]) in known]


def _principals(
    observed: Observed, user: str, conference_id: str, carriers: list[JsonObject]
) -> Iterator[JsonObject]:
    """Yield the events that may decide: that of those of which the add-on has to know, or one of which it may know.

    None where one has to be known in a calendar that was lost: what it has become nobody can read.
    """
    if any(_is_withheld(observed, user, run) for run in observed.runs.get((user, conference_id), [])):
        return
    certain = _certain(observed, user, conference_id, carriers)
    if certain:
        principal = _principal(certain)
        yield principal
        for event in carriers:
            if event in certain:
                like = ("recurringEventId" in event) == ("recurringEventId" in principal)
                decides = like and event is not principal and bound_of(event) >= end_of(principal)
            else:
                decides = _principal([*certain, event]) is event
            if decides:
                yield event


def _is_withheld(observed: Observed, user: str, run: Run) -> bool:
    """Tell whether the run's calendar is lost, and not for so long that the add-on has given it up."""
    loss = observed.reach.lost(user, run.place, observed.now)
    return loss is not None and observed.now < loss.begin + WEEK + PATIENCE


def moment(now: datetime, calendars: Sequence[JsonObject], configured: Configured) -> Moment:
    """Return what live events carry now, and what users have access to."""
    live, past = set[Carried](), set[str]()
    for calendar in calendars:
        for event in _carrying(calendar):
            conference_id = event["conferenceData"]["conferenceId"]
            if _is_live(now, event, configured):
                live.add((conference_id, calendar["id"], event["id"]))
            if NEVER != end_of(event) < now + UNSEEN - timedelta(minutes=configured.prune):
                past.add(conference_id)
    users = {user for calendar in calendars for user in calendar["roles"]}
    granted = {
        user: frozenset(calendar["id"] for calendar in calendars if _may_write(calendar, user))
        for user in users
    }
    listed = {
        user: {calendar["id"] for calendar in calendars if user in calendar["listedBy"]} for user in users
    }
    return Moment(now, live, granted, {user: granted[user] & listed[user] for user in users}, past)


def _may_write(calendar: JsonObject, user: str) -> bool:
    return calendar["roles"].get(user) in ("writer", "owner")


def carriers_of(observed: Observed, user: str, conference_id: str) -> list[JsonObject]:
    """Return the live events with the conference in all calendars that the user's add-on can read."""
    return [
        {**event, "calendar": calendar["id"]}
        for calendar, event in _readable(observed, user, conference_id)
        if _is_live(observed.now, event, observed.configured)
    ]


def _readable(observed: Observed, user: str, conference_id: str) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Yield calendar and event where an event carries the conference, live or of the past."""
    for calendar, event in observed.carriers.get(conference_id, ()):
        if _may_write(calendar, user):
            yield calendar, event


def _carrying(calendar: JsonObject) -> Iterator[JsonObject]:
    """Yield the events with a conference that are not cancelled."""
    for event in calendar["events"]:
        if "conferenceId" in (event.get("conferenceData") or {}) and event["status"] != "cancelled":
            yield event


def _is_live(now: datetime, event: JsonObject, configured: Configured) -> bool:
    """Tell whether an event ended no longer ago than the prune grace; a series without any occurrence never is."""
    return end_of(event) >= now - timedelta(minutes=configured.prune)


def _of_the_past(observed: Observed, user: str, conference_id: str) -> bool:
    """Tell whether events that ended before the prune line still carry the conference: it stays then."""
    return any(end_of(event) != NEVER for _, event in _readable(observed, user, conference_id))


def _left(observed: Observed, conference_id: str, life: Life) -> Iterator[Broken]:
    """The half of P2 that demands, and P3: what nothing carries goes after its grace, but for what was pruned."""
    configured, reach = observed.configured, observed.reach
    patience = PATIENCE + (WEEK if life.user in observed.hasty else timedelta())
    found = observed.runs.get((life.user, conference_id), [])
    held_up = list(reach.held_up(life.user, observed.now))
    if conference_id in observed.past or _may_be_forgotten(observed, life.user, found):
        return
    if not found:
        if observed.now > max([life.made + timedelta(minutes=configured.unsaved_grace), *held_up]) + patience:
            yield Broken("P3", conference_id, "no event was ever saved with it, and it is still there")
    else:
        went = max(run.end or observed.now for run in found)
        patience += timedelta(minutes=max(configured.grace, configured.unsaved_grace))
        if observed.now > max([went + timedelta(minutes=configured.grace), *held_up]) + patience:
            yield Broken("P2", conference_id, "no event carries it any more, and it is still there")


def _forgot(observed: Observed, user: str, run: Run, found: Sequence[Run], at: datetime) -> bool:
    """Tell whether a calendar had been lost for a week, and nothing elsewhere kept the conference in the records."""
    loss = observed.reach.lost(user, run.place, at)
    if loss is None or at < loss.begin + WEEK:
        return False
    elsewhere = [other.end for other in found if other.place != run.place]
    kept = any(end is None or end >= loss.begin + WEEK - DAY for end in elsewhere)
    return not kept and observed.reach.knows(user, run, loss.begin + WEEK - ROUNDING)


def _may_be_forgotten(observed: Observed, user: str, found: Sequence[Run]) -> bool:
    """Tell whether a calendar was lost and with it, after a week, what the records held of the conference's events.

    Nobody deletes the conference then. Of a draft it is not known in which calendar it was begun.
    """
    places = {run.place for run in found}
    return any(
        (loss.place in places and loss.end is None) or _lasted(observed, loss, places) >= WEEK
        for loss in observed.reach.losses_of(user)
    )


def _lasted(observed: Observed, loss: Loss, places: Collection[str]) -> timedelta:
    about = not places or loss.place in places
    return (loss.end or observed.now) - loss.begin if about else timedelta()


def _deleted(
    observed: Observed, conference_id: str, user: str, made: datetime, at: datetime
) -> Iterator[Broken]:
    """P2: not while it was carried, and not before the grace was over.

    The grace counts from when the add-on saw the last event go: an event that came and went between two of its looks
    at that calendar was never seen, and a conference none of whose events was ever seen has the grace of unsaved ones.
    Of an execution that did not come to its end nobody knows what it has seen: either is right then.
    """
    configured, found = observed.configured, observed.runs.get((user, conference_id), [])
    lasting = [run for run in found if run.begin <= at and (run.end is None or at < run.end)]
    if any(observed.reach.knows(user, run, at) or _forgot(observed, user, run, found, at) for run in lasting):
        yield Broken("P2", conference_id, "it was deleted while a live event carried it")
        return
    ended = [run for run in found if run.end and run.end <= at]
    begins = []
    for sure in (True, False):
        seen = [run.end for run in ended if run.end and _looked(observed, user, run, sure)]
        since, grace = (max(seen), configured.grace) if seen else (made, configured.unsaved_grace)
        begins.append((since + timedelta(minutes=grace), since))
    for since in observed.past.get(conference_id, ()):
        # An event that had ended long before may have been seen with it; when it went nobody looked.
        begins.append((since + timedelta(minutes=configured.grace), since))
    earliest, since = min(begins)
    if at < earliest - ROUNDING:
        yield Broken("P2", conference_id, f"it was deleted {at - since} after its last event went")


def _looked(observed: Observed, user: str, run: Run, sure: bool) -> bool:
    """Tell whether the user's add-on looked at the calendar in that time; if `sure`, saw it and came to its end."""
    end = run.end or observed.now
    if sure and observed.reach.hidden(user, run, end):
        return False
    return any(
        run.begin <= look.at < end
        and (not sure or (look.ended and not look.lied and look.event in ("", run.event)))
        for look in observed.reach.looks.get((user, run.place), ())
    )


def _strangers(conference_id: str, life: Life) -> Iterator[Broken]:
    """P4: nobody else's add-on writes to a conference."""
    for user in sorted(life.writers - {life.user}):
        yield Broken("P4", conference_id, f"written to by the add-on of {user.partition('@')[0]}")


def _written_events(observed: Observed) -> Iterator[Broken]:
    """P4: no event is touched, but for what it shows of its conference where the developer asks for that."""
    for call in observed.calls:
        read = call["service"] != "calendar.events" or call["method"] in ("get", "list", "instances")
        if not read and not (observed.configured.shown and is_write_back(call)):
            yield Broken("P4", "", f"the add-on wrote to an event: {call['method']}")


def _principal(carriers: list[JsonObject]) -> JsonObject:
    """Return the event that decides: the latest end, series before their instances, then the smallest ids."""
    carriers.sort(key=lambda event: (event["id"], event["calendar"]))
    carriers.sort(key=end_of, reverse=True)
    carriers.sort(key=lambda event: "recurringEventId" in event)
    return carriers[0]


def _projection(configured: Configured, event: JsonObject) -> dict[str, Any]:
    hidden = event.get("visibility") in ("private", "confidential")
    title = configured.private_title if hidden else event.get("summary") or "(no title)"
    solution = event["conferenceData"]["conferenceSolution"]["name"]
    return {
        "title": title[:200],
        "startTime": told(event["start"]),
        "endTime": told(event["end"]),
        "timeZone": event["start"].get("timeZone", "UTC"),
        "recurrence": event.get("recurrence", []),
        **configured.besides.get(solution, {}),
    }
