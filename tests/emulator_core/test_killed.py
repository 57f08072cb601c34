"""`confsync emulate --data FILE`, killed while it writes: what was acknowledged is there, and tokens go on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .crowd import EVENTS, Connection, Follower, Writer

ALICE = "alice@example.com"
CONFSYNC = [sys.executable, "-c", "from confsync.cli import main; main()"]
WRITERS, KILLS = 20, 3


@contextlib.contextmanager
def emulating(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run `confsync emulate` on a file; yield the process and its port. In the end it is killed."""
    command = [*CONFSYNC, "emulate", "--port", "0", "--json", "--data", str(data), "--user", ALICE]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())["port"]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("seed", range(2))
def test_what_was_acknowledged_survives_and_tokens_go_on(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    writers = [
        Writer(Connection(0, ALICE), f"{seed}c{n:02}", random.Random(f"{seed}/{n}")) for n in range(WRITERS)
    ]
    follower = Follower(Connection(0, ALICE), page=30)
    for _ in range(KILLS):
        with emulating(tmp_path / "state.db") as (process, port):
            asyncio.run(until_killed(process, port, writers, follower, chance.randint(1, 400)))
    with emulating(tmp_path / "state.db") as (_, port):
        asyncio.run(compare(port, writers, follower))
    assert sum(len(writer.known) for writer in writers) > WRITERS
    assert follower.rounds > KILLS


def test_killed_while_it_makes_the_file(tmp_path: Path) -> None:
    data = tmp_path / "state.db"
    for _ in range(2):
        command = [*CONFSYNC, "emulate", "--port", "0", "--data", str(data), "--user", ALICE]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not data.exists():
            time.sleep(0.001)
        process.kill()
        process.wait()
    with emulating(data) as (_, port):
        asyncio.run(compare(port, [], Follower(Connection(0, ALICE))))


def move(port: int, *clients: Writer | Follower) -> None:
    """Let clients connect anew, to another port."""
    for client in clients:
        client.connection.close()
        client.connection = Connection(port, ALICE)


async def until_killed(
    process: subprocess.Popen[str], port: int, writers: list[Writer], follower: Follower, after: int
) -> None:
    """Compare what is there with what is known; then let all write at once, and kill it after so many writes."""
    await compare(port, writers, follower)
    so_far = sum(writer.writes for writer in writers)

    async def write(writer: Writer) -> None:
        while True:
            await writer.write()
            if sum(writer.writes for writer in writers) - so_far >= after:
                process.kill()

    async def follow() -> None:
        while True:
            await follower.follow()
            await asyncio.sleep(0.05)

    ends: list[Any] = await asyncio.gather(*map(write, writers), follow(), return_exceptions=True)
    assert [end for end in ends if not isinstance(end, ConnectionError | asyncio.IncompleteReadError)] == []
    assert process.wait() != 0
    for client in (*writers, follower):
        client.connection.close()


async def compare(port: int, writers: list[Writer], follower: Follower) -> None:
    """See that everything that was acknowledged is there, as it was, and nothing else."""
    move(port, *writers, follower)
    for writer in writers:
        await writer.find_out()
    everything = Follower(Connection(port, ALICE), page=2500)
    await everything.follow()
    assert everything.known == {id_: event for writer in writers for id_, event in writer.known.items()}
    for id_ in sorted(id_ for writer in writers for id_ in writer.deleted)[:20]:
        _, event = await everything.connection.ask("GET", f"{EVENTS}/{id_}")
        assert event["status"] == "cancelled"
    await follower.follow()
    assert follower.known == everything.known
    everything.connection.close()
