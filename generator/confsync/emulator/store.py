"""The state of one local Google: a SQLite database, in memory or in a file."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from confsync.errors import EmulatorError

FORMAT = 2

# Marks a database as ours ("cnfs"), so that somebody else's is never written to.
APPLICATION_ID = 0x636E6673

_NOTES = "CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);"


class Store:
    """One connection that all rooms share; each makes its own tables with `create`.

    `turn()` lets one thread at a time work, as one transaction: an exception undoes what the turn wrote.
    A file is kept in WAL mode with `synchronous=NORMAL`: a killed process loses nothing that was answered,
    a power cut may. While it is open no other process can use it.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        # Called when what was read may be so no more: a turn was undone, or another state put in its place.
        self.forgetters: list[Callable[[], None]] = []
        self._where = str(file)
        try:
            self.connection = sqlite3.connect(
                file or ":memory:", check_same_thread=False, isolation_level=None, timeout=0.1
            )
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        try:
            self._open()
        except BaseException as error:
            self.connection.close()
            if isinstance(error, sqlite3.Error):
                raise self._refusal(error) from error
            raise

    def _open(self) -> None:
        self.connection.row_factory = sqlite3.Row
        # Rooms cache what they read, so a second process must not write behind their backs.
        self.connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._check_format()
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self.connection.execute(f"PRAGMA user_version={FORMAT}")
        self.create(_NOTES)

    def _check_format(self) -> None:
        owner, found = (self._pragma(name) for name in ("application_id", "user_version"))
        if owner != APPLICATION_ID and self.tables():
            raise EmulatorError(
                "this is a database of something else",
                where=self._where,
                next_step="Name another file with --data.",
            )
        if found > FORMAT:
            raise EmulatorError(
                f"this state has format {found}, newer than the {FORMAT} that this version knows",
                where=self._where,
                next_step="Use a newer confsync, or name another file with --data.",
            )

    def _pragma(self, name: str) -> int:
        return int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])

    def _refusal(self, error: sqlite3.Error) -> EmulatorError:
        next_step = "Name another file with --data, or leave it out to keep the state in memory."
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return EmulatorError(
                "another local Google keeps its state there",
                where=self._where,
                next_step="Stop that one first, or name another file with --data.",
            )
        return EmulatorError(
            f"the state cannot be kept there ({error})", where=self._where, next_step=next_step
        )

    def tables(self) -> list[str]:
        """Return the names of the tables."""
        rows = self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return [row["name"] for row in rows]

    def create(self, script: str) -> None:
        """Run a script of `CREATE TABLE IF NOT EXISTS …` statements, also within a turn."""
        with self.turn() as connection:
            statement = ""
            # Not `executescript`: it would commit the turn around it.
            for piece in script.split(";"):
                statement += piece + ";"
                if sqlite3.complete_statement(statement):
                    connection.execute(statement)
                    statement = ""

    def clear(self) -> None:
        """Forget everything; the rooms make their tables anew."""
        self.forgetters.clear()
        with self.turn() as connection:
            for name in self.tables():
                connection.execute(f'DROP TABLE IF EXISTS "{name}"')
            connection.execute(_NOTES)

    def forget(self) -> None:
        """Tell the rooms that what they have read may be so no more."""
        for forget in self.forgetters:
            forget()

    def note(self, key: str) -> str | None:
        """Return what was noted under that key: for single facts that need no table of their own."""
        with self.turn() as connection:
            row = connection.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
        return row["value"] if row else None

    def set_note(self, key: str, value: str) -> None:
        """Note a value under that key."""
        with self.turn() as connection:
            connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, value))

    @contextlib.contextmanager
    def turn(self) -> Iterator[sqlite3.Connection]:
        """Work on the state alone; the outermost turn of a thread is one transaction."""
        with self._lock:
            if self._depth:
                yield self.connection
                return
            self._depth += 1
            try:
                self.connection.execute("BEGIN")
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                self.forget()
                raise
            finally:
                self._depth -= 1

    def close(self) -> None:
        """Close the database; a second time does nothing."""
        with self._lock:
            self.connection.close()
