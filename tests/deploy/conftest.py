"""A local Google to deploy to, and the requests that it got."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.emulator.clock import Clock
from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .at_home import BROWSER, DEVELOPER, Home, outside
from .tls_proxy import proxy

ADDON = Path(__file__).parents[2] / "addon.toml"


class Google:
    """A world and the developer's way to it; `requests()` are those since the last time it was asked."""

    def __init__(self) -> None:
        self.world = World(clock=Clock(start_us=VIRTUAL_START_US), users=(DEVELOPER,))
        self.http = TwinHttp(self.world, DEVELOPER)
        self.api = Api(Connection(self.http, "http://local"), retries=0)
        self._seen = 0

    def requests(self) -> list[str]:
        """Return the verbs and targets of the new requests."""
        entries = [entry for entry in self.world.trace.since(self._seen) if entry.source == "http"]
        self._seen = self.world.trace.count
        return [f"{entry.method} {entry.arguments['target']}" for entry in entries]

    def writes(self) -> list[str]:
        """Return those of the new requests that are not plain reads."""
        return [request for request in self.requests() if not request.startswith("GET ")]


@pytest.fixture
def there() -> Iterator[Google]:
    made = Google()
    yield made
    made.world.close()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the add-on's files, as git would give it."""
    folder = tmp_path / "clone"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Somebody at home, where a browser comes up as the developer, and behind a proxy a local Google is Google."""
    folder, keys = tmp_path / "home", tmp_path / "keys"
    folder.mkdir()
    keys.mkdir()
    (folder / "addon.toml").write_text(ADDON.read_text(encoding="utf-8"), encoding="utf-8")
    world = World(users=(DEVELOPER,))
    browser = f"{sys.executable} {BROWSER} {DEVELOPER} %s &"
    with serve(world) as server, proxy(server.url, keys) as proxied:
        here = {"HOME": str(folder), "BROWSER": browser, "LOCAL_GOOGLE": server.url}
        yield Home(folder, world, proxied, {**outside(), **proxied.environment, **here})
    world.close()
