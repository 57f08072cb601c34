"""The user's properties: tokens, flags and records, read once and written as they change. Mirrors `Store.js`."""

import json
from dataclasses import dataclass, field
from typing import Any

from confsync.sync.records import (
    COMPACT,
    Link,
    Record,
    format_record,
    parse_record,
    record_key,
    short_name,
    trim_array,
)
from confsync.sync.run import Run

PRIMARY, UNLISTED = 1, 2


@dataclass
class Calendar:
    """A calendar that records know by its number; times in minutes since the epoch.

    `mark` tells the primary one and those that have left the user's list; `unreachable` is since when it has
    not answered; `partial` the start of the first event whose conference found no room in the store.
    """

    id: str
    mark: int = 0
    unreachable: int = 0
    partial: int = 0


@dataclass
class Store:
    """The user's properties, read once; `raw` is what is written there now.

    `touched` are the conferences whose records have changed since they were written. `index` tells, by calendar number
    and event id, which conferences an event is or was linked to, `instances` those of a series' instances; `pages` where
    a listing was stopped, by calendar; `fetches` the day and how many requests were sent on it; `health` the last
    success, the last failure and what it was; `word` what the user has said on the card of the conferences that are due
    by then: ["delete", until] or ["keep", until].
    """

    raw: dict[str, str]
    calendars: list[Calendar]
    me: str
    key: str
    health: list[Any] = field(default_factory=list)
    fetches: list[int] = field(default_factory=lambda: [0, 0])
    word: list[Any] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    pages: dict[str, list[Any]] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)
    index: dict[str, list[str]] = field(default_factory=dict)
    instances: dict[str, list[str]] = field(default_factory=dict)


def read_store(run: Run) -> Store:
    """Read all properties of this user."""
    raw = dict(run.ports.properties.get_properties())
    store = Store(
        raw,
        [Calendar(*entry) for entry in json.loads(raw.get("calendars", "[]"))],
        raw.get("me", ""),
        raw.get("key", ""),
        json.loads(raw.get("health", "[]")),
        json.loads(raw.get("fetches", "[0,0]")),
        json.loads(raw.get("word", "[]")),
    )
    for key in sorted(raw):
        kind, _, name = key.partition(":")
        if kind == "syncToken":
            store.tokens[name] = raw[key]
        elif kind == "page":
            store.pages[name] = json.loads(raw[key])
        elif kind == "changed":
            store.flags.append(name)
        elif kind == "conference":
            record = parse_record(raw[key])
            store.records[record.id or name] = record
            for link in record.links:
                index_link(store, record.id or name, link)
    return store


def read_flags(run: Run) -> list[str]:
    """Return the calendars for which other executions have left a flag."""
    return [
        key[len("changed:") :]
        for key in sorted(run.ports.properties.get_properties())
        if key.startswith("changed:")
    ]


def add_record(store: Store, conference_id: str, solution: str) -> Record:
    """Return the conference's record, a new one for a new conference."""
    record = store.records.get(conference_id)
    if record is None:
        record = store.records[conference_id] = Record(solution)
        if short_name(conference_id) != conference_id:
            record.id = conference_id
    return record


def touch(store: Store, conference_id: str) -> None:
    """Remember that the conference's record has changed: only such records are written."""
    store.touched[conference_id] = None


def index_link(store: Store, conference_id: str, link: Link) -> None:
    """Make the link findable by its event, and by the series that it is an instance of."""
    known = store.index.setdefault(f"{link.calendar}/{link.event}", [])
    if conference_id not in known:
        known.append(conference_id)
    if link.series:
        known = store.instances.setdefault(f"{link.calendar}/{link.series}", [])
        if conference_id not in known:
            known.append(conference_id)


def wanted_properties(store: Store) -> dict[str, str]:
    """Return the properties that should be there, without tokens, flags, untouched records and what others write."""
    wanted: dict[str, str] = {}
    if store.calendars:
        wanted["calendars"] = json.dumps(
            [trim_array([each.id, each.mark, each.unreachable, each.partial]) for each in store.calendars],
            separators=COMPACT,
            ensure_ascii=False,
        )
    if store.me:
        wanted["me"] = store.me
        wanted["key"] = store.key
    if store.health:
        wanted["health"] = json.dumps(store.health, separators=COMPACT, ensure_ascii=False)
    if store.fetches[0]:
        wanted["fetches"] = json.dumps(store.fetches, separators=COMPACT, ensure_ascii=False)
    for conference_id in store.touched:
        if conference_id in store.records:
            wanted[record_key(conference_id)] = format_record(store.records[conference_id])
    return wanted


def put_properties(run: Run, wanted: dict[str, str]) -> None:
    """Write what is not there yet in one call."""
    changed = {key: text for key, text in wanted.items() if run.store.raw.get(key) != text}
    if changed:
        run.ports.properties.set_properties(changed)
        run.store.raw.update(changed)


def remove_property(run: Run, key: str) -> None:
    """Remove one property."""
    run.ports.properties.delete_property(key)
    del run.store.raw[key]


def write_token(run: Run, calendar_id: str, token: str) -> None:
    """Write a calendar's token; a dropped one is the empty string, the key stays."""
    put_properties(run, {"syncToken:" + calendar_id: token})
    run.store.tokens[calendar_id] = token


def write_page(run: Run, calendar_id: str, page: list[Any]) -> None:
    """Write where the listing of a calendar was stopped."""
    put_properties(run, {"page:" + calendar_id: json.dumps(page, separators=COMPACT, ensure_ascii=False)})
    run.store.pages[calendar_id] = page


def remove_page(run: Run, calendar_id: str) -> None:
    """Forget where the listing of a calendar was stopped, if it was."""
    if calendar_id in run.store.pages:
        del run.store.pages[calendar_id]
        remove_property(run, "page:" + calendar_id)


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
    for number, calendar in enumerate(store.calendars):
        if calendar.id == calendar_id:
            return number
    store.calendars.append(Calendar(calendar_id))
    return len(store.calendars) - 1


def is_partial(store: Store) -> bool:
    """Tell whether some conferences have found no room in the store."""
    return any(calendar.partial for calendar in store.calendars)
