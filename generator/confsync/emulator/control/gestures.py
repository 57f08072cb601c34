"""Gestures: what a person does in Calendar's own pages, as one request each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.calendar.gestures import bin, copying, editing, following, guest_list, series
from confsync.emulator.calendar.gestures.hand import Gesture
from confsync.emulator.control.route import LIST, OBJECT, TEXT, Ask, Handler, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World

_CALENDAR = {"user": TEXT, "calendarId?": TEXT}
_EVENT = {**_CALENDAR, "eventId": TEXT}

# What it is called, and the keys that it takes besides the event.
_GESTURES: tuple[tuple[str, Gesture, dict[str, str]], ...] = (
    ("rename", editing.rename, {"summary": TEXT}),
    ("reschedule", editing.reschedule, {"start": OBJECT, "end?": OBJECT}),
    ("change-all", series.change_all, {"event": OBJECT}),
    ("split", following.split, {"event": OBJECT}),
    ("make-recurring", editing.make_recurring, {"recurrence": LIST}),
    ("make-single", editing.make_single, {}),
    ("delete", bin.delete, {}),
    ("delete-following", following.delete_following, {}),
    ("restore", bin.restore, {}),
    ("duplicate", copying.duplicate, {}),
    ("copy-to", copying.copy_to, {"destination": TEXT}),
    ("change-calendar", copying.change_calendar, {"destination": TEXT}),
    ("add-conference", editing.add_conference, {}),
    ("remove-conference", editing.remove_conference, {}),
    ("invite", guest_list.invite, {"guests": LIST}),
    ("uninvite", guest_list.uninvite, {"guests": LIST}),
    ("answer", guest_list.answer, {"answer": TEXT, "comment?": TEXT}),
    ("transfer", guest_list.transfer, {"to": TEXT}),
    ("remove-from-my-calendar", guest_list.remove_from_my_calendar, {}),
)


def _handler(gesture: Gesture) -> Handler:
    def do(world: World, ask: Ask) -> Any:
        return {"events": world.calendar.gesture(gesture, ask)}

    do.__doc__ = gesture.__doc__
    return do


ROUTES = (
    *(
        Route("POST", f"gestures/{name}", _handler(gesture), {**_EVENT, **keys})
        for name, gesture, keys in _GESTURES
    ),
    Route("POST", "gestures/empty-bin", _handler(bin.empty_bin), _CALENDAR),
)
