"""Background: work that is done over and over on a thread of its own, until it is stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from confsync.errors import EmulatorError

# The clock may be moved from outside, so the thread looks at it this often.
_LOOK_SECONDS = 0.25


class Background:
    """One piece of work, begun again whenever somebody wakes it; `failure` is logged when it fails."""

    def __init__(self, name: str, work: Callable[[], object], failure: str) -> None:
        self._name, self._work, self._failure = name, work, failure
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def runs(self) -> bool:
        """Whether the work is done in the background."""
        return self._thread is not None

    def start(self) -> None:
        """Work from now on; a second time does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Work no more; what is being done ends first."""
        thread, self._thread = self._thread, None
        self._wake.set()
        if thread and thread is not threading.current_thread():
            thread.join()

    def wake(self) -> None:
        """Tell the thread that there is something to do."""
        self._wake.set()

    def _run(self) -> None:
        log = logging.getLogger(__name__)
        while self._thread is threading.current_thread():
            try:
                self._work()
            except EmulatorError as error:
                log.error("%s: %s", self._failure, error)
            except Exception:
                log.exception(self._failure)
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()
