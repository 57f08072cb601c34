"""A local Google with the add-on deployed and installed, ready for people."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google_auth_httplib2
import httplib2
from google.oauth2.credentials import Credentials

from confsync.addon import Addon
from confsync.deploy import deploy, local, targets
from confsync.deploy.api import Api
from confsync.deploy.apply import Deployed
from confsync.deploy.connection import Connection
from confsync.emulator.clock import Clock
from confsync.emulator.execution import Runtime
from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.verify.stage import Stage
from confsync.verify.witness import Witness

ALICE, BOB = "alice@example.com", "bob@example.com"
USERS = (ALICE, BOB)
DEVELOPER = "developer@example.com"
# Google ships this class without types.
_credentials: Any = Credentials

IN_PROCESS = "http://in-process.invalid"


@dataclass(frozen=True)
class Setting:
    """A stage, who watches it, the add-on that is installed there, and what was deployed."""

    stage: Stage
    witness: Witness
    addon: Addon
    deployed: Deployed


@contextlib.contextmanager
def served(addon: Addon, files: Mapping[str, str], seed: int) -> Iterator[Setting]:
    """Give a setting over a real socket, in which V8 runs the rendered files."""
    with _world(seed, None) as world, serve(world) as server:
        connection = local.connect(server.url, DEVELOPER)
        yield _installed(addon, files, connection, lambda user: _socket_http(user))


@contextlib.contextmanager
def in_process(
    addon: Addon, files: Mapping[str, str], seed: int, runtime: Runtime | None
) -> Iterator[Setting]:
    """Give a setting without a socket, in which V8 or another runtime runs the add-on."""
    with _world(seed, runtime) as world:
        connection = Connection(TwinHttp(world, DEVELOPER), IN_PROCESS)
        yield _installed(addon, files, connection, lambda user: TwinHttp(world, user))


@contextlib.contextmanager
def _world(seed: int, runtime: Runtime | None) -> Iterator[World]:
    clock = Clock(start_us=VIRTUAL_START_US)
    world = World(seed=seed, clock=clock, runtime=runtime, users=(*USERS, DEVELOPER))
    with contextlib.closing(world):
        yield world


def _socket_http(user: str) -> Any:
    http = httplib2.Http(timeout=60, proxy_info=None)
    return google_auth_httplib2.AuthorizedHttp(_credentials(token=user), http=http) if user else http


def _installed(
    addon: Addon, files: Mapping[str, str], connection: Connection, http_for: Callable[[str], Any]
) -> Setting:
    """Deploy the add-on, set its secrets, and install the deployment for both users."""
    with tempfile.TemporaryDirectory(prefix="confsync-") as folder:
        target = targets.local(Path(folder))
        deployed = deploy(files, addon.name, target=target, api=Api(connection))
    stage = Stage(connection.url, http_for, deployed.script_id)
    key = stage.control("GET", "/conferences/key")["key"]
    secrets = {f"secret.{name}": key for name in addon.secrets}
    stage.control("PUT", f"/properties/{deployed.script_id}/script", {"properties": secrets})
    for user in USERS:
        install = {"user": user, "scriptId": deployed.script_id, "deploymentId": deployed.deployment_id}
        stage.control("POST", "/installs", install)
    return Setting(stage, Witness(stage, addon), addon, deployed)
