"""A clone of the project, and a local Google to deploy it to."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from confsync.cli import main
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

ROOT = Path(__file__).parents[2]
DEVELOPER = "developer@example.com"


@dataclass
class Desk:
    """A developer's folder, and a local Google behind an address; `api` asks it without being counted."""

    folder: Path
    url: str
    world: World
    api: Api

    def run(self, command: str, *arguments: str) -> Result:
        """Run a command against the local Google."""
        return CliRunner().invoke(main, [command, "--target", "local", "--url", self.url, *arguments])

    def json(self, command: str, *arguments: str, exit_code: int = 0) -> Any:
        """Run a command that prints one JSON object, and return it."""
        result = self.run(command, *arguments, "--json")
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout)

    def change(self, old: str, new: str) -> None:
        """Change the text of addon.toml."""
        text = (self.folder / "addon.toml").read_text()
        assert old in text
        (self.folder / "addon.toml").write_text(text.replace(old, new))

    @property
    def script_id(self) -> str:
        """The project's id, as the ledger has it."""
        return str(json.loads((self.folder / ".confsync" / "local.json").read_text())["scriptId"])

    def requests(self) -> list[str]:
        """Return verb and target of the requests since the last time, and forget them."""
        entries = [*self.world.trace.entries]
        self.world.trace.clear()
        return [f"{entry.method} {entry.arguments['target']}" for entry in entries if entry.source == "http"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name in ("addon.toml", ".clasp.json"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    world = World(users=[DEVELOPER])
    api = Api(Connection(TwinHttp(world, DEVELOPER), "http://local"), retries=0)
    with serve(world) as server:
        yield Desk(tmp_path, server.url, world, api)
    world.close()


@pytest.fixture
def edit(desk: Desk) -> Callable[..., None]:
    """What somebody does in the online editor: replaces a file, or adds or removes (None) one."""

    def replace_file(name: str, source: str | None) -> None:
        from confsync.deploy.content import Content, File

        files = [file for file in desk.api.content(desk.script_id).files if file.local_name != name]
        stem, _, extension = name.rpartition(".")
        kind = {"js": "SERVER_JS", "json": "JSON", "html": "HTML"}[extension]
        if source is not None:
            files.append(File(stem, kind, source))
        desk.api.push(desk.script_id, Content(tuple(sorted(files, key=lambda file: file.name))))

    return replace_file
