"""Of two deploys at once the second notices, whenever it comes; nobody's work is undone unseen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.deploy.obstacles import Allowed
from confsync.deploy.targets import local
from confsync.errors import DeployError

TITLE = "My Conferences"
MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'
OLD, ONE, OTHER = ({"appsscript.json": MANIFEST, "Code.js": f"const A = {number};"} for number in range(3))


class Interrupted:
    """Asks like another `http` object; before its nth request somebody else does something."""

    def __init__(self, http: Any, number: int, act: Callable[[], None]) -> None:
        self._http, self._left, self._act = http, number, act
        self.count = 0

    def request(self, uri: str, method: str = "GET", **sent: Any) -> Any:
        self.count += 1
        if self.count == self._left:
            self._act()
        return self._http.request(uri, method, **sent)

    def close(self) -> None:
        pass


def put(there: Any, folder: Path, files: dict[str, str], http: Any = None, **options: Any) -> Any:
    folder.mkdir(exist_ok=True)
    api = Api(Connection(http or there.http, "http://local"), retries=0)
    return deploy(files, TITLE, target=local(folder), api=api, **options)


def state(there: Any) -> tuple[str, list[str]]:
    """Return the digests of HEAD and of what deployments serve."""
    (script_id,) = there.api.project_ids(TITLE)
    served = [one.version for one in there.api.deployments(script_id) if one.version]
    return there.api.content(script_id).digest, [
        there.api.content(script_id, number).digest for number in served
    ]


def requests_of_a_deploy(there: Any, folder: Path) -> int:
    counting = Interrupted(there.http, 0, lambda: None)
    put(there, folder, ONE, counting)
    put(there, folder, OLD)
    return counting.count


def test_somebody_elses_deploy_at_any_moment_is_noticed(there: Any, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    put(there, mine, OLD)
    most, noticed = requests_of_a_deploy(there, mine), 0
    for number in range(1, most + 1):
        put(there, theirs, OLD, allowed=Allowed(force=True))
        put(there, mine, OLD, allowed=Allowed(force=True))

        def other() -> None:
            put(there, theirs, OTHER, allowed=Allowed(force=True))

        try:
            put(there, mine, ONE, Interrupted(there.http, number, other))
        except DeployError as error:
            noticed += 1
            said = str(error)
            assert "changed since our last push" in said or "Somebody else may be deploying" in said, number
            continue
        pytest.fail(f"nothing was noticed before request {number}")
    assert noticed == most
    put(there, mine, ONE, allowed=Allowed(force=True))
    digest = rendered(ONE).digest
    assert state(there) == (digest, [digest])


def test_the_same_deploy_at_once_makes_nothing_twice(there: Any, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    put(there, mine, OLD)
    put(there, theirs, OLD)

    def other(prepared: Any) -> None:
        put(there, theirs, ONE)

    with pytest.raises(DeployError, match="changed since this plan was made"):
        put(there, mine, ONE, confirm=other)
    put(there, mine, ONE)
    (script_id,) = there.api.project_ids(TITLE)
    assert len(there.api.versions(script_id)) == 2
    digest = rendered(ONE).digest
    assert state(there) == (digest, [digest])


def test_a_plan_that_waited_too_long_is_not_carried_out(there: Any, tmp_path: Path) -> None:
    deployed = put(there, tmp_path / "mine", OLD)

    def edit(prepared: Any) -> None:
        there.api.push(deployed.script_id, rendered(OTHER))
        there.requests()

    with pytest.raises(DeployError, match=r"changed since this plan was made \(Code\.js changed\)"):
        put(there, tmp_path / "mine", ONE, confirm=edit)
    assert there.writes() == []


def test_two_first_deploys_at_once_make_one_project(there: Any, tmp_path: Path) -> None:
    def other(prepared: Any) -> None:
        put(there, tmp_path / "theirs", ONE)

    with pytest.raises(DeployError, match=r"was made since this plan was .*Somebody else may be deploying"):
        put(there, tmp_path / "mine", ONE, confirm=other)
    put(there, tmp_path / "mine", ONE)
    assert len(there.api.project_ids(TITLE)) == 1


def test_two_deploys_at_once_of_what_is_not_deployed_make_one_deployment(there: Any, tmp_path: Path) -> None:
    done = put(there, tmp_path / "mine", ONE)
    there.api.undeploy(done.script_id, done.deployment_id)
    (tmp_path / "mine" / ".confsync" / "local.json").unlink()

    def other(prepared: Any) -> None:
        put(there, tmp_path / "theirs", ONE)

    with pytest.raises(
        DeployError, match=r"deployed since this plan was made, as .*Somebody else may be deploying"
    ):
        put(there, tmp_path / "mine", ONE, confirm=other)
    put(there, tmp_path / "mine", ONE)
    assert len([one for one in there.api.deployments(done.script_id) if one.version]) == 1
