"""Finding the project to deploy to, and reading of it what a plan needs."""

from dataclasses import dataclass

from confsync.deploy.api import Api
from confsync.deploy.content import Content
from confsync.deploy.failures import NotThere
from confsync.deploy.ledger import Ledger
from confsync.deploy.plan import our_deployment, versions_to_read
from confsync.deploy.state import Deployment, Remote
from confsync.errors import DeployError


@dataclass(frozen=True)
class Choice:
    """What somebody decided for this deploy: ids to use, and whether to make again what is gone."""

    script_id: str = ""
    deployment_id: str = ""
    recreate: bool = False


NOTHING_CHOSEN = Choice()


def find(
    api: Api, title: str, content: Content, ledger: Ledger, choice: Choice
) -> tuple[Remote | None, Ledger]:
    """Return the project as it is, and what is remembered of it; None when one is to be created.

    It is the one that the ledger names, else the only one of that title that the account has. Raises DeployError; where
    one is to be created also for an API that is off, so that it is known before anybody agrees to a plan.
    """
    if ledger.script_id:
        try:
            return _read(api, content, ledger, choice), ledger
        except NotThere as error:
            _refuse_another(error, ledger.script_id, choice)
    known = named(api, title)
    if not known.script_id:
        api.check_enabled()
        return None, known
    return _read(api, content, known, choice), known


def named(api: Api, title: str) -> Ledger:
    """Return what is known of the only project of that title, nothing when there is none; raises DeployError."""
    found = api.project_ids(title)
    if len(found) > 1:
        raise DeployError(
            f"there are {len(found)} projects called “{title}” ({', '.join(found)}).",
            next_step="Name the one to deploy to with --script-id.",
        )
    return Ledger(script_id=found[0]) if found else Ledger()


def _refuse_another(error: NotThere, script_id: str, choice: Choice) -> None:
    if choice.script_id:
        raise DeployError(
            f"there is no project {script_id}, or this account may not see it.",
            where=error.where,
            next_step="Name another one with --script-id, or none for the one that is remembered.",
        ) from error
    if not choice.recreate:
        raise DeployError(
            f"the project {script_id} of the last deploy is gone, or this account may not see it.",
            where=error.where,
            next_step="Name another one with --script-id, or make a new one with --recreate.",
        ) from error


def _read(api: Api, content: Content, ledger: Ledger, choice: Choice) -> Remote:
    script_id = ledger.script_id
    head, deployments = api.content(script_id), api.deployments(script_id)
    ours = our_deployment(
        deployments, chosen=choice.deployment_id, remembered=ledger.deployment_id, recreate=choice.recreate
    )
    remote = Remote(script_id, head, deployments, ours, contents=_deployed(api, ledger, head, ours))
    if head.digest == content.digest and any(held.digest == head.digest for held in remote.contents.values()):
        return remote
    versions = api.versions(script_id)
    missing = versions_to_read(content, versions) - set(remote.contents)
    contents = dict(remote.contents) | {number: api.content(script_id, number) for number in sorted(missing)}
    return Remote(script_id, head, deployments, ours, versions, contents)


def _deployed(api: Api, ledger: Ledger, head: Content, ours: Deployment | None) -> dict[int, Content]:
    """Return what users run; it need not be read when we know it, for a version never changes."""
    if not ours or not ours.version:
        return {}
    known = {entry.version: entry.content for entry in ledger.history}
    is_head = known.get(ours.version) == head.digest
    return {ours.version: head if is_head else api.content(ledger.script_id, ours.version)}
