"""`confsync pull`: what others changed in the project becomes ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.destination import Destination, destination_options, reached
from confsync.errors import DeployError

if TYPE_CHECKING:
    from confsync.deploy.deployer import Prepared
    from confsync.deploy.pull import Pulled


@click.command()
@destination_options
@click.option("--deployment-id", default="", help="The deployment, if none was made by confsync.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Take over what others changed in the project.

    Files go to the add-on's folder of templates, merged with what changed here. What is made from addon.toml is said
    in addon.toml, by hand. Exit code 1 while something is left to do by hand.
    """
    with reached(options) as destination:
        prepared, found = _pull(destination, options)
    click.echo(
        _as_json(destination, prepared, found)
        if as_json
        else "\n".join(_as_text(destination, prepared, found))
    )
    ctx.exit(0 if _is_complete(found) else 1)


def _pull(destination: Destination, options: dict[str, Any]) -> tuple[Prepared, list[Pulled]]:
    """Take it over, and remember that it is known, if nothing is left."""
    from confsync.deploy.deployer import now, prepare
    from confsync.deploy.find import Choice
    from confsync.deploy.ledger import Entry
    from confsync.deploy.project import DEPLOY
    from confsync.deploy.pull import pulled, write
    from confsync.render.templates import read_templates

    addon = destination.addon
    choice = Choice(options["script_id"], options["deployment_id"], recreate=True)
    prepared = prepare(
        destination.made.files, addon.name, target=destination.target, api=destination.api, choice=choice
    )
    if prepared.remote is None:
        raise DeployError(f"there is no project called “{addon.name}” to pull from.", next_step=DEPLOY)
    found = pulled(prepared.plan, read_templates(None, addon.templates, addon.extra))
    write(found, addon.file.parent, addon.templates, addon.file)
    head = prepared.plan.head
    if prepared.plan.drift and head and _is_complete(found):
        known = replace(prepared.ledger, contents=(head.digest,))
        remember = partial(destination.target.remember, once=bool(options["script_id"]))
        remember(known.having(Entry(now(), destination.who, "pull", None, head.digest)))
    return prepared, found


def _is_complete(found: Sequence[Pulled]) -> bool:
    return all(one.how != "by-hand" for one in found)


def _as_json(destination: Destination, prepared: Prepared, found: Sequence[Pulled]) -> str:
    answer = {
        "target": destination.target.name,
        "env": destination.target.env,
        "scriptId": prepared.plan.script_id,
        "files": [{"name": one.name, "how": one.how, "why": one.why or None} for one in found],
        "isComplete": _is_complete(found),
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _as_text(destination: Destination, prepared: Prepared, found: Sequence[Pulled]) -> Iterator[str]:
    if not found:
        changed = "what others changed" if prepared.plan.drift else "nobody changed the project"
        end = "is here already." if prepared.plan.drift else "since our last push."
        yield f"{destination.addon.name}: {changed} on {destination.name} {end}"
        return
    yield f"{destination.addon.name}: changed on {destination.name} since our last push"
    folder = destination.addon.templates or destination.addon.file.parent / "templates"
    for one in found:
        how = f"{one.how}, into {folder / one.name}" if one.text is not None else f"by hand: {one.why}"
        yield f"  {one.name}: {how}"
    yield from _by_hand(found, folder)
    if not _is_complete(found):
        from confsync.cli.plan_text import drift_lines

        yield from drift_lines(prepared.plan)
        yield "When all of that is done here, confsync deploy --force pushes it; nothing else is lost then."


def _by_hand(found: Sequence[Pulled], folder: Path) -> Iterator[str]:
    """Say how to merge what collides."""
    for one in found:
        if one.sides:
            base, theirs, ours = (f".confsync/merge/{side}/{one.name}" for side in ("base", "theirs", "ours"))
            yield f"  git merge-file {ours} {base} {theirs}, mend what it marks, then cp {ours} {folder / one.name}"
