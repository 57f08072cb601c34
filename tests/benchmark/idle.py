"""What a run with nothing to do costs in a small calendar and in a large one: the wings, and gcal_sync beside them."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from confsync.addon import load
from confsync.verify.chance_draw import PEOPLE
from confsync.verify.ground import Wing, apps_script_wing, ground, hastened, python_wing
from confsync.verify.people import People
from tests.benchmark.bench import Bench
from tests.benchmark.load import HOST
from tests.benchmark.meetings import meetings
from tests.benchmark.rows import Goal, Row, at_most, in_turn, ratio
from tests.benchmark.servers import Server, local_google

FEW = 10
ADDON = hastened(load(Path(__file__).parents[2] / "addon.toml"))
_AT_ONCE = 5_000


def idle_runs(bench: Bench) -> list[Row]:
    """Compare idle runs in both sizes, of each wing and of gcal_sync."""
    many = bench.sizes.large
    rows = []
    for name, make in (("Apps Script", apps_script_wing), ("Python", python_wing)):
        wing = make(ADDON)
        try:
            rows.append(_row(bench, f"the {name} wing", _of_wing(wing), at_most(1.25), bench.sizes.asks))
        finally:
            wing.close()
    with local_google() as small, local_google() as large:
        servers = {FEW: small, many: large}
        # Once is enough: a run takes it seconds where there are many.
        rows.append(_row(bench, "gcal_sync", lambda size: _of_gcal_sync(servers[size], size), None, 1))
    return rows


Runs = Callable[[int], Any]


def _row(bench: Bench, name: str, measured: Runs, goal: Goal | None, asks: int) -> Row:
    """Prepare both calendars, then measure in turn."""
    few, many = (f"with {size:,} events" for size in (FEW, bench.sizes.large))
    with ExitStack() as stack:
        runs = {}
        for what, size in ((few, FEW), (many, bench.sizes.large)):
            bench.tell(f"idle runs of {name}: filling a calendar {what}")
            runs[what] = partial(_median_ms, asks, stack.enter_context(measured(size)))
        samples = in_turn(bench.sizes.runs, bench.tell, f"idle runs of {name}", runs)
    what = f"time of an idle run of {name} {many} over {few}"
    return Row("sync", what, ratio(samples, many, few), goal, samples, "ms")


def _median_ms(asks: int, run: Callable[[], None]) -> float:
    took = []
    for _ in range(asks):
        start = time.perf_counter()
        run()
        took.append((time.perf_counter() - start) * 1_000)
    return statistics.median(took)


def _of_wing(wing: Wing) -> Runs:
    @contextmanager
    def measured(size: int) -> Iterator[Callable[[], None]]:
        """Give what fires the trigger of a calendar in which nothing has changed."""
        with ground(ADDON, wing, 1) as place:
            stage = place.stage
            for first in range(0, size, _AT_ONCE):
                events = list(meetings(first, min(_AT_ONCE, size - first)))
                stage.control("POST", "/import", {"calendars": [{"id": PEOPLE[0], "events": events}]})
            made = {"do": "create", "who": PEOPLE[0], "event": "e", "solution": ADDON.solutions[0].name}
            day = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
            People(stage).act({**made, "with": {"summary": "Review", **day}})
            stage.deliver()
            stage.advance(2 * 3600)

            def run() -> None:
                stage.control("POST", "/triggers/fire")
                (ran,) = stage.deliver()
                assert ran["status"] == "COMPLETED"

            yield run

    return measured


@contextmanager
def _of_gcal_sync(server: Server, size: int) -> Iterator[Callable[[], None]]:
    """Give a run of gcal_sync's manager, which has read the calendar before; its store is in memory."""
    import aiohttp
    from gcal_sync.api import GoogleCalendarService
    from gcal_sync.auth import AbstractAuth
    from gcal_sync.sync import CalendarEventSyncManager

    class Auth(AbstractAuth):
        async def async_get_access_token(self) -> str:
            return server.token

    server.fill(size)
    with asyncio.Runner() as runner:

        async def opened() -> Any:
            session = aiohttp.ClientSession()
            service = GoogleCalendarService(Auth(session, f"http://{HOST}:{server.port}/calendar/v3"))
            manager = CalendarEventSyncManager(service, "primary")
            await manager.run()
            return session, manager

        session, manager = runner.run(opened())
        try:
            yield lambda: runner.run(manager.run())
        finally:
            runner.run(session.close())
