"""Records and tokens in UserProperties: what each conference should be, and what the third party last accepted.

Mirrors `Records.js`. Times are minutes since the epoch. A link is one event that carries the conference; `gone`
keeps the links that ended, for a last look before the conference is deleted.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from confsync.sync.run import Run

FOREVER = 1_000_000_000  # minutes: the end of a series without one


@dataclass
class Link:
    """One event that carries the conference; `unsaved` is since when the event has not been seen."""

    calendar: int
    event: str
    series: str = ""
    start: int = 0
    end: int = 0
    fingerprint: str = ""
    unsaved: int = 0


@dataclass
class Record:
    """What is known of one conference; an empty `sent` means that nobody knows what the third party holds.

    `unknown_since` is when the conference was made, until the third party has accepted an update.
    """

    solution: str
    links: list[Link] = field(default_factory=list)
    sent: str = ""
    due: int = 0
    gone: list[list[Any]] = field(default_factory=list)
    first: int = 0
    attempts: int = 0
    not_before: int = 0
    unknown_since: int = 0
    lost: list[Any] = field(default_factory=list)
    more: int = 0


@dataclass
class Store:
    """The user's properties, read once; `raw` is what is written there now.

    `index` tells, by calendar number and event id, which conferences an event is or was linked to.
    """

    raw: dict[str, str]
    calendars: list[list[Any]]
    me: str
    key: str
    tokens: dict[str, str]
    flags: list[str]
    records: dict[str, Record]
    index: dict[str, list[str]]


def read_store(run: Run) -> Store:
    """Read all properties of this user."""
    raw = dict(run.ports.properties.get_properties())
    store = Store(
        raw, json.loads(raw.get("calendars", "[]")), raw.get("me", ""), raw.get("key", ""), {}, [], {}, {}
    )
    for key in sorted(raw):
        kind, _, name = key.partition(":")
        if kind == "syncToken":
            store.tokens[name] = raw[key]
        elif kind == "changed":
            store.flags.append(name)
        elif kind == "conference":
            store.records[name] = parse_record(raw[key])
            for link in store.records[name].links:
                index_link(store, name, link)
    return store


def read_flags(run: Run) -> list[str]:
    """Return the calendars for which other executions have left a flag."""
    return [
        key[len("changed:") :]
        for key in sorted(run.ports.properties.get_properties())
        if key.startswith("changed:")
    ]


def index_link(store: Store, conference_id: str, link: Link) -> None:
    """Make the link findable by its event."""
    known = store.index.setdefault(f"{link.calendar}/{link.event}", [])
    if conference_id not in known:
        known.append(conference_id)


def parse_record(text: str) -> Record:
    """Return the record that `format_record` wrote."""
    values = json.loads(text)
    record = Record(values[0])
    for link in values[1] if len(values) > 1 else []:
        record.links.append(Link(*link))
    names = ("sent", "due", "gone", "first", "attempts", "not_before", "unknown_since", "lost", "more")
    for name, value in zip(names, values[2:], strict=False):
        setattr(record, name, value)
    return record


def format_record(record: Record) -> str:
    """Return the record as a short JSON array; empty values at an array's end are left out."""
    links = []
    for link in record.links:
        links.append(
            trim_array(
                [link.calendar, link.event, link.series, link.start, link.end, link.fingerprint, link.unsaved]
            )
        )
    return json.dumps(
        trim_array(
            [
                record.solution,
                links,
                record.sent,
                record.due,
                record.gone,
                record.first,
                record.attempts,
                record.not_before,
                record.unknown_since,
                record.lost,
                record.more,
            ]
        ),
        separators=(",", ":"),
        ensure_ascii=False,
    )


def trim_array(values: list[Any]) -> list[Any]:
    """Return the array without the empty values at its end."""
    length = len(values)
    while length and values[length - 1] in ("", 0, []):
        length -= 1
    return values[:length]


def write_store(run: Run) -> None:
    """Write what has changed since it was read: first all that is new, then what has to go."""
    store = run.store
    wanted: dict[str, str] = {}
    if store.calendars:
        wanted["calendars"] = json.dumps(store.calendars, separators=(",", ":"), ensure_ascii=False)
    if store.me:
        wanted["me"] = store.me
        wanted["key"] = store.key
    for conference_id, record in store.records.items():
        wanted["conference:" + conference_id] = format_record(record)
    changed = {key: text for key, text in wanted.items() if store.raw.get(key) != text}
    if changed:
        run.ports.properties.set_properties(changed)
        store.raw.update(changed)
    for key in sorted(store.raw):
        if key.startswith("conference:") and key not in wanted:
            remove_property(run, key)


def remove_property(run: Run, key: str) -> None:
    """Remove one property."""
    run.ports.properties.delete_property(key)
    del run.store.raw[key]


def write_token(run: Run, calendar_id: str, token: str) -> None:
    """Write a calendar's token; a dropped one is the empty string, the key stays."""
    run.ports.properties.set_properties({"syncToken:" + calendar_id: token})
    run.store.raw["syncToken:" + calendar_id] = token
    run.store.tokens[calendar_id] = token


def set_flag(run: Run, calendar_id: str) -> None:
    """Tell the next execution, or the present holder of the lock, that a calendar is to be read."""
    run.ports.properties.set_properties({"changed:" + calendar_id: "1"})


def clear_flags(run: Run) -> list[str]:
    """Remove the flags of other executions; return the calendars that they named."""
    flagged: list[str] = run.store.flags
    for calendar_id in flagged:
        remove_property(run, "changed:" + calendar_id)
    run.store.flags = []
    return flagged


def calendar_number(store: Store, calendar_id: str) -> int:
    """Return the number under which records know a calendar, a new one for a new calendar."""
    for number, entry in enumerate(store.calendars):
        if entry[0] == calendar_id:
            return number
    store.calendars.append([calendar_id])
    return len(store.calendars) - 1
