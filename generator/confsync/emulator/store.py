"""The state of one local Google: a SQLite database, in memory or in a file."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from confsync.errors import EmulatorError

FORMAT = 1


class Store:
    """One connection that all rooms share; each makes its own tables with `create`.

    `turn()` lets one thread at a time work, as one transaction: an exception undoes what the turn wrote.
    A file is kept in WAL mode with `synchronous=NORMAL`: a killed process loses nothing that was answered,
    a power cut may.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        try:
            self.connection = sqlite3.connect(
                file or ":memory:", check_same_thread=False, isolation_level=None
            )
            self.connection.row_factory = sqlite3.Row
            self._check_format(file)
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=NORMAL")
        except sqlite3.Error as error:
            raise EmulatorError(
                f"the state cannot be kept there ({error})",
                where=str(file),
                next_step="Name another file with --data, or leave it out to keep the state in memory.",
            ) from error

    def _check_format(self, file: Path | None) -> None:
        found = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise EmulatorError(
                f"this state has format {found}, newer than the {FORMAT} that this version knows",
                where=str(file),
                next_step="Use a newer confsync, or name another file with --data.",
            )
        self.connection.execute(f"PRAGMA user_version={FORMAT}")

    def create(self, script: str) -> None:
        """Run a script of `CREATE TABLE IF NOT EXISTS …` statements."""
        with self._lock:
            self.connection.executescript(script)

    @contextlib.contextmanager
    def turn(self) -> Iterator[sqlite3.Connection]:
        """Work on the state alone; the outermost turn of a thread is one transaction."""
        with self._lock:
            if self._depth:
                yield self.connection
                return
            self._depth += 1
            self.connection.execute("BEGIN")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self.connection.close()
