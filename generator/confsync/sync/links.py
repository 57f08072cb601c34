"""Links: which events carry which conference, and how that changes. Mirrors `Links.js`."""

import json
from typing import Any

from confsync.sync.records import (
    Link,
    Record,
    Store,
    calendar_number,
    index_link,
    remove_property,
    write_store,
)
from confsync.sync.run import Run

GONE_KEPT = 8
LINKS_KEPT = 40  # a property holds 9 KB
# How a link in `gone` ended: the event lived on without it (0), was cancelled, or had never been seen.
CANCELLED, NEVER_SEEN = 1, 2
# By then the execution that made an entry has surely ended, and the third party knows of the conference everywhere.
CREATION_MINUTES = 10


def find_link(record: Record, calendar: int, event_id: str) -> Link | None:
    """Return the link of that event, or None."""
    for link in record.links:
        if link.calendar == calendar and link.event == event_id:
            return link
    return None


def linked_conferences(store: Store, calendar: int, event_id: str) -> list[str]:
    """Return the ids of the conferences that the event is linked to."""
    found = []
    for conference_id in store.index.get(f"{calendar}/{event_id}", []):
        record = store.records.get(conference_id)
        if record and find_link(record, calendar, event_id):
            found.append(conference_id)
    return found


def seen_links(record: Record) -> list[Link]:
    """Return the links whose events have been seen."""
    return [link for link in record.links if not link.unsaved]


def principal_of(record: Record) -> Link | None:
    """Return the link that says what the conference looks like.

    The latest end decides, links without `series` go first; ties go to the smallest event id, then calendar.
    """
    best: Link | None = None
    for link in seen_links(record):
        if best is None or precedes(link, best):
            best = link
    return best


def precedes(one: Link, other: Link) -> bool:
    """Tell whether the first link is the better principal."""
    if bool(one.series) != bool(other.series):
        return not one.series
    if one.end != other.end:
        return one.end > other.end
    if one.event != other.event:
        return one.event < other.event
    return one.calendar < other.calendar


def wanted_of(record: Record) -> str:
    """Return the fingerprint of what the third party should hold, empty when no seen event says so."""
    principal = principal_of(record)
    return principal.fingerprint if principal else ""


def apply_change(run: Run, change: dict[str, Any], now: int) -> None:
    """Carry out one change that the note of an event asks for."""
    store = run.store
    record = store.records.get(change["conference"])
    if change["change"] == "unlink":
        unlink(run, record, change["link"], change["cancelled"], now)
    else:
        if record is None:
            record = store.records[change["conference"]] = Record(change["solution"])
        link_event(record, change["link"], now)
        index_link(store, change["conference"], change["link"])
    forget_sent(record)


def link_event(record: Record, link: Link, now: int) -> None:
    """Add or refresh a link; a conference that was due, or lost, is thought about anew."""
    known = find_link(record, link.calendar, link.event)
    if known:
        record.links[record.links.index(known)] = link
    else:
        record.links.append(link)
        record.lost = []
        trim_links(record)
    if record.due and record.due <= now:
        record.sent = ""
    record.due = 0
    record.gone = [entry for entry in record.gone if entry[:2] != [link.calendar, link.event]]


def trim_links(record: Record) -> None:
    """Forget the least of the links of a record that has too many; it is never deleted from then on."""
    while len(record.links) > LINKS_KEPT:
        least = seen_links(record)[0]
        for link in seen_links(record):
            if precedes(least, link):
                least = link
        record.links.remove(least)
        record.more = 1


def unlink(run: Run, record: Record, link: Link, cancelled: bool, now: int) -> None:
    """Move a link to `gone`; without a seen one the conference is due after the grace."""
    record.links.remove(link)
    record.gone.append([link.calendar, link.event, CANCELLED if cancelled else 0])
    record.gone = record.gone[-GONE_KEPT:]
    if not seen_links(record):
        record.due = now + run.config["sync"]["graceMinutes"]


def forget_sent(record: Record) -> None:
    """Empty `sent` when the third party should hold something else, before anything is requested."""
    wanted = wanted_of(record)
    if wanted and wanted != record.sent:
        record.sent = ""


def fold_unsaved(run: Run, now: int) -> None:
    """Take in what the creation of conferences has left: one unsaved link for each."""
    store = run.store
    folded = []
    for key in sorted(store.raw):
        if not key.startswith("unsaved:"):
            continue
        conference_id, _, event_id = key.removeprefix("unsaved:").rpartition(":")
        solution, calendar_id, since, completed = json.loads(store.raw[key])
        if not completed and now - since < CREATION_MINUTES:
            continue
        folded.append(key)
        record = store.records.setdefault(conference_id, Record(solution))
        number = calendar_number(store, calendar_id)
        if not find_link(record, number, event_id):
            link = Link(number, event_id, unsaved=since)
            record.links.append(link)
            record.unknown_since = since
            index_link(store, conference_id, link)
    if folded:
        write_store(run)
    for key in folded:
        remove_property(run, key)


def end_unsaved(run: Run, now: int) -> None:
    """End the links of events that were not seen within their own grace.

    Nothing more is waited for then, unless another event carried the conference: that one's grace goes on.
    """
    grace = run.config["sync"]["unsavedGraceMinutes"]
    for record in run.store.records.values():
        for link in list(record.links):
            if link.unsaved and now - link.unsaved >= grace:
                due = record.due
                unlink(run, record, link, False, now)
                record.gone[-1][2] = NEVER_SEEN
                record.due = due if record.links else max(due, now)


def prune_links(run: Run, now: int) -> None:
    """Forget links of events that ended long ago; it requests nothing, the conference stays."""
    line = now - run.config["sync"]["pruneMinutes"]
    for conference_id in sorted(run.store.records):
        record = run.store.records[conference_id]
        kept = [link for link in record.links if link.unsaved or link.end >= line]
        if len(kept) == len(record.links):
            continue
        starts = [link.start for link in record.links if link not in kept]
        record.first = min([*starts, record.first] if record.first else starts)
        record.links = kept
        if not kept:
            del run.store.records[conference_id]
