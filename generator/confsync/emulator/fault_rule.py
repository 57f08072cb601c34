"""A fault rule: when a fault strikes. It is given as JSON, and every key of it is checked."""

from __future__ import annotations

import difflib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from confsync.emulator.errors import REASONS
from confsync.emulator.fault import Action, Fault
from confsync.errors import EmulatorError
from confsync.platform.discovery import discovery

When = Literal["before", "after"]

# The sending of a push notification and the firing of a trigger, which are no methods of an API, and what can become
# of such a message.
NOTIFICATION = "calendar.notification"
TRIGGER = "script.trigger"
_OF_MESSAGES = {
    NOTIFICATION: ("error", "drop", "delay", "repeat"),
    TRIGGER: ("drop", "delay", "repeat"),
}

# Calendar says these with 403, the Apps Script API with 429.
_LIMITS = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded")

_LONGEST_DELAY_S = 366 * 86_400


@dataclass
class Rule:
    """When a fault strikes: after `skip` matching moments, `times` times (None: for ever), each with a `chance`.

    `method` is a REST method (`calendar.events.list`, `conferences.update`), the name of an execution's call
    (`UrlFetch.fetchAll`), a pattern of one (`calendar.events.*`), or `*` for any call of an execution. With `scripts`,
    only what executions ask counts. `calendar` is a calendar's id, never `primary`. `page` is that of a listing, counted
    from the request without a page token; with `full` only a listing of everything counts, which carries neither a sync
    token nor an iCalendar UID. `before` prevents the effect, `after` keeps it.
    """

    id: str
    method: str
    fault: Fault
    lots: random.Random
    when: When = "before"
    user: str = ""
    calendar: str = ""
    skip: int = 0
    times: int | None = 1
    scripts: bool = False
    page: int | None = None
    full: bool = False
    chance: float = 1
    seen: int = 0
    struck: int = 0

    def matches(
        self,
        when: str,
        method: str,
        user: str,
        calendar: str,
        script: bool,
        page: int = 1,
        full: bool = False,
    ) -> bool:
        """Tell whether the rule is about this moment, due or not; `script` when an execution asks."""
        return (
            when == self.when
            and self._names(method, script)
            and (script or not self.scripts)
            and self.user in ("", user)
            and self.calendar in ("", calendar)
            and self.page in (None, page)
            and (full or not self.full)
        )

    def _names(self, method: str, script: bool) -> bool:
        if self.method == "*":
            return script
        return method == self.method if method in _OF_MESSAGES else fnmatchcase(method, self.method)

    def count(self) -> bool:
        """Count a matching moment and tell whether the fault strikes."""
        self.seen += 1
        if self.seen <= self.skip or (self.times is not None and self.struck >= self.times):
            return False
        if self.chance < 1 and self.lots.random() >= self.chance:
            return False
        self.struck += 1
        return True

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        fault = {_camel(name): value for name, value in self.fault.__dict__.items() if value}
        rule = {name: value for name, value in self.__dict__.items() if name not in ("fault", "lots")}
        return {name: value for name, value in rule.items() if value != _UNSAID.get(name, "")} | fault


# A rule shows these only when they say something.
_UNSAID = {"page": None, "full": False, "chance": 1}

_TYPES: dict[str, tuple[type, ...]] = {
    "method": (str,), "when": (str,), "user": (str,), "calendar": (str,), "skip": (int,), "times": (int,),
    "scripts": (bool,), "page": (int,), "full": (bool,), "chance": (int, float),
    "action": (str,), "status": (int,), "reason": (str,), "message": (str,), "domain": (str,), "headers": (dict,),
    "frontEnd": (bool,), "delaySeconds": (int, float), "retryAfterSeconds": (int,), "retryAfterForm": (str,),
}  # fmt: skip
_OF_FAULT = {
    "action": "action", "status": "status", "reason": "reason", "message": "message", "domain": "domain",
    "headers": "headers", "frontEnd": "front_end", "delaySeconds": "delay_seconds",
    "retryAfterSeconds": "retry_after_seconds", "retryAfterForm": "retry_after_form",
}  # fmt: skip
_NAMES = {
    (str,): "a string", (int,): "a whole number", (int, float): "a number", (dict,): "an object of strings",
    (bool,): "true or false",
}  # fmt: skip
_WORDS = {"when": get_args(When), "action": get_args(Action), "retryAfterForm": ("seconds", "date")}
_LEAST = {
    "skip": (0, "not be negative"),
    "times": (1, "be at least 1, or null for every time"),
    "page": (1, "be at least 1"),
}


