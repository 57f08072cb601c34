"""Links: which events carry which conference, and how that changes. Mirrors `Links.js`."""

from typing import Any

from confsync.sync.events import writes_back
from confsync.sync.occurrences import knows_occurrences, occurrence_mark, set_cancelled
from confsync.sync.records import (
    INSTANCES_UNREAD,
    PARTIAL,
    TRIMMED,
    Link,
    Record,
)
from confsync.sync.run import Run
from confsync.sync.store import Store, add_record, index_link, is_partial, touch

GONE_KEPT = 8
LINKS_KEPT = 40
# How a link in `gone` ended: the event lived on without it (0), was cancelled, or had never been seen.
CANCELLED, NEVER_SEEN = 1, 2


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


def span_of(record: Record) -> tuple[int, int]:
    """Return the earliest start and the latest end of the events that carry or carried the conference, in minutes."""
    links = seen_links(record)
    starts = [link.start for link in links] + ([record.first] if record.first else [])
    return min(starts), max(link.end for link in links)


def wanted_of(config: dict[str, Any], record: Record) -> str:
    """Return the fingerprint of what the third party should hold, empty when no seen event says so."""
    principal = principal_of(record)
    if not principal:
        return ""
    wanted = principal.fingerprint
    if config["provider"].get("usesSpan"):
        start, end = span_of(record)
        wanted += f"/{start}-{end}"
    if knows_occurrences(config):
        wanted += occurrence_mark(record, principal)
    return wanted


def apply_change(run: Run, change: dict[str, Any], now: int) -> None:
    """Carry out one change that the note of an event asks for."""
    store = run.store
    conference_id = change["conference"]
    if change["change"] == "unlink":
        unlink(run, store.records[conference_id], change["link"], change["cancelled"], now)
    elif change["change"] == "occurrence":
        set_cancelled(store.records[conference_id], change["event"], change["cancelled"])
    else:
        if conference_id not in store.records:
            add_record(store, conference_id, change["solution"]).more = PARTIAL if is_partial(store) else 0
        if writes_back(run.config) and is_new_link(store.records[conference_id], change["link"]):
            # It may show something else than the others do.
            store.records[conference_id].sent = ""
        link_event(store, conference_id, change["link"], change["series"], now)
    forget_sent(run.config, store.records[conference_id])
    touch(store, conference_id)


def is_new_link(record: Record, link: Link) -> bool:
    """Tell whether the event of a link has not been seen with the conference yet."""
    known = find_link(record, link.calendar, link.event)
    return known is None or bool(known.unsaved)


def link_event(store: Store, conference_id: str, link: Link, series: bool, now: int) -> None:
    """Add or refresh a link; a conference that was due, or lost, is thought about anew."""
    record = store.records[conference_id]
    known = find_link(record, link.calendar, link.event)
    if series and is_reshaped(store, known, link):
        link.unread = INSTANCES_UNREAD
    if known:
        record.links[record.links.index(known)] = link
    else:
        record.links.append(link)
        record.lost = []
        while len(record.links) > LINKS_KEPT:
            trim_links(record)
    index_link(store, conference_id, link)
    if record.due and record.due <= now:
        record.sent = ""
    record.due = 0
    record.gone = [entry for entry in record.gone if entry[:2] != [link.calendar, link.event]]


def is_reshaped(store: Store, known: Link | None, link: Link) -> bool:
    """Tell whether nobody knows what became of a series' instances: it is newly linked, or they may have gone.

    A changed series need not list its instances again, nor have tombstones for those that went.
    """
    if known is None or known.unsaved or known.unread == INSTANCES_UNREAD:
        return True
    changed = [known.start, known.end, known.fingerprint] != [link.start, link.end, link.fingerprint]
    return changed and bool(instance_links(store, link.calendar, link.event))


def instance_links(store: Store, calendar: int, series: str) -> list[tuple[str, Link]]:
    """Return the links of a series' instances, each with its conference's id."""
    found = []
    for conference_id in sorted(store.instances.get(f"{calendar}/{series}", [])):
        record = store.records.get(conference_id)
        for link in record.links if record else []:
            if link.calendar == calendar and link.series == series:
                found.append((conference_id, link))
    return found


def trim_links(record: Record) -> None:
    """Forget the least of the links of a record that has too many; it is never deleted from then on."""
    seen = seen_links(record)
    candidates = seen if len(seen) > 1 else record.links
    least = candidates[0]
    for link in candidates:
        if precedes(least, link):
            least = link
    record.links.remove(least)
    record.more = TRIMMED


def unlink(run: Run, record: Record, link: Link, cancelled: bool, now: int) -> None:
    """Move a link to `gone`; without a seen one the conference is due after the grace."""
    record.links.remove(link)
    record.gone.append([link.calendar, link.event, CANCELLED if cancelled else 0])
    record.gone = record.gone[-GONE_KEPT:]
    if not seen_links(record):
        record.due = now + run.config["sync"]["graceMinutes"]


def forget_sent(config: dict[str, Any], record: Record) -> None:
    """Empty `sent` when the third party should hold something else, before anything is requested."""
    wanted = wanted_of(config, record)
    if wanted and wanted != record.sent:
        record.sent = ""
