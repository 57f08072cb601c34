"""Carrying out a plan: each step is verified by reading back before the next one builds on it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from confsync.deploy.api import Api
from confsync.deploy.content import Content, differences
from confsync.deploy.ledger import Entry, Ledger
from confsync.deploy.plan import Plan
from confsync.deploy.state import MARK, Deployment, label
from confsync.errors import DeployError

AT_ONCE = "Somebody else may be deploying too; run the same command again: it begins with what is there now."


@dataclass(frozen=True)
class Deployed:
    """What is deployed now, and the plan that led there."""

    script_id: str
    deployment_id: str
    version: int
    plan: Plan


def apply(
    plan: Plan, api: Api, ledger: Ledger, remember: Callable[[Ledger], None], *, who: str, now: str
) -> Deployed:
    """Carry out the steps that write, and have the result remembered, with who did it and when.

    `who` is what is said where Google does not tell which account pushed.

    Stopped anywhere, the next deploy finds what was done: the project by its title, the content by its digest, the
    version by its label, the deployment by its mark. Raises DeployError, also when Google holds something else than
    was planned for or sent: so the second of two deploys at once ends before it undoes what the first one did.
    """
    if plan.writes:
        _check_still(plan, api)
    script_id = plan.script_id or api.create_project(plan.title)
    begun = Entry(now, who, "deploy", plan.version, plan.content.digest)
    if plan.writes:
        contents = {plan.head.digest, plan.content.digest} if plan.head else {plan.content.digest}
        remember(replace(ledger, script_id=script_id, contents=tuple(sorted(contents)), begun=begun))
    if plan.step("content").writes:
        who = _push(plan.content, api, script_id) or who
    version = plan.version or _new_version(plan.content, api, script_id)
    deployment_id = _deploy(plan, api, script_id, version)
    if plan.writes:
        _check_alone(plan.content, api, script_id, version)
    after = Ledger(script_id, deployment_id, (plan.content.digest,), ledger.history)
    was_begun = ledger.has_begun("deploy", plan.content.digest)
    remember(after.having(replace(begun, who=who, version=version)) if plan.writes or was_begun else after)
    return Deployed(script_id, deployment_id, version, plan)


def point(api: Api, script_id: str, deployment: Deployment, serves: int | None) -> None:
    """Let a deployment that serves one version, or HEAD, serve another one, and see that it does."""
    assert deployment.version is not None
    there = api.deployment(script_id, deployment.id)
    if there.version != serves:
        served = f"serves version {there.version} by now, where {serves} was found"
        raise DeployError(f"the deployment {deployment.id} {served}.", next_step=AT_ONCE)
    api.repoint(script_id, deployment.id, deployment.version, deployment.description)
    _check_deployment(api, script_id, deployment)


def _check_still(plan: Plan, api: Api) -> None:
    """See that nobody made or changed the project since the plan was made: it may have waited for somebody's yes."""
    if plan.script_id is None or plan.head is None:
        if made := api.project_ids(plan.title):
            what = f"a project called “{plan.title}” was made since this plan was ({', '.join(made)})."
            raise DeployError(what, next_step=AT_ONCE)
        return
    there = api.content(plan.script_id)
    if there.digest != plan.head.digest:
        changes = ", ".join(differences(plan.head, there))
        raise DeployError(f"the project was changed since this plan was made ({changes}).", next_step=AT_ONCE)


def _check_alone(content: Content, api: Api, script_id: str, version: int) -> None:
    """See that nobody else deployed meanwhile; what they did to the deployment in that moment is undone already."""
    there = api.content(script_id)
    if there.digest != content.digest:
        raise DeployError(
            f"users run version {version} now, but the project was changed while it was deployed "
            f"({', '.join(differences(content, there))}).",
            next_step=AT_ONCE,
        )


def _push(content: Content, api: Api, script_id: str) -> str:
    """Push, see that it is there, and return whose account did it, if Google tells."""
    api.push(script_id, content)
    there = api.content(script_id)
    _compare("the project", content, there)
    return max(there.files, key=lambda file: file.at).by


def _new_version(content: Content, api: Api, script_id: str) -> int:
    version = api.create_version(script_id, label(content))
    _compare(f"version {version}", content, api.content(script_id, version))
    return version


def _deploy(plan: Plan, api: Api, script_id: str, version: int) -> str:
    """Let the deployment serve that version, under a new id only when there is none."""
    description, deployment_id = label(plan.content), plan.deployment_id
    if deployment_id is None:
        _check_none(api, script_id)
        made = api.create_deployment(script_id, version, description)
        _check_deployment(api, script_id, Deployment(made, version, description))
        return made
    if plan.step("deployment").writes:
        point(api, script_id, Deployment(deployment_id, version, description), plan.serves)
    return deployment_id


def _check_none(api: Api, script_id: str) -> None:
    """See that nobody deployed it meanwhile: an id that users have installed cannot be taken back."""
    if ours := [
        one.id for one in api.deployments(script_id) if one.version and one.description.startswith(MARK)
    ]:
        raise DeployError(
            f"it was deployed since this plan was made, as {', '.join(ours)}.", next_step=AT_ONCE
        )


def _check_deployment(api: Api, script_id: str, wanted: Deployment) -> None:
    there = api.deployment(script_id, wanted.id)
    if there != wanted:
        raise DeployError(
            f"the deployment {wanted.id} serves version {there.version}, where {wanted.version} was asked for.",
            next_step=AT_ONCE,
        )


def _compare(what: str, wanted: Content, there: Content) -> None:
    if there.digest != wanted.digest:
        raise DeployError(
            f"{what} does not hold what was pushed ({', '.join(differences(wanted, there))}).",
            next_step=AT_ONCE,
        )
