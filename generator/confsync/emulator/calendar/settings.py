"""`calendar.settings`: what a user has set in Calendar, for a client that only reads.

People change settings in Calendar's own pages; here a control request does it. The time zone is that of the user's primary
calendar. Source: the table of ids, values and defaults in Calendar's reference of Settings.
"""

from __future__ import annotations

import re
from typing import Any

from confsync.emulator.calendar import calendars, pages, replies, times
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.room import Room
from confsync.emulator.wire import Response
from confsync.errors import EmulatorError

TIME_ZONE = "timezone"
DEFAULTS = {
    "autoAddHangouts": "false",
    "dateFieldOrder": "MDY",
    "defaultEventLength": "60",
    "format24HourTime": "false",
    "hideInvitations": "false",
    "hideWeekends": "false",
    "locale": "en",
    "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true",
    TIME_ZONE: "Etc/GMT",
    "useKeyboardShortcuts": "true",
    "weekStart": "0",
}
_BOOLEAN = "true|false"
_VALUES = {
    **{name: _BOOLEAN for name, value in DEFAULTS.items() if value in ("true", "false")},
    "dateFieldOrder": "MDY|DMY|YMD",
    "defaultEventLength": "[1-9][0-9]{0,4}",
    "locale": "[a-z]{2}(_[A-Z0-9]{2,3})?",
    TIME_ZONE: ".{1,1024}",
    "weekStart": "0|1|6",
}


def get(room: Room, ask: Ask) -> Response:
    """Answer with one setting; ApiError 404 for one that there is not."""
    wanted = ask.path["setting"]
    found = [item.resource for item in _items(room, ask.user) if item.id == wanted]
    if not found:
        raise calendars.not_found()
    return replies.resource(ask, found[0])


def list_settings(room: Room, ask: Ask) -> Response:
    """Answer with all settings, or with those that changed since the sync token."""
    return pages.page(room, ask, "settings", 0, _items(room, ask.user))


def check(setting: str, value: str) -> None:
    """Raise EmulatorError for a setting that there is not, or a value that it cannot have."""
    if setting not in DEFAULTS:
        raise EmulatorError(f'there is no setting "{setting}"; there are {", ".join(DEFAULTS)}')
    known = re.fullmatch(_VALUES[setting], value, re.ASCII)
    if not known or (setting == TIME_ZONE and times.zone(value) is None):
        raise EmulatorError(f'"{value}" is no value of the setting "{setting}"')


def values_of(room: Room, user: str) -> dict[str, str]:
    """Return all settings of a user by their ids."""
    return {item.id: item.resource["value"] for item in _items(room, user)}


def keep(room: Room, user: str, setting: str, value: str) -> None:
    """Write down that a setting has changed."""
    values = (user, setting, value, room.stamp())
    room.db.execute("INSERT OR REPLACE INTO calendar_settings VALUES (?, ?, ?, ?)", values)
    room.changed("settings", user)


def _items(room: Room, user: str) -> list[pages.Item]:
    rows = room.db.execute("SELECT * FROM calendar_settings WHERE user = ?", (user,)).fetchall()
    values = DEFAULTS | {row["id"]: row["value"] for row in rows}
    values[TIME_ZONE] = calendars.find(room, "primary", user).time_zone
    changed = {row["id"]: row["changed_us"] for row in rows}
    return [_item(name, value, changed.get(name, 0)) for name, value in values.items()]


def _item(name: str, value: str, changed_us: int) -> pages.Item:
    resource: dict[str, Any] = {
        "kind": "calendar#setting",
        "etag": f'"{changed_us}"',
        "id": name,
        "value": value,
    }
    return pages.Item(name, changed_us, False, resource)
