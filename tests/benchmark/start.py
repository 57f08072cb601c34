"""How soon the first request is answered after the start, beside importing what any such server imports."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.benchmark.bench import Bench
from tests.benchmark.load import connected, request
from tests.benchmark.process import free_port, running
from tests.benchmark.rows import Row, at_most, in_turn, ratio
from tests.benchmark.servers import CONFSYNC

_IMPORTS = "import uvicorn, starlette.applications"
_LIST = request("GET", "/calendar/v3/users/me/calendarList", "alice@example.com")


def first_answer(bench: Bench) -> list[Row]:
    """Compare the time to the first answer with that of the imports alone, both after they were read once."""
    _import_ms()
    _answer_ms()
    samples = in_turn(
        bench.sizes.runs, bench.tell, "start", {"imports": _import_ms, "first answer": _answer_ms}
    )
    what = "time to the first answer over that to import uvicorn and starlette"
    return [Row("start", what, ratio(samples, "first answer", "imports"), at_most(2.5), samples, "ms")]


def _import_ms() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", _IMPORTS], check=True)
    return (time.perf_counter() - start) * 1_000


def _answer_ms() -> float:
    port = free_port()
    start = time.perf_counter()
    with running([CONFSYNC, "emulate", "--port", str(port)], port), connected(port) as connection:
        connection.ask(_LIST)
        return (time.perf_counter() - start) * 1_000
