"""Event → change of links: what an event says about the conferences that it carries or carried.

Mirrors `Note.js`; pure. What becomes of a link stands in the note table, by the link's state and by how the event
looks from that link.
"""

from typing import Any

from confsync.sync.links import find_link, instance_links, linked_conferences
from confsync.sync.occurrences import knows_occurrences
from confsync.sync.projection import (
    event_end,
    fingerprint_of,
    never_takes_place,
    project_event,
    update_context,
)
from confsync.sync.records import Link
from confsync.sync.store import PRIMARY, Store
from confsync.sync.table import NOTE_TABLE

JsonObject = dict[str, Any]

USER_PARAMETER = "confsyncUser"
SOLUTION_PARAMETER = "confsyncSolution"


def event_has_conference(config: JsonObject, event: JsonObject) -> bool:
    """Tell whether the event carries a conference of this add-on."""
    data = event.get("conferenceData") or {}
    key = (data.get("conferenceSolution") or {}).get("key") or {}
    return key.get("type") == "addOn" and bool(data.get("conferenceId")) and bool(solution_of(config, event))


def solution_of(config: JsonObject, event: JsonObject) -> str:
    """Return the id of the event's solution, by our parameter or else by its name; empty when it is not ours."""
    told = conference_parameters(event).get(SOLUTION_PARAMETER)
    name = ((event.get("conferenceData") or {}).get("conferenceSolution") or {}).get("name")
    for solution in config["solutions"]:
        if solution["id"] == told or (told is None and solution["name"] == name):
            found: str = solution["id"]
            return found
    return ""


def conference_parameters(event: JsonObject) -> JsonObject:
    """Return the parameters that an add-on left in the conference data."""
    parameters = (event.get("conferenceData") or {}).get("parameters") or {}
    found: JsonObject = (parameters.get("addOnParameters") or {}).get("parameters") or {}
    return found


def carried_conference(config: JsonObject, store: Store, event: JsonObject) -> str:
    """Return the id of the conference of ours that the event carries, empty when there is none.

    One that has a record stays ours, also when its solution is no longer offered. A series without any occurrence
    carries none, for nobody can see it.
    """
    if never_takes_place(event):
        return ""
    conference_id: str = (event.get("conferenceData") or {}).get("conferenceId", "")
    return conference_id if event_has_conference(config, event) or conference_id in store.records else ""


def is_managed(store: Store, calendar: int, event: JsonObject) -> bool:
    """Tell whether this user's add-on looks after the event's conference.

    The conference is known here already, or the parameter names the user. Without it, the event was created by
    this user in the user's own primary calendar (`organizer.self` is true for everybody on a shared one).
    """
    if event["conferenceData"]["conferenceId"] in store.records:
        return True
    user = conference_parameters(event).get(USER_PARAMETER)
    if user is not None:
        return bool(user == store.me)
    return store.calendars[calendar].mark == PRIMARY and bool((event.get("creator") or {}).get("self"))


def note_event(
    config: JsonObject, store: Store, calendar: int, event: JsonObject, now: int
) -> list[JsonObject]:
    """Return the changes of links that the event asks for; `calendar` is its calendar's number."""
    changes = []
    carried = carried_conference(config, store, event)
    linked = linked_conferences(store, calendar, event["id"])
    for conference_id in linked:
        link = find_link(store.records[conference_id], calendar, event["id"])
        action = NOTE_TABLE["unsaved" if link and link.unsaved else "seen"][
            event_state(event, carried, conference_id)
        ]
        if action == "link":
            changes.append(link_change(config, store, calendar, event, conference_id))
        if action == "unlink":
            changes.append(unlink_change(conference_id, link, event))
    if event.get("status") == "cancelled":
        changes += series_changes(store, calendar, event)
    elif carried and carried not in linked and links_anew(config, store, calendar, event, now):
        changes.append(link_change(config, store, calendar, event, carried))
    if knows_occurrences(config) and event.get("recurringEventId"):
        changes += occurrence_changes(store, calendar, event, carried)
    return changes


def event_state(event: JsonObject, carried: str, conference_id: str) -> str:
    """Return how the event looks from a link: cancelled, same, other or without."""
    if event.get("status") == "cancelled":
        return "cancelled"
    if carried == conference_id:
        return "same"
    return "other" if carried else "without"


def links_anew(config: JsonObject, store: Store, calendar: int, event: JsonObject, now: int) -> bool:
    """Tell whether an event that is not linked to the conference it carries becomes linked."""
    ended = event_end(event) < now - config["sync"]["pruneMinutes"]
    return not ended and NOTE_TABLE["none"]["same"] == "link" and is_managed(store, calendar, event)


def link_change(
    config: JsonObject, store: Store, calendar: int, event: JsonObject, conference_id: str
) -> JsonObject:
    """Return the change that links the event to the conference as it looks now."""
    solution = solution_of(config, event)
    context = update_context(config, event, store.calendars[calendar].id, conference_id, solution, (0, 0))
    link = Link(
        calendar,
        event["id"],
        event.get("recurringEventId", ""),
        context["event"]["start"]["ms"] // 60000,
        event_end(event),
        fingerprint_of(store.key, project_event(config, context)),
    )
    return {
        "change": "link",
        "conference": conference_id,
        "solution": solution,
        "link": link,
        "series": bool(event.get("recurrence")),
    }


def unlink_change(conference_id: str, link: Link | None, event: JsonObject) -> JsonObject:
    """Return the change that ends the link."""
    cancelled = event.get("status") == "cancelled"
    return {"change": "unlink", "conference": conference_id, "link": link, "cancelled": cancelled}


def series_changes(store: Store, calendar: int, event: JsonObject) -> list[JsonObject]:
    """Return the changes that end the links of a cancelled series' instances, which get no tombstones."""
    return [
        unlink_change(conference_id, link, event)
        for conference_id, link in instance_links(store, calendar, event["id"])
    ]


def occurrence_changes(store: Store, calendar: int, event: JsonObject, carried: str) -> list[JsonObject]:
    """Return the changes of the series' conferences, for which an instance does not take place without them."""
    changes = []
    for conference_id in linked_conferences(store, calendar, event["recurringEventId"]):
        cancelled = event.get("status") == "cancelled" or carried != conference_id
        if (event["id"] in store.records[conference_id].cancelled) != cancelled:
            changes.append(
                {
                    "change": "occurrence",
                    "conference": conference_id,
                    "event": event["id"],
                    "cancelled": cancelled,
                }
            )
    return changes
