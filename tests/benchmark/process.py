"""Servers as processes: started on a free port, waited for, measured, and stopped by their id whatever happens."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from confsync.errors import ConfsyncError
from tests.benchmark.load import HOST

_START_S = 120
_STOP_S = 10
_LOOK_EVERY_S = 0.002


class NotStarted(ConfsyncError):
    """A server ended, or said nothing, before it could be asked."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str | Path], port: int, environment: Mapping[str, str] = {}
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server while the `with` lasts, from when it takes connections.

    It has a session of its own, so that Ctrl-C reaches us alone and we stop it. `NotStarted` with the end of what it
    printed when it does not come up.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        try:
            if not _listens(process, port):
                output.seek(0)
                raise NotStarted(
                    f"it did not start: {output.read()[-2000:].decode(errors='replace').strip()}",
                    where=" ".join(str(part) for part in command),
                )
            yield process
        finally:
            _stop(process)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it takes connections, and tell whether it does."""
    give_up = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            time.sleep(_LOOK_EVERY_S)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident_bytes(process: subprocess.Popen[bytes]) -> int:
    """Return the memory that a process holds; `ps` knows it on every Unix, in KiB."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True, check=True
    )
    return int(told.stdout) * 1024
