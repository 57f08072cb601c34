"""Google's own clasp, as npm has it, in a folder of its own; its requests go to a local Google."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.hosts import HOSTS
from confsync.emulator.server import serve
from confsync.emulator.world import VIRTUAL_START_US, World

ROOT = Path(__file__).parents[2]
NODE = ROOT / ".venv-clasp" / "bin" / "node"
CLASP = ROOT / ".venv-clasp" / "npm" / "node_modules" / "@google" / "clasp" / "build" / "src" / "index.js"
DEVELOPER = "developer@example.com"


@dataclass
class Clasp:
    """clasp, logged in as a developer, in a project's folder."""

    world: World
    url: str
    folder: Path
    credentials: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str) -> Any:
        """Run a command that must succeed; return what it prints as JSON."""
        run = self.run("--json", *words)
        assert run.returncode == 0, run.stdout + run.stderr
        return json.loads(run.stdout)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever becomes of it."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder.parent),
            "LOCAL_GOOGLE": json.dumps({"url": self.url, "hosts": HOSTS}),
            "NODE_OPTIONS": f"--import {(Path(__file__).parent / 'redirect.mjs').as_uri()}",
            "clasp_config_auth": str(self.credentials),
            **self.variables,
        }
        return subprocess.run(
            [NODE, CLASP, *words],
            check=False,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def write(self, **sources: str) -> None:
        """Write scripts, by their names."""
        for name, source in sources.items():
            (self.folder / f"{name}.js").write_text(source)

    def requests(self) -> list[str]:
        """Return verb and path of all requests so far."""
        entries = self.world.trace.since(0)
        return [f"{entry.method} {entry.arguments['target']}" for entry in entries if entry.source == "http"]


@pytest.fixture
def clasp(tmp_path: Path) -> Iterator[Clasp]:
    if not CLASP.exists():
        pytest.skip("clasp is not installed; `make clasp` installs it")
    folder, credentials = tmp_path / "project", tmp_path / "clasprc.json"
    folder.mkdir()
    token = {
        "type": "authorized_user",
        "client_id": "client",
        "client_secret": "not a secret",
        "refresh_token": f"refresh-{DEVELOPER}",
        "access_token": "expired",
        "token_type": "Bearer",
        "expiry_date": 1,
    }
    credentials.write_text(json.dumps({"tokens": {"default": token}}))
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=[DEVELOPER])
    try:
        with serve(world) as server:
            yield Clasp(world, server.url, folder, credentials)
    finally:
        world.close()
