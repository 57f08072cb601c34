"""Quotas of a day: how much each user's scripts may ask for and how long their triggers may run.

A day begins with the first use and ends 24 hours later. How much there is depends on the kind of account; the switches
may say less. What is used is kept in memory. Source: Apps Script guide "Quotas for Google Services".
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from confsync.emulator.appsscript.limits import A_DAY, used_up
from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.execution import Call
from confsync.emulator.switches import Switches

_DAY_US = 24 * 3600 * MICROSECONDS
_MAKES_EVENTS = ("insert", "import", "quickAdd")
# The switches that say less than the account has.
_LOWERED = {
    "urlfetch": "url_fetch_calls_a_day",
    "properties": "property_calls_a_day",
    "calendar": "script_events_a_day",
    "projects": "script_projects_a_day",
    "triggers": "trigger_seconds_a_day",
}


@dataclass
class _Day:
    """What a user has used of something since its first use."""

    began_us: int
    used: int = 0


class DailyQuotas:
    """Counts what the executions of each user use, whichever script they belong to."""

    def __init__(self, switches: Switches, clock: Clock) -> None:
        self._switches, self._clock = switches, clock
        self._lock = threading.Lock()
        self._days: dict[tuple[str, str], _Day] = {}

    def charge(self, user: str, call: Call) -> None:
        """Count what a call uses; Refusal with the platform's text when it is more than is left."""
        quota, amount = _use(call)
        if quota:
            self.take(user, quota, amount)

    def take(self, user: str, quota: str, amount: int) -> None:
        """Count an amount of something; Refusal with the platform's text when it is more than is left."""
        if not self._take(user, quota, amount):
            raise Refusal(used_up(quota))

    def may_make_project(self, user: str) -> bool:
        """Count a project that a user makes, and tell whether they may."""
        return self._take(user, "projects", 1)

    def left(self, user: str, quota: str) -> int:
        """Return how much of something a user has left today."""
        with self._lock:
            return self._most(quota) - self._day(user, quota).used

    def _take(self, user: str, quota: str, amount: int) -> bool:
        with self._lock:
            day = self._day(user, quota)
            if day.used + amount > self._most(quota):
                return False
            day.used += amount
        return True

    def trigger_time_us(self, user: str) -> int:
        """Return how much time a user's triggers have left today."""
        with self._lock:
            return max(0, self._most("triggers") * MICROSECONDS - self._day(user, "triggers").used)

    def triggered(self, user: str, microseconds: int) -> None:
        """Count how long a trigger of a user ran."""
        with self._lock:
            self._day(user, "triggers").used += microseconds

    def _day(self, user: str, quota: str) -> _Day:
        now_us = self._clock.now_us()
        day = self._days.get((user, quota))
        if day is None or now_us >= day.began_us + _DAY_US:
            day = self._days[user, quota] = _Day(now_us)
        return day

    def _most(self, quota: str) -> int:
        allowance = A_DAY[quota]
        most = allowance.consumer if self._switches.account_kind == "consumer" else allowance.workspace
        lowered = getattr(self._switches, _LOWERED[quota]) if quota in _LOWERED else 0
        return int(lowered) or most


def _use(call: Call) -> tuple[str, int]:
    """Return which quota a call uses, and how much of it."""
    if call.service == "Properties":
        return "properties", 1
    if call.service == "UrlFetch":
        return "urlfetch", len(call.arguments.get("requests", (0,)))
    if call.service == "calendar.events" and call.method in _MAKES_EVENTS:
        return "calendar", 1
    return "", 0
