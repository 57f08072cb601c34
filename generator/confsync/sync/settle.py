"""Doing what the records ask for: updates first, then deletions with their brakes. Mirrors `Settle.js`."""

from typing import Any

from confsync.sync.calendars import is_given_up, refresh_calendars, synced_calendars
from confsync.sync.decision import conferences_to, decide
from confsync.sync.events import CalendarError
from confsync.sync.links import CANCELLED, NEVER_SEEN
from confsync.sync.listing import read_or_flag
from confsync.sync.look import read_event, read_instances
from confsync.sync.ports import JsonObject
from confsync.sync.run import Run, now_minutes, report
from confsync.sync.saving import write_store
from confsync.sync.send import BATCH, send_all
from confsync.sync.store import touch


def settle_updates(run: Run) -> None:
    """Bring every conference that differs to what its events say."""
    send_all(run, conferences_to(run, "update", now_minutes(run)), "update")


def settle_due(run: Run) -> None:
    """Delete what is due, if every calendar could be read in this execution and no event shows up again.

    Each batch is deleted right after the last look at its events, so that whatever the time allows is done.
    """
    if not conferences_to(run, "delete", now_minutes(run)):
        return
    refresh_calendars(run)
    if not run.calendars_known:
        return
    for calendar_id in synced_calendars(run.store):
        if not read_or_flag(run, calendar_id) and not is_given_up(run.store, calendar_id, now_minutes(run)):
            return
    due = conferences_to(run, "delete", now_minutes(run))
    for begin in range(0, len(due), BATCH):
        batch = [
            conference_id
            for conference_id in due[begin : begin + BATCH]
            if conference_id in run.store.records
        ]
        if not send_all(run, look_again(run, batch), "delete"):
            return


def look_again(run: Run, conference_ids: list[str]) -> list[str]:
    """Read every event that once carried the conferences, a series with its instances.

    Returns those that still have to be deleted.

    An event that was gone and is seen again, without the conference, buys it another grace; so does one that had
    never been seen and was saved after all, for nobody knows until when it carried the conference.
    """
    now = now_minutes(run)
    confirmed = []
    for conference_id in conference_ids:
        record = run.store.records[conference_id]
        try:
            for entry in list(record.gone):
                event = read_event(run, entry[0], entry[1])
                if event.get("recurrence"):
                    read_instances(run, entry[0], entry[1])
                if turned_up(entry, event) and not record.links:
                    touch(run.store, conference_id)
                    entry[2] = 0
                    record.due = now + run.config["sync"]["graceMinutes"]
        except CalendarError as error:
            report(run, "WARNING", "not deleted: an event could not be read", conference_id, error.kind)
            continue
        if decide(run.config, record, now) == "delete":
            confirmed.append(conference_id)
    write_store(run)
    return confirmed


def turned_up(entry: list[Any], event: JsonObject) -> bool:
    """Tell whether the event of a link that ended is there although it was not, or was never seen."""
    if entry[2] == NEVER_SEEN:
        return not event.get("missing")
    return entry[2] == CANCELLED and event.get("status") != "cancelled"
