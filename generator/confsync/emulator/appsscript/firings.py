"""The queue of triggers that have fired and wait to be delivered, in the order of the times at which they may be.

A trigger that waits already does not fire again, unless the switch `triggersCoalesce` says so. Faults of `script.trigger`
lose a firing, let it come twice or late; others overtake a late one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.fault import Fault
from confsync.emulator.faults import TRIGGER

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TABLE = """
CREATE TABLE IF NOT EXISTS script_queue (number INTEGER PRIMARY KEY, uid TEXT NOT NULL, due_us INTEGER NOT NULL);
"""


class Firings:
    """Firings by the unique ids of their triggers."""

    def __init__(self, world: World) -> None:
        world.store.create(_TABLE)
        self._world = world

    def queue(self, uid: str, user: str, calendar_id: str) -> None:
        """Queue a firing of a user's trigger, for which faults are asked."""
        now_us = self._world.clock.now_us()
        with self._world.store.turn() as connection:
            if self._world.switches.triggers_coalesce and self._waits(uid, now_us):
                return
            fault = self._world.faults.check("before", TRIGGER, user, calendar_id)
            rows = [(uid, due_us) for due_us in _due(now_us, fault)]
            connection.executemany("INSERT INTO script_queue (uid, due_us) VALUES (?, ?)", rows)

    def _waits(self, uid: str, now_us: int) -> bool:
        query = "SELECT 1 FROM script_queue WHERE uid = ? AND due_us <= ?"
        return self._world.store.connection.execute(query, (uid, now_us)).fetchone() is not None

    def take(self) -> str | None:
        """Take the oldest firing that is due from the queue and return its trigger's id."""
        query = "SELECT number, uid FROM script_queue WHERE due_us <= ? ORDER BY due_us, number LIMIT 1"
        with self._world.store.turn() as connection:
            row = connection.execute(query, (self._world.clock.now_us(),)).fetchone()
            if row is None:
                return None
            connection.execute("DELETE FROM script_queue WHERE number = ?", (row["number"],))
        return str(row["uid"])

    def drop_all(self) -> None:
        """Lose what is queued, late ones too."""
        with self._world.store.turn() as connection:
            connection.execute("DELETE FROM script_queue")

    def next_due_us(self) -> int | None:
        """Return when the next late firing is due."""
        query = "SELECT min(due_us) AS due FROM script_queue WHERE due_us > ?"
        with self._world.store.turn() as connection:
            due_us = connection.execute(query, (self._world.clock.now_us(),)).fetchone()["due"]
        return None if due_us is None else int(due_us)


def _due(now_us: int, fault: Fault | None) -> list[int]:
    """Return when a firing is to be delivered, once for each time."""
    action = fault.action if fault else ""
    if fault and action == "delay":
        return [now_us + int(fault.delay_seconds * MICROSECONDS)]
    return [now_us] * {"drop": 0, "repeat": 2}.get(action, 1)
