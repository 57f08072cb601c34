"""Whether P1 to P4 hold, judged from the servers' own states and by the wording of the promises alone.

The judge uses nothing of the accused: what a conference must look like, which event decides, and what may be
deleted is worked out here once more, in its own few lines.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from dateutil.rrule import rrulestr

from confsync.verify.showing import is_write_back, misshown, refused_places

JsonObject = Mapping[str, Any]
# A calendar, and from when to when its events carried a conference; None: they still do.
Run = tuple[str, datetime, datetime | None]

ENDLESS, NEVER = datetime(9999, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)
CONFERENCE_URL = re.compile(r"https://conferences\.example/v1/conferences(?:/([^/?]+))?")
# The safety net comes by once an hour, and a refused request is asked again an hour later at most.
PATIENCE = timedelta(hours=4)
# More conferences than so many, whose events went within a day, may wait for a week longer: a mistake is likelier.
MANY, DAY, WEEK = 5, timedelta(days=1), timedelta(days=7)
# Graces are counted in whole minutes.
ROUNDING = timedelta(minutes=1)


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
class Moment:
    """Who carried what after something was done: (conference, calendar) of the live events that each user can read."""

    at: datetime
    carried: Mapping[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Observed:
    """The servers' states at the end, and what was seen on the way.

    `calendars` is the survey of all calendars: id, roles, events. `conferences` is what the third party holds,
    `writes` its journal, `calls` what executions asked, `completed` the numbers of those that came to their end.
    `moments` are in order, one after each thing that people did. `adopted` tells of conferences that no execution made
    whose add-on they belong to.

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

    @cached_property
    def carriers(self) -> Mapping[str, list[tuple[JsonObject, JsonObject]]]:
        """By conference, each event that is not cancelled and carries it, with its calendar."""
        found: dict[str, list[tuple[JsonObject, JsonObject]]] = {}
        for calendar in self.calendars:
            for event in _carrying(calendar):
                found.setdefault(event["conferenceData"]["conferenceId"], []).append((calendar, event))
        return found

    @cached_property
    def runs(self) -> Mapping[tuple[str, str], list[Run]]:
        """By user and conference, each time that events of a calendar carried it, those that are over first."""
        begun: dict[tuple[str, str, str], datetime] = {}
        found: dict[tuple[str, str], list[Run]] = {}
        before: frozenset[tuple[str, str, str]] = frozenset()
        for seen in self.moments:
            now = frozenset((user, *pair) for user, pairs in seen.carried.items() for pair in pairs)
            for user, conference_id, place in before - now:
                run = (place, begun.pop((user, conference_id, place)), seen.at)
                found.setdefault((user, conference_id), []).append(run)
            begun.update(dict.fromkeys(now - before, seen.at))
            before = now
        for (user, conference_id, place), begin in begun.items():
            found.setdefault((user, conference_id), []).append((place, begin, None))
        return found

    @cached_property
    def hasty(self) -> frozenset[str]:
        """The users of whose conferences many become due within a day, drafts whose events turned up among them."""
        due = dict[str, list[datetime]]()
        for conference_id, life in _lives(self).items():
            ends = [end for _, _, end in self.runs.get((life.user, conference_id), [])]
            since = max((end for end in ends if end), default=life.made)
            minutes = self.configured.grace if ends else self.configured.unsaved_grace
            if all(ends):
                bisect.insort(due.setdefault(life.user, []), since + timedelta(minutes=minutes))
        return frozenset(
            user
            for user, moments in due.items()
            if any(late - early <= DAY for early, late in zip(moments, moments[MANY:], strict=False))
        )

    @cached_property
    def looks(self) -> Mapping[tuple[str, str], list[tuple[datetime, bool]]]:
        """By user and calendar, when the user's add-on looked there, and whether that execution came to its end."""
        found: dict[tuple[str, str], list[tuple[datetime, bool]]] = {}
        for call in self.calls:
            if call["service"] == "calendar.events" and call["outcome"] == 200:
                look = (
                    datetime.fromtimestamp(call["atUs"] / 1_000_000, UTC),
                    call["execution"] in self.completed,
                )
                found.setdefault((call["user"], call["arguments"]["calendarId"]), []).append(look)
        return found

    @cached_property
    def refused(self) -> frozenset[tuple[str, str]]:
        """Calendar and id of the events that Calendar at last would not give, or would not have changed."""
        return refused_places(self.calls)


@dataclass
class _Life:
    """A conference as the third party saw it: whose add-on had it made and when, when it was deleted."""

    user: str
    made: datetime
    deleted: datetime | None = None
    writers: set[str] = field(default_factory=set)


