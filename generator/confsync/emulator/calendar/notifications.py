"""Notifications: tells channels of changes, on demand or in the background.

What changes in a turn is written to the outbox in the same turn; it is sent later, while no turn is held. A message whose
answer got lost is sent again, so receivers hear of a change at least once, or, as Google says itself, sometimes never.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from confsync.emulator.background import Background
from confsync.emulator.calendar import channels, outbox, receiver
from confsync.emulator.calendar.outbox import Message
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.faults import NOTIFICATION, Fault, When
from confsync.emulator.trace import Entry
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

MOST_AT_ONCE = 2_000

# Success is 102, 200, 201, 202 or 204; after these Google tries again, and after no answer so does this. Everything else
# is final. Source: guide "Push notifications"; how long Google waits, and how often, is not known.
_TRIED_AGAIN = (500, 502, 503, 504, receiver.NO_ANSWER)
FIRST_RETRY_S, MOST_ATTEMPTS = 5, 8


class Notifications:
    """One message after the other, in the order in which they fall due; `courier` speaks to the receivers."""

    def __init__(self, world: World, room: Room) -> None:
        room.store.create(channels.TABLE + outbox.TABLE)
        room.listeners.append(lambda calendar_id: self._changed("events", calendar_id))
        room.watchers.append(self._changed)
        self.courier = receiver.Courier()
        self._world, self._room = world, room
        self._closed = False
        self._one_at_a_time = threading.RLock()
        # Runs while messages are sent as things change; otherwise they are on demand.
        self.background = Background("notifications", self.deliver, "a notification could not be delivered")

    def _changed(self, kind: str, subject: str) -> None:
        """Put a message for each channel of a collection that changed; called inside the turn of the change."""
        listening = channels.listening(self._room, kind, subject)
        for channel in listening:
            outbox.put(self._room, channel, "exists")
        if listening:
            self.background.wake()

    def close(self) -> None:
        """Hang up and send nothing more; a second time does nothing."""
        self._closed = True
        self.courier.hang_up()
        self.background.stop()
        with self._one_at_a_time:  # what another thread was sending has ended as well
            pass

    def deliver(self, most: int = MOST_AT_ONCE) -> list[Entry]:
        """Send what is due, and what falls due meanwhile, and return each attempt as the trace has it.

        EmulatorError when `most` attempts are not enough.
        """
        made: list[Entry] = []
        with self._one_at_a_time:
            while message := self._first_due():
                made += self._send(message)
                if len(made) >= most:
                    raise EmulatorError(
                        f"{len(made)} notifications were sent one after the other, without an end",
                        where=f"channel {message.channel.id} of {message.channel.user}",
                        next_step="Does its receiver change the collection each time that it is told of a change?",
                    )
        return made

    def next_due_us(self) -> int | None:
        """Return when the next message is due."""
        if self._closed:
            return None
        with self._room.store.turn():
            return outbox.next_due_us(self._room)

    def as_json(self) -> dict[str, Any]:
        """Return the channels, ended ones too, and the messages that wait, without tokens."""
        room = self._room
        with room.store.turn():
            shown = [
                {**channel.as_json(), "status": channels.state_of(room, channel)}
                for channel in channels.every(room)
            ]
            return {"channels": shown, "outbox": [message.as_json() for message in outbox.waiting(room)]}

    def _first_due(self) -> Message | None:
        if self._closed:
            return None
        with self._room.store.turn():
            return outbox.first_due(self._room)

    def _send(self, message: Message) -> list[Entry]:
        """Make an attempt, or the two that a fault makes of it."""
        fault = None if message.delayed else self._fault("before", message)
        action = fault.action if fault else ""
        if fault and action == "delay":
            return [self._delayed(message, fault.delay_seconds)]
        if fault and action in ("drop", "error"):
            return [self._settled(message, fault.status if action == "error" else "lost")]
        address = message.channel.address
        if not receiver.is_here(address):
            return [self._settled(message, "not sent")]
        first = [self._log(message, self._posted(message))] if action == "repeat" else []
        return [*first, self._settled(message, self._posted(message))]

    def _posted(self, message: Message) -> int:
        status = self.courier.post(message.channel.address, message.headers())
        fault = self._fault("after", message)
        return fault.status if fault else status

    def _fault(self, when: When, message: Message) -> Fault | None:
        channel = message.channel
        calendar_id = channel.subject if channel.kind in channels.LEAST_ROLES else ""
        return self._world.faults.check(when, NOTIFICATION, channel.user, calendar_id)

    def _delayed(self, message: Message, seconds: float) -> Entry:
        with self._room.store.turn():
            until_us = self._room.clock.now_us() + int(seconds * MICROSECONDS)
            outbox.delay(self._room, message, until_us)
        return self._log(message, "delayed")

    def _settled(self, message: Message, outcome: int | str) -> Entry:
        """Forget a message, or try it again later, as its outcome wants."""
        with self._room.store.turn():
            if not self._closed:
                self._settle(message, outcome)
        return self._log(message, outcome)

    def _settle(self, message: Message, outcome: int | str) -> None:
        if outcome not in _TRIED_AGAIN or message.attempts + 1 >= MOST_ATTEMPTS:
            outbox.remove(self._room, message)
            return
        wait_us = FIRST_RETRY_S * 2**message.attempts * MICROSECONDS
        outbox.hold(self._room, message, self._room.clock.now_us() + wait_us)

    def _log(self, message: Message, outcome: int | str) -> Entry:
        return self._world.trace.add(
            at_us=self._room.clock.now_us(),
            source="notification",
            service="calendar",
            method="notification",
            arguments={
                "channel": message.channel.id,
                "messageNumber": message.number,
                "state": message.state,
                "attempt": message.attempts + 1,
            },
            outcome="no answer" if outcome == receiver.NO_ANSWER else outcome,
            user=message.channel.user,
        )
