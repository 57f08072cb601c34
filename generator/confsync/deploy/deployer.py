"""Deploying: find the project, plan, ask, apply."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from confsync.deploy.api import Api
from confsync.deploy.apply import Deployed, apply
from confsync.deploy.content import rendered
from confsync.deploy.find import NOTHING_CHOSEN, Choice, find
from confsync.deploy.plan import Plan, make_plan
from confsync.deploy.targets import Target
from confsync.errors import DeployError


def deploy(
    files: Mapping[str, str],
    title: str,
    *,
    target: Target,
    api: Api,
    choice: Choice = NOTHING_CHOSEN,
    force: bool = False,
    confirm: Callable[[Plan], None] = lambda plan: None,
) -> Deployed:
    """Bring rendered files into the project of that title, into a version, and under its deployment id.

    Nothing is written when nothing changed. `confirm` may raise to stop before anything is written. `force`
    overwrites what somebody else changed since our last push. Raises DeployError.
    """
    content = rendered(target.pushed(files))
    choice = replace(choice, recreate=choice.recreate or target.recreates)
    remote, ledger = find(api, title, content, target.remembered(choice.script_id), choice)
    plan = make_plan(title, content, remote, ledger)
    if plan.drift and not force:
        raise DeployError(
            f"the project was changed since our last push, and this push would undo it ({', '.join(plan.drift)}).",
            where=plan.script_id or "",
            next_step="Take these changes over, or overwrite them with --force.",
        )
    if plan.writes:
        confirm(plan)
    return apply(plan, api, ledger, partial(target.remember, once=bool(choice.script_id)))
