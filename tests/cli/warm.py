"""Processes of `confsync` that begin at once: each is forked off an interpreter that has imported everything."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = """
import importlib, json, os, pkgutil, signal, sys
import confsync.deploy, confsync.cli, confsync.render, confsync.addon, appsscript_templates

for package in (confsync.deploy, confsync.render, confsync.addon):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
for module, _ in confsync.cli.COMMANDS.values():
    importlib.import_module(module)

def kill_at_write(left):
    def audit(event, arguments):
        nonlocal left
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if opens or event in ("os.rename", "os.mkdir", "os.remove"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(audit)

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs begin without it
        os.chdir(asked["folder"])
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            path = "/dev/null" if name == "stdin" else asked[name]
            os.dup2(os.open(path, os.O_RDONLY if name == "stdin" else os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        if asked["kill_at_write"]:
            kill_at_write(asked["kill_at_write"])
        confsync.cli.main(asked["words"])
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, or minus the signal that killed it, and what it printed."""

    code: int
    output: str
    errors: str

    @property
    def was_killed(self) -> bool:
        """Whether the system ended it at once."""
        return self.code == -signal.SIGKILL


Launch = Callable[..., Ended]


@contextmanager
def launcher(folder: Path) -> Iterator[Launch]:
    """Give what runs a command in a folder; `began` is told its process id, and `kill_at_write` ends it there."""
    process = subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    assert process.stdin and process.stdout
    told = {name: str(folder / name) for name in ("stdout", "stderr")}

    def launch(
        where: Path, *words: str, began: Callable[[int], None] = lambda pid: None, kill_at_write: int = 0
    ) -> Ended:
        assert process.stdin and process.stdout
        asked = {**told, "folder": str(where), "words": words, "kill_at_write": kill_at_write}
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        began(int(process.stdout.readline()))
        code = int(process.stdout.readline())
        return Ended(code, *(Path(told[name]).read_text() for name in ("stdout", "stderr")))

    try:
        yield launch
    finally:
        process.stdin.close()
        process.wait()
