"""Quotas: how much a user, the project or a calendar may be asked for, where the switches set a limit.

Requests are counted over the last minute, each part of a batch by itself; one that is refused does not count. Whoever
creates more than the use limits allow can only read for some hours. All is kept in memory. Sources: Calendar API guide
"Manage quotas"; Workspace help "Avoid calendar use limits", which names the limits, not the time they take to recover.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass

from confsync.emulator import front_end
from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.switches import Switches
from confsync.platform.discovery import Method

_MINUTE_US = 60 * MICROSECONDS
_HOUR_US = 60 * _MINUTE_US
_CREATING_US, _READ_ONLY_US = 24 * _HOUR_US, 6 * _HOUR_US

_MAKES_EVENTS = {"calendar.events.insert", "calendar.events.import", "calendar.events.quickAdd"}
_MAKES_CALENDARS = {"calendar.calendars.insert"}
_ONLY_ASKS = {"calendar.freebusy.query", "calendar.channels.stop"}


@dataclass(frozen=True)
class _Limit:
    """At most so much of something within the last microseconds; `about` is whose it is and of which kind."""

    most: int
    about: tuple[str, str]
    within_us: int


class Quotas:
    """Counts what is asked, and says no."""

    def __init__(self, switches: Switches, clock: Clock) -> None:
        self._switches, self._clock = switches, clock
        self._lock = threading.Lock()
        self._counted: dict[tuple[str, str], deque[int]] = defaultdict(deque)
        self._read_only: dict[str, int] = {}

    def admit(self, method: Method, user: str, calendar: str) -> None:
        """Count a request; ApiError 403 or 429 when a quota is used up, 403 `quotaExceeded` when a use limit is."""
        limits = self._limits(method, user, calendar)
        if not limits and not self._read_only:
            return
        now_us = self._clock.now_us()
        with self._lock:
            if _writes(method) and now_us < self._read_only.get(user, 0):
                raise standard_error(403, "quotaExceeded")
            for limit in limits:
                if len(self._recent(limit, now_us)) >= limit.most:
                    raise self._refusal(limit, user, now_us)
            for limit in limits:
                self._counted[limit.about].append(now_us)

    def _limits(self, method: Method, user: str, calendar: str) -> list[_Limit]:
        on, writes = self._switches, _writes(method)
        calendar_most = on.writes_per_minute_per_calendar if calendar and writes else 0
        limits = (
            (on.queries_per_minute_per_user, ("user", user), _MINUTE_US),
            (on.queries_per_minute, ("project", ""), _MINUTE_US),
            (calendar_most, ("calendar", calendar), _MINUTE_US),
            (on.events_created_a_day if method.id in _MAKES_EVENTS else 0, ("events", user), _CREATING_US),
            (
                on.calendars_created_a_day if method.id in _MAKES_CALENDARS else 0,
                ("calendars", user),
                _CREATING_US,
            ),
        )
        return [_Limit(*limit) for limit in limits if limit[0]]

    def _recent(self, limit: _Limit, now_us: int) -> deque[int]:
        counted = self._counted[limit.about]
        while counted and counted[0] <= now_us - limit.within_us:
            counted.popleft()
        return counted

    def _refusal(self, limit: _Limit, user: str, now_us: int) -> ApiError:
        kind, style = limit.about[0], self._switches.quota_error
        if kind in ("events", "calendars"):
            self._read_only[user] = now_us + _READ_ONLY_US
            return standard_error(403, "quotaExceeded")
        if style == "429":
            return standard_error(429, "rateLimitExceeded")
        # The front-end counts for users and projects; of calendars only Calendar itself knows.
        if style == "403" or kind == "calendar":
            return standard_error(403, "userRateLimitExceeded" if kind == "user" else "rateLimitExceeded")
        words = front_end.quota(limit.most, per_user=kind == "user")
        return ApiError(
            403,
            "rateLimitExceeded",
            words.message,
            domain="usageLimits",
            front_end=True,
            details=words.details,
        )


def _writes(method: Method) -> bool:
    return method.http_method != "GET" and method.name != "watch" and method.id not in _ONLY_ASKS
