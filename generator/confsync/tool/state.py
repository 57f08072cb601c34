"""What `confsync sync` remembers: properties, triggers, channels and a log, in one SQLite file."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from confsync.errors import SyncError

FORMAT = 1
# Marks a database as ours ("cnsy"), so that somebody else's is never written to.
APPLICATION_ID = 0x636E7379
EXECUTIONS_KEPT = 2000

_TABLES = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS properties (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS triggers (id INTEGER PRIMARY KEY AUTOINCREMENT, trigger TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS channels (id TEXT PRIMARY KEY, calendar TEXT NOT NULL, resource TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS executions (number INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, cause TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lines (execution INTEGER NOT NULL, at_ms INTEGER NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS lines_of ON lines (execution);
CREATE TABLE IF NOT EXISTS touched (execution INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (execution, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS touched_by ON touched (key);
"""
_ELSEWHERE = "Name another file with --state."
_MEANINGS = {
    sqlite3.SQLITE_BUSY: ("another process keeps it to itself", "Stop that one, and run this again."),
    sqlite3.SQLITE_FULL: (
        "there is no room for more state; what was written before is kept",
        "Make room on the disk, and run this again: it goes on where it stopped.",
    ),
    sqlite3.SQLITE_READONLY: ("this file may only be read", _ELSEWHERE),
    sqlite3.SQLITE_CORRUPT: (
        "the state is damaged",
        "Put a copy of it there, or move it away: what events carry is found anew, what was to be deleted is not.",
    ),
    sqlite3.SQLITE_NOTADB: ("this is no state of confsync", _ELSEWHERE),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", _ELSEWHERE),
}
BUSY_S = 10.0


class State:
    """One user's state; every write is durable when it returns, for requests follow that rely on it."""

    def __init__(self, file: Path, *, read_only: bool = False) -> None:
        self.file = file
        if read_only and not file.exists():
            raise SyncError("there is no state yet.", where=str(file), next_step="`confsync sync` makes it.")
        # Not `ro`: what a process that died left half written could not be undone then.
        address = f"{file.absolute().as_uri()}?mode={'rw' if read_only else 'rwc'}"
        with self._explained():
            self._connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_S)
        try:
            self._open(read_only)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _open(self, read_only: bool) -> None:
        with self._explained():
            owner, found = (self._pragma(name) for name in ("application_id", "user_version"))
            tables = self.rows("SELECT 1 FROM sqlite_master LIMIT 1")
            self.rows(f"PRAGMA query_only={int(read_only)}")
        if tables and owner != APPLICATION_ID:
            raise SyncError(
                "this is a database of something else.", where=str(self.file), next_step=_ELSEWHERE
            )
        if tables and found != FORMAT:
            raise SyncError(
                f"this state has format {found}, and this version knows {FORMAT}.",
                where=str(self.file),
                next_step="Use the confsync that made it, or name another file with --state.",
            )
        if read_only or tables:
            return
        with self.turn() as connection:
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={FORMAT}")

    @contextlib.contextmanager
    def turn(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction; an exception undoes it. Raises SyncError."""
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return what a query finds; raises SyncError."""
        with self._explained():
            return self._connection.execute(query, values).fetchall()

    def note(self, key: str, value: str) -> str:
        """Return what was noted under that key first; without anything, note the value."""
        kept = self.rows("SELECT value FROM notes WHERE key = ?", key)
        if kept:
            return str(kept[0][0])
        with self.turn() as connection:
            connection.execute("INSERT OR IGNORE INTO notes VALUES (?, ?)", (key, value))
        return value

    def properties(self) -> dict[str, str]:
        """Return all properties."""
        return dict(self.rows("SELECT key, value FROM properties ORDER BY key"))

    def triggers(self) -> list[dict[str, Any]]:
        """Return the triggers that the engine asked for, each with its `uniqueId`."""
        found = self.rows("SELECT id, trigger FROM triggers ORDER BY id")
        return [{"uniqueId": str(number), **json.loads(text)} for number, text in found]

    def begin(self, at_ms: int, cause: str) -> int:
        """Note a new execution and return its number; the oldest ones are forgotten."""
        with self.turn() as connection:
            number = connection.execute(
                "INSERT INTO executions (at_ms, cause) VALUES (?, ?)", (at_ms, cause)
            ).lastrowid
            oldest = (number or 0) - EXECUTIONS_KEPT
            connection.execute("DELETE FROM executions WHERE number <= ?", (oldest,))
            connection.execute("DELETE FROM lines WHERE execution <= ?", (oldest,))
            connection.execute("DELETE FROM touched WHERE execution <= ?", (oldest,))
        return int(number or 0)

    def log(self, execution: int, at_ms: int, severity: str, message: str) -> None:
        """Keep a line of the log."""
        with self.turn() as connection:
            connection.execute("INSERT INTO lines VALUES (?, ?, ?, ?)", (execution, at_ms, severity, message))

    def set_properties(self, execution: int, properties: Mapping[str, str]) -> None:
        """Write some properties, all or none of them, and remember which execution did."""
        with self.turn() as connection:
            connection.executemany("INSERT OR REPLACE INTO properties VALUES (?, ?)", properties.items())
            connection.executemany(
                "INSERT OR IGNORE INTO touched VALUES (?, ?)", [(execution, key) for key in properties]
            )

    def delete_property(self, execution: int, key: str) -> None:
        """Remove a property, and remember which execution did."""
        with self.turn() as connection:
            connection.execute("DELETE FROM properties WHERE key = ?", (key,))
            connection.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (execution, key))

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            what, next_step = _MEANINGS.get(code, (str(error), _ELSEWHERE))
            raise SyncError(what, where=str(self.file), next_step=next_step) from error
