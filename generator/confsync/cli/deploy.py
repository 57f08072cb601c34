"""`confsync deploy`: bring the add-on to Google, or to a local one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.agree import agree, agree_options
from confsync.cli.destination import Destination, destination_options, is_terminal, once_enabled, reached
from confsync.cli.plan import allowed_by, choice_of, plan_options

if TYPE_CHECKING:
    from confsync.deploy.apply import Deployed
    from confsync.deploy.deployer import Prepared
    from confsync.deploy.plan import Plan


@click.command()
@destination_options
@plan_options
@agree_options
@click.option(
    "--rehearsal/--no-rehearsal",
    default=None,
    help="Do it all on a local Google first, and play histories there.  [default: when it goes to Google]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(as_json: bool, **options: Any) -> None:
    """Deploy the add-on: push its files, make a version, and re-point its deployment.

    The plan is shown and agreed to, then rehearsed on a local Google, then carried out. Nothing is written when
    nothing changed. Stopped anywhere, the next deploy finishes.
    """
    with reached(options) as destination:
        deployed, missing = _deploy(destination, options, as_json)
    click.echo(
        _as_json(destination, deployed, missing) if as_json else _as_text(destination, deployed, missing)
    )


def _deploy(destination: Destination, options: dict[str, Any], as_json: bool) -> tuple[Deployed, list[str]]:
    """Deploy, and return also the Script Properties that are missing, as far as that can be known."""
    from confsync.deploy import deploy, local
    from confsync.deploy.checklist import secret_properties

    made = destination.made
    deployed = once_enabled(
        lambda: deploy(
            made.files,
            made.name,
            target=destination.target,
            api=destination.api,
            choice=choice_of(options),
            allowed=allowed_by(options),
            who=destination.who,
            confirm=_before_writing(destination, options, as_json),
            blocked=lambda plan: None if as_json else _show_drift(plan),
        )
    )
    is_google = destination.target.name == "google"
    known = set() if is_google else local.properties(destination.connection, deployed.script_id)
    return deployed, [name for name in secret_properties(made.secrets) if name not in known]


def _before_writing(
    destination: Destination, options: dict[str, Any], as_json: bool
) -> Callable[[Prepared], None]:
    """Return what shows a plan, asks, and rehearses; it raises DeployError when nothing is to be written."""
    is_rehearsed = options["rehearsal"]
    if is_rehearsed is None:
        is_rehearsed = destination.target.name == "google"

    def go(prepared: Prepared) -> None:
        if destination.target.asks and is_terminal():
            from confsync.cli.plan_text import drift_lines, plan_lines

            lines = [*plan_lines(prepared.plan, destination.name), *drift_lines(prepared.plan)]
            click.echo("\n".join(lines), err=True)
        agree(f"Deploy this to {destination.name}?", destination, options)
        if is_rehearsed:
            from confsync.cli.rehearse import rehearsed

            rehearsed(destination, prepared, as_text=not as_json)

    return go


def _show_drift(plan: Plan) -> None:
    """Show what others changed, which is in the way."""
    from confsync.cli.plan_text import drift_lines

    click.echo("".join(f"{line}\n" for line in drift_lines(plan)), err=True, nl=False)


def _as_json(destination: Destination, deployed: Deployed, missing: list[str]) -> str:
    answer = {
        "target": destination.target.name,
        "env": destination.target.env,
        "scriptId": deployed.script_id,
        "deploymentId": deployed.deployment_id,
        "version": deployed.version,
        "changed": deployed.plan.writes,
        "steps": [{"step": step.name, "status": step.status} for step in deployed.plan.steps],
        "warnings": list(deployed.plan.left.warnings()),
        "missingSecrets": missing,
    }
    return json.dumps(answer, indent=2)


def _as_text(destination: Destination, deployed: Deployed, missing: list[str]) -> str:
    from confsync.deploy.checklist import by_hand

    plan = deployed.plan
    values = {
        "project": deployed.script_id,
        "content": f"{len(plan.content.files)} files",
        "version": str(deployed.version),
        "deployment": deployed.deployment_id,
    }
    lines = [f"{plan.title}: {'deployed to' if plan.writes else 'nothing to do on'} {destination.name}"]
    lines += [f"  {step.name:<10}  {values[step.name]}  {step.status}" for step in plan.steps]
    lines += [f"Warning: {text}" for text in plan.left.warnings()]
    if destination.target.name == "google":
        lines += ["", "Left to do by hand:"]
        target = destination.target
        left = by_hand(deployed, missing, target.settings.cloud_project, target.clasp_file)
        lines += [f"  {number}. {text}" for number, text in enumerate(left, 1)]
    elif missing:
        lines += ["", f"Script Properties not set yet: {', '.join(missing)}"]
        lines += [f"  PUT /emulator/properties/{deployed.script_id}/script of a running one sets them."]
    return "\n".join(lines)
