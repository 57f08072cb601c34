"""Many clients at once over raw connections, each of which remembers what was acknowledged to it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
EVENTS = "/calendar/v3/calendars/primary/events"
MEETING = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}


@dataclass
class Connection:
    """One connection of one user, kept open from request to request."""

    port: int
    user: str
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, target: str, body: Any = None, headers: Mapping[str, str] = {}
    ) -> tuple[int, Any]:
        """Return status and JSON of an answer; ConnectionError or IncompleteReadError when none comes."""
        reader, writer = self.streams = self.streams or await asyncio.open_connection(HOST, self.port)
        data = json.dumps(body).encode() if body is not None else b""
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.user}"]
        lines += [f"Content-Length: {len(data)}", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0] or 0)
        answer = await reader.readexactly(length)
        return int(head.split(" ", 2)[1]), json.loads(answer) if answer else None

    def close(self) -> None:
        """Close the connection."""
        if self.streams:
            self.streams[1].close()


@dataclass
class Writer:
    """A client that makes, changes and deletes events of its own; `known` is what was acknowledged, by id."""

    connection: Connection
    name: str
    random: random.Random
    known: dict[str, Any] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    asked: str = ""
    writes: int = 0

    async def write(self) -> None:
        """Make one write and note it once it is acknowledged; `asked` is the id that is being written meanwhile."""
        kind = (
            self.random.choice(["insert", "insert", "patch", "patch", "delete"]) if self.known else "insert"
        )
        if kind == "insert":
            self.asked = f"{self.name}{len(self.known) + len(self.deleted):05}"
            await self._insert()
        else:
            self.asked = self.random.choice(list(self.known))
            await (self._patch() if kind == "patch" else self._delete())
        self.asked = ""
        self.writes += 1

    async def find_out(self) -> None:
        """Learn what became of the write that was never acknowledged: made or not, but not by half."""
        if self.asked:
            status, event = await self.connection.ask("GET", f"{EVENTS}/{self.asked}")
            before = self.known.pop(self.asked, None)
            if status == 404:
                assert before is None
            elif event["status"] == "cancelled":
                self.deleted.add(self.asked)
            else:
                self.known[self.asked] = event
            self.asked = ""

    async def _insert(self) -> None:
        body = {**MEETING, "id": self.asked, "summary": self.asked}
        status, event = await self.connection.ask("POST", EVENTS, body)
        assert status == 200, event
        self.known[self.asked] = event

    async def _patch(self) -> None:
        match = {"If-Match": self.known[self.asked]["etag"]}
        body = {"summary": f"{self.asked}, {self.writes}"}
        status, event = await self.connection.ask("PATCH", f"{EVENTS}/{self.asked}", body, match)
        assert status == 200, event
        assert event["summary"] == body["summary"]
        self.known[self.asked] = event

    async def _delete(self) -> None:
        match = {"If-Match": self.known[self.asked]["etag"]}
        status, answer = await self.connection.ask("DELETE", f"{EVENTS}/{self.asked}", None, match)
        assert status == 204, answer
        del self.known[self.asked]
        self.deleted.add(self.asked)


@dataclass
class Follower:
    """A client that follows a calendar by its sync tokens, in small pages."""

    connection: Connection
    page: int = 250
    known: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    rounds: int = 0

    async def follow(self) -> None:
        """Take in what changed since the last time."""
        place = f"&syncToken={self.token}" if self.token else ""
        page = ""
        while True:
            status, answer = await self.connection.ask("GET", f"{EVENTS}?maxResults={self.page}{place}{page}")
            assert status == 200, answer
            for item in answer["items"]:
                if item["status"] == "cancelled":
                    self.known.pop(item["id"], None)
                else:
                    self.known[item["id"]] = item
            if "nextPageToken" not in answer:
                self.token = answer["nextSyncToken"]
                self.rounds += 1
                return
            page = f"&pageToken={answer['nextPageToken']}"
