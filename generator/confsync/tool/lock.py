"""The user's lock between processes: the kernel gives it back when its holder dies, however that happens."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from confsync.errors import SyncError


class ProcessLock:
    """A lock beside the state: an exclusive transaction of an empty SQLite file.

    SQLite holds it with the operating system's own file locks, on every system that it runs on; there is no lease that
    could run out under a holder that lives. Whoever may wait at all waits as long as `patience_ms`.
    """

    def __init__(self, state: Path, patience_ms: int = 0) -> None:
        self._file = state.with_name(state.name + ".lock")
        self._patience_ms = patience_ms
        self.refused = False
        try:
            self._connection = sqlite3.connect(self._file, isolation_level=None)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def close(self) -> None:
        """Give back the file, and the lock with it."""
        self._connection.close()

    def try_lock(self, milliseconds: int) -> bool:
        """Wait so long at most; tell whether the lock is held now."""
        if self._connection.in_transaction:
            return True
        wait_ms = max(milliseconds, self._patience_ms) if milliseconds else 0
        try:
            self._connection.execute(f"PRAGMA busy_timeout={int(wait_ms)}")
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise self._explained(error) from error
            self.refused = True
            return False
        except sqlite3.Error as error:
            raise self._explained(error) from error
        self.refused = False
        return True

    def release_lock(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _explained(self, error: sqlite3.Error) -> SyncError:
        return SyncError(
            f"the lock cannot be taken ({error}).",
            where=str(self._file),
            next_step="Is it a file of confsync, in a folder that may be written to?",
        )
