"""The mails that Calendar would send: who would write to whom, of what kind and about which event. Nothing leaves.

What an event says is never written down here. `sendUpdates` decides whether guests are told; Google may send some mails all
the same, these are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import calendars
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.times import millis

# What a guest is not told of: what is only the organiser's own, and what is there for other clients.
_UNTOLD = ("reminders", "colorId", "eventLabelId", "extendedProperties", "sequence", "source")


def note(room: Room, sender: str, recipient: str, kind: str, calendar: str, event: str | None = None) -> None:
    """Write down a mail. `kind` is `invitation`, `update`, `cancellation`, `response` or, of a calendar, `sharing`."""
    room.db.execute(
        "INSERT INTO calendar_mails (at_us, sender, recipient, kind, calendar, event) VALUES (?, ?, ?, ?, ?, ?)",
        (room.clock.now_us(), sender, recipient, kind, calendar, event),
    )


def listed(room: Room) -> list[dict[str, Any]]:
    """Return all mails, the oldest first: `{number, time, from, to, kind, calendarId, eventId?}`."""
    return [
        {
            "number": row["number"],
            "time": millis(row["at_us"]),
            "from": row["sender"],
            "to": row["recipient"],
            "kind": row["kind"],
            "calendarId": row["calendar"],
            **({"eventId": row["event"]} if row["event"] else {}),
        }
        for row in room.db.execute("SELECT * FROM calendar_mails ORDER BY number")
    ]


def tell(
    room: Room, ask: Ask, calendar: Record, event_id: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Write down the mails of a change of an event: guests hear of theirs, an organiser of a guest's answer.

    `before` is empty for a new event. A private copy is nobody else's business.
    """
    audience = _audience(ask)
    if audience == "none" or after.get("privateCopy"):
        return
    organizer = after.get("organizer", before.get("organizer", {})).get("email", calendar.id)
    kinds = _of_guest(calendar, before, after) if organizer != calendar.id else _of_organizer(before, after)
    for person, kind in kinds.items():
        recipient = organizer if kind == "response" else person
        outside = calendars.by_id(room, recipient) is None
        if recipient not in (calendar.id, ask.user) and (audience == "all" or outside):
            note(room, ask.user, recipient, kind, calendar.id, event_id)


def _audience(ask: Ask) -> str:
    """Return `all`, `externalOnly` or `none`; the older `sendNotifications` counts where `sendUpdates` is missing."""
    old = "all" if ask.parameters.get("sendNotifications") else "none"
    return str(ask.parameters.get("sendUpdates", old))


def _of_organizer(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    old, new = _guests(before), _guests(after)
    if after.get("status") == "cancelled":
        return dict.fromkeys(old, "cancellation")
    changed = _told(before) != _told(after) or old == {}
    kinds = {person: "update" for person in new if person in old and changed}
    kinds |= {person: "invitation" for person in new if person not in old}
    return kinds | {person: "cancellation" for person in old if person not in new}


def _of_guest(calendar: Record, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    answers = [_guests(body).get(calendar.id) for body in (before, after)]
    gone = after.get("status") == "cancelled" != before.get("status")
    return {calendar.id: "response"} if gone or answers[0] != answers[1] else {}


def _guests(body: Mapping[str, Any]) -> dict[str, Any]:
    if not body or body.get("status") == "cancelled":
        return {}
    return {person["email"]: person.get("responseStatus") for person in body.get("attendees", ())}


def _told(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in (*_UNTOLD, "attendees")}
