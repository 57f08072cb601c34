"""The rules of Google's sample for syncing conferences, as a plain implementation of them goes: a peer of the wings.

Two slips that end every run at once are put right: an event may have no conference data, and a live one is updated, not
deleted. The rest is as described there: one token; without it the events changed since yesterday, ordered by their
change; each listed event with a conference is carried to the third party, whatever of it has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from googleapiclient.errors import HttpError

from confsync.addon import Addon, config_of
from confsync.emulator.execution import Start
from confsync.sync.ports import Ports
from confsync.sync.projection import update_context
from confsync.sync.run import Run, start_run
from confsync.sync.send import operation_request, with_secrets
from confsync.verify.ground import Wing, python_wing
from confsync.verify.wing import PythonExecution, PythonWing

JsonObject = dict[str, Any]

TOKEN = "syncToken"


class SampleRules(PythonWing):
    """The Python wing with the sample's `syncEvents`."""

    def __init__(self, config: JsonObject) -> None:
        super().__init__(config)
        self._config = config

    def start(self, start: Start) -> PythonExecution:
        """Start a function of the add-on, or of the sample."""
        if start.function != "syncEvents":
            return super().start(start)
        return PythonExecution(
            lambda ports, e=None: sync_events(ports, self._config, e), list(start.arguments), start.now_ms
        )


def sample_wing(addon: Addon) -> Wing:
    """Return the sample as a wing; it makes conferences as the Python wing does."""
    return Wing("the sample", SampleRules(config_of(addon)), python_wing(addon).files)


def sync_events(ports: Ports, config: JsonObject, e: Mapping[str, Any] | None) -> None:
    """Sync the calendar of a trigger event; the sample knows no other start."""
    calendar_id = (e or {}).get("calendarId")
    if not calendar_id:
        return
    run = start_run(ports, config, 360_000)
    token = ports.properties.get_properties().get(TOKEN, "")
    options: JsonObject = {TOKEN: token} if token else _recent(ports.machine.now_ms())
    page: JsonObject = {"nextPageToken": ""}
    while "nextPageToken" in page:
        if page["nextPageToken"]:
            options["pageToken"] = page["nextPageToken"]
        try:
            page = ports.events.list(calendarId=calendar_id, **options).execute(http=ports.http)
        except HttpError as error:
            if error.resp.status != 410:
                raise
            ports.properties.delete_property(TOKEN)
            return sync_events(ports, config, e)
        for event in page.get("items", []):
            if _has_conference(config, event):
                _carry(run, calendar_id, event)
    if page.get("nextSyncToken"):
        ports.properties.set_properties({TOKEN: page["nextSyncToken"]})
    return None


def _recent(now_ms: int) -> JsonObject:
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    return {
        "timeMin": now.isoformat(),
        "updatedMin": (now - timedelta(days=1)).isoformat(),
        "maxResults": 50,
        "orderBy": "updated",
    }


def _has_conference(config: JsonObject, event: JsonObject) -> bool:
    solution = (event.get("conferenceData") or {}).get("conferenceSolution") or {}
    return solution.get("name") in [each["name"] for each in config["solutions"]]


def _carry(run: Run, calendar_id: str, event: JsonObject) -> None:
    name = event["conferenceData"]["conferenceSolution"]["name"]
    (solution,) = [each["id"] for each in run.config["solutions"] if each["name"] == name]
    conference_id = event["conferenceData"]["conferenceId"]
    operation = "delete" if event["status"] == "cancelled" else "update"
    context = update_context(run.config, event, calendar_id, conference_id, solution, (0, 0))
    request = operation_request(run.config["provider"], operation, with_secrets(run, context))
    run.ports.fetch.fetch_all([request])
