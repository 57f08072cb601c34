"""Whatever people do, in any order, killed or not: what a deploy promises of a project holds after each step."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import Content, rendered
from confsync.deploy.obstacles import Allowed
from confsync.deploy.project import existing
from confsync.deploy.rollback import plan_rollback, roll_back
from confsync.deploy.state import MARK
from confsync.deploy.targets import local
from confsync.errors import DeployError

TITLE = "My Conferences"
MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'


def files(text: str) -> dict[str, str]:
    return {"appsscript.json": MANIFEST, "Code.js": f"const A = '{text}';"}


class Killed(BaseException):
    """The process is gone."""


class Failing:
    """Asks like another `http` object until it is killed, or loses an answer, at the nth request."""

    def __init__(self, http: Any, number: int, before: bool, error: BaseException) -> None:
        self._http, self._left, self._before, self._error = http, number, before, error

    def request(self, uri: str, method: str = "GET", **sent: Any) -> Any:
        self._left -= 1
        if self._left == 0 and self._before:
            raise self._error
        answer = self._http.request(uri, method, **sent)
        if self._left == 0:
            raise self._error
        return answer

    def close(self) -> None:
        pass


@dataclass
class Team:
    """Two developers with a clone each, a project, and what is known to have been done to it by hand."""

    there: Any
    clones: list[Path]
    chance: random.Random
    edits: int = 0
    # Digest of an edit that nobody has overwritten on purpose.
    edited: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def script_id(self) -> str:
        found = self.there.api.project_ids(TITLE)
        return found[0] if found else ""

    def head(self) -> str:
        digest: str = self.there.api.content(self.script_id).digest
        return digest

    def deploy(self) -> None:
        """One of them deploys one of three contents; perhaps it is killed, or an answer is lost."""
        clone, text = self.chance.choice(self.clones), self.chance.choice("abc")
        force, http = self.chance.random() < 0.3, self.there.http
        if self.chance.random() < 0.4:
            error = self.chance.choice([Killed(), TimeoutError("timed out")])
            http = Failing(http, self.chance.randint(1, 14), self.chance.random() < 0.5, error)
        api = Api(Connection(http, "http://local"), retries=0)
        self.told.append(f"{clone.name} deploys {text}, {force=}, {type(http).__name__}")
        try:
            done = deploy(files(text), TITLE, target=local(clone), api=api, allowed=Allowed(force=force))
        except (Killed, DeployError) as error:
            self.told.append(f"  {type(error).__name__} {error}")
            self.edited = "" if force else self.edited
            return
        self.edited = ""
        wanted = rendered(files(text)).digest
        assert self.head() == wanted
        (ours,) = [one for one in self.there.api.deployments(self.script_id) if one.version]
        assert (ours.id, ours.version) == (done.deployment_id, done.version)
        assert self.there.api.content(self.script_id, ours.version).digest == wanted

    def edit(self) -> None:
        """Somebody edits online what nobody here has."""
        if self.script_id:
            self.edits += 1
            content = rendered(files(f"edit {self.edits}"))
            self.there.api.push(self.script_id, content)
            self.edited = content.digest
            self.told.append(f"edit {self.edits}")

    def lose_the_ledger(self) -> None:
        """A new clone, or CI: only the project's id is known."""
        clone = self.chance.choice(self.clones)
        (clone / ".confsync" / "local.json").unlink(missing_ok=True)
        self.told.append(f"{clone.name} loses its ledger")

    def go_back(self) -> None:
        """One of them goes back to some version."""
        clone = self.chance.choice(self.clones)
        target, api = local(clone), self.there.api
        try:
            project = existing(api, TITLE, target)
            number = self.chance.choice([version.number for version in project.versions] or [1])
            rollback = plan_rollback(project, number, api)
        except DeployError:
            return
        roll_back(rollback, api, project.ledger, target.remember, who="ann", now="")
        assert api.deployment(project.script_id, project.ours.id).version == number
        self.told.append(f"{clone.name} goes back to {number}")

    def check(self) -> None:
        """See that no edit was overwritten unasked, and nothing was made twice."""
        if not self.script_id:
            return
        api = self.there.api
        assert len(api.project_ids(TITLE)) == 1
        assert not self.edited or self.head() == self.edited, "an edit was overwritten"
        assert sum(one.version is not None for one in api.deployments(self.script_id)) <= 1
        ours = [one for one in api.versions(self.script_id) if one.description.startswith(MARK)]
        held: list[Content] = [api.content(self.script_id, one.number) for one in ours]
        assert len({content.digest for content in held}) == len(held), "a version was made twice"


@pytest.mark.parametrize("seed", range(60))
def test_what_a_deploy_promises_holds_after_each_step(there: Any, tmp_path: Path, seed: int) -> None:
    clones = [tmp_path / name for name in ("ann", "bob")]
    for clone in clones:
        clone.mkdir()
    team = Team(there, clones, random.Random(seed))
    steps: list[Callable[[], None]] = [team.deploy] * 5 + [team.edit, team.lose_the_ledger, team.go_back]
    for _ in range(14):
        team.chance.choice(steps)()
        try:
            team.check()
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *team.told])) from error
