"""`confsync rollback`: the deployment serves an earlier version again."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.agree import agree, agree_options
from confsync.cli.place import Place, is_terminal, place_options, reached

if TYPE_CHECKING:
    from confsync.deploy.rollback import Rollback


@click.command()
@click.argument("version", type=click.IntRange(1), required=False)
@place_options
@click.option("--deployment-id", default="", help="The deployment to re-point, if none was made by confsync.")
@click.option("--accept-new-scopes", is_flag=True, help="Let every user consent again.")
@agree_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(version: int | None, as_json: bool, **options: Any) -> None:
    """Let the deployment serve an earlier version again.

    Without VERSION it is the one that was served before. One request; what is pushed stays pushed, so that the next
    deploy brings it back.
    """
    with reached(options) as place:
        done = _roll_back(place, version, options)
    click.echo(_as_json(place, done) if as_json else _as_text(place, done))


def _roll_back(place: Place, version: int | None, options: dict[str, Any]) -> Rollback:
    from confsync.deploy.deployer import now
    from confsync.deploy.project import existing
    from confsync.deploy.rollback import plan_rollback, refuse_new_scopes, roll_back

    api, chosen = place.api, {name: options[name] for name in ("script_id", "deployment_id")}
    project = existing(api, place.made.name, place.target, **chosen)
    rollback = plan_rollback(project, version, api)
    if not options["accept_new_scopes"]:
        refuse_new_scopes(rollback)
    if rollback.writes:
        if is_terminal():
            click.echo("\n".join(f"  · {one.what}" for one in rollback.consequences), err=True)
        agree(f"Let users on {place.name} run version {rollback.then.version} again?", place, options)
        api.begin_anew()
    remember = partial(place.target.remember, once=bool(options["script_id"]))
    roll_back(rollback, api, project.ledger, remember, who=place.who, now=now())
    return rollback


def _as_json(place: Place, done: Rollback) -> str:
    answer = {
        "target": place.target.name,
        "env": place.target.env,
        "scriptId": done.script_id,
        "deploymentId": done.now.id,
        "from": done.now.version,
        "to": done.then.version,
        "changed": done.writes,
        "consequences": [one.what for one in done.consequences],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _as_text(place: Place, done: Rollback) -> str:
    if not done.writes:
        return f"{place.made.name}: version {done.then.version} is what users on {place.name} run already."
    lines = [f"{place.made.name}: users on {place.name} run version {done.then.version} again."]
    lines += [f"  · {one.what}" for one in done.consequences]
    again = f"`confsync rollback {done.now.version}` or the next deploy goes forward again."
    return "\n".join([*lines, f"Version {done.now.version} was served before; {again}"])
