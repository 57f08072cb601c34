"""What a deploy will do, decided from what is wanted, what is there and what is remembered; without any I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from confsync.deploy.allowance import UNKNOWN, Allowance
from confsync.deploy.consequences import Consequence, consequences
from confsync.deploy.content import Content, differences
from confsync.deploy.ledger import Ledger
from confsync.deploy.state import MARK, Deployment, Remote, Version, label
from confsync.errors import DeployError

_DONE = {"keep": "unchanged", "create": "created", "push": "pushed", "repoint": "re-pointed"}


@dataclass(frozen=True)
class Step:
    """One of the four steps, `project`, `content`, `version` and `deployment`, in this order.

    `action` is `keep` when nothing is written, else `create`, `push` or `repoint`; `detail` says more to people.
    """

    name: str
    action: str
    detail: str = ""

    @property
    def writes(self) -> bool:
        """Whether the step changes anything."""
        return self.action != "keep"

    @property
    def status(self) -> str:
        """What to say once it is done, such as `pushed`."""
        return _DONE[self.action]


@dataclass(frozen=True)
class Plan:
    """What will be deployed, into what, by which steps. An id or number that is still to be made is None.

    `head` is the content that a push replaces, `deployed` the one that users run, of the version `serves`, and `base`
    the one that we pushed last. `drift` names the files of HEAD that somebody else changed since then. `consequences`
    is what the change means for users, `allowance` what of Google's limits is used before it.
    """

    title: str
    content: Content
    head: Content | None
    script_id: str | None
    version: int | None
    deployment_id: str | None
    steps: tuple[Step, ...]
    drift: tuple[str, ...] = ()
    serves: int | None = None
    deployed: Content | None = None
    base: Content | None = None
    consequences: tuple[Consequence, ...] = ()
    allowance: Allowance = UNKNOWN

    @property
    def before(self) -> Content | None:
        """What the difference is shown from: what users run, or else what is there."""
        return self.deployed or self.head

    @property
    def left(self) -> Allowance:
        """What will be used of the limits when all is done."""
        made = {name: self.step(name).action == "create" for name in ("version", "deployment")}
        return self.allowance.after(**made)

    @property
    def writes(self) -> bool:
        """Whether anything is to be changed."""
        return any(step.writes for step in self.steps)

    def step(self, name: str) -> Step:
        """Return the step of that name."""
        return next(step for step in self.steps if step.name == name)


def make_plan(title: str, content: Content, remote: Remote | None, ledger: Ledger) -> Plan:
    """Return the plan for deploying `content` into a project, or into a new one when `remote` is None."""
    if remote is None:
        made = Step("project", "create", title), Step("content", "push"), Step("version", "create")
        steps: tuple[Step, ...] = (*made, Step("deployment", "create"))
        return Plan(title, content, None, None, None, None, steps, allowance=Allowance(0, 0))
    version = _version_holding(content, remote)
    deployment = remote.deployment
    serves = deployment.version if deployment else None
    deployed = remote.contents.get(serves) if serves else None
    steps = (
        Step("project", "keep", remote.script_id),
        _content_step(content, remote),
        Step("version", "keep", str(version)) if version else Step("version", "create"),
    )
    return Plan(
        title,
        content,
        remote.head,
        remote.script_id,
        version,
        deployment.id if deployment else None,
        (*steps, _deployment_step(deployment, version)),
        _drift(content, remote, ledger),
        serves,
        deployed,
        _base(remote, ledger),
        consequences(deployed, content) if deployed else (),
        _allowance(remote),
    )


def our_deployment(
    deployments: Sequence[Deployment], *, chosen: str, remembered: str, recreate: bool
) -> Deployment | None:
    """Return the deployment to re-point, or None when one is to be created.

    Its id is what users have installed, so another one is only made when none can be meant (or with `recreate`):
    it is the `chosen` one, else the `remembered`, else the only one that bears our mark. Raises DeployError.
    """
    versioned = {deployment.id: deployment for deployment in deployments if deployment.version}
    if chosen:
        return _chosen(versioned, chosen)
    if remembered in versioned:
        return versioned[remembered]
    marked = [deployment for deployment in versioned.values() if deployment.description.startswith(MARK)]
    if len(marked) > 1:
        raise _unclear("several deployments could be the one to re-point", versioned)
    if not marked and not recreate:
        _refuse_second(versioned, remembered)
    return marked[0] if marked else None


def versions_to_read(content: Content, versions: Sequence[Version]) -> set[int]:
    """Return the versions whose content a plan needs: the newest, our newest, and those that should hold `content`."""
    newest = [max(versions, key=_number)] if versions else []
    ours = list(filter(_is_marked, versions))
    same = [version for version in ours if version.description == label(content)]
    return {version.number for version in (*newest, *sorted(ours, key=_number)[-1:], *same)}


def _number(version: Version) -> int:
    return version.number


def _chosen(versioned: dict[str, Deployment], chosen: str) -> Deployment:
    if chosen not in versioned:
        raise _unclear(f"the project has no versioned deployment {chosen}", versioned)
    return versioned[chosen]


def _refuse_second(versioned: dict[str, Deployment], remembered: str) -> None:
    if remembered:
        raise DeployError(
            f"the deployment {remembered} is gone, and with another id nobody's installation would follow",
            next_step="Name the one to re-point with --deployment-id, or make a new one with --recreate.",
        )
    if versioned:
        raise _unclear("none of the project's deployments was made by confsync", versioned)


def _unclear(what: str, versioned: dict[str, Deployment]) -> DeployError:
    there = ", ".join(versioned) or "none"
    return DeployError(
        f"{what} (there: {there})",
        next_step="Name the one to re-point with --deployment-id.",
    )


def _version_holding(content: Content, remote: Remote) -> int | None:
    held = [number for number, there in remote.contents.items() if there.digest == content.digest]
    deployed = remote.deployment.version if remote.deployment else None
    return deployed if deployed in held else max(held, default=None)


def _content_step(content: Content, remote: Remote) -> Step:
    changes = differences(remote.head, content)
    return Step("content", "push", ", ".join(changes)) if changes else Step("content", "keep")


def _deployment_step(deployment: Deployment | None, version: int | None) -> Step:
    if deployment is None:
        return Step("deployment", "create")
    if deployment.version == version:
        return Step("deployment", "keep", deployment.id)
    return Step("deployment", "repoint", f"from version {deployment.version} to {version or 'the new one'}")


def _drift(content: Content, remote: Remote, ledger: Ledger) -> tuple[str, ...]:
    head = remote.head
    untouched = head.digest == content.digest or (head.blank and not remote.versions)
    if untouched or _is_ours(head, ledger, remote.versions):
        return ()
    base = _base(remote, ledger) or content
    return differences(base, head) or differences(content, head)


def _base(remote: Remote, ledger: Ledger) -> Content | None:
    """Return what we pushed last: what the ledger knows, if a version holds it, or else our newest version."""
    known = [content for content in remote.contents.values() if content.digest in ledger.contents]
    ours = max(filter(_is_marked, remote.versions), key=_number, default=None)
    return known[-1] if known else remote.contents.get(ours.number) if ours else None


def _allowance(remote: Remote) -> Allowance:
    versioned = [deployment for deployment in remote.deployments if deployment.version]
    return Allowance(len(remote.versions) or None, len(versioned))


def _is_ours(head: Content, ledger: Ledger, versions: Sequence[Version]) -> bool:
    """Tell whether we pushed what HEAD holds: the ledger knows, or else one of our versions bears its label.

    What a version of ours holds can be had back; so without a ledger nothing is lost when it is overwritten.
    """
    if ledger.contents:
        return head.digest in ledger.contents
    return any(version.description == label(head) for version in versions)


def _is_marked(version: Version) -> bool:
    return version.description.startswith(MARK)
