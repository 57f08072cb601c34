"""What is left to do by hand after a deploy, because no API of Google's does it."""

from collections.abc import Iterable

from confsync.deploy.apply import Deployed

EDITOR = "https://script.google.com/home/projects"


def secret_properties(names: Iterable[str]) -> list[str]:
    """Return the Script Properties that hold these secrets."""
    return [f"secret.{name}" for name in names]


def by_hand(deployed: Deployed, properties: Iterable[str]) -> list[str]:
    """Return the steps in their order, a line for each, for a project that is on Google itself."""
    project, names = f"{EDITOR}/{deployed.script_id}", ", ".join(properties)
    steps = [
        f"Try it: Editor → Deploy → Test deployments → Install: {project}/edit",
        f"Publish it once in the Google Workspace Marketplace SDK, with deployment id {deployed.deployment_id}",
    ]
    if names:
        where = f"Editor → Project Settings → Script Properties: {project}/settings"
        steps.insert(0, f"Type {names} where missing (they cannot be read from here): {where}")
    return steps
