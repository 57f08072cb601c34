"""Executions side by side: they take turns in the order in which they began, so that it is known what happens when.

Who sleeps, or asks for a lock that another one holds, gives the turn away, and is passed over meanwhile; when all wait, the
clock goes to the first that has waited long enough.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from confsync.emulator.appsscript.executions import Running
from confsync.emulator.clock import Clock
from confsync.errors import EmulatorError


class Turns:
    """How many steps each turn has: a step makes a call, finds that it has to wait, or ends the execution.

    After the last of the lengths, whoever has the turn keeps it. Where a turn is over by its length and the next one
    waits, the others are so slow that it waits in vain: its time passes. Without lengths each turn is one step, and
    whoever waits is passed over. `taken` are the lengths of the turns that were taken while there was another one to
    go on: the same again leads to the same.
    """

    def __init__(self, lengths: Sequence[int] | None = None) -> None:
        if lengths is not None and not all(type(length) is int and length >= 0 for length in lengths):
            raise EmulatorError('"turns" must be whole numbers of steps, none of them negative')
        self._lengths = lengths
        self.taken: list[int] = []

    @property
    def single(self) -> bool:
        """Whether each turn is one step."""
        return self._lengths is None

    @property
    def coming(self) -> int | None:
        """The length of the turn that comes next; None: until the end."""
        if self._lengths is None:
            return 1
        following = self._lengths[len(self.taken) :]
        return following[0] if following else None


def run_together(executions: Sequence[Running], clock: Clock, turns: Turns) -> None:
    """Run executions to their ends."""
    active, switched = deque(executions), False
    while active:
        running = active.popleft()
        if running.waits and not (switched or all(one.waits for one in active)):
            active.append(running)
            continue
        if running.waits:
            waiting = [running] if switched else [running, *active]
            deadlines = [one.waits_until_us for one in waiting if one.waits_until_us is not None]
            clock.advance(max(0, min(deadlines) - clock.now_us()))
        switched = _turn(running, not active, turns)
        if running.record.status == "RUNNING":
            active.append(running)


def _turn(running: Running, alone: bool, turns: Turns) -> bool:
    """Let one go on until it waits or ends, or its turn is over; tell whether it could have gone on then."""
    length, steps, goes_on = None if alone else turns.coming, 0, True
    while goes_on and steps != length:
        steps += 1
        goes_on = running.step(patient=True) and running.waits_until_us is None
    if not alone:
        turns.taken.append(steps)
    return goes_on and not turns.single
