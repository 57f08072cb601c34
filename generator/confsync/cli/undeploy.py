"""`confsync undeploy`: the deployment is gone, and with it what users have installed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any

import click

from confsync.cli.agree import agree, agree_options
from confsync.cli.place import Place, place_options, reached

MEANS = "Everybody who has it installed loses it, triggers too, and its id never comes back."


@click.command()
@place_options
@click.option("--deployment-id", default="", help="The deployment, if none was made by confsync.")
@agree_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(as_json: bool, **options: Any) -> None:
    """Take the deployment away from everybody who has it installed.

    Its id never comes back. The project, its files and its versions stay.
    """
    with reached(options) as place:
        told = _undeploy(place, options)
    text = f"{place.made.name}: {told['deploymentId']} is gone from {place.name}. The project and its versions stay."
    click.echo(json.dumps(told, indent=2) if as_json else text)


def _undeploy(place: Place, options: dict[str, Any]) -> dict[str, Any]:
    from confsync.deploy.deployer import now
    from confsync.deploy.ledger import Entry
    from confsync.deploy.project import existing

    chosen = {name: options[name] for name in ("script_id", "deployment_id")}
    project = existing(place.api, place.made.name, place.target, **chosen)
    ours = project.ours
    agree(f"Take {ours.id} (version {ours.version}) away from {place.name}? {MEANS}", place, options)
    place.api.begin_anew()
    place.api.undeploy(project.script_id, ours.id)
    done = Entry(now(), place.who, "undeploy", ours.version, "")
    remember = partial(place.target.remember, once=bool(options["script_id"]))
    remember(replace(project.ledger, script_id=project.script_id, deployment_id="").having(done))
    told = {"target": place.target.name, "env": place.target.env, "scriptId": project.script_id}
    return {**told, "deploymentId": ours.id, "version": ours.version}
