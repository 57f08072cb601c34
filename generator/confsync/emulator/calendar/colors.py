"""`calendar.colors`: the palette of calendars and events, the same for everybody.

Source: recorded answers; the palette has not changed since 2012. Its ids are what `colorId` refers to.
"""

from __future__ import annotations

from collections.abc import Mapping

from confsync.emulator.calendar import replies
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.room import Room
from confsync.emulator.wire import Response

_UPDATED = "2012-02-14T00:00:00.000Z"
_FOREGROUND = "#1d1d1d"
_CALENDAR = (
    "#ac725e", "#d06b64", "#f83a22", "#fa573c", "#ff7537", "#ffad46", "#42d692", "#16a765", "#7bd148", "#b3dc6c",
    "#fbe983", "#fad165", "#92e1c0", "#9fe1e7", "#9fc6e7", "#4986e7", "#9a9cff", "#b99aff", "#c2c2c2", "#cabdbf",
    "#cca6ac", "#f691b2", "#cd74e6", "#a47ae2",
)  # fmt: skip
_EVENT = (
    "#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878", "#46d6db", "#e1e1e1", "#5484ed", "#51b749",
    "#dc2127",
)  # fmt: skip

# An id → `{background, foreground}`.
Palette = Mapping[str, Mapping[str, str]]


def _palette(backgrounds: tuple[str, ...]) -> Palette:
    return {
        str(number): {"background": color, "foreground": _FOREGROUND}
        for number, color in enumerate(backgrounds, start=1)
    }


CALENDAR, EVENT = _palette(_CALENDAR), _palette(_EVENT)


def get(room: Room, ask: Ask) -> Response:
    """Answer with the palette."""
    palette = {"kind": "calendar#colors", "updated": _UPDATED, "calendar": CALENDAR, "event": EVENT}
    return replies.document(ask, palette)


def nearest(background: str) -> str:
    """Return the id of the calendar colour that looks most like `#rrggbb`; how Google measures that is not known."""
    wanted = _channels(background)
    return min(CALENDAR, key=lambda color_id: (_distance(wanted, color_id), int(color_id)))


def _distance(wanted: tuple[int, ...], color_id: str) -> int:
    channels = _channels(CALENDAR[color_id]["background"])
    return sum((one - other) ** 2 for one, other in zip(wanted, channels, strict=True))


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))
