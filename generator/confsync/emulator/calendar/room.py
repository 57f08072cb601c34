"""What the parts of the Calendar room share: its tables, its stamps, and who wants to hear of changes."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from confsync.emulator.calendar import late, pending
from confsync.emulator.clock import Clock
from confsync.emulator.store import Store
from confsync.emulator.switches import Switches

# One row an event copy; `home` is the calendar that holds the main copy, `master` the series an exception belongs to.
# `text` is the event as the calendar's own readers see it, `series` says that it repeats, `hidden` marks the exceptions of
# a deleted series, `removed` a copy that its guest deleted. A change moves `changed_us`, so the index over it is the
# calendar's change log, each event in it once. `vanished` is the same for occurrences that a series has no more.
_TABLES = """
CREATE TABLE IF NOT EXISTS calendars (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, is_primary INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 1, updated_us INTEGER NOT NULL,
  changed_us INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS calendar_rules (
  calendar INTEGER NOT NULL, id TEXT NOT NULL, role TEXT NOT NULL, changed_us INTEGER NOT NULL,
  UNIQUE (calendar, id)
);
CREATE TABLE IF NOT EXISTS calendar_entries (
  user TEXT NOT NULL, calendar INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, changed_us INTEGER NOT NULL,
  body TEXT NOT NULL, UNIQUE (user, calendar)
);
CREATE TABLE IF NOT EXISTS events (
  key INTEGER PRIMARY KEY, calendar INTEGER NOT NULL, id TEXT NOT NULL, home INTEGER NOT NULL, master TEXT,
  ical_uid TEXT NOT NULL, series INTEGER NOT NULL, cancelled INTEGER NOT NULL, hidden INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0, start_us INTEGER, end_us INTEGER, updated_us INTEGER NOT NULL,
  changed_us INTEGER NOT NULL, text BLOB NOT NULL, UNIQUE (calendar, id)
);
CREATE INDEX IF NOT EXISTS events_log ON events (calendar, changed_us);
CREATE INDEX IF NOT EXISTS events_series ON events (calendar, master, id) WHERE master IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_copies ON events (home, id) WHERE home <> calendar;
CREATE INDEX IF NOT EXISTS events_tombstones ON events (calendar, changed_us) WHERE cancelled AND master IS NULL;
CREATE TABLE IF NOT EXISTS vanished (
  calendar INTEGER NOT NULL, id TEXT NOT NULL, master TEXT, original TEXT, changed_us INTEGER NOT NULL,
  UNIQUE (calendar, id)
);
CREATE INDEX IF NOT EXISTS vanished_log ON vanished (calendar, changed_us);
CREATE INDEX IF NOT EXISTS vanished_series ON vanished (calendar, master);
CREATE TABLE IF NOT EXISTS calendar_settings (
  user TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, changed_us INTEGER NOT NULL, UNIQUE (user, id)
);
CREATE TABLE IF NOT EXISTS calendar_mails (
  number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
  kind TEXT NOT NULL, calendar TEXT NOT NULL, event TEXT
);
"""

if TYPE_CHECKING:
    from confsync.emulator.calendar.calendars import Record

_LAST_STAMP = """
SELECT max(us) FROM (SELECT max(changed_us) AS us FROM calendars UNION ALL SELECT max(changed_us) FROM calendar_rules
UNION ALL SELECT max(changed_us) FROM calendar_entries UNION ALL SELECT max(changed_us) FROM calendar_settings)
"""
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"


class Room:
    """The state of Google Calendar. All of it is in the store; `texts` only keeps what was rendered before."""

    def __init__(self, store: Store, clock: Clock, source: random.Random, switches: Switches) -> None:
        store.create(_TABLES + late.TABLES + pending.TABLES)
        self.store, self.clock, self.random, self.switches = store, clock, source, switches
        self.db: sqlite3.Connection = store.connection
        self.listeners: list[Callable[[str], None]] = []
        self.watchers: list[Callable[[str, str], None]] = []
        self._touched: dict[int, None] = {}
        self._changed: dict[tuple[str, str], None] = {}
        self.texts: dict[tuple[object, ...], bytes] = {}
        # What was stored last, whose writer is about to be answered: calendar, id, microsecond, and the common text.
        self.stored_last: tuple[int, str, int, bytes] = (0, "", 0, b"")
        # Calendars by id (None: there is none) and by key, and what the rules let a user do with one.
        self.ids: dict[str, Record | None] = {}
        self.keys: dict[int, Record] = {}
        self.roles: dict[tuple[int, str], str] = {}
        self.forget()
        store.forgetters.append(self.forget)

    def forget(self) -> None:
        """Forget what was read before; another state may be in its place."""
        self.texts.clear()
        self.stored_last = (0, "", 0, b"")
        self.forget_calendars()
        self._last_us = self.db.execute(_LAST_STAMP).fetchone()[0] or 0

    def forget_calendars(self) -> None:
        """Forget which calendars there are and who may use them."""
        self.ids.clear()
        self.keys.clear()
        self.roles.clear()

    def stamp(self) -> int:
        """Return the microsecond of a write: the present one, or the next that no write has had."""
        self._last_us = max(self.clock.now_us(), self._last_us + 1)
        return self._last_us

    def touch(self, calendar: int, stamp: int) -> None:
        """Note that events of this calendar changed."""
        self.db.execute("UPDATE calendars SET changed_us = ? WHERE key = ?", (stamp, calendar))
        if known := self.keys.get(calendar):
            self.keys[calendar] = self.ids[known.id] = replace(known, changed_us=stamp)
        self._touched[calendar] = None

    def forget_touched(self) -> None:
        """Forget what a request touched that came to nothing."""
        self._touched.clear()
        self._changed.clear()

    def changed(self, kind: str, subject: str) -> None:
        """Note that a collection other than events changed: `acl` of a calendar, `calendarList` or `settings` of a user."""
        self._changed[kind, subject] = None

    def announce(self) -> None:
        """Tell the listeners which calendars changed, and the watchers which other collections, each once."""
        changed, self._changed = list(self._changed), {}
        for kind, subject in changed:
            for watcher in self.watchers:
                watcher(kind, subject)
        touched, self._touched = list(self._touched), {}
        for key in touched:
            for listener in self.listeners:
                listener(self._id_of(key))

    def _id_of(self, calendar: int) -> str:
        if known := self.keys.get(calendar):
            return known.id
        row = self.db.execute("SELECT id FROM calendars WHERE key = ?", (calendar,)).fetchone()
        return str(row["id"])

    def new_id(self, length: int = 26) -> str:
        """Return a random id as Google makes them: base32hex, 26 characters."""
        return "".join(self.random.choices(_ALPHABET, k=length))
