"""`confsync rollback`: the deployment serves an earlier version again."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.agree import agree, agree_options
from confsync.cli.destination import Destination, destination_options, is_terminal, reached

if TYPE_CHECKING:
    from confsync.deploy.rollback import Rollback


@click.command()
@click.argument("version", type=click.IntRange(1), required=False)
@destination_options
@click.option("--deployment-id", default="", help="The deployment to re-point, if none was made by confsync.")
@click.option("--accept-new-scopes", is_flag=True, help="Let every user consent again.")
@agree_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(version: int | None, as_json: bool, **options: Any) -> None:
    """Let the deployment serve an earlier version again.

    Without VERSION it is the one that was served before. One request; what is pushed stays pushed, so that the next
    deploy brings it back.
    """
    with reached(options) as destination:
        done = _roll_back(destination, version, options)
    click.echo(_as_json(destination, done) if as_json else _as_text(destination, done))


def _roll_back(destination: Destination, version: int | None, options: dict[str, Any]) -> Rollback:
    from confsync.deploy.deployer import now
    from confsync.deploy.project import existing
    from confsync.deploy.rollback import plan_rollback, refuse_new_scopes, roll_back

    api, chosen = destination.api, {name: options[name] for name in ("script_id", "deployment_id")}
    project = existing(api, destination.made.name, destination.target, **chosen)
    rollback = plan_rollback(project, version, api)
    if not options["accept_new_scopes"]:
        refuse_new_scopes(rollback)
    if rollback.writes:
        if is_terminal():
            click.echo("\n".join(f"  · {one.what}" for one in rollback.consequences), err=True)
        agree(
            f"Let users on {destination.name} run version {rollback.then.version} again?",
            destination,
            options,
        )
        api.begin_anew()
    remember = partial(destination.target.remember, once=bool(options["script_id"]))
    roll_back(rollback, api, project.ledger, remember, who=destination.who, now=now())
    return rollback


def _as_json(destination: Destination, done: Rollback) -> str:
    answer = {
        "target": destination.target.name,
        "env": destination.target.env,
        "scriptId": done.script_id,
        "deploymentId": done.now.id,
        "from": done.now.version,
        "to": done.then.version,
        "changed": done.writes,
        "consequences": [one.what for one in done.consequences],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _as_text(destination: Destination, done: Rollback) -> str:
    if not done.writes:
        return f"{destination.made.name}: version {done.then.version} is what users on {destination.name} run already."
    lines = [f"{destination.made.name}: users on {destination.name} run version {done.then.version} again."]
    lines += [f"  · {one.what}" for one in done.consequences]
    again = f"`confsync rollback {done.now.version}` or the next deploy goes forward again."
    return "\n".join([*lines, f"Version {done.now.version} was served before; {again}"])
