"""The outbox: the messages that wait to be sent, written in the turn of the change that they tell of.

A message is due at a moment of the world's clock. A channel whose receiver is not well is held as a whole until the next
try, so its messages keep their order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from confsync.emulator.calendar import channels
from confsync.emulator.calendar.channels import Channel
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import instant

TABLE = """
CREATE TABLE IF NOT EXISTS channel_messages (
  key INTEGER PRIMARY KEY, channel TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,
  due_us INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, delayed INTEGER NOT NULL DEFAULT 0
);
"""

# Recorded numbers grow by far more than one; the first is 1.
_LARGEST_STEP = 1_000
_DUE = "max(due_us, held_us)"
_WAITING = f"""
SELECT {channels.COLUMNS}, key, number, state, {_DUE} AS due, attempts, delayed
FROM channel_messages JOIN channels ON channels.id = channel_messages.channel
"""
_AGENT = "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"


@dataclass(frozen=True)
class Message:
    """One message that waits: `state` is `sync` or `exists`, `attempts` counts those that brought no success."""

    key: int
    channel: Channel
    number: int
    state: str
    due_us: int
    attempts: int
    delayed: bool

    def headers(self) -> Mapping[str, str]:
        """Return what Google's message carries; it has no body. Source: guide "Push notifications", recorded ones."""
        channel = self.channel
        token = {"X-Goog-Channel-Token": channel.token} if channel.token else {}
        return {
            "Accept": "*/*",
            "User-Agent": _AGENT,
            "X-Goog-Channel-ID": channel.id,
            **token,
            "X-Goog-Channel-Expiration": format_datetime(instant(channel.expires_us), usegmt=True),
            "X-Goog-Resource-ID": channel.resource_id,
            "X-Goog-Resource-URI": channel.resource_uri,
            "X-Goog-Resource-State": self.state,
            "X-Goog-Message-Number": str(self.number),
        }

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        shown = {"channel": self.channel.id, "messageNumber": self.number, "state": self.state}
        return {**shown, "dueUs": self.due_us, "attempts": self.attempts}


def put(room: Room, channel: Channel, state: str) -> None:
    """Let a channel know: the message gets a higher number than the last one and is due at once."""
    last = room.db.execute("SELECT last_number FROM channels WHERE id = ?", (channel.id,)).fetchone()[0]
    number = last + room.random.randrange(1, _LARGEST_STEP) if last else 1
    room.db.execute("UPDATE channels SET last_number = ? WHERE id = ?", (number, channel.id))
    room.db.execute(
        "INSERT INTO channel_messages (channel, number, state, due_us) VALUES (?, ?, ?, ?)",
        (channel.id, number, state, room.clock.now_us()),
    )


def first_due(room: Room) -> Message | None:
    """Return the message to send now; those that nobody may hear any more are forgotten on the way."""
    query = f"{_WAITING} WHERE {_DUE} <= ? ORDER BY {_DUE}, key LIMIT 1"
    while row := room.db.execute(query, (room.clock.now_us(),)).fetchone():
        message = _message(row)
        if channels.hears(room, message.channel):
            return message
        remove(room, message)
    return None


def next_due_us(room: Room) -> int | None:
    """Return when the next message is due, in microseconds; None when none waits."""
    query = (
        f"SELECT min({_DUE}) FROM channel_messages JOIN channels ON channels.id = channel_messages.channel"
    )
    due: int | None = room.db.execute(query).fetchone()[0]
    return due


def waiting(room: Room) -> list[Message]:
    """Return all messages that wait, in the order in which they will be sent."""
    rows = room.db.execute(f"{_WAITING} ORDER BY {_DUE}, key").fetchall()
    return [_message(row) for row in rows]


def remove(room: Room, message: Message) -> None:
    """Forget a message: it has arrived, or never will."""
    room.db.execute("DELETE FROM channel_messages WHERE key = ?", (message.key,))


def delay(room: Room, message: Message, until_us: int) -> None:
    """Send a message later, and let those after it overtake."""
    room.db.execute(
        "UPDATE channel_messages SET due_us = ?, delayed = 1 WHERE key = ?", (until_us, message.key)
    )


def hold(room: Room, message: Message, until_us: int) -> None:
    """Try a message again later, and hold the others of its channel until then."""
    room.db.execute("UPDATE channel_messages SET attempts = attempts + 1 WHERE key = ?", (message.key,))
    room.db.execute("UPDATE channels SET held_us = ? WHERE id = ?", (until_us, message.channel.id))


def _message(row: sqlite3.Row) -> Message:
    return Message(
        key=row["key"],
        channel=channels.channel_of(row),
        number=row["number"],
        state=row["state"],
        due_us=row["due"],
        attempts=row["attempts"],
        delayed=bool(row["delayed"]),
    )
