"""The words that a template may use: roots by place, fields of an event, formatters."""

from typing import Literal, NamedTuple

Kind = Literal["text", "instant", "truth", "list", "any"]
Place = Literal["create", "update", "occurrence", "by_id", "auth", "response"]


class EventField(NamedTuple):
    """A field of `event`: its kind, whether every event has it, and the Calendar fields it is made of."""

    kind: Kind
    always: bool
    calendar_fields: tuple[str, ...]


class FormatterRule(NamedTuple):
    """Which kinds a formatter takes, what it gives, and how many arguments it needs ("+" is one or more)."""

    takes: tuple[Kind, ...]
    gives: Kind
    arguments: Literal["", "1", "+"] = ""


ROOTS: dict[Place, tuple[str, ...]] = {
    "create": ("event", "span", "conference", "solution", "random", "now"),
    "update": ("event", "span", "conference", "solution"),
    "occurrence": ("occurrence", "conference", "solution"),
    # The event may be gone, or never have been saved.
    "by_id": ("conference", "solution"),
    "auth": ("secret",),
    "response": ("resp", "conference", "solution"),
}

EVENT_FIELDS: dict[str, EventField] = {
    "key": EventField("text", True, ("id",)),
    "title": EventField("text", False, ("summary", "visibility")),
    "description": EventField("text", False, ("description", "visibility")),
    "start": EventField("instant", True, ("start",)),
    "end": EventField("instant", True, ("end",)),
    "time_zone": EventField("text", True, ("start",)),
    "is_all_day": EventField("truth", True, ("start",)),
    "is_recurring": EventField("truth", True, ("recurrence",)),
    "recurrence": EventField("list", False, ("recurrence",)),
}

# From the earliest start to the latest end of all events that carry the conference; a series may have no end.
SPAN_FIELDS: dict[str, EventField] = {
    "start": EventField("instant", True, ("start",)),
    "end": EventField("instant", False, ("end",)),
}

OCCURRENCE_FIELDS: dict[str, EventField] = EVENT_FIELDS | {
    "original_start": EventField("instant", True, ("originalStartTime",)),
    "is_cancelled": EventField("truth", True, ("status",)),
}

FORMATTERS: dict[str, FormatterRule] = {
    "default": FormatterRule(("text", "truth", "any"), "text", "1"),
    "trunc": FormatterRule(("text", "truth", "any"), "text", "1"),
    "lower": FormatterRule(("text", "truth", "any"), "text"),
    "string": FormatterRule(("text", "truth", "any"), "text"),
    "map": FormatterRule(("text", "truth", "any"), "text", "+"),
    "utc": FormatterRule(("instant",), "text"),
    "date": FormatterRule(("instant",), "text"),
    "epoch": FormatterRule(("instant",), "any"),
}
