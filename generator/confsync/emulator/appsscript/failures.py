"""The mails about triggers that failed: one a day for each user and script, none about those of add-ons.

Source: Apps Script guide "Installable triggers". The day is that of the script's time zone, and nobody has set another rhythm.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.resources import timestamp
from confsync.emulator.clock import MICROSECONDS, instant
from confsync.emulator.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS script_failures (due_us INTEGER NOT NULL, user TEXT NOT NULL, script TEXT NOT NULL);
"""
_SENDER = "noreply-apps-scripts-notifications@google.com"
_TRIGGERS = ("TRIGGER", "TIME_DRIVEN")
_FAILED = ("FAILED", "TIMED_OUT")


class Failures:
    """The failures that users are told about."""

    def __init__(self, store: Store) -> None:
        store.create(_TABLE)
        self._store = store

    def note(self, context: Context, status: str) -> None:
        """Note how an execution ended, if its user is to be told."""
        if context.kind not in _TRIGGERS or status not in _FAILED or "addOns" in context.manifest:
            return
        row = (_end_of_day_us(context), context.user, context.script_id)
        with self._store.turn() as connection:
            connection.execute("INSERT INTO script_failures VALUES (?, ?, ?)", row)

    def mails(self, now_us: int) -> list[dict[str, Any]]:
        """Return the mails that were due by now: `{time, from, to, kind, scriptId, failures}`."""
        query = """SELECT due_us, user, script, count(*) AS failures FROM script_failures WHERE due_us <= ?
                   GROUP BY due_us, user, script ORDER BY due_us, user, script"""
        with self._store.turn() as connection:
            rows = connection.execute(query, (now_us,)).fetchall()
        return [
            {
                "time": timestamp(row["due_us"]),
                "from": _SENDER,
                "to": row["user"],
                "kind": "scriptFailures",
                "scriptId": row["script"],
                "failures": row["failures"],
            }
            for row in rows
        ]


def _end_of_day_us(context: Context) -> int:
    zone = ZoneInfo(context.time_zone)
    day = instant(context.started_us).astimezone(zone).date()
    return int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp()) * MICROSECONDS
