"""Execute the project in this process, so many times whenever a line asks: `python -m tests.benchmark.executing`.

A line of standard input is how many executions, and how many threads share them; a line of JSON answers with the seconds
that they took, and with the bytes that this process and its engines hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from googleapiclient.discovery import build

from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from tests.benchmark.meetings import meetings
from tests.benchmark.project import RESULT, files

_USERS = ("alice@example.com", "bob@example.com")
_MANIFEST = {
    "timeZone": "Europe/Berlin",
    "runtimeVersion": "V8",
    "dependencies": {
        "enabledAdvancedServices": [{"userSymbol": "Calendar", "serviceId": "calendar", "version": "v3"}]
    },
    "oauthScopes": ["https://www.googleapis.com/auth/calendar.events"],
}


def _project(world: World) -> str:
    """Push the project as Google's client does, and return its id."""
    projects = build("script", "v1", http=TwinHttp(world, _USERS[0]), static_discovery=True).projects()
    script_id = str(projects.create(body={"title": "Benchmark"}).execute()["scriptId"])
    content: list[dict[str, str]] = [
        {"name": "appsscript", "type": "JSON", "source": json.dumps(_MANIFEST)},
        *({"name": name, "type": "SERVER_JS", "source": source} for name, source in files().items()),
    ]
    projects.updateContent(scriptId=script_id, body={"files": content}).execute()
    return script_id


def _execute(world: World, user: str, script_id: str, count: int) -> None:
    for _ in range(count):
        record = world.appsscript.run(user, script_id, "main")
        assert record.result[:2] == RESULT, record.error


def _measured(world: World, script_id: str, count: int, threads: int) -> dict[str, Any]:
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        users = _USERS[:threads]
        list(pool.map(lambda user: _execute(world, user, script_id, count // threads), users))
    return {"seconds": time.perf_counter() - start, "bytes": _resident_bytes()}


def _resident_bytes() -> int:
    told = subprocess.run(
        ["ps", "-o", "rss=,comm=", "-p", str(os.getpid()), "--ppid", str(os.getpid())],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sum(int(line.split()[0]) for line in told.stdout.splitlines() if line.split()[1] != "ps") * 1024


def main() -> None:
    """Answer lines until there are no more."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=_USERS)
    world.import_({"calendars": [{"id": user, "events": list(meetings(0, 5))} for user in _USERS]})
    script_id = _project(world)
    for line in sys.stdin:
        count, threads = map(int, line.split())
        sys.stdout.write(json.dumps(_measured(world, script_id, count, threads)) + "\n")
        sys.stdout.flush()
    world.close()


if __name__ == "__main__":
    main()
