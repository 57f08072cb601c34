"""What events show of their conferences, where the developer asks for write-backs: the judge's own reading of it.

`shown` tells, as the description has it, what events must show: `notes`, and the address of the `video`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

JsonObject = Mapping[str, Any]
Place = tuple[str, str]


def misshown(shown: Mapping[str, str], conference: JsonObject, event: JsonObject) -> Iterator[str]:
    """Yield what the organiser's own event shows otherwise than the third party holds it."""
    data = event["conferenceData"]
    videos = [point["uri"] for point in data["entryPoints"] if point["entryPointType"] == "video"]
    shows = {"notes": data.get("notes", ""), "video": videos[0] if videos else ""}
    for name, told in shown.items():
        wanted = re.sub(r"\{resp\.(\w+)\}", lambda part: str(conference[part[1]]), told)
        if event["organizer"].get("self") and shows[name] != wanted:
            yield f"{event['id']} shows the {name} {shows[name]!r} and should show {wanted!r}"


def refused_places(calls: Sequence[JsonObject]) -> frozenset[Place]:
    """Return calendar and id of the events that Calendar at last would not give, or would not have changed."""
    last: dict[tuple[str, str, str], Any] = {}
    for call in calls:
        asked = call["arguments"]
        if call["service"] == "calendar.events" and "eventId" in asked:
            last[(asked["calendarId"], asked["eventId"], call["method"])] = call["outcome"]
    return frozenset(place[:2] for place, outcome in last.items() if _is_refusal(outcome))


def _is_refusal(outcome: Any) -> bool:
    """Tell whether Calendar said no: an event that has changed meanwhile, or a killed execution, is none."""
    return outcome not in (200, 412) and not str(outcome).startswith("killed")


def is_write_back(call: JsonObject) -> bool:
    """Tell whether a call changes an event's conference and nothing else, if the event is as it was read."""
    asked = call["arguments"]
    told = (asked.get("conferenceDataVersion"), asked.get("sendUpdates"), set(asked.get("resource", ())))
    return call["method"] == "patch" and told == (1, "none", {"conferenceData"}) and "headers" in asked
