"""The event object of card functions (source: Google Workspace add-ons guide "Event objects")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confsync.emulator.appsscript.card_text import inputs

_READ, _WRITE = ("READ", "READ_WRITE"), ("WRITE", "READ_WRITE")


def may_write(add_on: Mapping[str, Any]) -> bool:
    """Tell whether the manifest lets card functions change the open event."""
    return add_on.get("currentEventAccess") in _WRITE


def card_event(
    time_zone: str,
    add_on: Mapping[str, Any],
    event: Mapping[str, Any] | None,
    card: Mapping[str, Any] | None = None,
    action: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what a card function gets, for a card that is shown and an action of it that was pressed, if any.

    `given` are the values that a person filled in by field: a text, a list of texts, or an object as the guide has it for
    dates and times.
    """
    filled: dict[str, Any] = {name: values for name, values in inputs(card).items() if values}
    for name, value in (given or {}).items():
        filled[name] = [value] if isinstance(value, str) else value
    texts = {name: value for name, value in filled.items() if isinstance(value, list)}
    common: dict[str, Any] = {"platform": "WEB", "hostApp": "CALENDAR", "timeZone": {"id": time_zone}}
    parameters = dict((action or {}).get("parameters", {}))
    made: dict[str, Any] = {"clientPlatform": "web", "hostApp": "calendar", "calendar": {}}
    if action is not None:
        common["parameters"] = made["parameters"] = parameters
        common["formInputs"] = {
            name: {"stringInputs": {"value": value}} if name in texts else value
            for name, value in filled.items()
        }
        made["formInputs"] = texts
        made["formInput"] = {name: values[0] for name, values in texts.items() if values}
    if event is not None:
        made["calendar"] = _shown(add_on, event)
    return {"commonEventObject": common, **made}


def _shown(add_on: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    access = add_on.get("currentEventAccess")
    if access is None:
        return {}
    always = ("calendarId", "id", "recurringEventId", "organizer")
    names = (*always, "attendees", "conferenceData") if access in _READ else always
    shown = {name: event[name] for name in names if event.get(name)}
    if "conferenceData" in shown:
        data = shown["conferenceData"]
        shown["conferenceData"] = {name: data[name] for name in data if name != "signature"}
    reads, writes = access in _READ, access in _WRITE
    shown["capabilities"] = {
        "canSeeAttendees": reads,
        "canAddAttendees": writes,
        "canSeeConferenceData": reads,
        "canSetConferenceData": writes,
        "canAddAttachments": writes,
    }
    return shown
