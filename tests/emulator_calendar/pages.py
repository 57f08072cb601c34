"""Meetings of which Calendar's pages make something, and how they look afterwards through Google's own client."""

from typing import Any

ME = {"calendarId": "primary"}
ALICE, BOB, CAROL = ({"email": f"{name}@example.com"} for name in ("alice", "bob", "carol"))
MEETING: dict[str, Any] = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": "Europe/Berlin"},
}
WEEKLY = {**MEETING, "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]}
FIRST, SECOND, THIRD = "_20260316T080000Z", "_20260323T080000Z", "_20260330T070000Z"


def insert(events: Any, body: dict[str, Any] = MEETING, **more: Any) -> str:
    return str(events.insert(**ME, body={**body, **more}).execute()["id"])


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def patch(events: Any, event: str, **body: Any) -> None:
    events.patch(**ME, eventId=event, body=body).execute()


def listed(events: Any, calendar: str = "primary", **query: Any) -> dict[str, dict[str, Any]]:
    found = events.list(calendarId=calendar, **query).execute()["items"]
    return {item["id"]: item for item in found}


def token_of(events: Any) -> str:
    return str(events.list(**ME).execute()["nextSyncToken"])


def statuses(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: item["status"] for name, item in found.items()}


def answers(event: dict[str, Any]) -> dict[str, str]:
    return {person["email"].partition("@")[0]: person["responseStatus"] for person in event["attendees"]}
