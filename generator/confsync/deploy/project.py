"""A project that is there already: its deployments and versions, for whoever wants to see or to turn back."""

import functools
from dataclasses import dataclass

from confsync.deploy.allowance import Allowance
from confsync.deploy.api import Api
from confsync.deploy.failures import NotThere
from confsync.deploy.find import named
from confsync.deploy.ledger import Ledger
from confsync.deploy.plan import our_deployment
from confsync.deploy.state import Deployment, Version
from confsync.deploy.targets import Target
from confsync.errors import DeployError

DEPLOY = "`confsync deploy` makes it."


@dataclass(frozen=True)
class Project:
    """What is there; versions come newest first. `chosen` is the deployment that somebody named as ours, if they did."""

    script_id: str
    ledger: Ledger
    deployments: tuple[Deployment, ...]
    versions: tuple[Version, ...]
    chosen: str = ""

    @functools.cached_property
    def deployment(self) -> Deployment | None:
        """Our deployment, None when there is none; a DeployError when it is not clear which one that is."""
        return our_deployment(
            self.deployments, chosen=self.chosen, remembered=self.ledger.deployment_id, recreate=True
        )

    @property
    def allowance(self) -> Allowance:
        """What of Google's limits is used."""
        return Allowance(
            len(self.versions), sum(deployment.version is not None for deployment in self.deployments)
        )

    @property
    def ours(self) -> Deployment:
        """Our deployment; a DeployError when there is none."""
        if self.deployment is None:
            raise DeployError("nothing of this add-on is deployed.", where=self.script_id, next_step=DEPLOY)
        return self.deployment

    def version(self, number: int) -> Version:
        """Return that version; a DeployError when there is none."""
        for version in self.versions:
            if version.number == number:
                return version
        there = ", ".join(str(version.number) for version in self.versions[:10]) or "none"
        raise DeployError(
            f"there is no version {number} (there: {there}).",
            where=self.script_id,
            next_step="`confsync versions` lists them.",
        )


def existing(
    api: Api, title: str, target: Target, *, script_id: str = "", deployment_id: str = ""
) -> Project:
    """Return the project of that title, or the one that is named or remembered; DeployError when there is none."""
    ledger = target.remembered(script_id)
    ledger = ledger if ledger.script_id else named(api, title)
    if not ledger.script_id:
        raise DeployError(f"there is no project called “{title}” yet.", next_step=DEPLOY)
    try:
        deployments = api.deployments(ledger.script_id)
    except NotThere as error:
        raise DeployError(
            f"the project {ledger.script_id} is gone, or this account may not see it.",
            where=error.where,
            next_step="Name another one with --script-id.",
        ) from error
    versions = sorted(api.versions(ledger.script_id), key=lambda version: version.number, reverse=True)
    return Project(ledger.script_id, ledger, deployments, tuple(versions), deployment_id)
