"""How we grow: reading a large calendar whole, what changed in a huge one, inserts, and memory."""

from __future__ import annotations

import json
import statistics
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.benchmark import inserts
from tests.benchmark.bench import Bench
from tests.benchmark.load import Connection, connected
from tests.benchmark.process import resident_bytes
from tests.benchmark.rows import Row, at_most, in_turn, ratio
from tests.benchmark.servers import Server, local_google

_BASE_BYTES = 60_000_000
_TIMES_JSON = 2


@dataclass(frozen=True)
class _Listing:
    """A whole listing: the seconds of its answers, their bytes, and the token to go on with."""

    seconds: float
    size: int
    sync_token: str


def growing(bench: Bench) -> list[Row]:
    """Compare a large calendar with a small one, and a huge one if it is wanted."""
    sizes = bench.sizes
    with ExitStack() as stack:
        small, middle, large = (stack.enter_context(local_google()) for _ in range(3))
        for server, size in ((small, sizes.small), (middle, sizes.middle), (large, sizes.large)):
            bench.tell(f"growth: filling a calendar with {size:,} events")
            server.fill(size)
        rows = [*_listings(bench, middle, large), *inserts.at_large(bench, large)]
        most = sizes.huge or sizes.large
        bench.tell(f"growth: filling a calendar with {most:,} events")
        large.fill(most)
        return [*rows, *_deltas(bench, small, large)]


def _listings(bench: Bench, middle: Server, large: Server) -> list[Row]:
    """Read both calendars whole, and look at the memory of the large one before and after."""
    filled = resident_bytes(large.process)
    listed: dict[str, _Listing] = {}

    def per_event_us(server: Server) -> float:
        listed[str(server.size)] = listing = _list(server, bench.sizes.long_page)
        return listing.seconds / server.size * 1e6

    names = {f"{server.size:,} events": server for server in (middle, large)}
    small_name, large_name = names
    samples = in_turn(
        bench.sizes.runs,
        bench.tell,
        "whole listings",
        {name: partial(per_event_us, server) for name, server in names.items()},
    )
    first = {name: its[:1] for name, its in samples.items()}
    again = {name: its[1:] or its for name, its in samples.items()}
    what = f"time for each of {large_name} over that for each of {small_name}, pages of {bench.sizes.long_page:,}"
    rows = [
        Row(
            "growth",
            f"{what}, {state}",
            ratio(its, large_name, small_name),
            at_most(1.25),
            its,
            "µs an event",
        )
        for state, its in (("listed for the first time", first), ("listed again", again))
    ]
    held = {"once filled": filled, "once listed too": resident_bytes(large.process)}
    json_bytes = listed[str(large.size)].size
    return [*rows, *(_memory(large.size, state, its, json_bytes) for state, its in held.items())]


def _memory(events: int, state: str, held: int, json_bytes: int) -> Row:
    bound = _BASE_BYTES + _TIMES_JSON * json_bytes
    samples = {"held": [held / 1e6], "bound": [bound / 1e6]}
    what = f"memory with {events:,} events over 60 MB and twice their JSON, {state}"
    return Row("growth", what, held / bound, at_most(1), samples, "MB")


def _list(server: Server, page: int, **parameters: Any) -> _Listing:
    """Read a calendar to its end."""
    seconds, size = 0.0, 0
    with connected(server.port) as connection:
        answer = connection.ask(server.list(maxResults=page, **parameters))
        while True:
            seconds, size = seconds + answer.seconds, size + len(answer.body)
            told = json.loads(answer.body)
            if "nextPageToken" not in told:
                return _Listing(seconds, size, told["nextSyncToken"])
            following = {**parameters, "pageToken": told["nextPageToken"]}
            answer = connection.ask(server.list(maxResults=page, **following))


class _Reader:
    """Someone who knows a calendar and asks what changed."""

    def __init__(self, bench: Bench, server: Server) -> None:
        self._server, self._sizes = server, bench.sizes
        self._token = _list(server, bench.sizes.long_page, fields="nextPageToken,nextSyncToken").sync_token
        with connected(server.port) as connection:
            first = json.loads(connection.ask(server.list(maxResults=bench.sizes.changes)).body)
        self._ids = [event["id"] for event in first["items"]]

    def nothing_ms(self) -> float:
        """Ask what changed when nothing did, several times, and return the median."""
        with connected(self._server.port) as connection:
            return statistics.median(self._ask(connection, 0) for _ in range(self._sizes.asks))

    def changes_ms(self) -> float:
        """Change some events and ask, several times, each time anew; return the median."""
        with connected(self._server.port) as connection:
            return statistics.median(self._ask(connection, len(self._ids)) for _ in range(3))

    def _ask(self, connection: Connection, changes: int) -> float:
        for event_id in self._ids[:changes]:
            connection.ask(self._server.patch(event_id, {"location": f"Room {self._token[-6:]}"}))
        answer = connection.ask(self._server.list(syncToken=self._token))
        told = json.loads(answer.body)
        assert len(told["items"]) == changes
        self._token = told["nextSyncToken"]
        return answer.seconds * 1_000


def _deltas(bench: Bench, small: Server, large: Server) -> list[Row]:
    bench.tell("growth: taking sync tokens")
    readers = {f"at {server.size:,}": _Reader(bench, server) for server in (small, large)}
    small_name, large_name = readers
    nothing = {name: reader.nothing_ms for name, reader in readers.items()}
    changes = {name: reader.changes_ms for name, reader in readers.items()}
    rows = []
    for what, measures, goal in (
        ("an empty delta", nothing, at_most(2)),
        (f"a delta of {bench.sizes.changes}", changes, None),
    ):
        samples = in_turn(bench.sizes.runs, bench.tell, what, measures)
        text = f"time of {what} {large_name} events over {small_name}"
        rows.append(Row("growth", text, ratio(samples, large_name, small_name), goal, samples, "ms"))
    return rows