def rule_of(given: Mapping[str, Any], rule_id: str, seed: int) -> Rule:
    """Return a rule given as JSON; EmulatorError names the key that is wrong.

    Its lots are drawn from the world's seed and its own id, so that they change nothing else that is random.
    """
    _check_types(given)
    _check_method(given.get("method", ""))
    action = given.get("action") or ("delay" if _is_delay_alone(given) else "error")
    _check_values(given, action)
    fault = {_OF_FAULT[name]: value for name, value in given.items() if name in _OF_FAULT}
    fault["action"] = action
    if action == "error":
        fault["status"] = given.get("status") or _status(given["method"], given["reason"])
    rest = {name: value for name, value in given.items() if name not in _OF_FAULT}
    needs_answer = action in ("delay", "truncate", "no-items") and given["method"] not in _OF_MESSAGES
    rest.setdefault("when", "after" if needs_answer else "before")
    return Rule(id=rule_id, fault=Fault(**fault), lots=random.Random(f"{seed}/{rule_id}"), **rest)


def _status(method: str, reason: str) -> int:
    return 429 if method.startswith("script.") and reason in _LIMITS else REASONS[reason]


def _is_delay_alone(given: Mapping[str, Any]) -> bool:
    return "delaySeconds" in given and "status" not in given and "reason" not in given


def _check_types(given: Mapping[str, Any]) -> None:
    for key, value in given.items():
        if key not in _TYPES:
            raise EmulatorError(f'"{key}" is not a key of a fault; there are {", ".join(sorted(_TYPES))}')
        kinds = _TYPES[key]
        right = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        if not right and not (key == "times" and value is None):
            raise EmulatorError(f'"{key}" of a fault must be {_NAMES[kinds]}')


def _check_method(name: str) -> None:
    if name != "*" and "." not in name:
        raise EmulatorError('"method" of a fault must name a method, such as calendar.events.list')
    for api in () if name in _OF_MESSAGES else ("calendar", "script"):
        known = discovery(api).methods
        if name.startswith(f"{api}.") and not any(fnmatchcase(method, name) for method in known):
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; is it {near[0]}?" if near else ""
            raise EmulatorError(f'"method" of a fault: there is no method {name}{hint}')


def _check_values(given: Mapping[str, Any], action: str) -> None:
    for key, words in _WORDS.items():
        if given.get(key, words[0]) not in words:
            raise EmulatorError(f'"{key}" of a fault must be one of {", ".join(words)}')
    for key, (least, must) in _LEAST.items():
        if given.get(key) is not None and given[key] < least:
            raise EmulatorError(f'"{key}" of a fault must {must}')
    if not 0 <= given.get("chance", 1) <= 1:
        raise EmulatorError('"chance" of a fault must be from 0 to 1')
    if not 0 <= given.get("delaySeconds", 0) <= _LONGEST_DELAY_S:
        raise EmulatorError(f'"delaySeconds" of a fault must be from 0 to {_LONGEST_DELAY_S}')
    if not 0 <= given.get("retryAfterSeconds", 0) <= _LONGEST_DELAY_S:
        raise EmulatorError(f'"retryAfterSeconds" of a fault must be from 0 to {_LONGEST_DELAY_S}')
    if not all(isinstance(value, str) and value.isprintable() for value in given.get("headers", {}).values()):
        raise EmulatorError('"headers" of a fault must be an object of strings of one line')
    _check_action(given, action)


def _check_action(given: Mapping[str, Any], action: str) -> None:
    reason, status = given.get("reason", ""), given.get("status", 0)
    if action == "error" and "status" not in given and reason and reason not in REASONS:
        known = ", ".join(sorted(REASONS))
        raise EmulatorError(
            f'"reason" of a fault: "{reason}" needs a "status" beside it, or must be one of {known}'
        )
    if action == "error" and not (400 <= status <= 599 or (reason and "status" not in given)):
        raise EmulatorError(
            '"status" of a fault must be from 400 to 599 (or there is a "reason" or an "action")'
        )
    if action in ("html", "garbage", "empty") and status and not 200 <= status <= 599:
        raise EmulatorError('"status" of a fault must be from 200 to 599')
    _check_message(given, action)
    if given["method"] in _OF_MESSAGES:
        return
    if action in ("delay", "truncate", "no-items") and given.get("when") == "before":
        raise EmulatorError(f'"when" of a fault must be after: {action} needs an answer')
    if action == "no-items" and not given["method"].endswith((".list", ".instances")):
        raise EmulatorError('"method" of a fault must be a listing where it is to have no items')
    if action == "expire-tokens" and not given["method"].startswith("calendar."):
        raise EmulatorError('"method" of a fault must be one of Calendar where tokens are to expire')


def _check_message(given: Mapping[str, Any], action: str) -> None:
    method, when = given["method"], given.get("when", "before")
    possible = _OF_MESSAGES.get(method, ())
    if possible and action not in possible:
        raise EmulatorError(f'"action" of a fault of {method} must be one of {", ".join(possible)}')
    if action == "repeat" and not possible:
        raise EmulatorError(f'"action" repeat of a fault is for {" and ".join(_OF_MESSAGES)} only')
    if method == TRIGGER and when == "after":
        raise EmulatorError(f'"when" of a fault of {TRIGGER} must be before')
    if possible and action in ("delay", "repeat") and when == "after":
        raise EmulatorError(
            f'"when" of a fault must be before: to {action} a message comes before it is sent'
        )


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
