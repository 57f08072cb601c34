"""The one clock of a local Google: virtual (moves only when told to) or real."""

import threading
import time
from datetime import UTC, datetime

MICROSECONDS = 1_000_000


class Clock:
    """Tells and moves time, in microseconds since the epoch.

    A virtual clock starts at `start_us` and moves by `advance`. A real one follows the machine's clock,
    plus whatever it was advanced by (`moved_us`).
    """

    def __init__(self, *, start_us: int | None = None) -> None:
        self.virtual = start_us is not None
        self.moved_us = 0
        self._start_us = start_us or 0
        self._lock = threading.Lock()

    def now_us(self) -> int:
        """Return the present time in microseconds since the epoch."""
        return (self._start_us if self.virtual else time.time_ns() // 1000) + self.moved_us

    def now_ms(self) -> int:
        """Return the present time in milliseconds since the epoch, as JavaScript's `Date.now()`."""
        return self.now_us() // 1000

    def advance(self, microseconds: int) -> None:
        """Move the clock forward; a real clock is from then on ahead of the machine's."""
        if microseconds < 0:
            raise ValueError("time does not run backwards")
        with self._lock:
            self.moved_us += microseconds

    def restart(self, moved_us: int = 0) -> None:
        """Go back to the start, or to where a clock was that had been advanced by so much."""
        with self._lock:
            self.moved_us = moved_us

    def reach(self, at_us: int) -> None:
        """Go to a time that another clock was at: a virtual clock exactly, a real one forward only."""
        with self._lock:
            self.moved_us += at_us - self.now_us() if self.virtual else max(0, at_us - self.now_us())

    def now(self) -> datetime:
        """Return the present time as an aware datetime in UTC."""
        return instant(self.now_us())


def instant(microseconds: int) -> datetime:
    """Return microseconds since the epoch as an aware datetime in UTC."""
    return datetime.fromtimestamp(microseconds // MICROSECONDS, UTC).replace(
        microsecond=microseconds % MICROSECONDS
    )