def check(observed: Observed) -> list[Broken]:
    """Return every promise that is broken, none when all hold; the world must have had time to become quiet."""
    held = {conference["id"]: conference for conference in observed.conferences}
    broken = list(_written_events(observed))
    for conference_id, life in sorted(_lives(observed).items()):
        carriers = carriers_of(observed, life.user, conference_id)
        broken += _strangers(conference_id, life)
        if life.deleted:
            # Whether that was right is all that there is to judge: what comes back later finds it gone.
            broken += _deleted(observed, conference_id, life.user, life.made, life.deleted)
        elif carriers:
            broken += carried(observed, conference_id, carriers, held.get(conference_id))
        elif conference_id in held and not _of_the_past(observed, life.user, conference_id):
            broken += _left(observed, conference_id, life)
    return broken


def late(observed: Observed, watched: Mapping[str, frozenset[str]]) -> list[Broken]:
    """Return the conferences that do not look like their events yet, although every trigger was delivered.

    `watched` tells on which calendars each user's triggers stand; what lies elsewhere may wait for the safety net.
    """
    held = {conference["id"]: conference for conference in observed.conferences}
    broken: list[Broken] = []
    for conference_id, life in sorted(_lives(observed).items()):
        carriers = carriers_of(observed, life.user, conference_id) if not life.deleted else []
        if carriers and {event["calendar"] for event in carriers} <= watched.get(life.user, frozenset()):
            broken += carried(observed, conference_id, carriers, held.get(conference_id))
    return [Broken("promptness", one.conference, one.how) for one in broken]


def carried(
    observed: Observed, conference_id: str, carriers: list[JsonObject], conference: JsonObject | None
) -> Iterator[Broken]:
    """P1, and the half of P2 that forbids: a live event's conference is there and looks like the event."""
    if conference is None:
        yield Broken("P2", conference_id, "a live event carries it, and the third party no longer has it")
        return
    for name, wanted in _projection(observed.configured, _principal(carriers)).items():
        if conference.get(name) != wanted:
            yield Broken("P1", conference_id, f"{name} is {conference.get(name)!r} and should be {wanted!r}")
    for event in carriers if observed.configured.shown else ():
        if (event["calendar"], event["id"]) not in observed.refused:
            for how in misshown(observed.configured.shown, conference, event):
                yield Broken("P1", conference_id, how)


def moment(now: datetime, calendars: Sequence[JsonObject], configured: Configured) -> Moment:
    """Return what each user's readable live events carry now."""
    carried: dict[str, set[tuple[str, str]]] = {}
    for calendar in calendars:
        conferences = [event["conferenceData"]["conferenceId"] for event in _live(now, calendar, configured)]
        for user, role in calendar["roles"].items():
            if role in ("writer", "owner"):
                carried.setdefault(user, set()).update((each, calendar["id"]) for each in conferences)
    return Moment(now, {user: frozenset(pairs) for user, pairs in carried.items()})


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
        if calendar["roles"].get(user) in ("writer", "owner"):
            yield calendar, event


def _live(now: datetime, calendar: JsonObject, configured: Configured) -> Iterator[JsonObject]:
    """Yield the live events with a conference."""
    return (event for event in _carrying(calendar) if _is_live(now, event, configured))


def _carrying(calendar: JsonObject) -> Iterator[JsonObject]:
    """Yield the events with a conference that are not cancelled."""
    for event in calendar["events"]:
        if "conferenceId" in (event.get("conferenceData") or {}) and event["status"] != "cancelled":
            yield event


def _is_live(now: datetime, event: JsonObject, configured: Configured) -> bool:
    """Tell whether an event ended no longer ago than the prune grace; a series without any occurrence never is."""
    return _end(event) >= now - timedelta(minutes=configured.prune)


def _of_the_past(observed: Observed, user: str, conference_id: str) -> bool:
    """Tell whether events that ended before the prune line still carry the conference: it stays then."""
    return any(_end(event) != NEVER for _, event in _readable(observed, user, conference_id))


def _left(observed: Observed, conference_id: str, life: _Life) -> Iterator[Broken]:
    """The half of P2 that demands, and P3: what nothing carries goes after its grace."""
    configured = observed.configured
    patience = PATIENCE + (WEEK if life.user in observed.hasty else timedelta())
    runs = observed.runs.get((life.user, conference_id), [])
    if not runs:
        if observed.now > life.made + timedelta(minutes=configured.unsaved_grace) + patience:
            yield Broken("P3", conference_id, "no event was ever saved with it, and it is still there")
    else:
        went = max(end or observed.now for _, _, end in runs)
        patience += timedelta(minutes=max(configured.grace, configured.unsaved_grace))
        if observed.now > went + timedelta(minutes=configured.grace) + patience:
            yield Broken("P2", conference_id, "no event carries it any more, and it is still there")


