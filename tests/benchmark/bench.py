"""What a run of the benchmark is given: how large, how often, beside whom, and whom to tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.benchmark.rows import Tell
from tests.benchmark.servers import Peers


@dataclass(frozen=True)
class Sizes:
    """How much of everything: numbers of events, of requests, and of runs whose median counts.

    `warm_up` requests come before what is measured. The peers are given fewer inserts, for they grow slower with each.
    `huge` is None where a million events are too many.
    """

    runs: int = 5
    warm_up: int = 500
    inserts: int = 2_000
    emulate_inserts: int = 500
    myworld_inserts: int = 200
    asks: int = 20
    page: int = 250
    long_page: int = 2_500
    changes: int = 100
    executions: int = 500
    many_executions: int = 10_000
    small: int = 1_000
    middle: int = 10_000
    large: int = 100_000
    huge: int | None = 1_000_000
    histories: int = 60
    days: int = 5
    commands: int = 7


QUICK = Sizes(
    runs=1, warm_up=10, inserts=50, emulate_inserts=10, myworld_inserts=10, asks=2, page=10, long_page=25, changes=5, executions=4, many_executions=10,
    small=20, middle=60, large=120, huge=None, histories=2, days=1, commands=1,
)  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """One run of the benchmark."""

    sizes: Sizes
    peers: Peers
    tell: Tell
    clasp: Path | None = None
