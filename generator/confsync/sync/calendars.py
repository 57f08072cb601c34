"""Which calendars there are, which are synced, and which are watched. Mirrors `Calendars.js`."""

from confsync.sync.events import CalendarError, list_calendars
from confsync.sync.pruning import drop_links
from confsync.sync.run import Run, report
from confsync.sync.saving import write_store
from confsync.sync.store import PRIMARY, UNLISTED, Store, calendar_number, remove_page, write_token

# So long, in minutes, a calendar may be out of reach before its links are dropped.
WEEK_MINUTES = 7 * 24 * 60


def refresh_calendars(run: Run) -> None:
    """Learn which calendars there are; one that has left the list keeps its number."""
    if run.calendars_known:
        return
    try:
        listed = list_calendars(run)
    except CalendarError as error:
        report(run, "WARNING", "the calendars could not be listed", "", error.kind)
        return
    found = {calendar["id"]: PRIMARY if calendar.get("primary") else 0 for calendar in listed}
    for calendar in run.store.calendars:
        calendar.mark = found.get(calendar.id, UNLISTED)
    for calendar_id, mark in found.items():
        run.store.calendars[calendar_number(run.store, calendar_id)].mark = mark
    run.calendars_known = True
    write_store(run)


def note_reached(run: Run, calendar_id: str, reached: bool, now: int) -> None:
    """Write down whether a calendar has answered, and since when it has not."""
    calendar = run.store.calendars[calendar_number(run.store, calendar_id)]
    if reached:
        calendar.unreachable = 0
    elif not calendar.unreachable:
        calendar.unreachable = now
        write_store(run)


def drop_unreachable(run: Run, now: int) -> None:
    """Drop the links of calendars that have not answered for a week; no conference is deleted for it.

    Others may still see the events. A calendar that answers again is listed from the beginning.
    """
    noted = noted_calendars(run.store)
    for number, calendar in enumerate(run.store.calendars):
        if is_given_up(run.store, calendar.id, now) and number in noted:
            report(run, "ERROR", "a calendar has been out of reach for a week", calendar.id, "")
            write_token(run, calendar.id, "")
            remove_page(run, calendar.id)
            drop_links(run, number)
            write_store(run)


def is_given_up(store: Store, calendar_id: str, now: int) -> bool:
    """Tell whether the calendar has not answered for a week: it holds up nothing any more."""
    calendar = store.calendars[calendar_number(store, calendar_id)]
    return calendar.unreachable > 0 and now - calendar.unreachable >= WEEK_MINUTES


def synced_calendars(store: Store) -> list[str]:
    """Return the calendars that the safety net reads: all of the list, and others as long as they have links.

    Links that ended count: one of their events may be there again.
    """
    noted = noted_calendars(store)
    return [
        calendar.id
        for number, calendar in enumerate(store.calendars)
        if calendar.mark != UNLISTED or number in noted
    ]


def watched_calendars(store: Store) -> list[str]:
    """Return the calendars on which triggers stand: the primary one and those with links."""
    linked = linked_calendars(store)
    return [
        calendar.id
        for number, calendar in enumerate(store.calendars)
        if calendar.mark == PRIMARY or number in linked
    ]


def net_has_come(store: Store) -> bool:
    """Tell whether the safety net has come by: until then nobody has learnt which calendar is the primary one."""
    return any(calendar.mark == PRIMARY for calendar in store.calendars)


def linked_calendars(store: Store) -> set[int]:
    """Return the numbers of the calendars that have links."""
    return {link.calendar for record in store.records.values() for link in record.links}


def noted_calendars(store: Store) -> set[int]:
    """Return the numbers of the calendars that have links, or had some that ended."""
    ended = {entry[0] for record in store.records.values() for entry in record.gone}
    return linked_calendars(store) | ended
