"""Going back: the deployment serves an earlier version again, and nothing else changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from confsync.deploy.api import Api
from confsync.deploy.apply import point
from confsync.deploy.consequences import Consequence, consequences
from confsync.deploy.content import Content
from confsync.deploy.ledger import Entry, Ledger
from confsync.deploy.project import Project
from confsync.deploy.state import MARK, Deployment, label
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
    version = project.version(number or _before(project, now))
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
    """Point the deployment to the version, see that it serves it, and have it remembered, before and after."""
    done = Entry(now, who, "rollback", rollback.then.version, rollback.content.digest)
    kept = replace(ledger, script_id=rollback.script_id, deployment_id=rollback.now.id)
    if rollback.writes:
        remember(replace(kept, begun=done))
        point(api, rollback.script_id, rollback.then, rollback.now.version)
    if rollback.writes or ledger.has_begun("rollback", rollback.content.digest):
        remember(kept.having(done))


def _before(project: Project, now: Deployment) -> int:
    """Return what was served before, as far as the history tells, or else the newest of our older versions.

    After a rollback that was killed it is where that one led to, so that the same command finishes it.
    """
    begun, there = project.ledger.begun, {version.number for version in project.versions}
    if begun and begun.did == "rollback" and begun.version == now.version and begun.version in there:
        return begun.version
    served = served_in_turn(project.ledger.history)
    for number in reversed(served[:-1] if served[-1:] == [now.version] else ()):
        if number in there:
            return number
    for version in project.versions:
        if version.number < (now.version or 0) and version.description.startswith(MARK):
            return version.number
    raise DeployError(
        f"there is no version before {now.version} to go back to.",
        where=project.script_id,
        next_step="Name one: `confsync versions` lists them.",
    )


def served_in_turn(history: Iterable[Entry]) -> list[int]:
    """Return the versions that led to what is served, the last one being that; whoever goes back forgets the way."""
    found: list[int] = []
    for entry in history:
        if entry.version is None or entry.did not in ("deploy", "rollback"):
            continue
        while entry.did == "rollback" and entry.version in found[:-1] and found[-1] != entry.version:
            found.pop()
        if found[-1:] != [entry.version]:
            found.append(entry.version)
    return found
