"""Looking at events: each one that an execution sees is noted at once. Mirrors `Look.js`."""

from confsync.providers.values import Unrenderable
from confsync.sync.events import get_event, is_withheld, list_instances
from confsync.sync.links import apply_change, instance_links
from confsync.sync.note import note_event
from confsync.sync.occurrences import occurrence_context
from confsync.sync.ports import JsonObject
from confsync.sync.records import Link, Record
from confsync.sync.run import Run, now_minutes, report


def read_event(run: Run, calendar: int, event_id: str) -> JsonObject:
    """Read an event and note what it says."""
    calendar_id = run.store.calendars[calendar].id
    event = get_event(run, calendar_id, event_id)
    note_item(run, calendar, event)
    return event


def read_instances(run: Run, calendar: int, event_id: str) -> JsonObject:
    """Read the stored instances of a series and note them, and one by one those that are no longer there."""
    series: JsonObject = run.listed.get(f"{calendar}/{event_id}") or read_event(run, calendar, event_id)
    met = set()
    if "iCalUID" in series:
        for event in list_instances(run, run.store.calendars[calendar].id, series["iCalUID"]):
            if event.get("recurringEventId") == event_id:
                note_item(run, calendar, event)
                met.add(event["id"])
    for _, link in instance_links(run.store, calendar, event_id):
        if link.event not in met:
            met.add(link.event)
            read_event(run, calendar, link.event)
    return series


def read_occurrences(run: Run, record: Record, series: Link) -> list[JsonObject]:
    """Read the instances of a conference's series that differ from it, as the provider's templates see them."""
    calendar_id = run.store.calendars[series.calendar].id
    read_instances(run, series.calendar, series.event)
    own = [
        link.event for link in record.links if [link.calendar, link.series] == [series.calendar, series.event]
    ]
    found = []
    for event_id in sorted({*own, *record.cancelled}):
        event = run.listed.get(f"{series.calendar}/{event_id}")
        if event and event.get("recurringEventId") == series.event:
            cancelled = event_id in record.cancelled
            found.append(occurrence_context(run.config, event, calendar_id, cancelled))
    return found


def note_item(run: Run, calendar: int, event: JsonObject) -> None:
    """Note an event; one that is withheld says nothing, one that cannot be projected is reported and left as it was."""
    if is_withheld(event):
        return
    run.listed[f"{calendar}/{event['id']}"] = event
    now = now_minutes(run)
    try:
        for change in note_event(run.config, run.store, calendar, event, now):
            apply_change(run, change, now)
    except Unrenderable as error:
        report(run, "ERROR", "an event cannot be projected", event["id"], str(error))
