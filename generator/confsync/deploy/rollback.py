"""Going back: the deployment serves an earlier version again, and nothing else changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from confsync.deploy.api import Api
from confsync.deploy.apply import AT_ONCE, point
from confsync.deploy.consequences import Consequence, consequences
from confsync.deploy.content import Content
from confsync.deploy.ledger import Entry, Ledger
from confsync.deploy.project import Project
from confsync.deploy.state import MARK, Deployment, Version, label
from confsync.errors import DeployError


@dataclass(frozen=True)
class Rollback:
    """What is planned: the deployment as it serves now, as it is to serve, and what that means for users."""

    script_id: str
    now: Deployment
    then: Deployment
    content: Content
    consequences: tuple[Consequence, ...]

    @property
    def writes(self) -> bool:
        """Whether anything is to be changed."""
        return self.now.version != self.then.version


def plan_rollback(project: Project, number: int | None, api: Api) -> Rollback:
    """Return the way back to a version, or to the one that was served before; only reads. Raises DeployError."""
    now = project.ours
    version = project.version(number) if number else _before(project, now)
    content = api.content(project.script_id, version.number)
    served = api.content(project.script_id, now.version) if now.version else content
    description = version.description if version.description.startswith(MARK) else label(content)
    then = Deployment(now.id, version.number, description)
    return Rollback(project.script_id, now, then, content, consequences(served, content))


def refuse_new_scopes(rollback: Rollback) -> None:
    """Raise a DeployError when users would have to consent again."""
    needing = [one.what for one in rollback.consequences if one.needs]
    if needing:
        raise DeployError(
            f"version {rollback.then.version} asks for more: {needing[0]}",
            next_step="Say --accept-new-scopes if that is meant.",
        )


def roll_back(
    rollback: Rollback, api: Api, ledger: Ledger, remember: Callable[[Ledger], None], *, who: str, now: str
) -> None:
    """Point the deployment to the version, see that it serves it, and have it remembered."""
    there = api.deployment(rollback.script_id, rollback.now.id)
    if there.version != rollback.now.version:
        served = f"serves version {there.version} by now, where {rollback.now.version} was found"
        raise DeployError(f"the deployment {there.id} {served}.", next_step=AT_ONCE)
    if rollback.writes:
        point(api, rollback.script_id, rollback.then)
        done = Entry(now, who, "rollback", rollback.then.version, rollback.content.digest)
        kept = replace(ledger, script_id=rollback.script_id, deployment_id=rollback.now.id)
        remember(kept.having(done))


def _before(project: Project, now: Deployment) -> Version:
    """Return what was served before, as far as the history tells, or else the newest of our older versions."""
    served = [entry.version for entry in project.ledger.history if entry.version]
    there = {version.number: version for version in project.versions}
    for number in reversed(served):
        if number != now.version and number in there and number < (now.version or 0):
            return there[number]
    for version in project.versions:
        if version.number < (now.version or 0) and version.description.startswith(MARK):
            return version
    raise DeployError(
        f"there is no version before {now.version} to go back to.",
        where=project.script_id,
        next_step="Name one: `confsync versions` lists them.",
    )
