"""Faults: rules that let a test make a local Google, or a third party, fail at a chosen moment.

The rules belong to the test, not to the world's state: they are kept in memory and gone after a restart.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import NO_ANSWER, Response
from confsync.errors import EmulatorError

When = Literal["before", "after"]
Action = Literal["error", "kill", "drop", "repeat", "delay"]

# The sending of a push notification, which is no method of the API; what can become of such a message only.
NOTIFICATION = "calendar.notification"
_OF_MESSAGES = ("repeat", "delay")
LONGEST_DELAY_S = 366 * 86_400

# The rooms that check their own methods, whoever asks; an execution's dispatch checks only kills there.
SERVED = ("calendar.", "script.", "conferences.", "oauth.")


@dataclass(frozen=True)
class Fault:
    """What is to happen instead of an answer.

    `action` is `error` (this status), `drop` (no answer: the connection breaks) or `kill` (the execution ends). A push
    notification (`calendar.notification`) is lost by `drop`, sent twice by `repeat`, and sent so much later by `delay`;
    with `error` its receiver seems to answer that. After it was sent, `drop` loses the answer.
    """

    action: Action
    status: int = 0
    reason: str = ""
    message: str = ""
    domain: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    front_end: bool = False
    delay_seconds: int = 0

    def response(self) -> Response:
        """Return the answer in Google's dialect; for `drop` it is `wire.NO_ANSWER`, whose status is 0."""
        return NO_ANSWER if self.action == "drop" else self.error().response()

    def error(self) -> ApiError:
        """Return it as Google's error; what the rule left out is as Google usually says it."""
        return standard_error(
            self.status,
            self.reason,
            self.message,
            domain=self.domain,
            front_end=self.front_end,
            headers=self.headers,
        )


@dataclass
class Rule:
    """When a fault strikes: after `skip` matching moments, `times` times; `times` None is for ever.

    `method` is a REST method (`calendar.events.list`, `conferences.update`), the name of an execution's call
    (`UrlFetch.fetchAll`), or `*` for any call of an execution. With `scripts`, only what executions ask counts. `calendar` is a calendar's id, never `primary`. `before` prevents the effect, `after` keeps
    it and replaces the answer.
    """

    id: str
    method: str
    fault: Fault
    when: When = "before"
    user: str = ""
    calendar: str = ""
    skip: int = 0
    times: int | None = 1
    scripts: bool = False
    seen: int = 0

    def matches(self, when: str, method: str, user: str, calendar: str, script: bool) -> bool:
        """Tell whether the rule is about this moment, due or not; `script` when an execution asks."""
        return (
            when == self.when
            and (method == self.method or (self.method == "*" and script))
            and (script or not self.scripts)
            and self.user in ("", user)
            and self.calendar in ("", calendar)
        )

    def count(self) -> bool:
        """Count a matching moment and tell whether the fault strikes."""
        self.seen += 1
        return self.seen > self.skip and (self.times is None or self.seen <= self.skip + self.times)

    @property
    def struck(self) -> int:
        """How often the fault struck."""
        due = max(0, self.seen - self.skip)
        return due if self.times is None else min(due, self.times)

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        fault = {_camel(name): value for name, value in self.fault.__dict__.items() if value}
        rule = {name: value for name, value in self.__dict__.items() if name != "fault" and value != ""}
        return rule | fault | {"struck": self.struck}


_TYPES: dict[str, type] = {
    "method": str, "when": str, "user": str, "calendar": str, "skip": int, "times": int,
    "action": str, "status": int, "reason": str, "message": str, "domain": str, "headers": dict, "frontEnd": bool,
    "scripts": bool, "delaySeconds": int,
}  # fmt: skip
_OF_FAULT = ("action", "status", "reason", "message", "domain", "headers")


