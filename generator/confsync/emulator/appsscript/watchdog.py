"""Ends engine processes that run too long without asking anything."""

import threading
import time
from collections.abc import Callable


class Watchdog:
    """One thread for all: what is armed and not disarmed within `seconds` of real time is ended."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._changed = threading.Condition()
        self._deadlines: dict[object, tuple[float, Callable[[], None]]] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def arm(self, key: object, end: Callable[[], None]) -> None:
        """Call `end` unless `key` is disarmed in time."""
        with self._changed:
            self._deadlines[key] = (time.monotonic() + self.seconds, end)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()

    def disarm(self, key: object) -> None:
        """Let `key` live."""
        with self._changed:
            self._deadlines.pop(key, None)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                for key, (deadline, end) in list(self._deadlines.items()):
                    if deadline <= now:
                        del self._deadlines[key]
                        end()
                # What is armed while it sleeps has its deadline after that: nobody needs to wake it.
                deadlines = (deadline for deadline, _ in self._deadlines.values())
                self._changed.wait(min(deadlines, default=now + self.seconds) - now)
