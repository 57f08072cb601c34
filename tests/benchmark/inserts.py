"""How fast events are inserted, over eight connections: beside the floor, and beside each peer where it is at its best."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from tests.benchmark import load
from tests.benchmark.bench import Bench
from tests.benchmark.rows import Row, at_least, in_turn, ratio
from tests.benchmark.servers import MyWorld, Server, local_google

SOMEBODY_ELSE = "bob@example.com"
_UNIT = "inserts/s"


def beside_floor(bench: Bench) -> list[Row]:
    """Compare inserts into an empty calendar with the floor's, and with those of myworld."""
    sizes = bench.sizes
    with ExitStack() as stack:
        measures: dict[str, Callable[[], float]] = {}
        for parser in ("h11", "httptools") if bench.peers.here else ("h11",):
            floor = stack.enter_context(bench.peers.floor(parser))
            floor.insert_rate(sizes.warm_up)
            measures[floor.name] = partial(floor.insert_rate, sizes.inserts)
        if bench.peers.here:
            myworld = stack.enter_context(bench.peers.myworld())
            myworld.insert_rate(sizes.myworld_inserts)
            measures["myworld"] = partial(_into_new_world, myworld, sizes.myworld_inserts)
        measures["confsync"] = partial(_into_empty, bench)
        samples = in_turn(sizes.runs, bench.tell, "inserts when empty", measures)
    rows = [_row("share of the floor's rate", ratio(samples, "confsync", "floor"), 0.35, samples, "floor")]
    if bench.peers.here:
        with_httptools = "floor with httptools"
        share = ratio(samples, "confsync", with_httptools)
        rows.append(_row("share of the rate of a floor on httptools", share, None, samples, with_httptools))
        times = ratio(samples, "confsync", "myworld")
        rows.append(_row("times myworld, both empty", times, 5, samples, "myworld"))
    return rows


def _into_new_world(server: MyWorld, count: int) -> float:
    server.renew()
    return server.insert_rate(count)


def _into_empty(bench: Bench) -> float:
    with local_google() as server:
        load.rate(server.port, server.inserts(bench.sizes.warm_up, SOMEBODY_ELSE))
        return server.insert_rate(bench.sizes.inserts)


def beside_emulate(bench: Bench) -> list[Row]:
    """Compare inserts into a calendar that holds many events with those of emulate."""
    sizes = bench.sizes
    if not bench.peers.here:
        return []
    with local_google() as ours, bench.peers.emulate(sizes.middle) as emulate:
        bench.tell(f"inserts at {sizes.middle:,} events: filling")
        ours.fill(sizes.middle)
        emulate.insert_rate(sizes.warm_up)
        samples = in_turn(
            sizes.runs,
            bench.tell,
            f"inserts at {sizes.middle:,} events",
            {
                "emulate": partial(emulate.insert_rate, sizes.emulate_inserts),
                "confsync": partial(ours.insert_rate, sizes.inserts),
            },
        )
    times = ratio(samples, "confsync", "emulate")
    return [_row(f"times emulate, both at {sizes.middle:,} events", times, 4, samples, "emulate")]


def at_large(bench: Bench, large: Server) -> list[Row]:
    """Compare our own inserts into a large calendar with those into a small one."""
    sizes = bench.sizes
    large_name, small_name = f"at {sizes.large:,}", f"at {sizes.small:,}"
    samples = in_turn(
        sizes.runs,
        bench.tell,
        "inserts by size",
        {small_name: partial(_into_small, bench), large_name: partial(large.insert_rate, sizes.inserts)},
    )
    what = f"rate of inserts at {sizes.large:,} events over that at {sizes.small:,}"
    share = ratio(samples, large_name, small_name)
    return [Row("growth", what, share, at_least(0.8), samples, _UNIT)]


def _into_small(bench: Bench) -> float:
    with local_google() as server:
        server.fill(bench.sizes.small)
        return server.insert_rate(bench.sizes.small)


def _row(what: str, value: float, goal: float | None, samples: dict[str, list[float]], other: str) -> Row:
    both = {name: samples[name] for name in ("confsync", other)}
    return Row("inserts", what, value, None if goal is None else at_least(goal), both, _UNIT)
