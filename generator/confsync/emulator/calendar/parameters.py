"""Query parameters: typed and checked as the discovery document describes them.

Where Google's behaviour is not documented it is inferred from how its parsers of requests are known to work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from confsync.emulator.calendar import times
from confsync.emulator.errors import ApiError
from confsync.platform.discovery import Method, discovery

_INT32 = (-(2**31), 2**31 - 1)
# Spellings that Google's parsers take for a boolean, in any case; Python clients send `True`.
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
_LONGEST_QUOTA_USER = 40
# Taken everywhere, though the document knows the token by another name only.
_ALIASES: Mapping[str, Any] = {"access_token": {"type": "string", "location": "query"}}


def read(method: Method, query: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the parameters of a request by name: booleans, integers, strings, lists of the repeated ones.

    One without a value counts as absent. ApiError 400 for a name that the method does not have, a value of the wrong type
    or outside its range or enum, one that is given twice in different ways, and a required one that is missing.
    """
    found: dict[str, Any] = {}
    for name, text in query:
        description = _description(method, name)
        if not text:
            continue
        value = _value(name, text, description)
        if description.get("repeated"):
            found.setdefault(name, []).append(value)
        elif found.setdefault(name, value) != value:
            raise _invalid(name, f"Parameter '{name}' is given more than once.")
    for name, description in method.parameters.items():
        if description.get("required") and description["location"] == "query" and name not in found:
            raise ApiError(400, "required", f"Required parameter: {name}", location=name)
    return found


def _description(method: Method, name: str) -> Mapping[str, Any]:
    common: Mapping[str, Any] = discovery("calendar").document["parameters"]
    description = method.parameters.get(name) or common.get(name) or _ALIASES.get(name)
    if description is None or description["location"] != "query":
        raise _invalid(name, f'Unknown name "{name}": Cannot bind query parameter.')
    return description


def _value(name: str, text: str, description: Mapping[str, Any]) -> Any:
    if description["type"] == "boolean":
        if text.lower() not in (*_TRUE, *_FALSE):
            raise _invalid(name, f"Invalid boolean value: '{text}'.")
        return text.lower() in _TRUE
    if description["type"] == "integer":
        return _integer(name, text, description)
    if text not in description.get("enum", (text,)):
        raise _invalid(name, f"Invalid value '{text}'. Allowed values: [{', '.join(description['enum'])}]")
    if description.get("format") == "date-time":
        times.parse(text)
    if name == "timeZone" and times.zone(text) is None:
        raise _invalid(name, f"Invalid time zone '{text}'.")
    if name == "quotaUser" and len(text) > _LONGEST_QUOTA_USER:
        raise _invalid(name, f"Invalid value '{text}'. It must not exceed {_LONGEST_QUOTA_USER} characters.")
    return text


def _integer(name: str, text: str, description: Mapping[str, Any]) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
        raise _invalid(name, f"Invalid integer value: '{text}'.")
    low, high = int(description.get("minimum", _INT32[0])), int(description.get("maximum", _INT32[1]))
    if not low <= int(text) <= high:
        raise _invalid(name, f"Invalid value '{text}'. Values must be within the range: [{low}, {high}]")
    return int(text)


def _invalid(name: str, message: str) -> ApiError:
    return ApiError(400, "invalidParameter", message, location=name)
