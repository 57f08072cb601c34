"""A local Google on a real socket, a person with a calendar and a conferencing account there, and the tool as it is run."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httplib2
import pytest
from click.testing import CliRunner, Result

from confsync.cli import main
from confsync.emulator.clock import Clock
from confsync.emulator.server import serve
from confsync.emulator.world import VIRTUAL_START_US, World
from tests.cli.schemas import problems

ROOT = Path(__file__).parents[2]
ALICE = "alice@example.com"
CONFSYNC = [sys.executable, "-c", "from confsync.cli import main; main()"]
# What must never leave the process but for the third party.
TITLE, TEXT, GUEST = "Secret plan", "Hush-hush", "guest@example.org"


@dataclass
class Ground:
    """A world over a socket, and a folder to work in; `start` and `end` of meetings follow its clock."""

    world: World
    url: str
    folder: Path
    _seen: int = 0

    def ask(self, method: str, path: str, body: Any = None, token: str = ALICE) -> Any:
        """Send a request and return its JSON, if it has any."""
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body)
        http = httplib2.Http(proxy_info=None)
        response, content = http.request(self.url + path, method, data, headers)
        http.close()
        assert response.status < 300, content
        return json.loads(content) if content else None

    def conference(self, conference_id: str) -> dict[str, Any]:
        """Make a conference at the third party, and return it as an event carries it."""
        body = {"title": "-", "startTime": self.at(1), "endTime": self.at(2), "timeZone": "Etc/UTC"}
        made = self.ask("POST", "/conferences/v1/conferences", {"id": conference_id, **body}, self.key)
        return {
            "conferenceId": conference_id,
            "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
            "entryPoints": [{"entryPointType": "video", "uri": made["joinUrl"]}],
        }

    def meet(self, event_id: str, conference_id: str, **more: Any) -> Any:
        """Make an event that carries a new conference."""
        body = {"id": event_id, "summary": TITLE, "description": TEXT, "attendees": [{"email": GUEST}]}
        body |= {"start": {"dateTime": self.at(30)}, "end": {"dateTime": self.at(31)}}
        body |= {"conferenceData": self.conference(conference_id), **more}
        return self.ask("POST", "/calendar/v3/calendars/primary/events?conferenceDataVersion=1", body)

    def change(self, event_id: str, **changes: Any) -> Any:
        """Change an event."""
        return self.ask("PATCH", f"/calendar/v3/calendars/primary/events/{event_id}", changes)

    def cancel(self, event_id: str) -> None:
        """Delete an event."""
        self.ask("DELETE", f"/calendar/v3/calendars/primary/events/{event_id}")

    def held(self) -> dict[str, Any]:
        """Return the third party's conferences by id."""
        return {one["id"]: one for one in self.world.conferences.held()}

    def writes(self) -> list[str]:
        """Return what was written at the third party, but for creations by hand."""
        return [one["operation"] for one in self.world.conferences.journal() if one["operation"] != "create"]

    @property
    def key(self) -> str:
        """The third party's key."""
        return self.world.conferences.key

    def at(self, hours: float) -> str:
        """Return a time so many hours from now."""
        return (self.world.clock.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:00:00Z")

    def advance(self, hours: float) -> None:
        """Let time pass."""
        self.ask("POST", "/emulator/clock", {"advanceSeconds": round(hours * 3600)})

    def run(self, *arguments: str) -> Result:
        """Run a command of confsync in this process."""
        return CliRunner().invoke(main, list(arguments))

    def sync(self, *options: str) -> Any:
        """Sync, and return what it printed; nothing may be left undone."""
        result = self.run("sync", "--target", "local", "--json", *options)
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert problems(told, "sync") == []
        return told

    def steps(self, *options: str) -> list[str]:
        """Sync, and return the steps of conferences."""
        return [change["step"] for change in self.sync(*options)["changes"]]

    def explain(self, name: str, *options: str) -> Any:
        """Return the explanations of an event."""
        result = self.run("explain", name, "--target", "local", "--json", *options)
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert problems(told, "explain") == []
        return told["conferences"]

    def requests(self) -> list[str]:
        """Return what was asked since the last time, the control routes left out."""
        entries = [*self.world.trace.since(self._seen, "http")]
        self._seen = entries[-1].number if entries else self._seen
        asked = [f"{one.method} {one.arguments['target']}" for one in entries]
        return [line for line in asked if " /emulator" not in line]

    def fail(self, method: str, **how: Any) -> None:
        """Let the next request of a kind fail."""
        self.ask("POST", "/emulator/faults", {"method": method, **how})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an add-on, in which commands run; nobody is logged in."""
    shutil.copy(ROOT / "addon.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    paths = [str(ROOT / "generator"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    return tmp_path


@pytest.fixture
def standing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[World, str], Ground]:
    """Return what serves a world and makes it the one that commands find."""

    def ground(world: World, url: str) -> Ground:
        monkeypatch.setenv("CONFSYNC_LOCAL_URL", url)
        return Ground(world, url, folder)

    return ground


@pytest.fixture
def ground(standing: Callable[[World, str], Ground]) -> Iterator[Ground]:
    """A world whose time stands still."""
    world = World(
        clock=Clock(start_us=VIRTUAL_START_US), users=(ALICE,), switches={"unsignedConferenceData": "accept"}
    )
    with serve(world) as server:
        yield standing(world, server.url)
    world.close()


@pytest.fixture
def living(standing: Callable[[World, str], Ground]) -> Iterator[Ground]:
    """A world whose time passes, and which notifies of changes as they happen."""
    world = World(users=(ALICE,), switches={"unsignedConferenceData": "accept"})
    world.delivery = "background"
    with serve(world) as server:
        yield standing(world, server.url)
    world.stop()
    world.close()
