"""Everything that the doctor looks at, in order; nothing is written, and one failure does not hide the others."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from confsync.addon import Addon, load
from confsync.deploy.api import Api
from confsync.deploy.checklist import Project, scopes_of, secret_properties
from confsync.deploy.doctor.account import Account, examine_account
from confsync.deploy.doctor.addon import MANIFEST, examine_files, examine_marketplace, examine_secrets
from confsync.deploy.doctor.finding import Finding, failed, skipped
from confsync.deploy.doctor.machine import examine_machine
from confsync.deploy.doctor.project import examine_project
from confsync.deploy.ledger import Ledger
from confsync.deploy.targets import Target
from confsync.errors import ConfsyncError, DeployError
from confsync.render import render

Properties = Callable[[Account, str], set[str]]
REMOTE = ("token", "clock", "api", "project", "limits")


def examine(
    config: Path,
    target: Target,
    account: Callable[[], Account],
    now: datetime,
    properties: Properties | None = None,
    *,
    script_id: str = "",
) -> Iterator[Finding]:
    """Yield the findings. `account` may raise; `properties` tells which Script Properties are set, where that is told."""
    yield examine_machine()
    ledger = Ledger()
    try:
        ledger = target.remembered(script_id)
    except DeployError as error:
        yield failed("ledger", error)
    reached: Account | None = None
    try:
        reached = account()
        yield from examine_account(reached, now)
        yield from examine_project(Api(reached.connection), ledger.script_id)
    except DeployError as error:
        reached = None
        yield failed("credentials", error)
        yield from (skipped(name, "Log in first.") for name in REMOTE)
    yield from _addon(config, target, ledger, reached, properties)


def _addon(
    config: Path, target: Target, ledger: Ledger, account: Account | None, properties: Properties | None
) -> Iterator[Finding]:
    try:
        addon = load(config, target.env)
        files = render(addon)
        yield from examine_files(addon, files, target.root / target.folder)
        project = _project(addon, files[MANIFEST], ledger, target)
        known = None
        if properties and account:
            known = properties(account, project.script_id) if project.script_id else set()
        yield examine_secrets(addon, project, known)
        if target.shared:
            yield examine_marketplace(project)
    except ConfsyncError as error:
        yield failed("manifest", error)


def _project(addon: Addon, manifest: str, ledger: Ledger, target: Target) -> Project:
    return Project(
        addon.name,
        ledger.script_id,
        ledger.deployment_id,
        scopes_of(manifest),
        tuple(secret_properties(addon.secrets)),
        target.settings.cloud_project,
        target.clasp_file,
    )
