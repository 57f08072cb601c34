"""The same events as each peer takes them at its start; what it does not know there is left out."""

from typing import Any

from tests.benchmark.meetings import meeting

USER = "alice@example.com"


def emulate_seed(size: int) -> dict[str, Any]:
    """Return the configuration of emulate's Google with so many events."""
    return {
        "google": {
            "users": [{"email": USER, "name": "Alice"}],
            "calendars": [{"id": "primary", "user_email": USER, "summary": USER, "primary": True}],
            "calendar_events": [_emulate_event(number) for number in range(size)],
        }
    }


def _emulate_event(number: int) -> dict[str, Any]:
    event = meeting(number)
    (entry,) = event["conferenceData"]["entryPoints"]
    return {
        "id": f"seeded{number}",
        "user_email": USER,
        "calendar_id": "primary",
        "summary": event["summary"],
        "description": event["description"],
        "location": event["location"],
        "start_date_time": event["start"]["dateTime"],
        "end_date_time": event["end"]["dateTime"],
        "attendees": [
            {"email": attendee["email"], "display_name": attendee["displayName"]}
            for attendee in event["attendees"]
        ],
        "conference_entry_points": [
            {"entry_point_type": "video", "uri": entry["uri"], "label": entry["label"]}
        ],
    }


def myworld_seed(size: int) -> dict[str, Any]:
    """Return the seed of myworld's calendar with so many events: without conferences, which it does not take there."""
    return {
        "user": {"email": USER, "name": "Alice"},
        "now": "2026-01-01T08:00:00Z",
        "timeZone": "Etc/UTC",
        "events": [_myworld_event(number) for number in range(size)],
    }


def _myworld_event(number: int) -> dict[str, Any]:
    event = meeting(number)
    kept = ("summary", "description", "location", "start", "end")
    attendees = [attendee["email"] for attendee in event["attendees"]]
    return {**{name: event[name] for name in kept}, "attendees": attendees}
