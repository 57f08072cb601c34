"""`confsync status`: what is deployed, whether it drifted, how executions go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.destination import Destination, destination_options, reached

if TYPE_CHECKING:
    from confsync.deploy.api import Api
    from confsync.deploy.deployer import Prepared
    from confsync.deploy.project import Project


@click.command()
@destination_options
@click.option("--deployment-id", default="", help="The deployment, if none was made by confsync.")
@click.option(
    "--hours", type=click.FloatRange(0, min_open=True), default=24, show_default=True, help="Of executions."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def command(hours: float, as_json: bool, **options: Any) -> None:
    """Show what is deployed, whether it drifted, and how executions go.

    It drifted when somebody else changed the project since our last push, or when addon.toml makes something else.
    """
    with reached(options) as destination:
        told = _status(destination, hours, options)
    click.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else "\n".join(_as_text(told)))


def since(hours: float) -> str:
    """Return the time so many hours ago, as Google's filters take it."""
    try:
        moment = datetime.now(UTC) - timedelta(hours=hours)
    except (OverflowError, ValueError) as error:
        raise click.BadParameter("there is no such time.", param_hint="--hours") from error
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _status(destination: Destination, hours: float, options: dict[str, Any]) -> dict[str, Any]:
    from confsync.deploy.deployer import prepare
    from confsync.deploy.find import Choice
    from confsync.deploy.project import existing

    api, made, began = destination.api, destination.made, since(hours)
    script_id, deployment_id = options["script_id"], options["deployment_id"]
    project = existing(api, made.name, destination.target, script_id=script_id, deployment_id=deployment_id)
    choice = Choice(project.script_id, deployment_id, recreate=True)
    prepared = prepare(made.files, made.name, target=destination.target, api=api, choice=choice)
    return _told(destination, project, prepared) | {"health": _health(api, project.script_id, began)}


def _told(destination: Destination, project: Project, prepared: Prepared) -> dict[str, Any]:
    from confsync.deploy.plan_json import SCHEMA, drift_json, limits_json

    ours, history = project.deployment, project.ledger.history
    return {
        "schema": SCHEMA,
        "target": destination.target.name,
        "env": destination.target.env,
        "title": destination.made.name,
        "scriptId": project.script_id,
        "deployment": ours and {
            "deploymentId": ours.id, "version": ours.version, "description": ours.description, "at": ours.at
        },
        "isCurrent": not prepared.plan.writes,
        "drift": [
            {name: one[name] for name in ("name", "change", "by", "at")} for one in drift_json(prepared.plan)
        ],
        "limits": limits_json(project.allowance),
        "warnings": list(project.allowance.warnings()),
        "lastDone": asdict(history[-1]) if history else None,
    }  # fmt: skip


def _health(api: Api, script_id: str, began: str) -> dict[str, Any] | None:
    """Return how executions went, or None when the login may not see that: clasp's does not."""
    from confsync.deploy.failures import NoScope
    from confsync.deploy.health import execution, health

    try:
        functions = health(execution(one) for one in api.processes(script_id, began))
    except NoScope:
        return None
    failed = sum(one.failed for one in functions)
    return {
        "since": began,
        "executions": sum(one.executions for one in functions),
        "failed": failed,
        "isWell": not failed,
        "functions": [
            {
                "function": one.function,
                "executions": one.executions,
                "failed": one.failed,
                "lastFailure": one.last_failure or None,
            }
            for one in functions
        ],
    }


def _as_text(told: dict[str, Any]) -> Iterator[str]:
    from confsync.deploy.api import MOST_PROCESSES

    yield f"{told['title']}: project {told['scriptId']}"
    ours, last, health = told["deployment"], told["lastDone"], told["health"]
    if ours:
        yield f"  deployed    version {ours['version']} as {ours['deploymentId']}, since {ours['at']}"
    else:
        yield "  deployed    nothing; `confsync deploy` does"
    yield f"  addon.toml  {'is what is deployed' if told['isCurrent'] else 'makes something else: `confsync plan`'}"
    changed = ", ".join(f"{one['name']} {one['change']}" for one in told["drift"])
    yield f"  drift       {f'others changed it: {changed}; `confsync plan` shows it' if changed else 'none'}"
    if last:
        of = f" of version {last['version']}" if last["version"] else ""
        yield f"  last done   {last['did']}{of} by {last['who']} at {last['at']}, from here"
    yield "  limits      " + ", ".join(
        f"{one['used']} of {one['most']} {name}" for name, one in told["limits"].items()
    )
    yield from (f"Warning: {text}" for text in told["warnings"])
    if health is None:
        yield "  executions  not known: this login lacks the scope script.processes, which clasp's does not have"
        return
    newest = "the newest " if health["executions"] >= MOST_PROCESSES else ""
    yield f"  executions  {newest}{health['executions']} since {health['since']}, {health['failed']} failed"
    for one in health["functions"]:
        failed = f", {one['failed']} failed, the last at {one['lastFailure']}" if one["failed"] else ""
        yield f"    {one['function']}: {one['executions']}{failed}"
