"""A deploy that is stopped at any of its requests is finished by the next one, with nothing made twice."""

from pathlib import Path
from typing import Any

import pytest

from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.deploy.targets import local
from confsync.errors import DeployError

TITLE = "My Conferences"
MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'
OLD, NEW, OTHER = ({"appsscript.json": MANIFEST, "Code.js": f"const A = {number};"} for number in range(3))


class Stopping:
    """Asks like another `http` object, and stops before or after the effect of the nth writing request."""

    def __init__(self, http: Any, number: int, moment: str, error: BaseException) -> None:
        self._http, self._left, self._moment, self._error = http, number, moment, error

    def request(self, uri: str, method: str = "GET", **sent: Any) -> Any:
        self._left -= method != "GET"
        last = method != "GET" and self._left == 0
        if last and self._moment == "before":
            raise self._error
        answer = self._http.request(uri, method, **sent)
        if last:
            raise self._error
        return answer

    def close(self) -> None:
        pass


def put(there: Any, folder: Path, files: dict[str, str], http: Any = None) -> None:
    api = Api(Connection(http, "http://local"), retries=0) if http else there.api
    deploy(files, TITLE, target=local(folder), api=api)


def state_of(there: Any) -> dict[str, Any]:
    """Return how many of each there are, and what the deployment serves."""
    (script_id,) = there.api.project_ids(TITLE)
    versioned = [deployment for deployment in there.api.deployments(script_id) if deployment.version]
    return {
        "versions": len(there.api.versions(script_id)),
        "deployments": len(versioned),
        "serves": [there.api.content(script_id, deployment.version).digest for deployment in versioned],
        "head": there.api.content(script_id).digest,
    }


def planned(files: dict[str, str], versions: int) -> dict[str, Any]:
    digest = rendered(files).digest
    return {"versions": versions, "deployments": 1, "serves": [digest], "head": digest}


@pytest.mark.parametrize("state", ["kept", "lost"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_first_deploy_is_finished(there: Any, clone: Path, number: int, moment: str, state: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        put(there, clone, NEW, Stopping(there.http, number, moment, KeyboardInterrupt()))
    if state == "lost":
        (clone / ".confsync" / "local.json").unlink(missing_ok=True)
    put(there, clone, NEW)
    assert state_of(there) == planned(NEW, versions=1)


@pytest.mark.parametrize("state", ["kept", "lost"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_later_deploy_is_finished(there: Any, clone: Path, number: int, moment: str, state: str) -> None:
    put(there, clone, OLD)
    with pytest.raises(KeyboardInterrupt):
        put(there, clone, NEW, Stopping(there.http, number, moment, KeyboardInterrupt()))
    if state == "lost":
        (clone / ".confsync" / "local.json").unlink()
    put(there, clone, NEW)
    assert state_of(there) == planned(NEW, versions=2)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_another_change_can_follow_a_deploy_that_was_stopped(
    there: Any, clone: Path, number: int, moment: str
) -> None:
    put(there, clone, OLD)
    for files in (NEW, OTHER):
        with pytest.raises(KeyboardInterrupt):
            put(there, clone, files, Stopping(there.http, number, moment, KeyboardInterrupt()))
    put(there, clone, OLD)
    made = 1 if number == 1 or (number, moment) == (2, "before") else 3
    assert state_of(there) == planned(OLD, versions=made)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_an_answer_that_was_lost_is_found_out(there: Any, clone: Path, number: int) -> None:
    with pytest.raises(DeployError, match="Run the same command again"):
        put(there, clone, NEW, Stopping(there.http, number, "after", TimeoutError("timed out")))
    put(there, clone, NEW)
    assert state_of(there) == planned(NEW, versions=1)


class Meddled:
    """Asks like another `http` object; around a request to that path somebody else does something."""

    def __init__(self, http: Any, path: str, *, before: Any = None, after: Any = None) -> None:
        self._http, self._path, self._before, self._after = http, path, before, after

    def request(self, uri: str, method: str = "GET", **sent: Any) -> Any:
        here = method != "GET" and self._path in uri
        if here and self._before:
            self._before()
        answer = self._http.request(uri, method, **sent)
        if here and self._after:
            self._after()
        return answer

    def close(self) -> None:
        pass


def push_other(there: Any) -> None:
    (script_id,) = there.api.project_ids(TITLE)
    there.api.push(script_id, rendered(OTHER))


def test_a_push_at_the_same_time_is_noticed_before_a_version_is_made(there: Any, clone: Path) -> None:
    meddled = Meddled(there.http, "/content", after=lambda: push_other(there))
    with pytest.raises(DeployError, match=r"the project does not hold what was pushed \(Code\.js changed\)"):
        put(there, clone, NEW, meddled)
    (script_id,) = there.api.project_ids(TITLE)
    assert there.api.versions(script_id) == ()


def test_a_version_of_something_else_is_not_deployed(there: Any, clone: Path) -> None:
    meddled = Meddled(there.http, "/versions", before=lambda: push_other(there))
    with pytest.raises(DeployError, match="version 1 does not hold what was pushed"):
        put(there, clone, NEW, meddled)
    (script_id,) = there.api.project_ids(TITLE)
    assert [deployment for deployment in there.api.deployments(script_id) if deployment.version] == []
    there.api.push(script_id, rendered(NEW))
    put(there, clone, NEW)
    assert state_of(there) == planned(NEW, versions=2)


def test_a_deployment_that_serves_something_else_is_noticed(there: Any, clone: Path) -> None:
    put(there, clone, OLD)
    (script_id,) = there.api.project_ids(TITLE)
    ours = there.api.deployments(script_id)[-1]
    back = Meddled(
        there.http, "/deployments", after=lambda: there.api.repoint(script_id, ours.id, 1, ours.description)
    )
    with pytest.raises(DeployError, match="serves version 1, where 2 was asked for"):
        put(there, clone, NEW, back)
