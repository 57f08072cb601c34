"""How fast a page of a calendar with many events is answered, asked for the first time and again, beside the best peer."""

from __future__ import annotations

import json
import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from confsync.addon import config_of
from confsync.addon import load as addon_of
from confsync.sync.events import event_fields
from tests.benchmark import load
from tests.benchmark.bench import Bench
from tests.benchmark.inserts import SOMEBODY_ELSE
from tests.benchmark.load import Connection, connected
from tests.benchmark.rows import Row, at_least
from tests.benchmark.servers import Server, local_google

_ADDON = Path(__file__).parents[2] / "addon.toml"
_WITHOUT, _WITH = "without fields", "with the add-on's fields"
_GOALS = {_WITHOUT: 30.0, _WITH: 6.0}
_PLACES = ("the first page", "a page in the middle")
_COLD, _WARM = "asked for the first time", "asked again"

# (place, cold or warm) → seconds, as a median where it was asked more than once.
Visit = dict[tuple[str, str], float]


def addon_fields() -> str:
    """Return the `fields` with which the add-on lists events."""
    return f"items({event_fields(config_of(addon_of(_ADDON)))}),nextPageToken,nextSyncToken"


def beside_peers(bench: Bench) -> list[Row]:
    """Compare pages with those of the peers, without a mask and with the add-on's own."""
    if not bench.peers.here:
        return []
    with ExitStack() as stack:
        bench.tell("pages: seeding the peers")
        peers: list[Server] = [
            stack.enter_context(bench.peers.emulate(bench.sizes.middle)),
            stack.enter_context(bench.peers.myworld(bench.sizes.middle)),
        ]
        return [row for mask in _GOALS for row in _rows(bench, mask, _visits(bench, peers, mask))]


def _visits(bench: Bench, peers: list[Server], mask: str) -> dict[str, list[Visit]]:
    """Visit each server once a run: the peers, which keep nothing of an answer, and a new one of ours."""
    visits: dict[str, list[Visit]] = {}
    for run in range(bench.sizes.runs):
        for peer in peers:
            bench.tell(f"a page {mask}: {peer.name}, run {run + 1} of {bench.sizes.runs}")
            visits.setdefault(peer.name, []).append(_visit(bench, peer, mask))
        bench.tell(f"a page {mask}: confsync, run {run + 1} of {bench.sizes.runs}")
        with local_google() as ours:
            ours.fill(bench.sizes.middle)
            _warm_up(bench, ours)
            visits.setdefault("confsync", []).append(_visit(bench, ours, mask))
    return visits


def _warm_up(bench: Bench, server: Server) -> None:
    """Have the server serve pages of another calendar, so that only the events of this one are new to it."""
    load.rate(server.port, server.inserts(bench.sizes.warm_up, SOMEBODY_ELSE))
    with connected(server.port) as connection:
        for _ in range(bench.sizes.asks):
            connection.ask(server.list(SOMEBODY_ELSE, maxResults=bench.sizes.page))


def _visit(bench: Bench, server: Server, mask: str) -> Visit:
    """Ask for the first page and for one in the middle, each several times."""
    fixed: dict[str, Any] = {"maxResults": bench.sizes.page}
    if mask == _WITH:
        fixed["fields"] = addon_fields()
    visit: Visit = {}
    with connected(server.port) as connection:
        _note(visit, _PLACES[0], bench, connection, server, fixed)
        token = _middle(bench, connection, server, fixed)
        _note(visit, _PLACES[1], bench, connection, server, {**fixed, "pageToken": token})
    return visit


def _middle(bench: Bench, connection: Connection, server: Server, fixed: dict[str, Any]) -> str:
    """Return the token of the page in the middle, which nobody has asked for yet."""
    parameters = fixed
    for _ in range(bench.sizes.middle // bench.sizes.page // 2):
        token: str = json.loads(connection.ask(server.list(**parameters)).body)["nextPageToken"]
        parameters = {**fixed, "pageToken": token}
    return token


def _note(
    visit: Visit, place: str, bench: Bench, connection: Connection, server: Server, parameters: dict[str, Any]
) -> None:
    answers = [connection.ask(server.list(**parameters)) for _ in range(bench.sizes.asks)]
    assert len(json.loads(answers[0].body)["items"]) == bench.sizes.page
    visit[place, _COLD] = answers[0].seconds
    visit[place, _WARM] = statistics.median(answer.seconds for answer in answers[1:])


def _rows(bench: Bench, mask: str, visits: dict[str, list[Visit]]) -> list[Row]:
    rows = []
    for place in _PLACES:
        again = {name: [visit[place, _WARM] for visit in its] for name, its in visits.items()}
        peer = min(
            (name for name in again if name != "confsync"), key=lambda name: statistics.median(again[name])
        )
        for state in (_COLD, _WARM):
            ours = [visit[place, state] for visit in visits["confsync"]]
            times = statistics.median(again[peer]) / statistics.median(ours)
            samples = {"confsync": ours, **{name: its for name, its in again.items() if name != "confsync"}}
            what = f"{place} {mask}, {state}: times as fast as the best peer"
            rows.append(Row("pages", what, times, at_least(_GOALS[mask]), _in_ms(samples), "ms"))
    return rows


def _in_ms(samples: dict[str, list[float]]) -> dict[str, list[float]]:
    return {name: [seconds * 1_000 for seconds in its] for name, its in samples.items()}
