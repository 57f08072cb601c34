"""Delivery: runs what triggers have queued, on demand or in the background, and walks the clock."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from confsync.emulator.appsscript.executions import ExecutionRecord, Executions, Job, Running
from confsync.emulator.appsscript.side_by_side import Turns, run_together
from confsync.emulator.appsscript.triggers import Trigger, Triggers
from confsync.emulator.background import Background
from confsync.emulator.clock import MICROSECONDS
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

# Many times what the platform's 90 minutes of trigger time a day allow.
MOST_AT_ONCE = 2_000


class Delivery:
    """One firing after the other, in the order in which they were queued."""

    def __init__(
        self, world: World, triggers: Triggers, executions: Executions, stopping: threading.Event
    ) -> None:
        self._world, self._triggers, self._executions = world, triggers, executions
        self._stopping = stopping
        self._one_at_a_time = threading.RLock()
        # Runs while things are delivered as they happen; otherwise they are on demand.
        self.background = Background("triggers", self._work, "a trigger could not be delivered")

    def _work(self) -> None:
        self._world.calendar.catch_up()
        self._triggers.queue_due()
        self.deliver()

    def deliver(self, most: int = MOST_AT_ONCE) -> list[ExecutionRecord]:
        """Run what is queued, and what that queues, until nothing is; EmulatorError when `most` are not enough."""
        ran: list[ExecutionRecord] = []
        for record in self._delivered():
            ran.append(record)
            _check_end(ran, most)
        return ran

    def _delivered(self) -> Iterator[ExecutionRecord]:
        with self._one_at_a_time:
            while not self._stopping.is_set() and (trigger := self._triggers.take_firing()):
                record = self._fire(trigger)
                if record:
                    yield record

    def deliver_together(self, most: int = MOST_AT_ONCE, turns: Turns | None = None) -> list[ExecutionRecord]:
        """Do the same side by side, in turns, and what they queue likewise: the turns go on."""
        turns = turns or Turns()
        ran: list[ExecutionRecord] = []
        with self._one_at_a_time:
            while batch := self._begun():
                run_together(batch, self._world.clock, turns)
                ran += [running.record for running in batch]
                _check_end(ran, most)
        return ran

    def run_together(self, job: Job, turns: Turns | None = None) -> ExecutionRecord:
        """Run a job side by side with what is queued; what these queue stays queued."""
        with self._one_at_a_time:
            running = self._executions.begin(job)
            run_together([running, *self._begun()], self._world.clock, turns or Turns())
        return running.record

    def _begun(self) -> list[Running]:
        begun = []
        while not self._stopping.is_set() and (trigger := self._triggers.take_firing()):
            with contextlib.suppress(EmulatorError):
                begun.append(self._executions.begin(self._job(trigger)))
        return begun

    def _job(self, trigger: Trigger) -> Job:
        return Job(
            user=trigger.user,
            script_id=trigger.script_id,
            deployment_id=trigger.deployment_id,
            function=trigger.handler,
            arguments=[trigger.event(self._world.clock.now_us())],
            kind="TRIGGER" if trigger.source == "CALENDAR" else "TIME_DRIVEN",
            trigger=trigger.uid,
        )

    def _fire(self, trigger: Trigger) -> ExecutionRecord | None:
        try:
            return self._executions.run(self._job(trigger))
        except EmulatorError:
            # Its deployment is gone: on the platform such triggers stay, disabled.
            return None

    def advance(self, seconds: float) -> list[ExecutionRecord]:
        """Walk the clock so far, delivering what falls due on the way at its own time, notifications too."""
        clock, ran = self._world.clock, []
        target_us = clock.now_us() + int(seconds * MICROSECONDS)
        with self._one_at_a_time:
            while True:
                ran += self.deliver()
                if self._world.calendar.catch_up() or self._world.calendar.notifications.deliver():
                    continue  # guests' triggers wait now, or receivers may have changed something
                due_us = self._next_due_us()
                if due_us is None or due_us > target_us:
                    break
                clock.advance(max(0, due_us - clock.now_us()))
                self._triggers.queue_due()
            clock.advance(max(0, target_us - clock.now_us()))
        return ran

    def _next_due_us(self) -> int | None:
        calendar = self._world.calendar
        all_ = (self._triggers.next_due_us(), calendar.next_due_us(), calendar.notifications.next_due_us())
        return min((due_us for due_us in all_ if due_us is not None), default=None)


def _check_end(ran: Sequence[ExecutionRecord], most: int) -> None:
    if len(ran) >= most:
        raise EmulatorError(
            f"{len(ran)} triggers fired one after the other, without an end",
            where=f"{ran[-1].function} of {ran[-1].user}",
            next_step="Does the function change the calendar each time that a change of it starts it?",
        )
