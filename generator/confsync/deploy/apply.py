"""Carrying out a plan: each step is verified by reading back before the next one builds on it."""

from collections.abc import Callable
from dataclasses import dataclass

from confsync.deploy.api import Api
from confsync.deploy.content import Content, differences
from confsync.deploy.ledger import Ledger
from confsync.deploy.plan import Plan
from confsync.deploy.state import Deployment, label
from confsync.errors import DeployError


@dataclass(frozen=True)
class Deployed:
    """What is deployed now, and the plan that led there."""

    script_id: str
    deployment_id: str
    version: int
    plan: Plan


def apply(plan: Plan, api: Api, ledger: Ledger, remember: Callable[[Ledger], None]) -> Deployed:
    """Carry out the steps that write, and have the result remembered.

    Stopped anywhere, the next deploy finds what was done: the project by its title, the content by its digest, the
    version by its label, the deployment by its mark. Raises DeployError, also when Google holds something else than
    was sent.
    """
    script_id = plan.script_id or api.create_project(plan.title)
    if plan.step("content").writes:
        before = [plan.head.digest] if plan.head else []
        remember(Ledger(script_id, ledger.deployment_id, (*before, plan.content.digest)))
        _push(plan.content, api, script_id)
    version = plan.version or _new_version(plan.content, api, script_id)
    deployment_id = _deploy(plan, api, script_id, version)
    remember(Ledger(script_id, deployment_id, (plan.content.digest,)))
    return Deployed(script_id, deployment_id, version, plan)


def _push(content: Content, api: Api, script_id: str) -> None:
    api.push(script_id, content)
    _compare("the project", content, api.content(script_id))


def _new_version(content: Content, api: Api, script_id: str) -> int:
    version = api.create_version(script_id, label(content))
    _compare(f"version {version}", content, api.content(script_id, version))
    return version


def _deploy(plan: Plan, api: Api, script_id: str, version: int) -> str:
    """Let the deployment serve that version, under a new id only when there is none."""
    description, deployment_id = label(plan.content), plan.deployment_id
    if deployment_id is None:
        deployment_id = api.create_deployment(script_id, version, description)
    elif plan.step("deployment").writes:
        api.repoint(script_id, deployment_id, version, description)
    else:
        return deployment_id
    there = api.deployment(script_id, deployment_id)
    if there != Deployment(deployment_id, version, description):
        raise DeployError(
            f"the deployment {deployment_id} serves version {there.version}, where {version} was asked for.",
            next_step="Somebody else may be deploying too; run the same command again.",
        )
    return deployment_id


def _compare(what: str, wanted: Content, there: Content) -> None:
    if there.digest != wanted.digest:
        raise DeployError(
            f"{what} does not hold what was pushed ({', '.join(differences(wanted, there))}).",
            next_step="Somebody else may be pushing too; run the same command again.",
        )
