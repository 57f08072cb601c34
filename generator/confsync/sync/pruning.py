"""Forgetting links. It requests nothing: the conferences stay. Mirrors `Pruning.js`."""

from confsync.sync.links import forget_sent
from confsync.sync.records import TRIMMED
from confsync.sync.run import Run
from confsync.sync.store import touch


def drop_links(run: Run, calendar: int) -> None:
    """Forget all links of a calendar, ended ones too; it requests nothing, no conference is deleted for it."""
    store = run.store
    for conference_id in sorted(store.records):
        record = store.records[conference_id]
        record.gone = [entry for entry in record.gone if entry[0] != calendar]
        touch(store, conference_id)
        kept = [link for link in record.links if link.calendar != calendar]
        if len(kept) == len(record.links):
            continue
        record.links = kept
        forget_sent(run.config, record)
        if not kept:
            del store.records[conference_id]


def prune_links(run: Run, now: int) -> None:
    """Forget links of events that ended long ago; it requests nothing, the conference stays."""
    line = now - run.config["sync"]["pruneMinutes"]
    for conference_id in sorted(run.store.records):
        record = run.store.records[conference_id]
        kept = [link for link in record.links if link.unsaved or link.end >= line]
        if not record.links and record.more == TRIMMED and record.due < line:
            del run.store.records[conference_id]
            touch(run.store, conference_id)
        if len(kept) == len(record.links):
            continue
        touch(run.store, conference_id)
        starts = [link.start for link in record.links if link not in kept]
        record.first = min([*starts, record.first] if record.first else starts)
        record.links = kept
        if not kept:
            del run.store.records[conference_id]
