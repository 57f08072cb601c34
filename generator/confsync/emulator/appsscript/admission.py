"""Admission: whether an execution may begin, by how many run already and by the time that triggers have left."""

from __future__ import annotations

import threading
from collections import Counter

from confsync.emulator.appsscript.limits import (
    EXECUTIONS_OF_A_SCRIPT,
    EXECUTIONS_OF_A_USER,
    NO_TIME_LEFT,
    TOO_MANY_AT_ONCE,
)
from confsync.emulator.appsscript.quotas import DailyQuotas
from confsync.emulator.execution import ScriptError

_OF_TRIGGERS = ("TRIGGER", "TIME_DRIVEN")


class Admission:
    """Counts who runs what."""

    def __init__(self, quotas: DailyQuotas) -> None:
        self._quotas = quotas
        self._lock = threading.Lock()
        self._running: dict[int, tuple[str, str]] = {}
        self._counts: Counter[str] = Counter()

    def enter(self, number: int, user: str, script_id: str, kind: str) -> ScriptError | None:
        """Count an execution in; return the platform's error when it may not begin, otherwise nothing."""
        if self.time_left_us(user, kind) == 0:
            return ScriptError("Exception", NO_TIME_LEFT)
        with self._lock:
            of_user, of_script = self._counts[user], self._counts[script_id]
            if of_user >= EXECUTIONS_OF_A_USER or of_script >= EXECUTIONS_OF_A_SCRIPT:
                return ScriptError("Exception", TOO_MANY_AT_ONCE)
            self._running[number] = (user, script_id)
            self._counts.update((user, script_id))
        return None

    def time_left_us(self, user: str, kind: str) -> int | None:
        """Return how long an execution may run today, whatever the limit of one is; None for any time."""
        return self._quotas.trigger_time_us(user) if kind in _OF_TRIGGERS else None

    def leave(self, number: int, kind: str, milliseconds: int) -> None:
        """Count an execution out, and the time of a trigger; one that did not come in is not counted."""
        with self._lock:
            entered = self._running.pop(number, None)
            if entered is None:
                return
            self._counts.subtract(entered)
        if kind in _OF_TRIGGERS:
            self._quotas.triggered(entered[0], milliseconds * 1000)
