"""Listing a calendar: every page is noted, and nothing is forgotten when a token expires. Mirrors `Listing.js`."""

from confsync.sync.events import CalendarError, list_page
from confsync.sync.look import note_item, read_event
from confsync.sync.ports import JsonObject
from confsync.sync.records import calendar_number, set_flag, write_store, write_token
from confsync.sync.run import Run, now_minutes, report


def read_or_flag(run: Run, calendar_id: str) -> bool:
    """Read a calendar, or leave it to the next execution when the time is over; tell whether it was read."""
    if calendar_id in run.read:
        return True
    if run.ports.machine.now_ms() > run.deadline_ms:
        set_flag(run, calendar_id)
        return False
    return read_calendar(run, calendar_id)


def read_calendar(run: Run, calendar_id: str) -> bool:
    """Note all that changed in a calendar; an expired token is dropped for one full listing."""
    token = run.store.tokens.get(calendar_id, "")
    try:
        try:
            list_changes(run, calendar_id, token)
        except CalendarError as error:
            if error.kind != "expired" or not token:
                raise
            write_token(run, calendar_id, "")
            list_changes(run, calendar_id, "")
    except CalendarError as error:
        report(run, "WARNING", "the calendar could not be read", calendar_id, error.kind)
        return False
    run.read.add(calendar_id)
    return True


def list_changes(run: Run, calendar_id: str, token: str) -> None:
    """Note every page of a listing; the new token is stored once all records are written.

    Raises CalendarError `late` when the time is over before the last page; the calendar is flagged then.
    """
    number = calendar_number(run.store, calendar_id)
    now = now_minutes(run)
    met = []
    page: JsonObject = {"nextPageToken": ""}
    while "nextPageToken" in page:
        page = list_page(run, calendar_id, token, page["nextPageToken"], now)
        for event in page.get("items", []):
            note_item(run, number, event)
            met.append(event["id"])
        write_store(run)
        if "nextPageToken" in page and run.ports.machine.now_ms() > run.deadline_ms:
            set_flag(run, calendar_id)
            raise CalendarError("late")
    if not token:
        read_back(run, number, met)
    if page.get("nextSyncToken", token) != token:
        write_token(run, calendar_id, page["nextSyncToken"])


def read_back(run: Run, calendar: int, met: list[str]) -> None:
    """Read the linked events that a full listing did not show: it has no tombstones for what went meanwhile."""
    known = set(met)
    unmet = set()
    for record in run.store.records.values():
        for link in record.links:
            if link.calendar == calendar and not link.unsaved and link.event not in known:
                unmet.add(link.event)
    for event_id in sorted(unmet):
        read_event(run, calendar, event_id)
    write_store(run)
