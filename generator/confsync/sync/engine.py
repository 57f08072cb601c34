"""One execution of the sync protocol: note what changed, then settle the difference. Mirrors `Sync.js`."""

from typing import Any

from confsync.sync.calendars import (
    drop_unreachable,
    net_has_come,
    refresh_calendars,
    synced_calendars,
    watched_calendars,
)
from confsync.sync.listing import read_or_flag
from confsync.sync.ports import JsonObject, PlatformError, Ports
from confsync.sync.pruning import prune_links
from confsync.sync.run import Run, is_late, now_minutes, report, start_run
from confsync.sync.saving import end_partial, take_back, write_store
from confsync.sync.settle import settle_due, settle_updates
from confsync.sync.store import clear_flags, read_flags, read_store, set_flag
from confsync.sync.triggers import create_sync_trigger, ensure_triggers
from confsync.sync.unsaved import end_unsaved, fold_unsaved
from confsync.sync.word import heed_word

ROUNDS = 3
SYNC_BUDGET_MS = 240_000  # of the 6 minutes that the platform gives a trigger
SECOND_TRY_MS = 1000


def initialize_syncing(run: Run, calendar_id: str) -> None:
    """Make sure that the calendar is watched, and sync it for the first time."""
    create_sync_trigger(run, calendar_id)
    sync_run(run, [calendar_id])


def sync_events(ports: Ports, config: JsonObject, e: Any = None) -> None:
    """Sync the calendar of a trigger event; without one, as the safety net, every calendar of the user."""
    run = start_run(ports, config, SYNC_BUDGET_MS)
    calendar_id = (e or {}).get("calendarId")
    sync_run(run, [calendar_id] if calendar_id else [])


def sync_run(run: Run, fired: list[str]) -> None:
    """Work in rounds under the user's lock until nobody has left a flag, or the time is over.

    Without calendars, as the safety net.
    """
    if not take_lock(run, fired):
        return
    try:
        calendars, net = fired, not fired
        for _ in range(ROUNDS):
            work_round(run, calendars, net)
            calendars, net = [], False
            if is_late(run):
                return
            if read_flags(run):
                continue
            release_lock(run)
            if not read_flags(run) or not try_lock(run, 0):
                return
    finally:
        if run.locked:
            release_lock(run)


def take_lock(run: Run, fired: list[str]) -> bool:
    """Take the user's lock, or leave a flag for its holder; tell whether it was taken."""
    if try_lock(run, 0):
        return True
    flagged = read_flags(run)
    for calendar_id in fired:
        if calendar_id in flagged:
            return False
        set_flag(run, calendar_id)
    return try_lock(run, SECOND_TRY_MS)


def try_lock(run: Run, milliseconds: int) -> bool:
    """Try for the user's lock."""
    run.locked = run.ports.lock.try_lock(milliseconds)
    return run.locked


def release_lock(run: Run) -> None:
    """Give the user's lock back."""
    run.ports.lock.release_lock()
    run.locked = False


def work_round(run: Run, fired: list[str], net: bool) -> None:
    """Note what changed in the calendars that fired or were flagged, then settle every difference."""
    run.store = read_store(run)
    run.listed = {}
    run.read = set()
    ensure_identity(run)
    heed_word(run)
    fold_unsaved(run, now_minutes(run))
    calendars = fired + [flagged for flagged in clear_flags(run) if flagged not in fired]
    if net:
        refresh_calendars(run)
        drop_unreachable(run, now_minutes(run))
        prune_links(run, now_minutes(run))
        take_back(run)
        calendars = list(dict.fromkeys(synced_calendars(run.store) + calendars))
    for calendar_id in calendars:
        read_or_flag(run, calendar_id)
    if net:
        end_partial(run, calendars)
    end_unsaved(run, now_minutes(run))
    write_store(run)
    if net or not net_has_come(run.store):
        keep_watch(run)
    settle_updates(run)
    settle_due(run)
    if net:
        note_health(run)


def note_health(run: Run) -> None:
    """Write down, once an hour, whether all went well, or what did not; the card shows it."""
    now = now_minutes(run)
    succeeded, failed, what = run.store.health or [0, 0, ""]
    run.store.health = [succeeded, now, run.failed] if run.failed else [now, failed, what]
    write_store(run)


def keep_watch(run: Run) -> None:
    """Make sure that all triggers stand; what the platform refuses is logged, and holds up nothing else."""
    try:
        ensure_triggers(run, watched_calendars(run.store))
    except PlatformError as error:
        report(run, "ERROR", "the triggers are not known", "", str(error))


def ensure_identity(run: Run) -> None:
    """Give the user a random id, for conference parameters, and a key, for fingerprints, on first use."""
    if not run.store.me:
        run.store.me = run.ports.machine.get_uuid()
        run.store.key = run.ports.machine.get_uuid()
        write_store(run)
