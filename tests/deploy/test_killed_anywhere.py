"""Whatever is killed at whichever request, before or after its effect: the next run finishes, and makes nothing twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.deploy.project import existing
from confsync.deploy.rollback import plan_rollback, roll_back
from confsync.deploy.targets import local
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

TITLE, DEVELOPER = "My Conferences", "developer@example.com"
MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'
OLD, NEW = ({"appsscript.json": MANIFEST, "Code.js": f"const A = {number};"} for number in range(2))


class Killed(BaseException):
    """The process is gone: nobody handles this."""


@dataclass
class Counting:
    """Asks like another `http` object and counts; at the nth request it is killed, `before` or `after` its effect."""

    http: Any
    number: int = 0
    moment: str = ""
    count: int = 0

    def request(self, uri: str, method: str = "GET", **sent: Any) -> Any:
        self.count += 1
        if self.count == self.number and self.moment == "before":
            raise Killed
        answer = self.http.request(uri, method, **sent)
        if self.count == self.number:
            raise Killed
        return answer

    def close(self) -> None:
        pass


Command = Callable[[Api, Path], None]


def put(files: dict[str, str], api: Api, folder: Path) -> None:
    deploy(files, TITLE, target=local(folder), api=api)


def go_back(api: Api, folder: Path) -> None:
    target = local(folder)
    project = existing(api, TITLE, target)
    roll_back(plan_rollback(project, 1, api), api, project.ledger, target.remember, who="ann", now="")


def take_away(api: Api, folder: Path) -> None:
    project = existing(api, TITLE, local(folder))
    if project.deployment:
        api.undeploy(project.script_id, project.deployment.id)


# Name → what is done before, what is killed, and what there is at the end: versions, and which of them is served.
COMMANDS: dict[str, tuple[list[Command], Command, int, list[int]]] = {
    "first deploy": ([], partial(put, NEW), 1, [1]),
    "later deploy": ([partial(put, OLD)], partial(put, NEW), 2, [2]),
    "deploy of what was before": ([partial(put, OLD), partial(put, NEW)], partial(put, OLD), 2, [1]),
    "rollback": ([partial(put, OLD), partial(put, NEW)], go_back, 2, [1]),
    "undeploy": ([partial(put, OLD)], take_away, 1, []),
}


@contextmanager
def google() -> Iterator[Any]:
    world = World(users=(DEVELOPER,))
    yield TwinHttp(world, DEVELOPER)
    world.close()


def api_over(http: Any) -> Api:
    return Api(Connection(http, "http://local"), retries=0)


def state(http: Any) -> tuple[int, list[int | None]]:
    api = api_over(http)
    (script_id,) = api.project_ids(TITLE)
    served = [one.version for one in api.deployments(script_id) if one.version]
    return len(api.versions(script_id)), served


def requests_of(name: str, folder: Path) -> int:
    """Return how many requests a command makes that nobody kills."""
    before, command, versions, served = COMMANDS[name]
    with google() as http:
        for earlier in before:
            earlier(api_over(http), folder)
        counting = Counting(http)
        command(api_over(counting), folder)
        assert state(http) == (versions, served)
    return counting.count


@pytest.mark.parametrize("state_is", ["kept", "lost"])
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_request_and_run_again(name: str, state_is: str, tmp_path: Path) -> None:
    before, command, versions, served = COMMANDS[name]
    (tmp_path / "plain").mkdir()
    most = requests_of(name, tmp_path / "plain")
    assert most >= 3
    for number in range(1, most + 1):
        for moment in ("before", "after"):
            folder = tmp_path / f"{number}-{moment}"
            folder.mkdir()
            with google() as http:
                for earlier in before:
                    earlier(api_over(http), folder)
                with pytest.raises(Killed):
                    command(api_over(Counting(http, number, moment)), folder)
                if state_is == "lost":
                    (folder / ".confsync" / "local.json").unlink(missing_ok=True)
                command(api_over(http), folder)
                assert state(http) == (versions, served), (number, moment)
                again = Counting(http)
                command(api_over(again), folder)
                assert state(http) == (versions, served), (number, moment)


def test_after_being_killed_heads_content_is_the_one_that_is_served(tmp_path: Path) -> None:
    with google() as http:
        put(OLD, api_over(http), tmp_path)
        with pytest.raises(Killed):
            put(NEW, api_over(Counting(http, 7, "after")), tmp_path)
        put(NEW, api_over(http), tmp_path)
        api = api_over(http)
        (script_id,) = api.project_ids(TITLE)
        (ours,) = [one for one in api.deployments(script_id) if one.version]
        assert (
            api.content(script_id).digest
            == api.content(script_id, ours.version).digest
            == rendered(NEW).digest
        )
