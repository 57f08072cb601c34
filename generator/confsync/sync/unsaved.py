"""Conferences made for events that nobody has seen yet. Mirrors `Unsaved.js`.

Making one leaves an entry of its own, which the holder of the lock folds into the records.
"""

import json

from confsync.sync.links import NEVER_SEEN, find_link, unlink
from confsync.sync.records import COMPACT, Link, short_name
from confsync.sync.run import Run, now_minutes
from confsync.sync.saving import write_store
from confsync.sync.store import add_record, calendar_number, index_link, remove_property, touch

# By then the execution that made an entry has surely ended, and the third party knows of the conference everywhere.
CREATION_MINUTES = 10


def unsaved_key(conference_id: str, event_id: str) -> str:
    """Return the property that tells the holder of the lock about a conference without a seen event."""
    return f"unsaved:{short_name(conference_id)}:{short_name(event_id)}"


def write_unsaved(
    run: Run, conference_id: str, event_id: str, calendar_id: str, solution: str, completed: bool
) -> None:
    """Write the entry: before the request as a promise, after it as a fact."""
    entry = [solution, calendar_id, now_minutes(run), 1 if completed else 0, conference_id, event_id]
    text = json.dumps(entry, separators=COMPACT, ensure_ascii=False)
    run.ports.properties.set_properties({unsaved_key(conference_id, event_id): text})


def remove_unsaved(run: Run, conference_id: str, event_id: str) -> None:
    """Remove the entry."""
    run.ports.properties.delete_property(unsaved_key(conference_id, event_id))


def fold_unsaved(run: Run, now: int) -> None:
    """Take in what the creation of conferences has left: one unsaved link for each."""
    store = run.store
    folded = []
    for key in sorted(store.raw):
        if not key.startswith("unsaved:"):
            continue
        solution, calendar_id, since, completed, conference_id, event_id = json.loads(store.raw[key])
        if not completed and now - since < CREATION_MINUTES:
            continue
        folded.append(key)
        record = add_record(store, conference_id, solution)
        number = calendar_number(store, calendar_id)
        if not find_link(record, number, event_id):
            link = Link(number, event_id, unsaved=since)
            record.links.append(link)
            record.made = since
            index_link(store, conference_id, link)
        touch(store, conference_id)
    if folded:
        write_store(run)
    for key in folded:
        remove_property(run, key)


def end_unsaved(run: Run, now: int) -> None:
    """End the links of events that were not seen within their own grace.

    Nothing more is waited for then, unless another event carried the conference: that one's grace goes on.
    """
    grace = run.config["sync"]["unsavedGraceMinutes"]
    for conference_id, record in run.store.records.items():
        for link in list(record.links):
            if link.unsaved and now - link.unsaved >= grace:
                due = record.due
                unlink(run, record, link, False, now)
                record.gone[-1][2] = NEVER_SEEN
                record.due = due if record.links else max(due, now)
                touch(run.store, conference_id)
