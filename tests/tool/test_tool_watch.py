"""`confsync sync --watch`: a process that follows changes, by polling and by push, until it is told to stop."""

import contextlib
import json
import queue
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from confsync.emulator.server import serve
from tests.cli.schemas import problems

from .conftest import CONFSYNC, Ground

LONGEST_WAIT_S = 60


@dataclass
class Watcher:
    """A watching process, and what it prints line by line."""

    process: subprocess.Popen[str]
    lines: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def next(self) -> Any:
        """Return the next thing that it says."""
        told = self.lines.get(timeout=LONGEST_WAIT_S)
        assert problems(told, "error" if "error" in told else "sync-watch") == []
        return told

    def steps(self) -> list[str]:
        """Return the steps of conferences in the next thing that it says."""
        return [change["step"] for change in self.next()["changes"]]


@contextlib.contextmanager
def watching(*options: str) -> Iterator[Watcher]:
    """Run `confsync sync --watch`; in the end it is killed, if it has not ended."""
    command = [*CONFSYNC, "sync", "--target", "local", "--watch", "--json", *options]
    watcher = Watcher(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    thread = threading.Thread(target=watcher.read, daemon=True)
    thread.start()
    try:
        yield watcher
    finally:
        watcher.process.kill()
        thread.join()
        watcher.process.communicate()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def channels(ground: Ground) -> list[str]:
    """Return the ids of the channels that have not been stopped."""
    found = ground.ask("GET", "/emulator/channels")["channels"]
    return [one["id"] for one in found if one["status"] == "live"]


def channel_of(ground: Ground) -> str:
    """Return the id of the channel, once there is one."""
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not channels(ground):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return channels(ground)[0]


def listings(ground: Ground, count: int) -> None:
    """Wait for so many listings of events since the last time, and see that there were no more."""
    seen, deadline = 0, time.monotonic() + LONGEST_WAIT_S
    while seen < count and time.monotonic() < deadline:
        seen += len([line for line in ground.requests() if line.startswith("GET") and "/events?" in line])
        time.sleep(0.05)
    assert seen == count


def test_polling_finds_changes_and_ctrl_c_is_no_failure(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    with watching("--every", "1") as watcher:
        assert watcher.steps() == ["adopted", "updated"]
        living.change("meeting", summary="Another plan")
        assert watcher.steps() == ["updated"]
        assert living.held()["conference-1"]["title"] == "Another plan"
        watcher.process.send_signal(signal.SIGINT)
        assert watcher.process.wait(LONGEST_WAIT_S) == 0
        assert watcher.process.stderr is not None
        assert watcher.process.stderr.read() == ""


def test_push_wakes_it_and_its_channels_end_with_it(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    with watching("--every", "3600", "--push", address, "--push-port", str(port)) as watcher:
        assert watcher.steps() == ["adopted", "updated"]
        channel_of(living)
        for title in ("Another plan", "A third plan"):
            living.change("meeting", summary=title)
            assert watcher.steps() == ["updated"]
            assert living.held()["conference-1"]["title"] == title
        watcher.process.send_signal(signal.SIGTERM)
        assert watcher.process.wait(LONGEST_WAIT_S) == 0
    assert channels(living) == []


def test_channels_of_the_dead_are_stopped_by_the_next(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    port = free_port()
    options = ["--every", "3600", "--push", f"http://127.0.0.1:{port}/", "--push-port", str(port)]
    with watching(*options):
        left = channel_of(living)
    living.change("meeting", summary="While nobody watches")
    with watching(*options) as watcher:
        assert watcher.steps() == ["updated"]
        deadline = time.monotonic() + LONGEST_WAIT_S
        while (left in channels(living) or not channels(living)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(channels(living)) == 1
        assert left not in channels(living)


def test_messages_of_strangers_wake_nobody(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    with watching("--every", "3600", "--push", address, "--push-port", str(port)) as watcher:
        assert watcher.steps() == ["adopted", "updated"]
        channel = channel_of(living)
        listings(living, 2)
        headers = {"X-Goog-Channel-ID": channel, "X-Goog-Resource-State": "exists"}
        for token in ("", "guessed"):
            request = urllib.request.Request(
                address, b"", {**headers, "X-Goog-Channel-Token": token}, method="POST"
            )
            assert urllib.request.urlopen(request, timeout=10).status == 200
        living.change("meeting", summary="Another plan")
        assert watcher.steps() == ["updated"]
        listings(living, 1)
        assert channels(living) == [channel]


def test_where_push_is_refused_it_polls(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    port = free_port()
    with watching("--every", "1", "--push", "http://elsewhere.example/", "--push-port", str(port)) as watcher:
        assert watcher.steps() == ["adopted", "updated"]
        living.change("meeting", summary="Another plan")
        assert watcher.steps() == ["updated"]


def test_a_port_that_is_taken(living: Ground) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        with watching("--push", "http://127.0.0.1/", "--push-port", port) as watcher:
            assert "--push-port" in watcher.next()["error"]["nextStep"]
            assert watcher.process.wait(LONGEST_WAIT_S) == 1


def test_it_waits_for_a_server_that_comes_back(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    with contextlib.ExitStack() as stack:
        with serve(living.world) as server:
            watcher = stack.enter_context(watching("--every", "1", "--url", server.url))
            assert watcher.steps() == ["adopted", "updated"]
        assert watcher.next()["error"]["kind"] == "Unreachable"
        living.change("meeting", summary="Another plan")
        with serve(living.world, server.port):
            told = watcher.next()
            while "error" in told:
                told = watcher.next()
            assert [change["step"] for change in told["changes"]] == ["updated"]
    assert living.held()["conference-1"]["title"] == "Another plan"


def test_a_second_watcher_is_refused_as_long_as_the_first_lives(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    with watching("--every", "1") as first:
        assert first.steps() == ["adopted", "updated"]
        with watching("--every", "1") as second:
            assert "another `confsync sync --watch`" in second.next()["error"]["message"]
            assert second.process.wait(LONGEST_WAIT_S) == 1
    living.change("meeting", summary="Another plan")
    with watching("--every", "1") as third:
        assert third.steps() == ["updated"]


def test_beside_a_watcher_a_single_run_does_no_harm(living: Ground) -> None:
    living.meet("meeting", "conference-1")
    with watching("--every", "1") as watcher:
        assert watcher.steps() == ["adopted", "updated"]
        living.change("meeting", summary="Another plan")
        assert living.run("sync", "--target", "local").exit_code == 0
        assert living.held()["conference-1"]["title"] == "Another plan"
    assert living.writes() == ["update", "update"]
