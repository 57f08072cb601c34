"""`confsync deploy`: bring the add-on to Google, or to a local one."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from confsync.errors import DeployError

if TYPE_CHECKING:
    from confsync.deploy.apply import Deployed
    from confsync.deploy.connection import Connection
    from confsync.deploy.plan import Plan

DEVELOPER = "developer@example.com"
STATE = Path(".confsync") / "google.db"

_NAMES = {"local": "a local Google", "google": "Google"}


@click.command()
@click.option("--target", type=click.Choice(["local", "google"]), required=True, help="Where to.")
@click.option("--config", type=click.Path(path_type=Path), default="addon.toml", show_default=True)
@click.option(
    "--url",
    envvar="CONFSYNC_LOCAL_URL",
    show_envvar=True,
    help=f"The local Google to deploy to.  [default: one of our own, with its state in {STATE}]",
)
@click.option(
    "--user", metavar="EMAIL", default=DEVELOPER, help="Who deploys to a local Google.", show_default=True
)
@click.option(
    "--script-id",
    default="",
    envvar="CONFSYNC_SCRIPT_ID",
    show_envvar=True,
    help="The project to deploy to.  [default: that of the last deploy, or else the one with the add-on's name]",
)
@click.option("--deployment-id", default="", help="The deployment to re-point, if none was made by confsync.")
@click.option("--recreate", is_flag=True, help="Make a project or deployment again that is gone.")
@click.option("--force", is_flag=True, help="Overwrite what somebody else changed in the project.")
@click.option("--yes", is_flag=True, help="Deploy to Google without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_context
def command(ctx: click.Context, /, target: str, config: Path, **options: Any) -> None:
    """Deploy the add-on: push its files, make a version, and re-point its deployment.

    Nothing is written when nothing changed. Stopped anywhere, the next deploy finishes.
    """
    if target == "google" and ctx.get_parameter_source("url") == ParameterSource.COMMANDLINE:
        raise click.UsageError("--url is the address of a local Google.")
    with _connected(target, config.parent, options["url"], options["user"]) as connection:
        deployed, missing = _deploy(target, config, connection, options)
    show = _as_json if options["as_json"] else _as_text
    click.echo(show(target, deployed, missing))


@contextlib.contextmanager
def _connected(target: str, root: Path, url: str | None, user: str) -> Iterator[Connection]:
    """Give the way to the target; a local Google of our own lasts as long as it is needed."""
    from confsync.deploy import credentials, local

    # Google's client says on its own what it tries again; the end of it is said in our words.
    logging.getLogger("googleapiclient.http").setLevel(logging.ERROR)
    if target == "google":
        yield credentials.connect(os.environ, Path.home())
    elif url:
        yield local.connect(url, user)
    else:
        with _own_google(root, user) as own:
            yield local.connect(own, user)


@contextlib.contextmanager
def _own_google(root: Path, user: str) -> Iterator[str]:
    from confsync.deploy.disk import state_folder
    from confsync.emulator.server import serve
    from confsync.emulator.world import World

    state_folder(root)
    world = World(data=root / STATE, users=(user,))
    with contextlib.closing(world), serve(world) as server:
        yield server.url


def _deploy(
    target: str, config: Path, connection: Connection, options: dict[str, Any]
) -> tuple[Deployed, list[str]]:
    """Deploy, and return also the Script Properties that are missing, as far as that can be known."""
    from confsync.addon import load
    from confsync.deploy import deploy, local, targets
    from confsync.deploy.api import Api
    from confsync.deploy.checklist import secret_properties
    from confsync.deploy.find import Choice
    from confsync.render import render

    addon = load(config)
    place = targets.google(config.parent) if target == "google" else targets.local(config.parent)
    deployed = deploy(
        render(addon),
        addon.name,
        target=place,
        api=Api(connection),
        choice=Choice(options["script_id"], options["deployment_id"], options["recreate"]),
        force=options["force"],
        confirm=agreement(target) if place.asks and not options["yes"] else lambda plan: None,
    )
    known = set() if target == "google" else local.properties(connection, deployed.script_id)
    return deployed, [name for name in secret_properties(addon.secrets) if name not in known]


def agreement(target: str) -> Callable[[Plan], None]:
    """Return what shows a plan and asks; it raises DeployError when nobody agrees or can be asked."""

    def ask(plan: Plan) -> None:
        if not sys.stdin.isatty():
            raise DeployError(
                f"this would change what is on {_NAMES[target]}, and there is no terminal to ask on.",
                next_step="Say --yes to deploy without being asked.",
            )
        click.echo("\n".join(_lines(plan)), err=True)
        if not click.confirm(f"Deploy this to {_NAMES[target]}?", err=True):
            raise DeployError("nothing was changed.")

    return ask


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.title}:"
    for step in plan.steps:
        yield f"  {step.name:<10}  {step.action if step.writes else 'unchanged'}  {step.detail}".rstrip()


def _as_json(target: str, deployed: Deployed, missing: list[str]) -> str:
    answer = {
        "target": target,
        "scriptId": deployed.script_id,
        "deploymentId": deployed.deployment_id,
        "version": deployed.version,
        "changed": deployed.plan.writes,
        "steps": [{"step": step.name, "status": step.status} for step in deployed.plan.steps],
        "missingSecrets": missing,
    }
    return json.dumps(answer, indent=2)


def _as_text(target: str, deployed: Deployed, missing: list[str]) -> str:
    from confsync.deploy.checklist import by_hand

    plan = deployed.plan
    values = {
        "project": deployed.script_id,
        "content": f"{len(plan.content.files)} files",
        "version": str(deployed.version),
        "deployment": deployed.deployment_id,
    }
    lines = [f"{plan.title}: {'deployed to' if plan.writes else 'nothing to do on'} {_NAMES[target]}"]
    lines += [f"  {step.name:<10}  {values[step.name]}  {step.status}" for step in plan.steps]
    if target == "google":
        lines += ["", "Left to do by hand:"]
        lines += [f"  {number}. {text}" for number, text in enumerate(by_hand(deployed, missing), 1)]
    elif missing:
        lines += ["", f"Script Properties not set yet: {', '.join(missing)}"]
        lines += [f"  PUT /emulator/properties/{deployed.script_id}/script of a running one sets them."]
    return "\n".join(lines)
