"""Calendar's notifications: channels that are made for calendars, and the receiver that hears of their changes."""

from __future__ import annotations

import contextlib
import hmac
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from googleapiclient.errors import HttpError

from confsync.errors import SyncError
from confsync.tool.state import State
from confsync.tool.ways import Ways

# A channel is replaced when so much of its life is left; Google lets it live a week.
RENEW_MS = 24 * 3_600_000


@dataclass(frozen=True)
class Channel:
    """A channel of ours; `token` is what its messages must bring."""

    id: str
    calendar: str
    token: str
    expires_ms: int


class Receiver:
    """Listens on this machine for notifications, and tells the calendars that they are about."""

    def __init__(self, port: int, hear: Callable[[str, str, str], None]) -> None:
        class Handler(_Handler):
            def heard(self, channel_id: str, token: str, state: str) -> None:
                hear(channel_id, token, state)

        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        except (OSError, OverflowError) as error:
            raise SyncError(
                f"port {port} cannot be listened on ({error}).",
                where="127.0.0.1",
                next_step="Choose another one with --push-port.",
            ) from error
        self._server.daemon_threads = True
        self.port = int(self._server.server_port)
        threading.Thread(target=self._server.serve_forever, args=[0.1], daemon=True).start()

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def heard(self, channel_id: str, token: str, state: str) -> None:
        """Take a message."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = [
            self.headers.get(f"X-Goog-{name}", "")
            for name in ("Channel-ID", "Channel-Token", "Resource-State")
        ]
        self.heard(*told)
        self.send_response_only(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: requests may come from anywhere."""


class Channels:
    """The channels of one watch, in the state too, so that those of a process that died are stopped by the next one.

    `changed` hears of each calendar that has a new channel: what happened before it stood is told by nobody else.
    """

    def __init__(self, state: State, ways: Ways, address: str, changed: Callable[[str], None]) -> None:
        self._state, self._ways, self._address, self._changed = state, ways, address, changed
        self._events, self._channels = ways.calendar.events(), ways.calendar.channels()
        self._made: dict[str, Channel] = {}

    def calendar_of(self, channel_id: str, token: str) -> str:
        """Return the calendar that a message is about, empty for one that is not of ours."""
        for channel in list(self._made.values()):
            if channel.id == channel_id and hmac.compare_digest(channel.token.encode(), token.encode()):
                return channel.calendar
        return ""

    def keep(self, calendar_id: str) -> bool:
        """See that a channel stands on the calendar; tell whether one does: Calendar may refuse."""
        known = self._made.get(calendar_id)
        if known and known.expires_ms - self._ways.clock.now_ms() > RENEW_MS:
            return True
        channel_id, token = str(uuid.uuid4()), uuid.uuid4().hex
        body = {"id": channel_id, "type": "web_hook", "address": self._address, "token": token}
        # Written down first: whoever dies before the answer leaves a channel that somebody must stop.
        self._write("INSERT INTO channels VALUES (?, ?, '')", channel_id, calendar_id)
        try:
            made = self._events.watch(calendarId=calendar_id, body=body).execute(http=self._ways.http)
        except HttpError as error:
            if int(error.resp.status) < 500:
                self._write("DELETE FROM channels WHERE id = ?", channel_id)
            return False
        # All channels of a calendar have the same resource, those too whose answer nobody got.
        resource, expires_ms = str(made["resourceId"]), int(made.get("expiration") or 0)
        self._write("UPDATE channels SET resource = ? WHERE calendar = ?", resource, calendar_id)
        self._made[calendar_id] = Channel(channel_id, calendar_id, token, expires_ms)
        self._changed(calendar_id)
        others = "SELECT id FROM channels WHERE calendar = ? AND id <> ?"
        for (other,) in self._state.rows(others, calendar_id, channel_id):
            self._stop(other, resource)
        return True

    def stop_all(self) -> None:
        """Stop all channels in the state, those of earlier processes too."""
        self._made.clear()
        for channel_id, resource in self._state.rows(
            "SELECT id, resource FROM channels WHERE resource <> ''"
        ):
            self._stop(channel_id, resource)

    def _stop(self, channel_id: str, resource: str) -> None:
        # One that is gone already is as good as stopped.
        with contextlib.suppress(HttpError):
            body = {"id": channel_id, "resourceId": resource}
            self._channels.stop(body=body).execute(http=self._ways.http)
        self._write("DELETE FROM channels WHERE id = ?", channel_id)

    def _write(self, statement: str, *values: str) -> None:
        with self._state.turn() as connection:
            connection.execute(statement, values)
