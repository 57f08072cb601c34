"""The events that every server is given: about 1.1 kB of JSON each, with attendees and a conference."""

import json
from collections.abc import Iterator
from typing import Any

ATTENDEES = 5
_AGENDA = "Where we stand, what is in the way, and who does what until next week. "


def meeting(number: int) -> dict[str, Any]:
    """Return the body of an insert; the same number gives the same event.

    The conference is asked for (`createRequest`) and carries its entry point besides: each server takes what it knows.
    """
    day = f"2026-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    hour, room = 8 + number % 9, f"room-{number}"
    return {
        "summary": f"Planning {number}",
        "description": _AGENDA * 2,
        "location": f"Building {number % 7}, third floor",
        "start": {"dateTime": f"{day}T{hour:02}:00:00+00:00", "timeZone": "Etc/UTC"},
        "end": {"dateTime": f"{day}T{hour + 1:02}:00:00+00:00", "timeZone": "Etc/UTC"},
        "attendees": [_attendee(number + place) for place in range(ATTENDEES)],
        "conferenceData": {
            "createRequest": {"requestId": room, "conferenceSolutionKey": {"type": "hangoutsMeet"}},
            "entryPoints": [
                {
                    "entryPointType": "video",
                    "uri": f"https://meetings.example/join/{room}",
                    "label": f"meetings.example/join/{room}",
                }
            ],
        },
    }


def _attendee(number: int) -> dict[str, str]:
    return {
        "email": f"guest{number % 500}@partner.example",
        "displayName": f"Guest number {number % 500}",
        "responseStatus": "needsAction",
    }


def meetings(first: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield so many events, numbered from `first`."""
    return (meeting(number) for number in range(first, first + count))


def encoded(event: dict[str, Any]) -> bytes:
    """Return an event as a client sends it."""
    return json.dumps(event).encode()
