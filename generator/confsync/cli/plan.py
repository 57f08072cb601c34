"""`confsync plan`: what a deploy would do, and what it would mean; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from confsync.cli.destination import Destination, destination_options, reached

if TYPE_CHECKING:
    from confsync.deploy.find import Choice
    from confsync.deploy.obstacles import Allowed
    from confsync.deploy.plan import Plan

CHANGES = 3
Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--deployment-id", default="", help="The deployment to re-point, if none was made by confsync."
    ),
    click.option("--recreate", is_flag=True, help="Make a project or deployment again that is gone."),
    click.option("--force", is_flag=True, help="Overwrite what somebody else changed in the project."),
    click.option("--accept-new-scopes", is_flag=True, help="Let every user consent again."),
)


def plan_options(command: Command) -> Command:
    """Give a command the options that decide a plan."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@destination_options
@plan_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 3 when there are changes to apply.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as one JSON object.")
@click.pass_context
def command(ctx: click.Context, /, detailed_exitcode: bool, as_json: bool, **options: Any) -> None:
    """Show what a deploy would do, and write nothing.

    Files as differences, changes of the manifest by what they mean for users, what is done in which order, what is
    left of Google's limits, and what a rollback would do. Exit code 1 when something stands in the way of a deploy.
    """
    with reached(options) as destination:
        plan = planned(destination, options)
    click.echo(_as_json(plan, destination, options) if as_json else _as_text(plan, destination))
    _stop_at_obstacles(plan, options, as_json)
    ctx.exit(CHANGES if detailed_exitcode and plan.writes else 0)


def planned(destination: Destination, options: dict[str, Any]) -> Plan:
    """Return the plan for a destination."""
    from confsync.deploy.deployer import prepare

    made, choice = destination.made, choice_of(options)
    return prepare(made.files, made.name, target=destination.target, api=destination.api, choice=choice).plan


def choice_of(options: dict[str, Any]) -> Choice:
    """Return what the options choose."""
    from confsync.deploy.find import Choice

    return Choice(options["script_id"], options["deployment_id"], options["recreate"])


def allowed_by(options: dict[str, Any]) -> Allowed:
    """Return what the options allow."""
    from confsync.deploy.obstacles import Allowed

    return Allowed(options["force"], options["accept_new_scopes"])


def _stop_at_obstacles(plan: Plan, options: dict[str, Any], as_json: bool) -> None:
    """End with exit code 1 if there are any; as JSON they stand in the plan already."""
    from confsync.deploy.obstacles import obstacles

    found = list(obstacles(plan, allowed_by(options)))
    for obstacle in () if as_json else found:
        click.echo(f"In the way of a deploy: {obstacle.what} {obstacle.next_step}", err=True)
    if found:
        raise SystemExit(1)


def _as_json(plan: Plan, destination: Destination, options: dict[str, Any]) -> str:
    from confsync.deploy.plan_json import plan_json

    told = plan_json(plan, allowed_by(options), target=destination.target.name, env=destination.target.env)
    return json.dumps(told, indent=2, ensure_ascii=False)


def _as_text(plan: Plan, destination: Destination) -> str:
    from confsync.cli.plan_text import drift_lines, plan_lines

    return "\n".join([*plan_lines(plan, destination.name), *drift_lines(plan)])
