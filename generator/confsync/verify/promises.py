"""Whether P1 to P4 hold, judged from the servers' own states and by the wording of the promises alone.

The judge uses nothing of the accused: what a conference must look like, which event decides, and what may be
deleted is worked out here once more, in its own few lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr

JsonObject = Mapping[str, Any]

ENDLESS = datetime(9999, 1, 1, tzinfo=UTC)
CONFERENCE_URL = re.compile(r"https://conferences\.example/v1/conferences(?:/([^/?]+))?")


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


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold: which one, for which conference, and how."""

    promise: str
    conference: str
    how: str


@dataclass(frozen=True)
class Observed:
    """The servers' states: the clock, what the third party holds, each user's readable calendars, all calls."""

    now: datetime
    conferences: Sequence[JsonObject]
    calendars: Mapping[str, Mapping[str, Sequence[JsonObject]]]
    calls: Sequence[JsonObject]
    configured: Configured


@dataclass
class Made:
    """A conference's life as the third party saw it: who had it made, and when; `touched` are later writers."""

    user: str
    at: datetime
    touched: list[tuple[str, str, datetime]] = field(default_factory=list)


def check(observed: Observed) -> list[Broken]:
    """Return every promise that is broken, none when all hold."""
    held = {conference["id"]: conference for conference in observed.conferences}
    made = _lives(observed.calls)
    broken = [*_touching(observed, made)]
    for conference_id, life in sorted(made.items()):
        carriers = list(_carriers(observed, life.user, conference_id))
        deletions = [at for _, verb, at in life.touched if verb == "DELETE"]
        if carriers:
            broken += _carried(observed, conference_id, carriers, held.get(conference_id))
        elif conference_id in held:
            broken += _abandoned(observed, conference_id, life)
        elif deletions:
            broken += _deleted(observed, conference_id, life, deletions[0])
    return broken


def _carried(
    observed: Observed, conference_id: str, carriers: list[JsonObject], conference: JsonObject | None
) -> Iterator[Broken]:
    """P1, and the half of P2 that forbids: a live event's conference is there and looks like the event."""
    if conference is None:
        yield Broken("P2", conference_id, "a live event carries it, and the third party no longer has it")
        return
    for name, wanted in _projection(observed.configured, _principal(carriers)).items():
        if conference.get(name) != wanted:
            yield Broken("P1", conference_id, f"{name} is {conference.get(name)!r} and should be {wanted!r}")


def _abandoned(observed: Observed, conference_id: str, life: Made) -> Iterator[Broken]:
    """The half of P2 that demands, and P3: what nothing carries goes after its grace."""
    configured = observed.configured
    last = _last_seen(observed, conference_id)
    if last is None and observed.now > life.at + timedelta(minutes=configured.unsaved_grace + 120):
        yield Broken("P3", conference_id, "no event was ever saved with it, and it is still there")
    pruned = observed.now - timedelta(minutes=configured.prune)
    overdue = last and observed.now > last + timedelta(minutes=configured.grace + 120)
    if overdue and _latest_end(observed, conference_id) > pruned:
        yield Broken("P2", conference_id, "no event carries it any more, and it is still there")


def _deleted(observed: Observed, conference_id: str, life: Made, at: datetime) -> Iterator[Broken]:
    """P2: not before the grace was over, counted from when the last event went."""
    last = _last_seen(observed, conference_id)
    since, grace = (last, observed.configured.grace) if last else (life.at, observed.configured.unsaved_grace)
    if at < since + timedelta(minutes=grace - 1):
        yield Broken("P2", conference_id, f"it was deleted {at - since} after its last event went")


def _touching(observed: Observed, made: Mapping[str, Made]) -> Iterator[Broken]:
    """P4: each user's add-on writes to its own conferences only, and to no event."""
    for conference_id, life in made.items():
        for user, verb, _ in life.touched:
            if user != life.user:
                yield Broken("P4", conference_id, f"{verb} by the add-on of somebody else")
    for call in observed.calls:
        if call["service"] == "calendar.events" and call["method"] not in ("get", "list", "instances"):
            yield Broken("P4", "", f"the add-on wrote to an event: {call['method']}")


def _lives(calls: Sequence[JsonObject]) -> dict[str, Made]:
    """Return the conferences that the add-ons had made, from the requests that the third party accepted."""
    made: dict[str, Made] = {}
    for call in calls:
        if call["service"] != "UrlFetch":
            continue
        at = datetime.fromtimestamp(call["atUs"] / 1_000_000, UTC)
        statuses = call["outcome"] if isinstance(call["outcome"], list) else []
        for request, status in zip(call["arguments"]["requests"], statuses, strict=False):
            found = CONFERENCE_URL.fullmatch(request["url"])
            if not found or not 200 <= status < 300:
                continue
            verb = request["method"].upper()
            if verb == "POST":
                made[json.loads(request["payload"])["id"]] = Made(call["user"], at)
            elif verb != "GET" and found[1] in made:
                made[found[1]].touched.append((call["user"], verb, at))
    return made


def _carriers(observed: Observed, user: str, conference_id: str) -> Iterator[JsonObject]:
    """Yield the live events with the conference in all calendars that the user's add-on can read."""
    pruned = observed.now - timedelta(minutes=observed.configured.prune)
    for calendar_id, events in observed.calendars[user].items():
        for event in events:
            carries = (event.get("conferenceData") or {}).get("conferenceId") == conference_id
            if carries and event["status"] != "cancelled" and _end(event) >= pruned:
                yield {**event, "calendar": calendar_id}


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
    """Return when the event, or the last occurrence of a series, ends."""
    start, end = _instant(event["start"]), _instant(event["end"])
    rules = event.get("recurrence", [])
    if not rules:
        return end
    if not any("UNTIL=" in rule or "COUNT=" in rule for rule in rules):
        return ENDLESS
    text = "\n".join(rules).replace("Z", "")
    occurrences = list(rrulestr(text, dtstart=start.replace(tzinfo=None), forceset=True))
    return (occurrences[-1].replace(tzinfo=UTC) if occurrences else start) + (end - start)


def _last_seen(observed: Observed, conference_id: str) -> datetime | None:
    """Return when the last event with the conference went, as far as deleted events still tell."""
    times = [
        datetime.fromisoformat(event["updated"])
        for calendars in observed.calendars.values()
        for events in calendars.values()
        for event in events
        if (event.get("conferenceData") or {}).get("conferenceId") == conference_id
    ]
    return max(times, default=None)


def _latest_end(observed: Observed, conference_id: str) -> datetime:
    ends = [
        _end(event)
        for calendars in observed.calendars.values()
        for events in calendars.values()
        for event in events
        if (event.get("conferenceData") or {}).get("conferenceId") == conference_id and "start" in event
    ]
    return max(ends, default=ENDLESS)
