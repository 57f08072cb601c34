"""Listing a calendar: every page is noted, and nothing is forgotten when a token expires. Mirrors `Listing.js`."""

from collections.abc import Callable
from typing import Any

from confsync.sync.calendars import note_reached
from confsync.sync.events import CalendarError, list_page
from confsync.sync.look import note_item, read_event, read_instances
from confsync.sync.ports import JsonObject
from confsync.sync.records import EVENT_UNREAD, INSTANCES_UNREAD
from confsync.sync.run import Run, is_late, now_minutes, report
from confsync.sync.saving import write_store
from confsync.sync.store import calendar_number, remove_page, set_flag, write_page, write_token
from confsync.sync.unread import has_unread, mark_read, mark_unread, unread_events

READ_BACK_BATCH = 50
BUSY_READS = 3  # of a calendar, after which the rest is left to the next execution


def read_or_flag(run: Run, calendar_id: str) -> bool:
    """Read a calendar, or leave it to the next execution when the time is over; tell whether it was read."""
    if calendar_id in run.read:
        return True
    if is_late(run):
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
        if error.kind != "late":
            report(run, "WARNING", "the calendar could not be read", calendar_id, error.kind)
            note_reached(run, calendar_id, False, now_minutes(run))
        return False
    note_reached(run, calendar_id, True, now_minutes(run))
    run.read.add(calendar_id)
    read_back(run, calendar_id)
    return True


def list_changes(run: Run, calendar_id: str, token: str) -> None:
    """Note every page of a listing; the new token is stored once all records are written.

    What a full listing does not show is left marked as unread. Raises CalendarError `late` when the time is over
    before the last page: where it was stopped is written down, and the calendar is flagged.
    """
    number = calendar_number(run.store, calendar_id)
    page_token, begun = begin_listing(run, calendar_id, token)
    page: JsonObject = {"nextPageToken": page_token}
    while "nextPageToken" in page:
        page = ask_page(run, calendar_id, token, page["nextPageToken"], begun)
        for event in page.get("items", []):
            note_item(run, number, event)
        write_store(run)
        if "nextPageToken" in page and is_late(run):
            write_page(run, calendar_id, [page["nextPageToken"], token, begun])
            set_flag(run, calendar_id)
            raise CalendarError("late")
    if not token:
        for event_id in unread_events(run.store, number, INSTANCES_UNREAD):
            mark_read(run.store, number, event_id, INSTANCES_UNREAD)
        write_store(run)
    if page.get("nextSyncToken", token) != token:
        write_token(run, calendar_id, page["nextSyncToken"])
    remove_page(run, calendar_id)


def begin_listing(run: Run, calendar_id: str, token: str) -> tuple[str, int]:
    """Return the page to go on with, empty for the first one, and when the listing was begun.

    A full listing marks the links of the calendar, so that what it does not show is found afterwards: there are no
    tombstones for what went meanwhile.
    """
    stopped: list[Any] = run.store.pages.get(calendar_id, [])
    if stopped and stopped[1] == token:
        return stopped[0], stopped[2]
    if not token:
        mark_unread(run.store, calendar_number(run.store, calendar_id))
    return "", now_minutes(run)


def ask_page(run: Run, calendar_id: str, token: str, page_token: str, begun: int) -> JsonObject:
    """Return a page; one that is refused is not asked for again, so that the next listing begins anew."""
    try:
        return list_page(run, calendar_id, token, page_token, begun)
    except CalendarError as error:
        if error.kind != "busy":
            remove_page(run, calendar_id)
        raise


def read_back(run: Run, calendar_id: str) -> None:
    """Read what a listing has left open: events that it did not show, and the instances of series."""
    number = calendar_number(run.store, calendar_id)
    if read_marked(run, number, EVENT_UNREAD, read_event):
        read_marked(run, number, INSTANCES_UNREAD, read_instances)
    if is_late(run) and has_unread(run.store, number):
        set_flag(run, calendar_id)


def read_marked(run: Run, calendar: int, mark: int, read: Callable[[Run, int, str], JsonObject]) -> bool:
    """Read the calendar's events whose links bear the mark; tell whether one may go on.

    What is withheld from this user stays as it was; what cannot be read now keeps its mark for the next execution,
    and one event that Calendar never shows keeps no other from being read.
    """
    unread = unread_events(run.store, calendar, mark)
    busy = 0
    for count, event_id in enumerate(unread, 1):
        if busy == BUSY_READS or is_late(run):
            return False
        try:
            read(run, calendar, event_id)
            mark_read(run.store, calendar, event_id, mark)
        except CalendarError as error:
            report(run, "WARNING", "an event could not be read", event_id, error.kind)
            if error.kind == "withheld":
                mark_read(run.store, calendar, event_id, mark)
            if error.kind == "busy":
                busy += 1
        if count % READ_BACK_BATCH == 0 or count == len(unread):
            write_store(run)
    return True
