"""What a developer waits for: commands as whole processes, ours beside clasp's, against the same local Google."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from confsync.emulator.hosts import HOSTS
from tests.benchmark.bench import Bench
from tests.benchmark.load import HOST
from tests.benchmark.process import free_port, running
from tests.benchmark.rows import Row, at_most, in_turn, ratio
from tests.benchmark.servers import CONFSYNC

ROOT = Path(__file__).parents[2]
DEVELOPER = "developer@example.com"
_REDIRECT = ROOT / "tests" / "clasp" / "redirect.mjs"
_GOAL = 0.2


def beside_clasp(bench: Bench) -> list[Row]:
    """Compare `--help`, and what pushes nothing because nothing changed; nothing where clasp is not installed."""
    if bench.clasp is None:
        return []
    with TemporaryDirectory() as folder, _deployed(Path(folder), bench.clasp) as commands:
        sides = {name: partial(_milliseconds, Path(folder), *command) for name, command in commands.items()}
        for side in sides.values():
            side()
        samples = in_turn(bench.sizes.commands, bench.tell, "commands", sides)
    told = {
        "time of a deploy that has nothing to do over clasp's push that has nothing to do": (
            "deploy",
            "clasp push",
        ),
        "time of `--help` over clasp's": ("--help", "clasp --help"),
    }
    return [
        Row(
            "commands",
            what,
            ratio(samples, *pair),
            at_most(_GOAL),
            {name: samples[name] for name in pair},
            "ms",
        )
        for what, pair in told.items()
    ]


Commands = dict[str, tuple[Sequence[str | Path], Mapping[str, str]]]


@contextmanager
def _deployed(folder: Path, clasp: Path) -> Iterator[Commands]:
    """Give the commands, in a folder of an add-on that is deployed to a local Google and rendered for clasp."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    ours = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    for name in ("addon.toml", ".claspignore"):
        shutil.copy(ROOT / name, folder)
    with running([CONFSYNC, "emulate", "--port", str(port), "--user", DEVELOPER], port):
        deploy = [CONFSYNC, "deploy", "--target", "local", "--url", url, "--user", DEVELOPER]
        _milliseconds(folder, deploy, ours)
        _milliseconds(folder, [CONFSYNC, "render"], ours)
        theirs = _logged_in(folder, url)
        program = [clasp / "bin" / "node", *clasp.glob("npm/node_modules/@google/clasp/build/src/index.js")]
        yield {
            "deploy": (deploy, ours),
            "clasp push": ([*program, "push"], theirs),
            "--help": ([CONFSYNC, "--help"], ours),
            "clasp --help": ([*program, "--help"], theirs),
        }


def _logged_in(folder: Path, url: str) -> dict[str, str]:
    """Let clasp find the project and a login whose token need not be refreshed; return its environment."""
    script_id = json.loads((folder / ".confsync" / "local.json").read_text())["scriptId"]
    (folder / ".clasp.json").write_text(json.dumps({"scriptId": script_id, "rootDir": "build"}))
    token = {
        "type": "authorized_user",
        "client_id": "client",
        "client_secret": "not a secret",
        "refresh_token": f"refresh-{DEVELOPER}",
        "access_token": DEVELOPER,
        "token_type": "Bearer",
        "expiry_date": (time.time() + 86_400) * 1_000,
    }
    (folder / "clasprc.json").write_text(json.dumps({"tokens": {"default": token}}))
    return {
        "HOME": str(folder),
        "LOCAL_GOOGLE": json.dumps({"url": url, "hosts": HOSTS}),
        "NODE_OPTIONS": f"--import {_REDIRECT.as_uri()}",
        "clasp_config_auth": str(folder / "clasprc.json"),
    }


def _milliseconds(folder: Path, command: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    """Return how long a command takes that must succeed."""
    run: Callable[[], subprocess.CompletedProcess[bytes]] = partial(
        subprocess.run,
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    start = time.perf_counter()
    done = run()
    took = (time.perf_counter() - start) * 1_000
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.stdout.decode()}{done.stderr.decode()}")
    return took


def version(clasp: Path) -> str:
    """Return which clasp it is."""
    (package,) = clasp.glob("npm/node_modules/@google/clasp/package.json")
    return str(json.loads(package.read_text())["version"])
