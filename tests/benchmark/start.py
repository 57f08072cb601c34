"""How soon the first request is answered after the start, beside importing what any such server imports.

Both with their modules compiled, as an installation has them; a checkout may forbid that, and compile ours at each start.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from tempfile import TemporaryDirectory

from tests.benchmark.bench import Bench
from tests.benchmark.load import connected, request
from tests.benchmark.process import free_port, running
from tests.benchmark.rows import Row, at_most, in_turn, ratio
from tests.benchmark.servers import CONFSYNC

_IMPORTS = "import uvicorn, starlette.applications"
_LIST = request("GET", "/calendar/v3/users/me/calendarList", "alice@example.com")


def first_answer(bench: Bench) -> list[Row]:
    """Compare the time to the first answer with that of the imports alone, both after they were read once."""
    with TemporaryDirectory() as compiled:
        environment = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        sides = {
            "imports": partial(_import_ms, environment),
            "first answer": partial(_answer_ms, environment),
        }
        for side in sides.values():
            side()
        samples = in_turn(bench.sizes.runs, bench.tell, "start", sides)
    what = "time to the first answer over that to import uvicorn and starlette"
    return [Row("start", what, ratio(samples, "first answer", "imports"), at_most(2.5), samples, "ms")]


def _import_ms(environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", _IMPORTS], check=True, env={**os.environ, **environment})
    return (time.perf_counter() - start) * 1_000


def _answer_ms(environment: Mapping[str, str]) -> float:
    port = free_port()
    start = time.perf_counter()
    command = [CONFSYNC, "emulate", "--port", str(port)]
    with running(command, port, environment), connected(port) as connection:
        connection.ask(_LIST)
        return (time.perf_counter() - start) * 1_000
