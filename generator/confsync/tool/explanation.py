"""Why an event's conference is as it is, read from the records with the engine's own code, and said in words.

Nothing of an event's text, guests or links is in the records; ids of conferences are shortened, for they may be as good
as a link.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from confsync.sync.decision import decide
from confsync.sync.links import CANCELLED, NEVER_SEEN, principal_of, seen_links, wanted_of
from confsync.sync.ports import JsonObject
from confsync.sync.records import FOREVER, Link, Record, short_name
from confsync.sync.run import Run
from confsync.sync.store import PRIMARY, UNLISTED, Store, read_store
from confsync.sync.unsaved import fold_unsaved
from confsync.tool.evidence import Evidence, concerns, is_about
from confsync.tool.journal import PREFIX, SHORT
from confsync.tool.outlook import outlook
from confsync.tool.preview import CopiedProperties

EXECUTIONS_TOLD = 5
LINES_TOLD = 10
SHORTEST_PREFIX = 6


def explain(evidence: Evidence, config: JsonObject, name: str) -> list[JsonObject]:
    """Return an explanation for each conference that has to do with an event's id, or that has this id.

    The beginning of an id will do where no id is equal, as the log shortens them.
    """
    ports: Any = SimpleNamespace(properties=CopiedProperties(evidence.properties))
    run, now = Run(ports, config, 0), evidence.now_ms // 60_000
    run.store = read_store(run)
    fold_unsaved(run, now)
    return [_explained(evidence, config, run.store, found, now) for found in matching(run.store, name)]


def matching(store: Store, name: str) -> list[str]:
    """Return the ids of the conferences that are, or have to do with an event that is, called like this."""
    ids = {
        conference_id: [conference_id, *_events(store.records[conference_id])]
        for conference_id in store.records
    }
    equal = [found for found, names in ids.items() if name in names]
    if equal or len(name) < SHORTEST_PREFIX:
        return sorted(equal)
    return sorted(found for found, names in ids.items() if any(one.startswith(name) for one in names))


def _events(record: Record) -> Iterator[str]:
    for link in record.links:
        yield link.event
        yield link.series
    for entry in record.gone:
        yield str(entry[1])


def _explained(
    evidence: Evidence, config: JsonObject, store: Store, conference_id: str, now: int
) -> JsonObject:
    record = store.records[conference_id]
    action, moment = outlook(store, config, conference_id, now)
    wanted = wanted_of(config, record)
    return {
        "conference": conference_id[:SHORT],
        "solution": record.solution,
        "links": [_link(store, link, principal_of(record)) for link in record.links],
        "gone": [_gone(store, entry) for entry in record.gone],
        "inStep": bool(wanted) and wanted == record.sent,
        "sent": "known" if record.sent else "unknown",
        "due": _time(record.due),
        "attempts": record.attempts,
        "notBefore": _time(record.not_before),
        "refusedAt": _time(record.lost[1] if record.lost else 0),
        "more": bool(record.more),
        "calendars": [_calendar(store, number) for number in _numbers(record)],
        "decision": decide(config, record, now),
        "next": {"action": action, "at": _time(moment) if action != "nothing" else None},
        "why": why(config, record, now),
        "then": then(record, action, moment, now),
        "executions": _executions(evidence, store, conference_id),
    }


def why(config: JsonObject, record: Record, now: int) -> str:
    """Say in a sentence or two how it stands with a conference."""
    if not record.links:
        text = f"No event carries it any more: {_ending(record)}."
    elif not seen_links(record):
        text = "It was made for an event that has not been seen yet."
    elif wanted_of(config, record) == record.sent:
        text = "The third party has accepted what its events say."
    elif record.lost:
        text = f"The third party refused the last update, or no longer has it, at {_time(record.lost[1])}."
    elif record.sent:
        text = "The third party holds something else than its events say."
    else:
        text = "It is not known that the third party holds what its events say."
    if record.attempts:
        text += f" {record.attempts} requests in a row have failed."
    if record.not_before > now:
        text += f" The third party is left alone until {_time(record.not_before)}."
    return text


def then(record: Record, action: str, moment: int, now: int) -> str:
    """Say in a sentence what happens next, and when."""
    first = "The next execution" if moment <= now else f"The first execution from {_time(moment)} on"
    if action == "update":
        return f"{first} sends what its events say."
    if action == "delete":
        return f"{first} that can read every calendar deletes it, unless an event turns up with it."
    if action == "forget":
        return f"{first} forgets it, for its events have ended long ago; the conference itself stays."
    if not record.links and record.more:
        return "It stays: it had more events than a record holds, and such a conference is never deleted unasked."
    return "Nothing happens until one of its events changes."


def _ending(record: Record) -> str:
    how = record.gone[-1][2] if record.gone and len(record.gone[-1]) > 2 else 0
    return {
        CANCELLED: "the last one was cancelled",
        NEVER_SEEN: "the one that it was made for was never saved",
    }.get(how, "the last one lives on without it")


def _link(store: Store, link: Link, principal: Link | None) -> JsonObject:
    return {
        "event": link.event,
        "calendar": store.calendars[link.calendar].id,
        "series": link.series or None,
        "start": _time(link.start),
        "end": None if link.end >= FOREVER else _time(link.end),
        "principal": link is principal,
        "unsavedSince": _time(link.unsaved),
    }


def _gone(store: Store, entry: Sequence[Any]) -> JsonObject:
    how = entry[2] if len(entry) > 2 else 0
    ended = {CANCELLED: "cancelled", NEVER_SEEN: "never seen"}.get(how, "without the conference")
    return {"event": entry[1], "calendar": store.calendars[entry[0]].id, "ended": ended}


def _numbers(record: Record) -> list[int]:
    return sorted({link.calendar for link in record.links} | {int(entry[0]) for entry in record.gone})


def _calendar(store: Store, number: int) -> JsonObject:
    calendar = store.calendars[number]
    token = store.tokens.get(calendar.id)
    return {
        "id": calendar.id,
        "primary": calendar.mark == PRIMARY,
        "inList": calendar.mark != UNLISTED,
        "token": "none yet"
        if token is None
        else "kept"
        if token
        else "dropped: the next listing is a full one",
        "flagged": calendar.id in store.flags,
        "stopped": calendar.id in store.pages,
        "unreachableSince": _time(calendar.unreachable),
    }


def _executions(evidence: Evidence, store: Store, conference_id: str) -> list[JsonObject]:
    """Return the last executions that wrote the record or logged something about it, its events or its calendars."""
    record = store.records[conference_id]
    calendars = [store.calendars[number].id for number in _numbers(record)]
    names = [conference_id, *filter(None, _events(record))]
    short_ids = frozenset(name[:SHORT] for name in [*names, *calendars])
    keys = frozenset({PREFIX + short_name(conference_id)})
    told = [one for one in evidence.executions if concerns(one, keys, short_ids)]
    return [
        {
            "number": one.number,
            "at": _time(one.at_ms // 60_000),
            "cause": one.cause,
            "status": one.status or None,
            "wrote": bool(one.keys & keys),
            "log": [f"{line.severity} {line.message}" for line in one.lines if is_about(line, short_ids)][
                -LINES_TOLD:
            ],
        }
        for one in told[-EXECUTIONS_TOLD:]
    ]


def unsaved_entries(properties: Mapping[str, str], name: str) -> list[str]:
    """Return the creations of conferences for an event that no execution has taken in yet, as the engine names them."""
    found = []
    for key, text in properties.items():
        if key.startswith("unsaved:"):
            _, _, _, completed, *names = cast(list[Any], json.loads(text))
            found += ["completed" if completed else "without an answer so far"] if name in names else []
    return found


def _time(minutes: int) -> str | None:
    return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%MZ") if minutes else None
