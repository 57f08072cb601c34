"""Looking at events: each one that an execution sees is noted at once. Mirrors `Look.js`."""

from confsync.providers.values import Unrenderable
from confsync.sync.events import get_event
from confsync.sync.links import apply_change
from confsync.sync.note import note_event
from confsync.sync.ports import JsonObject
from confsync.sync.run import Run, now_minutes, report


def read_event(run: Run, calendar: int, event_id: str) -> JsonObject:
    """Read an event and note what it says."""
    calendar_id = run.store.calendars[calendar][0]
    event = get_event(run, calendar_id, event_id)
    note_item(run, calendar, event)
    return event


def note_item(run: Run, calendar: int, event: JsonObject) -> None:
    """Note an event; one that cannot be projected is reported and left as it was."""
    run.listed[f"{calendar}/{event['id']}"] = event
    now = now_minutes(run)
    try:
        for change in note_event(run.config, run.store, calendar, event, now):
            apply_change(run, change, now)
    except Unrenderable as error:
        report(run, "ERROR", "an event cannot be projected", event["id"], str(error))
