"""Channels: who wants to hear of the changes of which collection, at which address, and until when.

A channel is about a collection (`kind`: `events`, `acl`, `calendarList`, `settings`) of a `subject`: the calendar's id, or
the user's e-mail address for what belongs to a user.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from confsync.emulator.calendar import calendars
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError

# A stopped channel stays, for its id cannot be used again; reported.
TABLE = """
CREATE TABLE IF NOT EXISTS channels (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, resource_uri TEXT NOT NULL,
  address TEXT NOT NULL, token TEXT NOT NULL, expires_us INTEGER NOT NULL, stopped INTEGER NOT NULL,
  last_number INTEGER NOT NULL DEFAULT 0, held_us INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS channels_of_resource ON channels (kind, subject) WHERE NOT stopped;
"""
COLUMNS = "id, user, kind, subject, resource_uri, address, token, expires_us, stopped"

# What whoever watches a calendar's collection must be allowed to do there.
LEAST_ROLES: Mapping[str, str] = {"events": "reader", "acl": "writer"}


@dataclass(frozen=True)
class Channel:
    """One channel; `token` is what its maker wants to get back with each message, empty for none."""

    id: str
    user: str
    kind: str
    subject: str
    resource_uri: str
    address: str
    token: str
    expires_us: int
    stopped: bool = False

    @property
    def resource_id(self) -> str:
        """The id of the collection, the same for all its channels; its looks are recorded."""
        digest = hashlib.blake2b(f"{self.kind}/{self.subject}".encode(), digest_size=20).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def expiration(self) -> str:
        """When it ends, in milliseconds since the epoch, as the API writes 64-bit numbers."""
        return str(self.expires_us // 1000)

    def resource(self) -> dict[str, Any]:
        """Return the `api#channel` that `watch` answers with."""
        return {
            "kind": "api#channel",
            "id": self.id,
            "resourceId": self.resource_id,
            "resourceUri": self.resource_uri,
            **({"token": self.token} if self.token else {}),
            "expiration": self.expiration,
        }

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it, without the token."""
        shown = {name: value for name, value in self.resource().items() if name not in ("kind", "token")}
        of = {"user": self.user, "collection": self.kind, "subject": self.subject}
        return {**shown, **of, "address": self.address}


def add(room: Room, channel: Channel) -> None:
    """Keep a new channel; ApiError 400 when its id was used before."""
    try:
        room.db.execute(
            f"INSERT INTO channels ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(channel)
        )
    except sqlite3.IntegrityError as error:
        raise ApiError(400, "channelIdNotUnique", f"Channel id {channel.id} not unique") from error


def stop(room: Room, channel: Channel) -> None:
    """End a channel: nothing more is sent to it, also nothing that waits."""
    room.db.execute("UPDATE channels SET stopped = 1 WHERE id = ?", (channel.id,))
    room.db.execute("DELETE FROM channel_messages WHERE channel = ?", (channel.id,))


def by_id(room: Room, channel_id: str) -> Channel | None:
    """Return the channel with that id while it lives."""
    return next((found for found in _select(room, "id = ?", channel_id) if is_alive(room, found)), None)


def listening(room: Room, kind: str, subject: str) -> list[Channel]:
    """Return the channels that must hear of a change in that collection, the oldest first."""
    found = _select(room, "kind = ? AND subject = ? AND NOT stopped", kind, subject)
    return [channel for channel in found if hears(room, channel)]


def every(room: Room) -> list[Channel]:
    """Return all channels, ended ones too, the oldest first."""
    return _select(room, "1")


def hears(room: Room, channel: Channel) -> bool:
    """Tell whether a channel lives and its maker may still see the collection: a deleted calendar's nobody may."""
    return is_alive(room, channel) and _may_see(room, channel)


def is_alive(room: Room, channel: Channel) -> bool:
    """Tell whether a channel is neither stopped nor expired."""
    return not channel.stopped and channel.expires_us > room.clock.now_us()


def state_of(room: Room, channel: Channel) -> str:
    """Return `live`, `stopped`, `expired`, or `without access` when its maker may not see the collection."""
    if channel.stopped:
        return "stopped"
    if not is_alive(room, channel):
        return "expired"
    return "live" if _may_see(room, channel) else "without access"


def channel_of(row: sqlite3.Row) -> Channel:
    """Return a row with the `COLUMNS` as a channel."""
    fields = {name: row[name] for name in COLUMNS.split(", ")}
    return Channel(**{**fields, "stopped": bool(fields["stopped"])})


def _may_see(room: Room, channel: Channel) -> bool:
    if channel.kind not in LEAST_ROLES:
        return True
    try:
        calendar = calendars.find(room, channel.subject, channel.user)
    except ApiError:
        return False
    return calendar.may(LEAST_ROLES[channel.kind])


def _select(room: Room, condition: str, *values: Any) -> list[Channel]:
    query = f"SELECT {COLUMNS} FROM channels WHERE {condition} ORDER BY rowid"
    return [channel_of(row) for row in room.db.execute(query, values).fetchall()]
