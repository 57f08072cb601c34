"""When the place of the state fails: one line that says what to do, and nothing that was answered is lost."""

import http.client
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.server import serve
from confsync.emulator.store import Store
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

ALICE = "alice@example.com"
BEARER = {"authorization": f"Bearer {ALICE}"}
EVENTS = "/calendar/v3/calendars/primary/events"
LARGE = b'{"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}, "description": "%s"}' % (
    b"x" * 8000
)


def filled(world: World) -> int:
    """Make events until there is no room for another one; return how many there were."""
    world.store.connection.execute("PRAGMA max_page_count = 120")
    for number in range(1000):
        response = world.request("POST", EVENTS, BEARER, LARGE)
        if response.status != 200:
            assert response.status == 500
            assert "no room for more state" in response.json()["error"]["message"]
            return number
    raise AssertionError("there was room for all")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose state is in a file."""
    return World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE], data=tmp_path / "state")


def count(world: World) -> int:
    """Return how many events a listing shows."""
    return len(world.request("GET", EVENTS, BEARER).json()["items"])


def test_a_full_disk_refuses_and_loses_nothing(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        made = filled(world)
    assert made > 5
    assert count(world) == made
    assert [record.exc_info for record in caplog.records] == [None]
    world.store.connection.execute("PRAGMA max_page_count = 100000")
    assert world.request("POST", EVENTS, BEARER, LARGE).status == 200
    world.close()
    again = World(clock=Clock(start_us=VIRTUAL_START_US), data=tmp_path / "state")
    assert count(again) == made + 1
    again.close()


def test_a_full_disk_undoes_a_whole_import_and_a_restore(world: World) -> None:
    world.snapshot("empty")
    made = filled(world)
    world.store.connection.execute("PRAGMA max_page_count = 100000")
    events = [
        {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}, "description": "x" * 8000}
    ] * 200
    larger = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE])
    larger.import_({"calendars": [{"id": ALICE, "events": events}]})
    larger.export(Path(world.store.connection.execute("PRAGMA database_list").fetchone()["file"] + ".jsonl"))
    world.store.connection.execute("PRAGMA max_page_count = 120")
    for source in (
        {"calendars": [{"id": ALICE, "events": events}]},
        Path(world.store.connection.execute("PRAGMA database_list").fetchone()["file"] + ".jsonl"),
    ):
        with pytest.raises(EmulatorError, match="no room for more state"):
            world.import_(source)
        assert count(world) == made
    world.restore("empty")
    assert count(world) == 0
    larger.close()
    world.close()


def test_a_client_on_a_socket_is_told(world: World) -> None:
    filled(world)
    with serve(world) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("POST", EVENTS, LARGE, BEARER)
        response = connection.getresponse()
        assert (response.status, b"Make room on the disk" in response.read()) == (500, True)
        connection.request("GET", EVENTS, headers=BEARER)
        assert connection.getresponse().status == 200
        connection.close()
    world.close()


@pytest.mark.parametrize("where", ["first", "later"])
def test_a_damaged_file_is_refused_in_one_line(world: World, tmp_path: Path, where: str) -> None:
    for _ in range(30):
        world.request("POST", EVENTS, BEARER, LARGE)
    world.close()
    file = tmp_path / "state"
    content = bytearray(file.read_bytes())
    start = 100 if where == "first" else 4096
    content[start:] = b"\xaa" * (len(content) - start)
    file.write_bytes(content)
    with pytest.raises(EmulatorError, match="damaged") as caught:
        World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE], data=file)
    assert (caught.value.where, "--import" in caught.value.next_step) == (str(file), True)


def test_damage_that_shows_later_is_told_to_who_asks(world: World, tmp_path: Path) -> None:
    for _ in range(30):
        world.request("POST", EVENTS, BEARER, LARGE)
    world.close()
    file = tmp_path / "state"
    content = file.read_bytes()
    last = len(content) - 3 * 4096
    file.write_bytes(content[:last] + b"\xaa" * (len(content) - last))
    again = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE], data=file)
    response = again.request("GET", f"{EVENTS}?maxResults=2500", BEARER)
    assert (response.status, "the state is damaged" in response.body.decode()) == (500, True)
    assert again.request("GET", "/emulator/users").status == 200
    again.close()


def test_an_older_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state"
    Store(file).close()
    with sqlite3.connect(file) as older:
        older.execute("PRAGMA user_version = 0")
    older.close()
    before = file.read_bytes()
    with pytest.raises(EmulatorError, match="format 0, older than the") as caught:
        Store(file)
    assert "another file" in caught.value.next_step
    assert file.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_only_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state"
    Store(file).close()
    file.chmod(0o400)
    with pytest.raises(EmulatorError, match="may only be read"):
        Store(file)


def test_a_start_that_fails_leaves_a_file_to_start_with(tmp_path: Path) -> None:
    file = tmp_path / "state"
    wrong = {"users": [ALICE], "calendars": [{"id": ALICE, "events": [{"summary": "No times"}]}]}
    with pytest.raises(EmulatorError, match="Missing"):
        World(data=file, imports=[wrong])
    right = {"users": [ALICE], "calendars": [{"id": ALICE, "events": [{**WHOLE_DAY, "summary": "Day"}]}]}
    for kept in (False, True):
        world = World(data=file, imports=[right])
        assert (world.is_kept, count(world)) == (kept, 1)
        world.close()


WHOLE_DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


CHILD = """
import sys
from pathlib import Path
from confsync.emulator.world import World
data, exported = map(Path, sys.argv[1:])
world = World(data=data)
day = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}, "description": "x" * 3000}
world.snapshot("small")
world.import_({"calendars": [{"id": "alice@example.com", "events": [day] * 100}]})
world.snapshot("big")
print("begun", flush=True)
while True:
    for name in ("small", "big"):
        world.restore(name)
    world.import_(exported)
"""


def test_a_process_killed_while_the_whole_state_changes_leaves_a_whole_one(tmp_path: Path) -> None:
    file, exported = tmp_path / "state", tmp_path / "exported"
    first = World(users=[ALICE], data=file)
    first.export(exported)
    first.close()
    for turns in (1, 40, 90):
        command = [sys.executable, "-c", CHILD, str(file), str(exported)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(turns / 1000)
            process.kill()
        again = World(data=file)
        assert again.store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert count(again) in (0, 100)
        again.import_(exported)
        again.close()


def test_the_whole_state_may_change_while_others_ask(tmp_path: Path) -> None:
    world = World(users=[ALICE], data=tmp_path / "state")
    world.appsscript.delivery = "background"
    world.snapshot("here")
    exported = b"".join(world.request("GET", "/emulator/export").chunks)
    short = b'{"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}'
    asked = [
        ("GET", EVENTS, b""),
        ("POST", EVENTS, short),
        ("POST", "/emulator/snapshots/here/restore", b""),
        ("POST", "/emulator/snapshots/here", b""),
        ("POST", "/emulator/import", exported),
        ("POST", "/emulator/reset", b""),
    ]

    def work(first: int) -> list[int]:
        turns = [asked[(first + number) % len(asked)] for number in range(30)]
        return [world.request(method, target, BEARER, body).status for method, target, body in turns]

    with ThreadPoolExecutor(6) as pool:
        statuses = [status for answers in pool.map(work, range(6)) for status in answers]
    assert set(statuses) == {200}
    assert world.appsscript.delivery == "background"
    world.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "triggers"]
