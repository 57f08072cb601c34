"""How a calendar looks in one user's list: checked, and what a write makes of it.

Source: discovery document, descriptions of CalendarListEntry and of `colorRgbFormat`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import calendar_properties, colors
from confsync.emulator.errors import standard_error

_RGB = ("backgroundColor", "foregroundColor")
_WRITABLE = (
    "colorId", "defaultReminders", "hidden", "notificationSettings", "selected", "summaryOverride",
)  # fmt: skip
_USUAL_COLOR = "1"
_REMINDERS = ("email", "popup")
_MOST_REMINDERS, _LONGEST_REMINDER = 5, 40320
_NOTIFICATIONS = ("eventCreation", "eventChange", "eventCancellation", "eventResponse", "agenda")


def written(stored: Mapping[str, Any], given: Mapping[str, Any], *, rgb: bool) -> dict[str, Any]:
    """Return the looks after a write; ApiError 400 for what an entry cannot have.

    With `rgb` the colours are taken as written and the id is that of the nearest one, otherwise they are those of the id.
    """
    looks = {**stored, **{name: given[name] for name in _WRITABLE if name in given}}
    looks = {name: value for name, value in looks.items() if value not in (None, "", [], {}, False)}
    looks.setdefault("colorId", _USUAL_COLOR)
    if rgb and any(given.get(name) for name in _RGB):
        _take_colors(looks, given)
    elif "colorId" in given:
        for name in _RGB:
            looks.pop(name, None)
    _check(looks)
    return looks


def shown(looks: Mapping[str, Any]) -> dict[str, Any]:
    """Return the looks with the colours that the id stands for."""
    color = colors.CALENDAR[looks["colorId"]]
    usual = {"backgroundColor": color["background"], "foregroundColor": color["foreground"]}
    return {"colorId": looks["colorId"], **usual, **looks}


def check_reminders(reminders: Any) -> None:
    """Raise ApiError 400 for more reminders than there may be, or one without a method or a time within four weeks."""
    if len(reminders) > _MOST_REMINDERS:
        raise standard_error(400, "invalid")
    for reminder in reminders:
        minutes = reminder.get("minutes")
        if reminder.get("method") not in _REMINDERS or minutes is None:
            raise standard_error(400, "invalid")
        if not 0 <= minutes <= _LONGEST_REMINDER:
            raise standard_error(400, "invalid")


def _take_colors(looks: dict[str, Any], given: Mapping[str, Any]) -> None:
    for name in _RGB:
        if given.get(name):
            if not calendar_properties.is_color(given[name]):
                raise standard_error(400, "invalid")
            looks[name] = given[name]
    if "backgroundColor" in looks:
        looks["colorId"] = colors.nearest(looks["backgroundColor"])


def _check(looks: Mapping[str, Any]) -> None:
    if looks["colorId"] not in colors.CALENDAR:
        raise standard_error(400, "invalid")
    check_reminders(looks.get("defaultReminders", ()))
    for notification in looks.get("notificationSettings", {}).get("notifications") or ():
        if notification.get("method") != "email" or notification.get("type") not in _NOTIFICATIONS:
            raise standard_error(400, "invalid")
