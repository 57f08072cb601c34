"""Several processes of `confsync sync`, and processes that die: killed before or after any request, and run again."""

import contextlib
import http.client
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from confsync.tool.lock import ProcessLock

from .conftest import CONFSYNC, TITLE, Ground

LONGEST_WAIT_S = 60


@dataclass
class Relay:
    """Passes requests on to a local Google; `before` and `after` hear the number of each, control routes left out.

    What the dead have sent is not passed on: set `gone` for that. `under_way` counts the requests in its hands.
    """

    url: str = ""
    gone: bool = False
    under_way: int = 0
    before: Callable[[int], None] = lambda number: None
    after: Callable[[int], None] = lambda number: None
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def number(self, target: str) -> int:
        with self.lock:
            self.count += not target.startswith("/emulator")
            return 0 if target.startswith("/emulator") else self.count


@contextlib.contextmanager
def relaying(port: int) -> Iterator[Relay]:
    """Give a relay to the local Google on a port."""
    relay = Relay()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            with relay.lock:
                relay.under_way += 1
            try:
                self.relayed()
            finally:
                with relay.lock:
                    relay.under_way -= 1

        def relayed(self) -> None:
            number = relay.number(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            relay.before(number)
            if relay.gone:
                return
            inner = http.client.HTTPConnection("127.0.0.1", port)
            inner.request(self.command, self.path, body, dict(self.headers.items()))
            response = inner.getresponse()
            content = response.read()
            relay.after(number)
            with contextlib.suppress(OSError):
                self.send_response_only(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    relay.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield relay
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def relay(ground: Ground) -> Iterator[Relay]:
    with relaying(int(ground.url.rpartition(":")[2])) as relay:
        yield relay


def started(relay: Relay, *options: str) -> subprocess.Popen[str]:
    """Start a sync through the relay."""
    command = [*CONFSYNC, "sync", "--target", "local", "--url", relay.url, "--json", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_at(relay: Relay, number: int, when: str) -> None:
    """Run a sync that is killed before or after the effect of its request of that number."""
    reached = threading.Event()
    relay.count = 0
    process: list[subprocess.Popen[str]] = []

    def strike(count: int) -> None:
        if count == number and not reached.is_set():
            process[0].kill()
            process[0].wait()
            relay.gone = True
            reached.set()

    setattr(relay, when, strike)
    process.append(started(relay))
    process[0].communicate(timeout=LONGEST_WAIT_S)
    setattr(relay, when, lambda count: None)
    assert reached.is_set()
    while relay.under_way:
        time.sleep(0.01)
    relay.gone = False
    assert process[0].returncode == -signal.SIGKILL


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_request_the_next_run_finishes(ground: Ground, relay: Relay, when: str) -> None:
    ground.meet("meeting", "conference-1")
    ground.meet("other", "conference-2")
    for number in (1, 2, 3):
        killed_at(relay, number, when)
    ground.sync()
    assert [ground.held()[f"conference-{number}"]["title"] for number in (1, 2)] == [TITLE, TITLE]
    ground.change("meeting", summary="Another plan")
    ground.cancel("other")
    for number in (2, 3):
        killed_at(relay, number, when)
    ground.sync()
    ground.advance(25)
    for number in (3, 4):
        killed_at(relay, number, when)
    ground.sync()
    assert {key: held["title"] for key, held in ground.held().items()} == {"conference-1": "Another plan"}
    assert ground.sync()["requests"]["service"] == 0


def test_two_at_once_do_it_once(ground: Ground, relay: Relay) -> None:
    ground.meet("meeting", "conference-1")
    held_up, let_go = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        if number == 2:
            held_up.set()
            assert let_go.wait(LONGEST_WAIT_S)

    relay.before = hold
    first = started(relay)
    assert held_up.wait(LONGEST_WAIT_S)
    second = started(relay)
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(timeout=2)
    assert relay.count == 2
    let_go.set()
    told = [json.loads(process.communicate(timeout=LONGEST_WAIT_S)[0]) for process in (first, second)]
    assert [[change["step"] for change in one["changes"]] for one in told] == [["adopted", "updated"], []]
    assert ground.writes() == ["update"]


def test_the_lock_is_given_back_by_the_dead(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    source = (
        "import pathlib, sys, time; from confsync.tool.lock import ProcessLock;"
        "lock = ProcessLock(pathlib.Path(sys.argv[1])); print(lock.try_lock(0), flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([CONFSYNC[0], "-c", source, str(file)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    lock = ProcessLock(file)
    assert not lock.try_lock(0)
    assert not lock.try_lock(50)
    holder.kill()
    holder.communicate()
    assert lock.try_lock(0)
    lock.release_lock()
    assert ProcessLock(file).try_lock(0)


def test_killed_while_it_writes_nothing_is_half_written(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync("--state", "state.db")
    source = (
        "import os, pathlib; from confsync.tool.state import State; state = State(pathlib.Path('state.db'))\n"
        "with state.turn() as connection:\n"
        "    connection.execute('PRAGMA cache_size=1'); connection.execute('DELETE FROM properties')\n"
        "    connection.executemany('INSERT INTO properties VALUES (?, ?)', [(f'x{n}', 'x' * 9000) for n in range(99)])\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([CONFSYNC[0], "-c", source], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert (ground.folder / "state.db-journal").stat().st_size > 0
    (told,) = ground.explain("meeting", "--state", "state.db")
    assert told["inStep"]
    assert ground.steps("--state", "state.db") == []


def test_ctrl_c_ends_it_in_one_line(ground: Ground, relay: Relay) -> None:
    ground.meet("meeting", "conference-1")
    held_up, let_go = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        if number == 3:
            held_up.set()
            let_go.wait(LONGEST_WAIT_S)

    relay.before = hold
    process = started(relay)
    assert held_up.wait(LONGEST_WAIT_S)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LONGEST_WAIT_S)
    let_go.set()
    assert (process.returncode, err) == (1, "")
    assert "run the same command again" in json.loads(out)["error"]["message"]
    assert ground.steps() == ["updated"]
