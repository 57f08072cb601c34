"""Faults: rules that let a test make a local Google, or a third party, fail at a chosen moment.

The rules belong to the test, not to the world's state: they are kept in memory and gone after a restart.
"""

from __future__ import annotations

import contextlib
import copy
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confsync.emulator.clock import Clock
from confsync.emulator.errors import ApiError
from confsync.emulator.fault import Fault
from confsync.emulator.fault_rule import NOTIFICATION, TRIGGER, Rule, When, rule_of
from confsync.emulator.wire import Request, Response
from confsync.errors import EmulatorError

__all__ = ["NOTIFICATION", "TRIGGER", "Fault", "Faults", "Moment", "Rule", "When"]

# The rooms that check their own methods, whoever asks; an execution's dispatch checks only kills there.
SERVED = ("calendar.", "script.", "conferences.", "oauth.")


@dataclass(frozen=True)
class Moment:
    """A request that a room is about to answer: method, who asks, of which calendar, with which page token.

    `full` tells that it lists everything.
    """

    method: str
    user: str = ""
    calendar: str = ""
    page_token: str = ""
    full: bool = False


def page_token_of(request: Request) -> str:
    """Return the page token that a request carries, or nothing."""
    return "" if "pageToken=" not in request.target else dict(request.query).get("pageToken", "")


def is_full(request: Request) -> bool:
    """Tell whether a listing is of everything: neither of what changed nor of one event's instances."""
    return "syncToken=" not in request.target and "iCalUID=" not in request.target


class Faults:
    """The rules of one world, in the order in which they were added.

    A moment is shown to one rule after the other until one strikes; the later ones do not count it.
    """

    def __init__(self, seed: int = 0, clock: Clock | None = None) -> None:
        self._seed, self._clock = seed, clock
        self._lock = threading.Lock()
        self._asking = threading.local()
        self._rules: dict[str, Rule] = {}
        self._number = 0
        self._pages: dict[tuple[str, str, str], tuple[int, str]] = {}

    def around(
        self,
        moment: Moment,
        answer: Callable[[], Response],
        *,
        error: Callable[[Fault], Response] | None = None,
        expire_tokens: Callable[[str], None] | None = None,
    ) -> Response:
        """Answer a request to a room; faults strike before it, or after it has had its effect.

        `error` says a fault of action `error` in the room's own dialect, `expire_tokens` ends a calendar's tokens. What
        the room refuses has a moment after it too: its answer may be lost like any other. Raises the room's ApiError.
        """
        if not self._rules:
            return answer()
        about, page = (moment.method, moment.user, moment.calendar), self._page(moment)
        before = self.check("before", *about, page=page, full=moment.full)
        if before and before.action != "expire-tokens":
            return before.response(error)
        if before and expire_tokens:
            expire_tokens(moment.calendar)
        refusal: ApiError | None = None
        try:
            response = answer()
        except ApiError as raised:
            refusal, response = raised, raised.response()
        after = self.check("after", *about, page=page, full=moment.full)
        if after and after.action == "expire-tokens" and expire_tokens:
            expire_tokens(moment.calendar)
        if after:
            return after.on(response, error)
        if refusal:
            raise refusal
        return response

    def check(
        self,
        when: When,
        method: str,
        user: str = "",
        calendar: str = "",
        *,
        page: int = 1,
        full: bool = False,
    ) -> Fault | None:
        """Count a moment and return the fault that strikes there, if any.

        The rooms that serve requests ask here. They never get a `kill` of their own methods: that is the caller's
        end, and only `check_call` tells it.
        """
        kills = not method.startswith(SERVED)
        return self._check((when, method, user, calendar), (page, full), kills=kills, others=True)

    def check_call(self, when: When, method: str, user: str = "", calendar: str = "") -> Fault | None:
        """Do the same for a call that an execution makes.

        For methods that a room serves (`calendar.events.list`) only kills are told here: the room itself, which the
        call is going to reach, checks the rest, and a moment must not count twice.
        """
        return self._check(
            (when, method, user, calendar),
            (1, False),
            kills=True,
            others=not method.startswith(SERVED),
        )

    def _check(
        self, about: tuple[When, str, str, str], listing: tuple[int, bool], *, kills: bool, others: bool
    ) -> Fault | None:
        if not self._rules:
            return None
        script = getattr(self._asking, "script", False)
        with self._lock:
            for rule in self._rules.values():
                asked = kills if rule.fault.action == "kill" else others
                if asked and rule.matches(*about, script, *listing) and rule.count():
                    return rule.fault.at(self._clock.now()) if self._clock else rule.fault
        return None

    def _page(self, moment: Moment) -> int:
        """Return which page of a listing is asked for; the same one asked again has the same number."""
        about, token = (moment.method, moment.user, moment.calendar), moment.page_token
        with self._lock:
            number, last = self._pages.get(about, (1, ""))
            if not token:
                number = 1
            elif token != last:
                number += 1
            self._pages[about] = (number, token)
        return number

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
        with self._lock:
            added = rule_of(rule, f"fault{self._number + 1}", self._seed)
            self._number += 1
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

    def begin(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Forget everything and begin with these rules, numbered from 1."""
        self.clear()
        self._number = 0
        self._pages.clear()
        for rule in rules:
            self.add(rule)

    def kept(self) -> Any:
        """Return what `put_back` needs to make everything here as it is now."""
        with self._lock:
            return copy.deepcopy((self._rules, self._number, self._pages))

    def put_back(self, kept: Any) -> None:
        """Make everything here as it was."""
        with self._lock:
            self._rules, self._number, self._pages = copy.deepcopy(kept)
