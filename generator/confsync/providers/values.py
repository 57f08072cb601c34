"""From a node of the compiled provider and a context to a value: the whole template language at run time.

A node is a constant, `{"path": […], "formatters"?, "optional"?}`, `{"text": […]}`, `{"list": […]}` or
`{"object": {…}}`. A missing value is `None` throughout. Mirrored function by function by
`appsscript_templates/Values.js`; `tests/providers/vectors.json` holds both to the same results.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

Json = Any
Context = dict[str, Any]

_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999
_LARGEST_WHOLE = 2**53 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_CONSTANTS: dict[str, float] = {}


class Unrenderable(ValueError):
    """What the provider's description asks for cannot be made from these values; repeating will not help."""


def render_node(node: Json, context: Context) -> Json:
    """The value of a node; members and items without one are left out."""
    if not isinstance(node, dict):
        return node
    if "path" in node:
        return placeholder_value(node, context)
    if "text" in node:
        return joined_text(node["text"], context)
    if "list" in node:
        items = [render_node(item, context) for item in node["list"]]
        return [item for item in items if item is not None]
    members = {key: render_node(member, context) for key, member in node["object"].items()}
    return {key: member for key, member in members.items() if member is not None}


def joined_text(parts: list[Json], context: Context) -> str | None:
    """The parts as one text; None as soon as one of them is missing."""
    texts = []
    for part in parts:
        value = part if isinstance(part, str) else placeholder_value(part, context)
        if value is None:
            return None
        texts.append(text_of(value))
    return "".join(texts)


def optional_text(node: Json, context: Context) -> str | None:
    """The value of a node as a text."""
    value = render_node(node, context)
    return None if value is None else text_of(value)


def placeholder_value(node: Json, context: Context) -> Json:
    """The value at a path after its formatters; a required one must be there."""
    value = look_up(context, node["path"])
    for name, *arguments in node.get("formatters", []):
        value = formatted(value, name, arguments)
    if value is None and not node.get("optional", False):
        raise Unrenderable(".".join(str(step) for step in node["path"]) + " has no value")
    return plain_value(value)


def look_up(context: Json, path: list[Json]) -> Json:
    """What stands at a path of member names and list positions."""
    value = context
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def formatted(value: Json, name: str, arguments: list[Json]) -> Json:
    """The value after one formatter; an empty text counts as missing."""
    if name == "default":
        return arguments[0] if value is None or value == "" else value
    if value is None:
        return None
    if name in ("utc", "date", "epoch"):
        return formatted_instant(value, name)
    text = text_of(plain_value(value))
    if name == "trunc":
        text = text[: arguments[0]]
    elif name == "lower":
        text = text.lower()
    elif name == "map":
        text = arguments[0].get(text, "")
    return text or None


def formatted_instant(value: Json, name: str) -> str | int:
    """An instant `{ms, tz, date?}` as UTC timestamp, calendar date or seconds since 1970."""
    ms = value.get("ms") if isinstance(value, dict) else None
    if type(ms) is not int or not _FIRST_MS <= ms <= _LAST_MS:
        raise Unrenderable(f"{name} needs an instant of the years 1 to 9999")
    seconds = ms // 1000
    if name == "epoch":
        return seconds
    if value.get("date") is not None:
        return str(value["date"])
    if name == "utc":
        return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat() + "Z"
    return local_date(seconds, value.get("tz"))


def local_date(seconds: int, time_zone: Json) -> str:
    """The calendar date of a moment in a time zone, such as 2026-03-02."""
    try:
        return (_EPOCH + timedelta(seconds=seconds)).astimezone(ZoneInfo(time_zone)).date().isoformat()
    except (KeyError, ValueError, TypeError, OSError, OverflowError) as error:
        raise Unrenderable("date needs a known time zone") from error


def text_of(value: Json) -> str:
    """A scalar as a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int):
        raise Unrenderable("a list or an object cannot stand in a text")
    return str(value)


def plain_value(value: Json) -> Json:
    """A copy that both languages write alike: whole numbers, well-formed text."""
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, list):
        return [plain_value(item) for item in value]
    if isinstance(value, dict):
        return {plain_value(key): plain_value(item) for key, item in value.items()}
    if value is None or isinstance(value, bool):
        return value
    if not -_LARGEST_WHOLE <= value <= _LARGEST_WHOLE or value % 1:
        raise Unrenderable("a number is not a whole one up to 2^53 - 1")
    return int(value)


def percent_encode(text: str) -> str:
    """Everything but the unreserved characters of RFC 3986, as UTF-8."""
    return quote(text, safe="-._~")


def parse_json(text: str) -> Json:
    """The JSON value of a text, read as JavaScript reads it; None when it is not JSON."""
    try:
        return json.loads(
            text,
            parse_int=lambda digits: int(digits) if len(digits) < 20 else float(digits),
            parse_constant=_NO_CONSTANTS.__getitem__,
        )
    except (ValueError, KeyError, RecursionError):
        return None


def canonical_json(value: Json) -> str:
    """Compact JSON with keys sorted by UTF-16 units, non-ASCII kept: equal values, equal text."""
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical_json(key)}:{canonical_json(value[key])}" for key in keys) + "}"
    return json.dumps(value, ensure_ascii=False)
