"""The state of one local Google: a SQLite database, in memory or in a file."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from confsync.errors import EmulatorError

FORMAT = 2

# Of SQLite's usual pages, an event of two kilobytes would waste half.
PAGE_BYTES = 16_384

# Marks a database as ours ("cnfs"), so that somebody else's is never written to.
APPLICATION_ID = 0x636E6673

_NOTES = "CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);"


_ELSEWHERE = "Name another file with --data, or leave it out to keep the state in memory."
_MEANINGS = {
    sqlite3.SQLITE_BUSY: (
        "another local Google keeps its state there",
        "Stop that one first, or name another file with --data.",
    ),
    sqlite3.SQLITE_FULL: (
        "there is no room for more state; this request changed nothing, what was answered before is kept",
        "Make room on the disk and ask again.",
    ),
    sqlite3.SQLITE_READONLY: ("this file may only be read", _ELSEWHERE),
    sqlite3.SQLITE_CORRUPT: (
        "the state is damaged",
        "Go on with a copy of it, or with an export: --import FILE, and another file with --data.",
    ),
}
# Errors of the place where the state is kept, not of a statement.
_OF_THE_PLACE = {
    *_MEANINGS,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}


class Store:
    """One connection that all rooms share; each makes its own tables with `create`.

    `turn()` lets one thread at a time work, as one transaction: an exception undoes what the turn wrote. When the disk
    is full or the file is damaged, that is an EmulatorError.
    A file is kept in WAL mode with `synchronous=NORMAL`: a killed process loses nothing that was answered,
    a power cut may. While it is open no other process can use it.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._where = str(file or "memory")
        # Called when what was read may be so no more: a turn was undone, or another state put in its place.
        self.forgetters: list[Callable[[], None]] = []
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
        self.connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
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
        if found < FORMAT and self.tables():
            raise EmulatorError(
                f"this state has format {found}, older than the {FORMAT} that this version knows",
                where=self._where,
                next_step="Use the confsync that made it, or name another file with --data.",
            )

    def _pragma(self, name: str) -> int:
        return int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])

    def _refusal(self, error: sqlite3.Error) -> EmulatorError:
        """Return what an error means that the database met when it was opened, or since."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        # SQLite tells this in several ways.
        if os.path.isfile(self._where) and not os.access(self._where, os.W_OK):
            code = sqlite3.SQLITE_READONLY
        what, next_step = _MEANINGS.get(code, (f"the state cannot be kept there ({error})", _ELSEWHERE))
        return EmulatorError(what, where=self._where, next_step=next_step)

    def tables(self) -> list[str]:
        """Return the names of the tables."""
        rows = self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return [row["name"] for row in rows]

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        return [row["name"] for row in self.connection.execute(f'PRAGMA table_info("{table}")')]

    def rows(self, table: str) -> Iterator[sqlite3.Row]:
        """Yield a table's rows in the order in which they are kept; to be called in a turn."""
        names = ", ".join(f'"{name}"' for name in self.columns(table))
        yield from self.connection.execute(f'SELECT {names} FROM "{table}" NOT INDEXED')

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
            except BaseException as error:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                # Where nothing can be read any more, the first error is the one to tell of.
                with contextlib.suppress(sqlite3.Error):
                    self.forget()
                if isinstance(error, sqlite3.Error) and _is_of_the_place(error):
                    raise self._refusal(error) from error
                raise
            finally:
                self._depth -= 1

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep the other threads out without a transaction; EmulatorError within a turn."""
        with self._lock:
            if self._depth:
                raise EmulatorError("the whole state cannot be replaced while a request is being answered")
            yield

    def copy(self) -> sqlite3.Connection:
        """Return a copy of everything, in memory; to be called alone."""
        copied = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection.backup(copied)
        return copied

    def put_back(self, copied: sqlite3.Connection) -> None:
        """Make everything as it is in a copy; to be called alone."""
        try:
            copied.backup(self.connection)
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def close(self) -> None:
        """Close the database; a second time does nothing."""
        with self._lock:
            self.connection.close()


def _is_of_the_place(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_PLACE
