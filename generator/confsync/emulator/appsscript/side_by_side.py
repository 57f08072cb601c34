"""Executions side by side: one call of each in turn, always in the same order, so that a seed tells all that happens.

Who sleeps, or asks for a lock that another one holds, lets the others go on meanwhile; when all wait, the clock goes to
the first that has waited long enough.
"""

from collections.abc import Sequence

from confsync.emulator.appsscript.executions import Running
from confsync.emulator.clock import Clock


def run_together(executions: Sequence[Running], clock: Clock) -> None:
    """Run executions to their ends."""
    active = list(executions)
    while active:
        left = [running for running in active if running.step(patient=True)]
        deadlines = [running.waits_until_us for running in left if running.waits_until_us is not None]
        if len(deadlines) == len(active):
            clock.advance(max(0, min(deadlines) - clock.now_us()))
        active = left