def _deleted(
    observed: Observed, conference_id: str, user: str, made: datetime, at: datetime
) -> Iterator[Broken]:
    """P2: not while it was carried, and not before the grace was over.

    The grace counts from when the add-on saw the last event go: an event that came and went between two of its looks
    at that calendar was never seen, and a conference none of whose events was ever seen has the grace of unsaved ones.
    Of an execution that did not come to its end nobody knows what it has seen: either is right then.
    """
    configured, runs = observed.configured, observed.runs.get((user, conference_id), [])
    if any(begin <= at and (end is None or at < end) for _, begin, end in runs):
        yield Broken("P2", conference_id, "it was deleted while a live event carried it")
        return
    ended = [(place, begin, end) for place, begin, end in runs if end and end <= at]
    begins = []
    for sure in (True, False):
        seen = [end for place, begin, end in ended if _looked(observed, user, place, begin, end, sure)]
        since, grace = (max(seen), configured.grace) if seen else (made, configured.unsaved_grace)
        begins.append((since + timedelta(minutes=grace), since))
    earliest, since = min(begins)
    if at < earliest - ROUNDING:
        yield Broken("P2", conference_id, f"it was deleted {at - since} after its last event went")


def _looked(
    observed: Observed, user: str, calendar_id: str, begin: datetime, end: datetime, sure: bool
) -> bool:
    """Tell whether the user's add-on looked at the calendar in that time; if `sure`, and came to its end."""
    looks = observed.looks.get((user, calendar_id), ())
    return any(begin <= at < end and (ended or not sure) for at, ended in looks)


def _strangers(conference_id: str, life: _Life) -> Iterator[Broken]:
    """P4: nobody else's add-on writes to a conference."""
    for user in sorted(life.writers - {life.user}):
        yield Broken("P4", conference_id, f"written to by the add-on of {user.partition('@')[0]}")


def _written_events(observed: Observed) -> Iterator[Broken]:
    """P4: no event is touched, but for what it shows of its conference where the developer asks for that."""
    for call in observed.calls:
        read = call["service"] != "calendar.events" or call["method"] in ("get", "list", "instances")
        if not read and not (observed.configured.shown and is_write_back(call)):
            yield Broken("P4", "", f"the add-on wrote to an event: {call['method']}")


def _lives(observed: Observed) -> dict[str, _Life]:
    """Return the conferences that are some add-on's, and which users' add-ons asked the third party to write to them."""
    makers: dict[str, str] = dict(observed.adopted)
    writers: dict[str, set[str]] = {}
    for call, request in _requests(observed.calls):
        found = CONFERENCE_URL.fullmatch(request["url"])
        if found and request["method"] == "POST":
            makers[json.loads(request["payload"])["id"]] = call["user"]
        elif found and found[1] and request["method"] != "GET":
            writers.setdefault(found[1], set()).add(call["user"])
    lives: dict[str, _Life] = {}
    for write in observed.writes:
        at, conference_id = datetime.fromtimestamp(write["atUs"] / 1_000_000, UTC), write["id"]
        if write["operation"] == "create" and conference_id in makers:
            lives[conference_id] = _Life(makers[conference_id], at, writers=writers.get(conference_id, set()))
        elif write["operation"] == "delete" and conference_id in lives:
            lives[conference_id].deleted = at
    return lives


def _requests(calls: Sequence[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    for call in calls:
        if call["service"] == "UrlFetch":
            for request in call["arguments"]["requests"]:
                yield call, request


def _principal(carriers: list[JsonObject]) -> JsonObject:
    """Return the event that decides: the latest end, series before their instances, then the smallest ids."""
    carriers.sort(key=lambda event: (event["id"], event["calendar"]))
    carriers.sort(key=_end, reverse=True)
    carriers.sort(key=lambda event: "recurringEventId" in event)
    return carriers[0]


def _projection(configured: Configured, event: JsonObject) -> dict[str, Any]:
    hidden = event.get("visibility") in ("private", "confidential")
    title = configured.private_title if hidden else event.get("summary") or "(no title)"
    solution = event["conferenceData"]["conferenceSolution"]["name"]
    return {
        "title": title[:200],
        "startTime": _moment(event["start"]),
        "endTime": _moment(event["end"]),
        "timeZone": event["start"].get("timeZone", "UTC"),
        "recurrence": event.get("recurrence", []),
        **configured.besides.get(solution, {}),
    }


def _moment(time: JsonObject) -> str:
    return str(time["date"]) if "date" in time else _instant(time).strftime("%Y-%m-%dT%H:%M:%SZ")


def _instant(time: JsonObject) -> datetime:
    told = datetime.fromisoformat(time.get("dateTime") or time["date"])
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def _end(event: JsonObject) -> datetime:
    """Return when the event, or the last occurrence of a series, ends; NEVER when it has none."""
    start, end = _instant(event["start"]), _instant(event["end"])
    rules = event.get("recurrence", [])
    if not rules:
        return end
    if not any("UNTIL=" in rule or "COUNT=" in rule for rule in rules):
        return ENDLESS
    text = "\n".join(rules).replace("Z", "")
    occurrences = list(rrulestr(text, dtstart=start.replace(tzinfo=None), forceset=True))
    return occurrences[-1].replace(tzinfo=UTC) + (end - start) if occurrences else NEVER
