"""The script project: whether the API answers, whether the project is there, and how much of its limits is left."""

import re
from collections.abc import Iterator

from confsync.deploy.api import NOBODYS, Api
from confsync.deploy.checklist import EDITOR
from confsync.deploy.doctor.finding import FAIL, OK, WARN, Finding, failed
from confsync.deploy.failures import NotThere
from confsync.errors import DeployError

VERSIONS, VERSIONS_WARN, VERSIONS_FAIL = 200, 150, 195
DEPLOYMENTS, DEPLOYMENTS_WARN = 20, 15


def examine_project(api: Api, script_id: str) -> Iterator[Finding]:
    """Yield `api`, `project` and `limits`; without a project there are no limits to look at."""
    try:
        api.content(script_id or NOBODYS)
    except NotThere:
        yield Finding("api", OK, "the Apps Script API answers")
        yield _missing(script_id)
        return
    except DeployError as error:
        yield _refused(error)
        return
    yield Finding("api", OK, "the Apps Script API answers")
    yield Finding("project", OK, f"{script_id}, {EDITOR}/{script_id}/edit")
    try:
        yield _limits(api, script_id)
    except DeployError as error:
        yield failed("limits", error)


def _missing(script_id: str) -> Finding:
    if not script_id:
        return Finding("project", WARN, "there is none yet", "The first `confsync deploy` makes it.")
    return Finding(
        "project",
        FAIL,
        f"{script_id} is gone, or this account may not see it",
        "Log in as somebody who may edit it, have it shared with you, or make a new one: confsync deploy --recreate.",
    )


def _refused(error: DeployError) -> Finding:
    """Return why the API does not answer; Google's own message holds the address where it is switched on."""
    finding = failed("api", error)
    address = re.search(r"https://[^\s\"]+", error.what)
    if not address or error.next_step:
        return finding
    return Finding(
        "api", FAIL, finding.what, f"Switch it on, and wait a few minutes: {address.group().rstrip('.')}"
    )


def _limits(api: Api, script_id: str) -> Finding:
    versions = len(api.versions(script_id))
    deployments = sum(each.version is not None for each in api.deployments(script_id))
    what = f"{versions} of {VERSIONS} versions, {deployments} of {DEPLOYMENTS} deployments"
    if versions >= VERSIONS_WARN:
        status = FAIL if versions >= VERSIONS_FAIL else WARN
        return Finding(
            "limits", status, what, f"Delete old versions: Project History, {EDITOR}/{script_id}/edit"
        )
    if deployments >= DEPLOYMENTS_WARN:
        return Finding(
            "limits", WARN, what, "Remove deployments that nobody has installed: Deploy → Manage deployments."
        )
    return Finding("limits", OK, what)
