"""`confsync versions`: what there is to go back to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.destination import Destination, destination_options, reached

if TYPE_CHECKING:
    from confsync.deploy.project import Project


@click.command()
@destination_options
@click.option("--json", "as_json", is_flag=True, help="Print them as one JSON object.")
def command(as_json: bool, **options: Any) -> None:
    """List the versions, and which of them is served."""
    from confsync.deploy.content import rendered
    from confsync.deploy.project import existing
    from confsync.deploy.state import label

    with reached(options) as destination:
        project = existing(
            destination.api, destination.made.name, destination.target, script_id=options["script_id"]
        )
    current = label(rendered(destination.target.pushed(destination.made.files)))
    click.echo(_as_json(destination, project, current) if as_json else "\n".join(_as_text(project, current)))


def _rows(project: Project, current: str) -> Iterator[dict[str, Any]]:
    from confsync.deploy.state import MARK

    for version in project.versions:
        yield {
            "version": version.number,
            "description": version.description,
            "at": version.at,
            "isOurs": version.description.startswith(MARK),
            "isCurrent": version.description == current,
            "deployments": [one.id for one in project.deployments if one.version == version.number],
        }


def _as_json(destination: Destination, project: Project, current: str) -> str:
    from confsync.deploy.plan_json import SCHEMA, limits_json

    answer = {
        "schema": SCHEMA,
        "target": destination.target.name,
        "env": destination.target.env,
        "scriptId": project.script_id,
        "versions": list(_rows(project, current)),
        "limits": limits_json(project.allowance),
        "warnings": list(project.allowance.warnings()),
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _as_text(project: Project, current: str) -> Iterator[str]:
    from confsync.platform.limits import VERSIONS

    for row in _rows(project, current):
        notes = [f"served by {', '.join(row['deployments'])}"] if row["deployments"] else []
        notes += ["what addon.toml makes"] if row["isCurrent"] else []
        told = f"{row['version']:>5}  {row['at']:<24}  {row['description'] or '(no description)':<24}  {'; '.join(notes)}"
        yield told.rstrip()
    yield f"{len(project.versions)} of {VERSIONS} versions are used."
    yield from (f"Warning: {text}" for text in project.allowance.warnings())
