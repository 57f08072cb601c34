"""Executions side by side: they take turns in the order in which they began, so that it is known what happens when.

Who sleeps, or asks for a lock that another one holds, gives the rest of the turn away; when all wait, the clock goes to
the first that has waited long enough.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from confsync.emulator.appsscript.executions import Running
from confsync.emulator.clock import Clock
from confsync.errors import EmulatorError


class Turns:
    """How many steps each turn has: a step makes a call, finds that it has to wait, or ends the execution.

    Without lengths each turn is one step. After the last of the lengths, whoever has the turn keeps it to the end.
    `taken` are the lengths of the turns that were taken while there was a choice: the same again leads to the same.
    """

    def __init__(self, lengths: Sequence[int] | None = None) -> None:
        if lengths is not None and not all(type(length) is int and length >= 0 for length in lengths):
            raise EmulatorError('"turns" must be whole numbers of steps, none of them negative')
        self._lengths = lengths
        self.taken: list[int] = []

    def next(self) -> int | None:
        """Return the length of the next turn; None: until the end."""
        if self._lengths is None:
            return 1
        place = len(self.taken)
        return self._lengths[place] if place < len(self._lengths) else None


def run_together(executions: Sequence[Running], clock: Clock, turns: Turns) -> None:
    """Run executions to their ends."""
    active, idle = deque(executions), set[Running]()
    while active:
        running, alone = active.popleft(), not active
        steps, lives = _turn(running, None if alone else turns.next(), idle)
        if not alone:
            turns.taken.append(steps)
        if lives:
            active.append(running)
        if active and idle.issuperset(active):
            deadlines = [one.waits_until_us for one in active if one.waits_until_us is not None]
            clock.advance(max(0, min(deadlines) - clock.now_us()))
            idle.clear()


def _turn(running: Running, length: int | None, idle: set[Running]) -> tuple[int, bool]:
    """Let one go on until its turn is over, it waits or ends; return the steps, and whether it goes on living.

    `idle` are those that were found waiting since anything last happened.
    """
    steps = 0
    while steps != length:
        steps += 1
        if not running.step(patient=True):
            idle.clear()
            return steps, False
        if running.waits_until_us is not None:
            idle.add(running)
            break
        idle.clear()
    return steps, True
