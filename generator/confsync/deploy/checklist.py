"""What is left to do by hand, because no API of Google's does it, with the links and values of one project."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from confsync.deploy import clasp
from confsync.deploy.apply import Deployed
from confsync.deploy.content import MANIFEST
from confsync.deploy.scopes import REASONS, short

EDITOR = "https://script.google.com/home/projects"
CLOUD = "https://console.cloud.google.com"
API_SWITCH = "https://script.google.com/home/usersettings"
NOT_YET = "NOT-DEPLOYED-YET"
_UNKNOWN_REASON = (True, "Say here what the add-on needs it for.")
_MARKETPLACE = "apis/api/appsmarket-component.googleapis.com"


@dataclass(frozen=True)
class Project:
    """An add-on on Google, as far as it is known: ids that are not there yet are empty.

    `properties` are the Script Properties that have to be typed in, `cloud_project` the id or number of its Cloud project,
    which `clasp_file` may name.
    """

    title: str
    script_id: str
    deployment_id: str
    scopes: tuple[str, ...]
    properties: tuple[str, ...] = ()
    cloud_project: str = ""
    clasp_file: str = clasp.NAME

    @property
    def editor(self) -> str:
        """The address of the project's pages."""
        return f"{EDITOR}/{self.script_id or NOT_YET}"

    def console(self, page: str) -> str:
        """Return the address of a page of the Cloud project; of the one used last when it is not known."""
        return f"{CLOUD}/{page}" + (f"?project={self.cloud_project}" if self.cloud_project else "")


@dataclass(frozen=True)
class Step:
    """One thing to do: `name` for programs, `what` for people, `link` where to do it, `details` line by line."""

    name: str
    what: str
    link: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n     ".join((f"{self.what}: {self.link}", *self.details))


def secret_properties(names: Iterable[str]) -> list[str]:
    """Return the Script Properties that hold these secrets."""
    return [f"secret.{name}" for name in names]


def scopes_of(manifest: str) -> tuple[str, ...]:
    """Return the scopes that a manifest asks its users for."""
    return tuple(json.loads(manifest).get("oauthScopes", ()))


def by_hand(
    deployed: Deployed, properties: Iterable[str], cloud_project: str = "", clasp_file: str = clasp.NAME
) -> list[str]:
    """Return the steps of what was just deployed to Google itself, as text."""
    manifest = next(file.source for file in deployed.plan.content.files if file.name == MANIFEST)
    ids = deployed.script_id, deployed.deployment_id
    project = Project(
        deployed.plan.title, *ids, scopes_of(manifest), tuple(properties), cloud_project, clasp_file
    )
    return [str(step) for step in steps(project)]


def steps(project: Project) -> list[Step]:
    """Return all steps in the order in which they can be done."""
    return [*_script(project), *_cloud(project), *_users(project), *_listing(project)]


def _script(project: Project) -> Iterator[Step]:
    if not project.script_id:
        yield Step("api", "Switch on the Apps Script API, once for each account that deploys", API_SWITCH)
    if project.properties:
        yield Step(
            "secrets",
            f"Type {', '.join(project.properties)} where missing (they cannot be read from here), "
            "Project Settings → Script Properties",
            f"{project.editor}/settings",
        )


def _cloud(project: Project) -> Iterator[Step]:
    yield Step(
        "cloud-project",
        "Give the script a standard Cloud project, Project Settings → Change project",
        f"{project.editor}/settings",
        (
            f"Its number is here: {project.console('welcome')}",
            f"Enable the Calendar API in it: {project.console('apis/library/calendar-json.googleapis.com')}",
            f"Name it as projectId in {project.clasp_file}, and these links lead there.",
        ),
    )
    yield Step(
        "consent-screen",
        f"Fill in the consent screen of “{project.title}”",
        project.console("auth/branding"),
        (
            f"Who may use it (your domain, or everybody): {project.console('auth/audience')}",
            f"The scopes, all of these and no others: {project.console('auth/scopes')}",
            *(f"  {scope}" for scope in project.scopes),
        ),
    )


def _users(project: Project) -> Iterator[Step]:
    yield Step(
        "share",
        "Share the script with everybody who will use the add-on, as viewers: their triggers run only if they may see "
        "it, Editor → Share",
        f"{project.editor}/edit",
    )
    yield Step(
        "test-install",
        "Try it: Editor → Deploy → Test deployments → Install, then load Calendar anew",
        f"{project.editor}/edit",
    )


def _listing(project: Project) -> Iterator[Step]:
    sensitive = [scope for scope in project.scopes if _reason(scope)[0]]
    if sensitive:
        yield Step(
            "verification",
            "Have the sensitive scopes verified, unless only your own domain will use the add-on",
            project.console("auth/verification"),
            tuple(f"{short(scope)}: {_reason(scope)[1]}" for scope in sensitive),
        )
    yield Step(
        "marketplace",
        "List it in the Google Workspace Marketplace",
        project.console(f"{_MARKETPLACE}/googleapps_sdk"),
        (
            f"Enable its SDK first: {project.console('apis/library/appsmarket-component.googleapis.com')}",
            f"App integration: Google Workspace add-on, with the deployment id {project.deployment_id or NOT_YET}",
            "Scopes: the same as on the consent screen",
            f"Store listing, then publish: {project.console(f'{_MARKETPLACE}/googleapps_sdk_publish')}",
        ),
    )


def _reason(scope: str) -> tuple[bool, str]:
    return REASONS.get(scope, _UNKNOWN_REASON)
