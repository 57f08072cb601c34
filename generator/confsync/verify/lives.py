"""The lives of conferences, as the third party's journal and the executions' requests tell them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

JsonObject = Mapping[str, Any]

CONFERENCE_URL = re.compile(r"https://conferences\.example/v1/conferences(?:/([^/?]+))?")


@dataclass
class Life:
    """A conference as the third party saw it: whose add-on had it made and when, when it was deleted.

    `writers` are the users whose add-ons asked the third party to write to it.
    """

    user: str
    made: datetime
    deleted: datetime | None = None
    writers: set[str] = field(default_factory=set)


def lives(
    calls: Sequence[JsonObject], writes: Sequence[JsonObject], adopted: Mapping[str, str]
) -> dict[str, Life]:
    """Return the conferences that are some add-on's; `adopted` tells whose those are that no execution made."""
    makers: dict[str, str] = dict(adopted)
    writers: dict[str, set[str]] = {}
    for call, request in _requests(calls):
        found = CONFERENCE_URL.fullmatch(request["url"])
        if found and request["method"] == "POST":
            makers[json.loads(request["payload"])["id"]] = call["user"]
        elif found and found[1] and request["method"] != "GET":
            writers.setdefault(found[1], set()).add(call["user"])
    told: dict[str, Life] = {}
    for write in writes:
        at, conference_id = datetime.fromtimestamp(write["atUs"] / 1_000_000, UTC), write["id"]
        if write["operation"] == "create" and conference_id in makers:
            told[conference_id] = Life(makers[conference_id], at, writers=writers.get(conference_id, set()))
        elif write["operation"] == "delete" and conference_id in told:
            told[conference_id].deleted = at
    return told


def unmade(calls: Sequence[JsonObject], told: Mapping[str, Life]) -> dict[str, Life]:
    """Return the conferences that an add-on wrote down to ask for, and that never came to be, as if made then."""
    found: dict[str, Life] = {}
    for call in calls:
        for key in call["arguments"].get("properties", {}) if call["service"] == "Properties" else ():
            kind, _, rest = key.partition(":")
            conference_id = rest.partition(":")[0]
            if kind == "unsaved" and conference_id not in told:
                at = datetime.fromtimestamp(call["atUs"] / 1_000_000, UTC)
                found.setdefault(conference_id, Life(call["user"], at))
    return found


def _requests(calls: Sequence[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    for call in calls:
        if call["service"] == "UrlFetch":
            for request in call["arguments"]["requests"]:
                yield call, request
