"""Which calendars there are, which are synced, and which are watched. Mirrors `Calendars.js`."""

from confsync.sync.events import CalendarError, list_calendars
from confsync.sync.records import Store, calendar_number, write_store
from confsync.sync.run import Run, report


def refresh_calendars(run: Run) -> None:
    """Learn which calendars there are; one that has left the list keeps its number."""
    if run.calendars_known:
        return
    try:
        listed = list_calendars(run)
    except CalendarError as error:
        report(run, "WARNING", "the calendars could not be listed", "", error.kind)
        return
    found = {calendar["id"]: 1 if calendar.get("primary") else 0 for calendar in listed}
    for entry in run.store.calendars:
        entry[1:] = calendar_mark(found.get(entry[0], 2))
    for calendar_id, mark in found.items():
        run.store.calendars[calendar_number(run.store, calendar_id)][1:] = calendar_mark(mark)
    run.calendars_known = True
    write_store(run)


def calendar_mark(mark: int) -> list[int]:
    """Return how a calendar is marked: 1 the primary one, 2 no longer in the list, otherwise nothing."""
    return [mark] if mark else []


def synced_calendars(store: Store) -> list[str]:
    """Return the calendars that the safety net reads: all of the list, and others as long as they have links."""
    linked = linked_calendars(store)
    return [entry[0] for number, entry in enumerate(store.calendars) if entry[1:] != [2] or number in linked]


def watched_calendars(store: Store) -> list[str]:
    """Return the calendars on which triggers stand: the primary one and those with links."""
    linked = linked_calendars(store)
    return [entry[0] for number, entry in enumerate(store.calendars) if entry[1:] == [1] or number in linked]


def net_has_come(store: Store) -> bool:
    """Tell whether the safety net has come by: until then nobody has learnt which calendar is the primary one."""
    return any(entry[1:] == [1] for entry in store.calendars)


def linked_calendars(store: Store) -> set[int]:
    """Return the numbers of the calendars that have links."""
    return {link.calendar for record in store.records.values() for link in record.links}
