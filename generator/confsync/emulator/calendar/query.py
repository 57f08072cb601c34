"""What `calendar.events.list` and `instances` are asked for: the parameters, checked against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from confsync.emulator.calendar import events, times
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.events import Event
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.errors import ApiError, standard_error

_DAY_US = 24 * 3600 * MICROSECONDS
_LARGEST_PAGE, _USUAL_PAGE = 2500, 250

# Not to be combined with a sync token, as documented.
_RESTRICTIONS = (
    "iCalUID", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMax", "timeMin", "updatedMin",
)  # fmt: skip
# With these the first listing hands out no sync token. Documented is none of it; reported for the order.
_NO_TOKEN = {"orderBy", "updatedMin", "q", "iCalUID", "privateExtendedProperty", "sharedExtendedProperty"}


@dataclass(frozen=True)
class Query:
    """One listing of a calendar's events; times are in microseconds."""

    calendar: Record
    expand: bool
    show_deleted: bool
    order: str
    low_us: int | None
    high_us: int | None
    updated_us: int | None
    text: str
    ical_uid: str | None
    properties: tuple[tuple[str, str, str], ...]
    kinds: frozenset[str]
    limit: int
    hands_out_token: bool

    @cached_property
    def windowed(self) -> bool:
        """Whether the time filter says anything."""
        return self.low_us is not None or self.high_us is not None

    @cached_property
    def is_plain(self) -> bool:
        """Whether there is no filter but those that the store can apply to a single event by itself."""
        return not (self.text or self.properties or self.kinds or self.updated_us is not None)

    def takes(self, event: Event) -> bool:
        """Tell whether the event, or the occurrence, passes the filters other than those of deletion and time."""
        body = event.body
        if self.updated_us is not None and event.updated_us < self.updated_us:
            return False
        if self.ical_uid is not None and body["iCalUID"] != self.ical_uid:
            return False
        if self.kinds and body.get("eventType", "default") not in self.kinds:
            return False
        properties = body.get("extendedProperties", {})
        if any(properties.get(kind, {}).get(name) != value for kind, name, value in self.properties):
            return False
        return not self.text or all(word in _searched(body) for word in self.text.split())

    def is_within(self, event: Event) -> bool:
        """Tell whether the event's time passes the time filter."""
        if not self.windowed:
            return True
        start_us, end_us = events.extent(event.body, self.calendar.time_zone)
        if start_us is None or end_us is None:
            return False
        return (self.low_us is None or end_us > self.low_us) and (
            self.high_us is None or start_us < self.high_us
        )

    def wants_deleted(self, event: Event) -> bool:
        """Tell whether a cancelled event is listed: asked for, an exception of a living series, or deleted since."""
        if self.updated_us is not None or self.show_deleted:
            return not (self.expand and event.is_series)
        return event.master is not None and not self.expand


def query_of(room: Room, ask: Ask) -> Query:
    """Return the query of a request for a calendar's events; ApiError 400 for parameters that do not go together."""
    given = ask.parameters
    _check_token(given)
    order = given.get("orderBy", "id")
    # Who sees only busy times gets occurrences, as documented.
    expand = given.get("singleEvents", False) or not ask.calendar.may("reader")
    if order == "startTime" and not expand:
        message = "The requested ordering is not available for the particular query."
        raise ApiError(400, "invalid", message, location="orderBy")
    low_us, high_us, updated_us = (_us(given, name) for name in ("timeMin", "timeMax", "updatedMin"))
    if low_us is not None and high_us is not None and high_us <= low_us:
        message = "The specified time range is empty."
        raise ApiError(400, "timeRangeEmpty", message, domain="calendar", location="timeMax")
    oldest_us = room.clock.now_us() - room.switches.updated_min_days * _DAY_US
    if updated_us is not None and updated_us < oldest_us:
        raise standard_error(410, "updatedMinTooLongAgo")
    return Query(
        calendar=ask.calendar,
        expand=expand,
        show_deleted=given.get("showDeleted", False),
        order=order,
        low_us=low_us,
        high_us=high_us,
        updated_us=updated_us,
        text=given.get("q", "").lower(),
        ical_uid=given.get("iCalUID"),
        properties=_properties(given),
        kinds=frozenset(given.get("eventTypes", ())),
        limit=page_size(given),
        hands_out_token=room.switches.first_listing_token == "lenient" or not (_NO_TOKEN & set(given)),
    )


def page_size(given: Mapping[str, Any]) -> int:
    """Return how many items a page holds; more than 2500 are never given."""
    return min(int(given.get("maxResults", _USUAL_PAGE)), _LARGEST_PAGE)


def _check_token(given: Mapping[str, Any]) -> None:
    if "syncToken" not in given:
        return
    if "orderBy" in given:
        message = "Sync token cannot be used with non-default ordering."
        raise _with_token("syncTokenWithNonDefaultOrdering", message, "orderBy")
    barred = [name for name in _RESTRICTIONS if name in given]
    if given.get("showDeleted") is False:
        barred.append("showDeleted")
    if barred:
        message = "Sync token cannot be used with other request restrictions."
        raise _with_token("syncTokenWithRequestRestrictions", message, barred[0])


def _with_token(reason: str, message: str, location: str) -> ApiError:
    return ApiError(400, reason, message, domain="calendar", location=location)


def _us(given: Mapping[str, Any], name: str) -> int | None:
    return times.to_us(times.parse(given[name])) if name in given else None


def _properties(given: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    found = []
    for kind in ("private", "shared"):
        parameter = f"{kind}ExtendedProperty"
        for text in given.get(parameter, ()):
            name, equals, value = text.partition("=")
            if not equals:
                raise ApiError(400, "invalidParameter", f"Invalid value '{text}'.", location=parameter)
            found.append((kind, name, value))
    return tuple(found)


def _searched(body: Mapping[str, Any]) -> str:
    people = [*body.get("attendees", ()), body.get("organizer", {})]
    texts = [body.get(name, "") for name in ("summary", "description", "location")]
    texts += [person.get(name, "") for person in people for name in ("displayName", "email")]
    return "\n".join(texts).lower()
