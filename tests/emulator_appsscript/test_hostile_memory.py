"""Many executions leave nothing behind but their records: neither in the engine nor here.

Ten thousand of them are measured by the benchmark.
"""

import os
import subprocess
from collections.abc import Iterator

import pytest

from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import MICROSECONDS

from .conftest import ALICE, Script

WORK = """
  const store = PropertiesService.getUserProperties();
  const before = store.getProperties();
  const events = Calendar.Events.list("primary", { maxResults: 5 }).items;
  store.setProperties({ runs: String(Number(before.runs || 0) + 1) });
  console.log("run", before.runs, LockService.getUserLock().tryLock(0));
  globalThis.list = new Array(1000).fill(0.5);
  return events.length;
"""
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def runtime() -> Iterator[V8Runtime]:
    """Engine processes of this file's own."""
    runtime = V8Runtime()
    yield runtime
    runtime.close()


def held() -> dict[int, int]:
    """Return the bytes that this process and each of its children hold."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
    rows = [map(int, line.split()) for line in listed.stdout.splitlines()]
    return {pid: kilobytes * 1024 for pid, parent, kilobytes in rows if os.getpid() in (pid, parent)}


def test_memory_is_flat(script: Script) -> None:
    others = held().keys() - {os.getpid()}

    def after(count: int) -> tuple[int, dict[int, int]]:
        for _ in range(count):
            assert script.world.appsscript.run(ALICE, script.id, "main").status == "COMPLETED"
        now = held()
        here = now.pop(os.getpid())
        return here, {pid: size for pid, size in now.items() if pid not in others and size > 20 * MEGABYTE}

    script.push(f"function main() {{ {WORK} }}")
    here, engines = after(200)
    here_later, engines_later = after(400)
    # One engine for all: had it been spent, another would have taken its place. A global scope that stays costs it half a
    # megabyte; its garbage comes and goes.
    assert len(engines) == 1 and engines.keys() == engines_later.keys()
    assert max(engines_later.values()) < 250 * MEGABYTE
    # What is remembered of an execution and its calls takes a few kilobytes.
    assert here_later - here < 5 * MEGABYTE


def test_tokens_go_when_their_time_is_over(script: Script) -> None:
    script.push("function main() { return ScriptApp.getOAuthToken(); }")
    world = script.world
    tokens = "SELECT count(*) AS number FROM access_tokens"
    for _ in range(3):
        for _ in range(5):
            world.appsscript.run(ALICE, script.id, "main")
        assert world.store.connection.execute(tokens).fetchone()["number"] <= 5
        world.clock.advance(3601 * MICROSECONDS)
