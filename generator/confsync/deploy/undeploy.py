"""Taking the deployment away: its id never comes back, so no other one is taken in its place."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from confsync.deploy.api import Api
from confsync.deploy.ledger import Entry, Ledger
from confsync.deploy.project import Project
from confsync.errors import DeployError


@dataclass(frozen=True)
class Undeployment:
    """What is planned: the deployment to take away, and the version that it serves; `writes` unless it is gone already."""

    script_id: str
    deployment_id: str
    version: int | None
    writes: bool = True


def plan_undeploy(project: Project, chosen: str = "") -> Undeployment:
    """Return which deployment goes: the chosen one, or ours. Raises DeployError when there is none, or another one.

    One that an undeploy took away which was killed then is gone already; that is all the same planned, and noted.
    """
    remembered, begun = project.ledger.deployment_id, project.ledger.begun
    is_gone = bool(remembered) and remembered not in {one.id for one in project.deployments}
    if not is_gone or chosen:
        return Undeployment(project.script_id, project.ours.id, project.ours.version)
    if begun and begun.did == "undeploy":
        return Undeployment(project.script_id, remembered, begun.version, writes=False)
    raise DeployError(
        f"the deployment {remembered} is gone already.",
        where=project.script_id,
        next_step="If another one is meant, name it with --deployment-id.",
    )


def undeploy(
    plan: Undeployment, api: Api, ledger: Ledger, remember: Callable[[Ledger], None], *, who: str, now: str
) -> None:
    """Take the deployment away, and have it remembered, before and after."""
    done = Entry(now, who, "undeploy", plan.version, "")
    kept = replace(ledger, script_id=plan.script_id)
    if plan.writes:
        remember(replace(kept, deployment_id=ledger.deployment_id or plan.deployment_id, begun=done))
        api.undeploy(plan.script_id, plan.deployment_id)
    is_another = ledger.deployment_id not in ("", plan.deployment_id)
    remember(replace(kept, deployment_id=ledger.deployment_id if is_another else "").having(done))
