"""The rehearsal of a deploy: its plan carried out on a local Google in the project's present state, then histories."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

from confsync.addon import Addon
from confsync.deploy import clasp, deploy, targets
from confsync.deploy.api import Api
from confsync.deploy.apply import Deployed
from confsync.deploy.connection import Connection
from confsync.deploy.content import Content
from confsync.deploy.deployer import Prepared
from confsync.deploy.find import Choice
from confsync.deploy.ledger import Ledger
from confsync.deploy.obstacles import Allowed
from confsync.deploy.state import Remote
from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import DeployError
from confsync.rehearsal.setting import DEVELOPER, IN_PROCESS
from confsync.verify.campaign import Plan as Campaign
from confsync.verify.campaign import Result, run
from confsync.verify.ground import hastened

# Seeds from 1 on, the same each time; fewer where there is no time for all of them.
HISTORIES, SECONDS = 40, 60
SKIP = "If that is meant, --no-rehearsal skips it."
_ALL = Allowed(force=True, new_scopes=True)


def rehearse_plan(prepared: Prepared) -> Deployed:
    """Carry out a plan on a local Google whose project is as the real one is now; return what is deployed there.

    It pushes the same files in the same order, whatever `.claspignore` and `.clasp.json` made of them. Raises DeployError when that Google refuses it, or when it would do something else there.
    """
    with _world() as api, tempfile.TemporaryDirectory(prefix="confsync-") as folder:
        target = targets.google(Path(folder))
        files = {file.local_name: file.source for file in prepared.plan.content.files}
        (Path(folder) / clasp.NAME).write_text(json.dumps({"filePushOrder": [*files]}), encoding="utf-8")
        if prepared.remote is not None:
            target.remember(_copied(prepared.remote, prepared.ledger, api))
        try:
            choice = Choice(recreate=True)
            deployed = deploy(files, prepared.plan.title, target=target, api=api, choice=choice, allowed=_ALL)
        except DeployError as error:
            raise DeployError(
                f"the rehearsal failed, and nothing was written: {error.what}",
                where=error.where,
                next_step=SKIP,
            ) from error
    wanted, done = (
        [(step.name, step.action) for step in plan.steps] for plan in (prepared.plan, deployed.plan)
    )
    if wanted != done:
        raise DeployError(
            f"the rehearsal did {done}, where {wanted} was planned; nothing was written.", next_step=SKIP
        )
    return deployed


def campaign(addon: Addon, jobs: int) -> Campaign:
    """Return what is played of the rendered add-on."""
    return Campaign(hastened(addon), "apps-script", histories=HISTORIES, jobs=jobs)


def rehearse_histories(played: Campaign) -> Generator[Result, None, None]:
    """Play the histories as long as there is time, and yield each result; DeployError for the first that goes wrong."""
    began = time.monotonic()
    with contextlib.closing(run(played)) as coming:
        for result in coming:
            yield result
            if not result.well:
                raise DeployError(
                    f"the rehearsal failed, and nothing was written: the history of seed {result.seed} broke "
                    f"{result.wrong}.",
                    next_step=f"confsync verify --seed {result.seed} --histories 1 tells it. {SKIP}",
                )
            if time.monotonic() - began > SECONDS:
                return


@contextlib.contextmanager
def _world() -> Iterator[Api]:
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=(DEVELOPER,))
    with contextlib.closing(world):
        yield Api(Connection(TwinHttp(world, DEVELOPER), IN_PROCESS), retries=0)


def _copied(remote: Remote, ledger: Ledger, api: Api) -> Ledger:
    """Make a project as `remote` is, and return the ledger for it.

    A version that nobody read holds what HEAD holds: it has a description, and takes part in nothing else. Numbers of
    versions that were deleted are left out, for a project may be past the 200th.
    """
    script_id = api.create_project("a copy")
    labels = {version.number: version.description for version in remote.versions}
    served = {one.version for one in remote.deployments if one.version}
    pushed: Content | None = None
    copies: dict[int, int] = {}
    for number in sorted({*labels, *remote.contents, *served}):
        content = remote.contents.get(number, remote.head)
        if pushed != content:
            api.push(script_id, content)
            pushed = content
        copies[number] = api.create_version(script_id, labels.get(number, ""))
    ids = {
        deployment.id: api.create_deployment(script_id, copies[deployment.version], deployment.description)
        for deployment in remote.deployments
        if deployment.version
    }
    if pushed != remote.head:
        api.push(script_id, remote.head)
    ours = ids.get(remote.deployment.id, "") if remote.deployment else ""
    return replace(ledger, script_id=script_id, deployment_id=ours, history=())
