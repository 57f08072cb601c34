"""What a listing has left open: events that it did not show, and series whose instances it need not show.

It is marked on the links, so that it outlives the execution. Mirrors `Unread.js`.
"""

from confsync.sync.links import find_link, linked_conferences, seen_links
from confsync.sync.records import EVENT_UNREAD
from confsync.sync.store import Store, touch


def mark_unread(store: Store, calendar: int) -> None:
    """Mark the seen links of a calendar as not met yet; noting an event takes the mark from its link."""
    for conference_id, record in store.records.items():
        for link in seen_links(record):
            if link.calendar == calendar:
                link.unread = EVENT_UNREAD
                touch(store, conference_id)


def unread_events(store: Store, calendar: int, mark: int) -> list[str]:
    """Return the ids of the calendar's events whose links bear the mark."""
    found = set()
    for record in store.records.values():
        for link in record.links:
            if link.calendar == calendar and link.unread == mark:
                found.add(link.event)
    return sorted(found)


def has_unread(store: Store, calendar: int) -> bool:
    """Tell whether something of the calendar is still to be read."""
    return any(
        link.calendar == calendar and link.unread
        for record in store.records.values()
        for link in record.links
    )


def mark_read(store: Store, calendar: int, event_id: str, mark: int) -> None:
    """Take the mark from the links of an event."""
    for conference_id in linked_conferences(store, calendar, event_id):
        link = find_link(store.records[conference_id], calendar, event_id)
        if link and link.unread == mark:
            link.unread = 0
            touch(store, conference_id)
