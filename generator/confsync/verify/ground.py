"""The ground on which histories are played: a local Google in-process, with the add-on pushed and installed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from googleapiclient.discovery import build

from confsync.addon import Addon, config_of
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.execution import Runtime
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.render import render
from confsync.verify.chance_draw import PEOPLE
from confsync.verify.stage import Stage
from confsync.verify.wing import PythonWing
from confsync.verify.witness import Witness

URL = "http://in-process.invalid"
DEVELOPER = "developer@example.com"
GRACE_HOURS = 2
UNSAVED_GRACE_HOURS = 4


@dataclass(frozen=True)
class Ground:
    """A stage of its own and who watches it."""

    stage: Stage
    witness: Witness


class Wing:
    """One wing, ready to play histories: what runs executions, and the files that are pushed for it."""

    def __init__(self, name: str, runtime: Runtime, files: Mapping[str, str]) -> None:
        self.name, self.runtime, self.files = name, runtime, files

    def close(self) -> None:
        """Give back processes."""
        self.runtime.close()


def hastened(addon: Addon) -> Addon:
    """Return the add-on with graces of a few hours, so that a history need not last for days to see them pass."""
    graces = replace(addon.sync, grace_hours=GRACE_HOURS, unsaved_grace_hours=UNSAVED_GRACE_HOURS)
    return replace(addon, sync=graces)


def python_wing(addon: Addon) -> Wing:
    """Return the Python wing; of the files the platform needs only the manifest."""
    manifest = render(addon)["appsscript.json"]
    return Wing("python", PythonWing(config_of(addon)), {"appsscript.json": manifest})


def apps_script_wing(addon: Addon) -> Wing:
    """Return the rendered add-on in V8."""
    return Wing("apps-script", V8Runtime(), render(addon))


@contextlib.contextmanager
def ground(addon: Addon, wing: Wing, seed: int) -> Iterator[Ground]:
    """Give a world of that seed, the wing installed for both people; the world is gone afterwards."""
    clock = Clock(start_us=VIRTUAL_START_US)
    world = World(seed=seed, clock=clock, runtime=wing.runtime, users=(*PEOPLE, DEVELOPER))
    with contextlib.closing(world):
        script_id = _pushed(world, addon, wing.files)
        stage = Stage(URL, lambda user: TwinHttp(world, user), script_id)
        key = stage.control("GET", "/conferences/key")["key"]
        secrets = {f"secret.{name}": key for name in addon.secrets}
        stage.control("PUT", f"/properties/{script_id}/script", {"properties": secrets})
        for user in PEOPLE:
            stage.control("POST", "/installs", {"user": user, "scriptId": script_id})
        yield Ground(stage, Witness(stage, addon))


def _pushed(world: World, addon: Addon, files: Mapping[str, str]) -> str:
    """Make a project with these files, and return its id."""
    http = TwinHttp(world, DEVELOPER)
    projects = build(
        "script", "v1", http=http, client_options={"api_endpoint": URL}, static_discovery=True
    ).projects()
    script_id: str = projects.create(body={"title": addon.name}).execute()["scriptId"]
    projects.updateContent(
        scriptId=script_id, body={"files": [_file(*item) for item in files.items()]}
    ).execute()
    return script_id


def _file(name: str, source: str) -> dict[str, Any]:
    stem, _, extension = name.rpartition(".")
    return {
        "name": stem,
        "type": {"js": "SERVER_JS", "json": "JSON", "html": "HTML"}[extension],
        "source": source,
    }
