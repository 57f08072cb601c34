"""What each call of a script carries, checked before a service sees it.

The services' JavaScript hands over what its signatures let through, but a script may have changed the built-ins that
it converts values with.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.appsscript.schedule import RULES
from confsync.emulator.execution import Call

# No moment and no length of time that a clock of microseconds could not hold.
_LARGEST = 1e15


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= _LARGEST and not math.isnan(value)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_map_of_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_request(value: Any) -> bool:
    return isinstance(value, dict) and not _misfit(value, _REQUEST)


def _is_list_of_requests(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_request, value))


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and not _misfit(value, _MESSAGE)


Fits = Callable[[Any], bool]
# A name that ends in "?" may be missing.
_REQUEST: Mapping[str, Fits] = {
    "url": _is_text,
    "method": _is_text,
    "headers": _is_map_of_texts,
    "payload?": _is_text,
    "payloadBase64?": _is_text,
    "contentType?": _is_text,
}
_MESSAGE: Mapping[str, Fits] = {
    "to?": _is_text,
    "cc?": _is_text,
    "bcc?": _is_text,
    "body?": _is_text,
    "htmlBody?": _is_text,
}
_CALENDAR: Mapping[str, Fits] = {"headers?": _is_map_of_texts}
_CALLS: Mapping[str, Mapping[str, Fits]] = {
    "Properties.getProperty": {"key": _is_text},
    "Properties.setProperty": {"key": _is_text, "value": _is_text},
    "Properties.setProperties": {"properties": _is_map_of_texts},
    "Properties.deleteProperty": {"key": _is_text},
    "Cache.get": {"key": _is_text},
    "Cache.getAll": {"keys": _is_list_of_texts},
    "Cache.put": {"key": _is_text, "value": _is_text, "seconds?": _is_number},
    "Cache.putAll": {"values": _is_map_of_texts, "seconds?": _is_number},
    "Cache.remove": {"key": _is_text},
    "Cache.removeAll": {"keys": _is_list_of_texts},
    "LockService.tryLock": {"milliseconds": _is_number},
    "ScriptApp.createTrigger": {
        "handlerFunction": _is_text,
        "triggerSource": _is_text,
        "triggerSourceId?": _is_text,
        **{f"{rule}?": _is_number for rule in RULES},
        "onWeekDay?": _is_text,
        "inTimezone?": _is_text,
    },
    "ScriptApp.requireScopes": {"scopes?": _is_list_of_texts},
    "ScriptApp.getAuthorizationInfo": {"scopes?": _is_list_of_texts},
    "ScriptApp.deleteTrigger": {"uniqueId": _is_text},
    "ScriptApp.createStateToken": {
        "method?": _is_text,
        "arguments": _is_map_of_texts,
        "timeout?": _is_number,
    },
    "Utilities.sleep": {"milliseconds": _is_number},
    "UrlFetch.fetch": {"request": _is_request},
    "UrlFetch.fetchAll": {"requests": _is_list_of_requests},
    "MailApp.sendEmail": {"message": _is_message},
    "HtmlService.getFile": {"name": _is_text},
}


def check_arguments(call: Call) -> None:
    """Refuse a call with an argument that is missing or none of its kind."""
    wanted = _CALENDAR if call.service.startswith("calendar.") else _CALLS.get(call.name, {})
    misfit = _misfit(call.arguments, wanted)
    if misfit:
        raise Refusal(f"Invalid argument: {misfit}")


def _misfit(given: Mapping[str, Any], wanted: Mapping[str, Fits]) -> str:
    """Return the name of the first argument that does not fit, or nothing."""
    for described, fits in wanted.items():
        name = described.removesuffix("?")
        if not fits(given[name]) if name in given else name == described:
            return name
    return ""
