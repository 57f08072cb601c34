"""What stands in the way of a plan, and what to say so that it no longer does."""

from collections.abc import Iterator
from dataclasses import dataclass

from confsync.deploy.allowance import DELETE_VERSIONS
from confsync.deploy.plan import Plan
from confsync.errors import DeployError
from confsync.platform.limits import VERSIONED_DEPLOYMENTS, VERSIONS


@dataclass(frozen=True)
class Allowed:
    """What somebody said yes to beforehand: to overwrite what others changed, to make users consent again."""

    force: bool = False
    new_scopes: bool = False


NOTHING_ALLOWED = Allowed()


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way: `drift`, `scopes`, `versions` or `deployments`."""

    kind: str
    what: str
    next_step: str


def obstacles(plan: Plan, allowed: Allowed = NOTHING_ALLOWED) -> Iterator[Obstacle]:
    """Yield what keeps a plan from being carried out."""
    if plan.drift and not allowed.force:
        yield Obstacle(
            "drift",
            f"the project was changed since our last push, and this push would undo it ({', '.join(plan.drift)}).",
            "See it with `confsync plan`, take it over with `confsync pull`, or overwrite it with --force.",
        )
    needing = [one.what.partition(" is a new scope")[0] for one in plan.consequences if one.needs]
    if needing and not allowed.new_scopes:
        yield Obstacle(
            "scopes",
            f"every user would have to consent again ({', '.join(needing)}), and until then triggers fail.",
            "Say --accept-new-scopes if that is meant.",
        )
    if plan.step("version").writes and plan.allowance.no_version_left:
        yield Obstacle("versions", f"all {VERSIONS} versions of the project are used.", DELETE_VERSIONS)
    if plan.step("deployment").action == "create" and plan.allowance.no_deployment_left:
        yield Obstacle(
            "deployments",
            f"all {VERSIONED_DEPLOYMENTS} versioned deployments of the project are used.",
            "Name the one to re-point with --deployment-id, or remove one: editor → Deploy → Manage deployments.",
        )


def refuse(plan: Plan, allowed: Allowed = NOTHING_ALLOWED) -> None:
    """Raise a DeployError for the first thing that stands in the way, if there is any."""
    for obstacle in obstacles(plan, allowed):
        raise DeployError(obstacle.what, where=plan.script_id or "", next_step=obstacle.next_step)
