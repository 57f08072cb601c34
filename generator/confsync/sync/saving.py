"""Writing records so that they fit: a value holds 9 KB, a user's store 500 KB. Mirrors `Saving.js`.

What has no room is given up whole, so that nothing is sent and nothing deleted for it: first what has ended, then what
begins latest. Links are taken only from a record that is too long by itself, which is never deleted then.
"""

from confsync.sync.links import principal_of, trim_links
from confsync.sync.records import PARTIAL, Record, format_record, record_key
from confsync.sync.run import Run, now_minutes, report
from confsync.sync.store import (
    Store,
    is_partial,
    put_properties,
    remove_page,
    remove_property,
    touch,
    wanted_properties,
    write_token,
)

VALUE_BYTES = 9_000
# Of the platform's 500 KB: what others write needs room too.
STORE_BYTES = 490 * 1024
# With so much room again, what was given up is taken back.
ROOMY_BYTES = 400 * 1024


def write_store(run: Run) -> None:
    """Write what has changed since it was read: first all that is new, then what has to go."""
    wanted = wanted_properties(run.store)
    if make_room(run, wanted):
        wanted = wanted_properties(run.store)
        remove_records(run)
    put_properties(run, wanted)
    remove_records(run)
    run.store.touched = {}


def remove_records(run: Run) -> None:
    """Remove the records that are no longer wanted."""
    for key in left_records(run.store):
        remove_property(run, key)


def left_records(store: Store) -> list[str]:
    """Return the properties of records that are no longer wanted."""
    gone = [
        record_key(conference_id) for conference_id in store.touched if conference_id not in store.records
    ]
    return sorted(key for key in gone if key in store.raw)


def make_room(run: Run, wanted: dict[str, str]) -> bool:
    """Shorten records that are too long and give up those that do not fit; tell whether there were any."""
    shortened = False
    for conference_id in run.store.touched:
        if byte_length(wanted.get(record_key(conference_id), "")) > VALUE_BYTES:
            shorten(run.store.records[conference_id])
            shortened = True
    excess = store_bytes(run.store, wanted) - STORE_BYTES
    if excess > 0:
        give_up(run, wanted, excess)
    return shortened or excess > 0


def shorten(record: Record) -> None:
    """Take links from a record, the least first, then ended ones, the oldest first, until it is short enough."""
    while byte_length(format_record(record)) > VALUE_BYTES and (len(record.links) > 1 or record.gone):
        if len(record.links) > 1:
            trim_links(record)
        else:
            record.gone.pop(0)


def give_up(run: Run, wanted: dict[str, str], excess: int) -> None:
    """Give up whole records until the rest fits; a calendar with events that have not ended is partial from then on."""
    now = now_minutes(run)
    left = excess
    for conference_id in least_wanted(run.store, now):
        if left <= 0:
            break
        record = run.store.records.pop(conference_id)
        touch(run.store, conference_id)
        left -= record_bytes(run.store, wanted, conference_id)
        for link in record.links:
            calendar = run.store.calendars[link.calendar]
            if link.end >= now and (not calendar.partial or link.start < calendar.partial):
                calendar.partial = max(link.start, 1)
    report(run, "ERROR", "no room for all conferences", "", len(run.store.records))


def least_wanted(store: Store, now: int) -> list[str]:
    """Return the conferences that may be given up: those that have ended, then those that begin latest."""
    found = []
    for conference_id, record in store.records.items():
        principal = principal_of(record)
        if principal:
            ended = has_ended(record, now)
            found.append((not ended, principal.end if ended else -principal.start, conference_id))
    return [conference_id for _, _, conference_id in sorted(found)]


def has_ended(record: Record, now: int) -> bool:
    """Tell whether all of the events of a conference have ended."""
    return bool(record.links) and all(not link.unsaved and link.end < now for link in record.links)


def take_back(run: Run) -> None:
    """Begin a full listing of the calendars with conferences that were given up, if there is room again."""
    store = run.store
    if not is_partial(store):
        return
    now = now_minutes(run)
    wanted = wanted_properties(store)
    held = store_bytes(store, wanted)
    for conference_id, record in store.records.items():
        if has_ended(record, now):
            held -= record_bytes(store, wanted, conference_id)
    if held >= ROOMY_BYTES:
        return
    for calendar in store.calendars:
        if calendar.partial:
            calendar.partial = 0
            write_token(run, calendar.id, "")
            remove_page(run, calendar.id)


def end_partial(run: Run, calendars: list[str]) -> None:
    """Let go of the caution about records made while the store was full, once everything was read and fits."""
    if is_partial(run.store) or not run.read.issuperset(calendars):
        return
    for conference_id, record in run.store.records.items():
        if record.more == PARTIAL:
            record.more = 0
            touch(run.store, conference_id)


def store_bytes(store: Store, wanted: dict[str, str]) -> int:
    """Return how much the store holds once that is written and the rest removed, in bytes of UTF-8."""
    held = {**store.raw, **wanted}
    for key in left_records(store):
        del held[key]
    return sum(byte_length(key + text) for key, text in held.items())


def record_bytes(store: Store, wanted: dict[str, str], conference_id: str) -> int:
    """Return how much of it is the conference's record."""
    key = record_key(conference_id)
    return byte_length(key + (wanted.get(key) or store.raw.get(key, "")))


def byte_length(text: str) -> int:
    """Return the length of a text in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