class Faults:
    """The rules of one world, in the order in which they were added.

    A moment is shown to one rule after the other until one strikes; the later ones do not count it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking = threading.local()
        self._rules: dict[str, Rule] = {}
        self._numbers = itertools.count(1)

    def check(self, when: When, method: str, user: str = "", calendar: str = "") -> Fault | None:
        """Count a moment and return the fault that strikes there, if any.

        The rooms that serve requests ask here. They never get a `kill` of their own methods: that is the caller's
        end, and only `check_call` tells it.
        """
        return self._check(when, method, user, calendar, kills=not method.startswith(SERVED), others=True)

    def check_call(self, when: When, method: str, user: str = "", calendar: str = "") -> Fault | None:
        """Do the same for a call that an execution makes.

        For methods that a room serves (`calendar.events.list`) only kills are told here: the room itself, which the
        call is going to reach, checks the rest, and a moment must not count twice.
        """
        return self._check(when, method, user, calendar, kills=True, others=not method.startswith(SERVED))

    def _check(
        self, when: When, method: str, user: str, calendar: str, *, kills: bool, others: bool
    ) -> Fault | None:
        if not self._rules:
            return None
        script = getattr(self._asking, "script", False)
        with self._lock:
            for rule in self._rules.values():
                asked = kills if rule.fault.action == "kill" else others
                if asked and rule.matches(when, method, user, calendar, script) and rule.count():
                    return rule.fault
        return None

    @contextlib.contextmanager
    def asked_by_script(self) -> Iterator[None]:
        """What is checked meanwhile on this thread is asked by an execution."""
        self._asking.script = True
        try:
            yield
        finally:
            self._asking.script = False

    def add(self, rule: Mapping[str, Any]) -> Rule:
        """Add a rule given as JSON and return it; EmulatorError names the key that is wrong."""
        _check_rule(rule)
        fault = {name: rule[name] for name in _OF_FAULT if name in rule}
        fault.setdefault("action", "error")
        delay = rule.get("delaySeconds", 0)
        found = Fault(**fault, front_end=rule.get("frontEnd", False), delay_seconds=delay)
        rest = {
            name: value
            for name, value in rule.items()
            if name not in (*_OF_FAULT, "frontEnd", "delaySeconds")
        }
        with self._lock:
            added = Rule(id=f"fault{next(self._numbers)}", fault=found, **rest)
            self._rules[added.id] = added
        return added

    def list(self) -> list[Rule]:
        """Return the rules, also those that have struck for the last time."""
        with self._lock:
            return [*self._rules.values()]

    def remove(self, rule_id: str) -> None:
        """Remove a rule; EmulatorError when there is none with that id."""
        with self._lock:
            if self._rules.pop(rule_id, None) is None:
                raise EmulatorError(f'there is no fault "{rule_id}"')

    def clear(self) -> None:
        """Remove all rules."""
        with self._lock:
            self._rules.clear()


def _check_rule(rule: Mapping[str, Any]) -> None:
    for key, value in rule.items():
        if key not in _TYPES:
            raise EmulatorError(f'"{key}" is not a key of a fault; there are {", ".join(sorted(_TYPES))}')
        if not (_is_a(value, _TYPES[key]) or (key == "times" and value is None)):
            raise EmulatorError(f'"{key}" of a fault must be {_NAMES[_TYPES[key]]}')
    if rule.get("method") != "*" and "." not in rule.get("method", ""):
        raise EmulatorError('"method" of a fault must name a method, such as calendar.events.list')
    _check_choices(rule)


def _check_choices(rule: Mapping[str, Any]) -> None:
    for key, words in (("when", get_args(When)), ("action", get_args(Action))):
        if rule.get(key, words[0]) not in words:
            raise EmulatorError(f'"{key}" of a fault must be one of {", ".join(words)}')
    if rule.get("action", "error") == "error" and not 400 <= rule.get("status", 0) <= 599:
        raise EmulatorError('"status" of a fault must be from 400 to 599 (or "action" kill or drop)')
    if rule.get("action") in _OF_MESSAGES and (rule["method"] != NOTIFICATION or rule.get("when") == "after"):
        raise EmulatorError(f'"action" {rule["action"]} of a fault is for {NOTIFICATION}, before it is sent')
    if not 0 <= rule.get("delaySeconds", 0) <= LONGEST_DELAY_S:
        raise EmulatorError(f'"delaySeconds" of a fault must be from 0 to {LONGEST_DELAY_S}')
    if rule.get("skip", 0) < 0:
        raise EmulatorError('"skip" of a fault must not be negative')
    if rule.get("times", 1) is not None and rule.get("times", 1) < 1:
        raise EmulatorError('"times" of a fault must be at least 1, or null for every time')
    if not all(isinstance(value, str) and value.isprintable() for value in rule.get("headers", {}).values()):
        raise EmulatorError('"headers" of a fault must be an object of strings of one line')


_NAMES = {str: "a string", int: "a whole number", dict: "an object of strings", bool: "true or false"}


def _is_a(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
