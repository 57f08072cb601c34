"""What an add-on returned as Calendar's API then shows it.

Sources: the wire schema `ConferenceDataMarkup` and `ConferenceData` of Calendar's discovery document.
"""

from collections.abc import Mapping
from typing import Any

_CODES = ("pin", "accessCode", "meetingCode", "passcode", "password", "regionCode", "label")


def returned_markup(result: Any) -> Mapping[str, Any] | None:
    """Return what a built `ConferenceData` holds, or None when something else was returned."""
    if not isinstance(result, Mapping):
        return None
    action = result.get("createConferenceDataActionMarkup")
    markup = action.get("createConferenceData") if isinstance(action, Mapping) else None
    return markup if isinstance(markup, Mapping) else None


def api_conference_data(markup: Mapping[str, Any], name: str, icon: str | None) -> dict[str, Any]:
    """Return the event's `conferenceData` (without a signature) for a solution's name and icon."""
    solution: dict[str, Any] = {"key": {"type": "addOn"}, "name": name}
    if icon:
        solution["iconUri"] = icon
    data: dict[str, Any] = {
        "entryPoints": [_entry_point(point) for point in markup.get("entryPoints", [])],
        "conferenceSolution": solution,
    }
    if "conferenceId" in markup:
        data["conferenceId"] = markup["conferenceId"]
    if "note" in markup:
        data["notes"] = markup["note"]
    parameters = {item["key"]: item["value"] for item in markup.get("parameters", [])}
    if parameters:
        data["parameters"] = {"addOnParameters": {"parameters": parameters}}
    return data


def _entry_point(point: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"entryPointType": point["type"].lower(), "uri": point["uri"]}
    shown |= {name: point[name] for name in _CODES if name in point}
    if "features" in point:
        shown["entryPointFeatures"] = [feature.lower() for feature in point["features"]]
    return shown
