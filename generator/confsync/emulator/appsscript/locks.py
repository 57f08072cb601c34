"""LockService: one mutex for each script, and one for each user of a script."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.refusal import not_emulated
from confsync.emulator.clock import Clock

Key = tuple[str, ...]


def _key(context: Context, arguments: Mapping[str, Any]) -> Key:
    of_script = arguments.get("lock") == "script"
    return (context.script_id,) if of_script else (context.script_id, context.user)


class Locks:
    """Who holds which lock. Locks are not kept: they end with the executions that hold them.

    `waits` tells whether an execution that does not get a lock waits for it in real time. Otherwise the one that
    holds it cannot go on meanwhile, so waiting only moves a virtual clock.
    """

    def __init__(self, clock: Clock, waits: Callable[[], bool]) -> None:
        self._clock, self._waits = clock, waits
        self._changed = threading.Condition()
        self._holders: dict[Key, int] = {}

    def call(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of an execution; called without a turn, for it may wait."""
        key = _key(context, arguments)
        if method == "tryLock":
            return self._try(key, context, arguments)
        with self._changed:
            held = self._holders.get(key) == context.number
            if method == "hasLock":
                return held
            if method != "releaseLock":
                raise not_emulated("LockService.Lock", method)
            if held:
                del self._holders[key]
                self._changed.notify_all()
        return None

    def wait_us(self, context: Context, arguments: Mapping[str, Any]) -> int:
        """Return how long an execution may wait for a lock: not at all unless another one holds it."""
        with self._changed:
            held = self._holders.get(_key(context, arguments), context.number) != context.number
        return context.bounded_us(arguments["milliseconds"], self._clock.now_us()) if held else 0

    def _try(self, key: Key, context: Context, arguments: Mapping[str, Any]) -> bool:
        number = context.number
        deadline = time.monotonic() + float(arguments["milliseconds"]) / 1000
        with self._changed:
            while self._holders.setdefault(key, number) != number:
                remaining = deadline - time.monotonic()
                if not self._waits() or remaining <= 0:
                    break
                self._changed.wait(remaining)
            got = self._holders[key] == number
        if not got and not context.waited_us and self._clock.virtual:
            self._clock.advance(context.bounded_us(arguments["milliseconds"], self._clock.now_us()))
        return got

    def wake(self) -> None:
        """Let those that wait look again whether they still should."""
        with self._changed:
            self._changed.notify_all()

    def release_all(self, number: int) -> None:
        """Give back what an execution holds at its end, however it ended."""
        with self._changed:
            for key in [key for key, holder in self._holders.items() if holder == number]:
                del self._holders[key]
            self._changed.notify_all()
