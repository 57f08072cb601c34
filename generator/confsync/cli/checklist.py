"""`confsync checklist`: what no API of Google's does, for a person to do."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from confsync.deploy.checklist import Project, Step


@click.command()
@click.option("--config", type=click.Path(path_type=Path), default="addon.toml", show_default=True)
@click.option("--env", metavar="NAME", default="", help="The project of [env.NAME].")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as one JSON object.")
def command(config: Path, env: str, as_json: bool) -> None:
    """Print what is left to do by hand on Google, with this project's links and values.

    Nothing is asked of Google: the ids are those of the last deploy.
    """
    from confsync.deploy.checklist import steps

    project = _project(config, env)
    click.echo((_as_json if as_json else _as_text)(project, steps(project)))


def _project(config: Path, env: str) -> Project:
    from confsync.addon import load
    from confsync.deploy import targets
    from confsync.deploy.checklist import Project, scopes_of, secret_properties
    from confsync.render import render

    addon = load(config, env)
    target = targets.google(config.parent, env, os.environ)
    remembered = target.remembered()
    return Project(
        addon.name,
        remembered.script_id,
        remembered.deployment_id,
        scopes_of(render(addon)["appsscript.json"]),
        tuple(secret_properties(addon.secrets)),
        target.settings.cloud_project,
        target.clasp_file,
    )


def _as_text(project: Project, steps: list[Step]) -> str:
    return "\n".join([f"{project.title}: left to do by hand", *_numbered(steps)])


def _numbered(steps: list[Step]) -> list[str]:
    return [f"  {number}. {step}" for number, step in enumerate(steps, 1)]


def _as_json(project: Project, steps: list[Step]) -> str:
    answer = {
        "title": project.title,
        "scriptId": project.script_id or None,
        "deploymentId": project.deployment_id or None,
        "steps": [dataclasses.asdict(step) for step in steps],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)
