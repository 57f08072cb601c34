"""What is there: an Apps Script project as a deploy sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from confsync.deploy.content import Content

MARK = "confsync "


@dataclass(frozen=True)
class Version:
    """A version, which never changes again."""

    number: int
    description: str = ""
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Deployment:
    """A deployment; without `version` it is the one that follows HEAD."""

    id: str
    version: int | None
    description: str = ""
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Remote:
    """A project: HEAD, all deployments, and of the versions what a plan needs.

    `deployment` is the one that we re-point, if there is one. `versions` stays empty when HEAD and the deployed
    version already hold what is wanted. `contents` are those versions' that were read, by number.
    """

    script_id: str
    head: Content
    deployments: tuple[Deployment, ...] = ()
    deployment: Deployment | None = None
    versions: tuple[Version, ...] = ()
    contents: Mapping[int, Content] = field(default_factory=dict)


def label(content: Content) -> str:
    """Return the description of a version that holds this content, by which it is found again."""
    return MARK + content.digest[:12]
