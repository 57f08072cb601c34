"""Records: what each conference should be, and what the third party last accepted. Mirrors `Records.js`.

Times are minutes since the epoch. A link is one event that carries the conference; `gone` keeps the links that ended,
for a last look before the conference is deleted.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

FOREVER = 1_000_000_000  # minutes: the end of a series without one
COMPACT = (",", ":")  # separators of the shortest JSON
LONGEST_NAME = 100  # characters of an id in a property's key; a longer one stands there as its hash
# What is still to be read of a link: the event itself, which a full listing has not shown, or a series' instances.
EVENT_UNREAD, INSTANCES_UNREAD = 1, 2
# Why a conference is never deleted by itself: it had more links than a record keeps, or the store was full when its
# record was made, so that other events may carry it.
TRIMMED, PARTIAL = 1, 2


@dataclass
class Link:
    """One event that carries the conference; `unsaved` is since when the event has not been seen."""

    calendar: int
    event: str
    series: str = ""
    start: int = 0
    end: int = 0
    fingerprint: str = ""
    unsaved: int = 0
    unread: int = 0


@dataclass
class Record:
    """What is known of one conference; an empty `sent` means that nobody knows what the third party holds.

    `unknown_since` is when an answer was last missing, `made` when the conference was, until the third party has
    accepted an update; `id` stands there only when the record's key does not tell it; `cancelled` names the instances
    of its series that do not take place, or not with it, for third parties that know occurrences.
    """

    solution: str
    links: list[Link] = field(default_factory=list)
    sent: str = ""
    due: int = 0
    gone: list[list[Any]] = field(default_factory=list)
    first: int = 0
    attempts: int = 0
    not_before: int = 0
    unknown_since: int = 0
    lost: list[Any] = field(default_factory=list)
    more: int = 0
    made: int = 0
    id: str = ""
    cancelled: list[str] = field(default_factory=list)


def parse_record(text: str) -> Record:
    """Return the record that `format_record` wrote."""
    values = json.loads(text)
    record = Record(values[0])
    for link in values[1] if len(values) > 1 else []:
        record.links.append(Link(*link))
    names = (
        "sent",
        "due",
        "gone",
        "first",
        "attempts",
        "not_before",
        "unknown_since",
        "lost",
        "more",
        "made",
        "id",
        "cancelled",
    )
    for name, value in zip(names, values[2:], strict=False):
        setattr(record, name, value)
    return record


def format_record(record: Record) -> str:
    """Return the record as a short JSON array; empty values at an array's end are left out."""
    links = [
        trim_array(
            [
                link.calendar,
                link.event,
                link.series,
                link.start,
                link.end,
                link.fingerprint,
                link.unsaved,
                link.unread,
            ]
        )
        for link in record.links
    ]
    return json.dumps(
        trim_array(
            [
                record.solution,
                links,
                record.sent,
                record.due,
                record.gone,
                record.first,
                record.attempts,
                record.not_before,
                record.unknown_since,
                record.lost,
                record.more,
                record.made,
                record.id,
                record.cancelled,
            ]
        ),
        separators=COMPACT,
        ensure_ascii=False,
    )


def trim_array(values: list[Any]) -> list[Any]:
    """Return the array without the empty values at its end."""
    length = len(values)
    while length and values[length - 1] in ("", 0, []):
        length -= 1
    return values[:length]


def short_name(name: str) -> str:
    """Return an id as it stands in a property's key: a long one as its hash."""
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).digest()
    return "#" + base64.urlsafe_b64encode(digest).decode()[:22]


def record_key(conference_id: str) -> str:
    """Return the property that holds the conference's record."""
    return "conference:" + short_name(conference_id)
