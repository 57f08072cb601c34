"""Deploying: find the project, plan, ask, apply."""

import getpass
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from confsync.deploy.api import Api
from confsync.deploy.apply import Deployed, apply
from confsync.deploy.content import rendered
from confsync.deploy.find import NOTHING_CHOSEN, Choice, find
from confsync.deploy.ledger import Ledger
from confsync.deploy.obstacles import NOTHING_ALLOWED, Allowed, obstacles, refuse
from confsync.deploy.plan import Plan, make_plan
from confsync.deploy.state import Remote
from confsync.deploy.targets import Target


@dataclass(frozen=True)
class Prepared:
    """A plan, and what it was made of: the project as it was found, and what was remembered."""

    plan: Plan
    remote: Remote | None
    ledger: Ledger


def prepare(
    files: Mapping[str, str], title: str, *, target: Target, api: Api, choice: Choice = NOTHING_CHOSEN
) -> Prepared:
    """Return the plan for rendered files, for a project of that title; only reads. Raises DeployError."""
    content = rendered(target.pushed(files))
    choice = replace(choice, recreate=choice.recreate or target.recreates)
    remote, ledger = find(api, title, content, target.remembered(choice.script_id), choice)
    return Prepared(make_plan(title, content, remote, ledger), remote, ledger)


def deploy(
    files: Mapping[str, str],
    title: str,
    *,
    target: Target,
    api: Api,
    choice: Choice = NOTHING_CHOSEN,
    allowed: Allowed = NOTHING_ALLOWED,
    who: str = "",
    confirm: Callable[[Prepared], None] = lambda prepared: None,
    blocked: Callable[[Plan], None] = lambda plan: None,
) -> Deployed:
    """Bring rendered files into the project of that title, into a version, and under its deployment id.

    Nothing is written when nothing changed. `confirm` may raise to stop before anything is written. `allowed` says
    which obstacles are none; `blocked` is shown a plan that one stands in the way of. Raises DeployError.
    """
    prepared = prepare(files, title, target=target, api=api, choice=choice)
    if any(obstacles(prepared.plan, allowed)):
        blocked(prepared.plan)
    refuse(prepared.plan, allowed)
    if prepared.plan.writes:
        confirm(prepared)
        api.begin_anew()
    remember = partial(target.remember, once=bool(choice.script_id))
    return apply(prepared.plan, api, prepared.ledger, remember, who=who or this_user(), now=now())


def this_user() -> str:
    """Return who works on this machine, as far as it knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def now() -> str:
    """Return the time for the ledger: RFC 3339, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
