"""`confsync undeploy`: the deployment is gone, and with it what users have installed."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import click

from confsync.cli.agree import agree, agree_options
from confsync.cli.destination import Destination, destination_options, reached

MEANS = "Everybody who has it installed loses it, triggers too, and its id never comes back."


@click.command()
@destination_options
@click.option("--deployment-id", default="", help="The deployment, if none was made by confsync.")
@agree_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(as_json: bool, **options: Any) -> None:
    """Take the deployment away from everybody who has it installed.

    Its id never comes back. The project, its files and its versions stay.
    """
    with reached(options) as destination:
        told = _undeploy(destination, options)
    text = f"{destination.made.name}: {told['deploymentId']} is gone from {destination.name}. The project and its versions stay."
    click.echo(json.dumps(told, indent=2) if as_json else text)


def _undeploy(destination: Destination, options: dict[str, Any]) -> dict[str, Any]:
    from confsync.deploy.deployer import now
    from confsync.deploy.project import existing
    from confsync.deploy.undeploy import plan_undeploy, undeploy

    chosen = {name: options[name] for name in ("script_id", "deployment_id")}
    project = existing(destination.api, destination.made.name, destination.target, **chosen)
    plan = plan_undeploy(project, options["deployment_id"])
    if plan.writes:
        question = f"Take {plan.deployment_id} (version {plan.version}) away from {destination.name}? {MEANS}"
        agree(question, destination, options)
        destination.api.begin_anew()
    remember = partial(destination.target.remember, once=bool(options["script_id"]))
    undeploy(plan, destination.api, project.ledger, remember, who=destination.who, now=now())
    told = {"target": destination.target.name, "env": destination.target.env, "scriptId": project.script_id}
    return {**told, "deploymentId": plan.deployment_id, "version": plan.version}
