"""How much of Google's limits a project has used, said well before they bite."""

from collections.abc import Iterator
from dataclasses import dataclass

from confsync.platform.limits import VERSIONED_DEPLOYMENTS, VERSIONS

WARN_VERSIONS, WARN_DEPLOYMENTS = 150, 15
DELETE_VERSIONS = (
    "Delete old versions: editor → Project History; one that a deployment serves cannot be deleted."
)


@dataclass(frozen=True)
class Allowance:
    """Used versions and versioned deployments; None where nobody had to ask."""

    versions: int | None
    deployments: int | None

    def warnings(self) -> Iterator[str]:
        """Yield a sentence for each limit that comes near."""
        if (self.versions or 0) >= WARN_VERSIONS:
            yield f"{self.versions} of {VERSIONS} versions are used. {DELETE_VERSIONS}"
        if (self.deployments or 0) >= WARN_DEPLOYMENTS:
            yield (
                f"{self.deployments} of {VERSIONED_DEPLOYMENTS} versioned deployments are used. "
                "Remove those that nobody has installed: editor → Deploy → Manage deployments."
            )

    @property
    def no_version_left(self) -> bool:
        """Whether Google would refuse another version."""
        return (self.versions or 0) >= VERSIONS

    @property
    def no_deployment_left(self) -> bool:
        """Whether Google would refuse another deployment."""
        return (self.deployments or 0) >= VERSIONED_DEPLOYMENTS

    def after(self, *, version: bool, deployment: bool) -> "Allowance":
        """Return what will be used once a version or a deployment more is made."""
        return Allowance(
            None if self.versions is None else self.versions + version,
            None if self.deployments is None else self.deployments + deployment,
        )


UNKNOWN = Allowance(None, None)
