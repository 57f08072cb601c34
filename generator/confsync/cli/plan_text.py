"""A plan as people read it: what changes, for whom, in which order, and how to come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from confsync.deploy.content import Content
from confsync.deploy.difference import Difference, difference, three_way
from confsync.deploy.plan import Plan
from confsync.deploy.plan_json import HERE, LAST, THERE
from confsync.platform.limits import VERSIONED_DEPLOYMENTS, VERSIONS

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}
_COLORS = {"+": "green", "-": "red", "@": "cyan"}
# Of a first deploy every line is new; nobody wants to read them all.
MOST_LINES = 400


def plan_lines(plan: Plan, place: str) -> Iterator[str]:
    """Yield the lines of a plan; `place` is where it would be carried out."""
    yield click.style(f"{plan.title} → {place}", bold=True) + _known(plan)
    if not plan.writes:
        yield "Nothing to do: what is deployed is what addon.toml makes."
        return
    found = difference(plan.before or Content(()), plan.content, THERE, HERE)
    yield from _files(found)
    if plan.before:
        yield from _diffs(found)
    if plan.consequences:
        yield from ["", "For those who use it"]
        yield from (f"  {'!' if one.needs else '·'} {one.what}" for one in plan.consequences)
    yield from ["", "What will be done, in this order"]
    yield from (f"  {number}. {text}" for number, text in enumerate(_doing(plan), 1))
    yield from ["", *_left(plan), f"Rollback: {_rollback(plan)}"]


def drift_lines(plan: Plan) -> Iterator[str]:
    """Yield what others changed since our last push, beside what is wanted since then."""
    if not plan.drift or plan.head is None:
        return
    yield from ["", click.style("Changed there since our last push", bold=True)]
    if plan.base is None:
        yield "  What was pushed last is not known: this is what is there, beside what addon.toml makes."
        yield from _diffs(difference(plan.content, plan.head, HERE, THERE))
        return
    for sides in three_way(plan.base, plan.head, plan.content, (LAST, THERE, HERE)):
        if not sides.theirs:
            continue
        verdict = "changed there and here: to be merged" if sides.ours else "changed there only"
        yield f"  {_SIGNS[sides.theirs.change]} {sides.name}: {verdict}{_by(sides.theirs)}"
        yield from _diffs([sides.theirs, *([sides.ours] if sides.ours else [])])


def _by(theirs: Difference) -> str:
    told = [f"by {theirs.by}" if theirs.by else "", f"at {theirs.at}" if theirs.at else ""]
    said = " ".join(part for part in told if part)
    return f", {said}" if said else ""


def _known(plan: Plan) -> str:
    if not plan.script_id:
        return ", a new project"
    deployment = f", deployment {plan.deployment_id}" if plan.deployment_id else ", not deployed yet"
    return f", project {plan.script_id}{deployment}" + (f" (version {plan.serves})" if plan.serves else "")


def _files(found: Iterable[Difference]) -> Iterator[str]:
    listed = [f"  {_SIGNS[one.change]} {one.name}" for one in found]
    if listed:
        yield from ["", "Files, beside what users run now", *listed]


def _diffs(found: Iterable[Difference]) -> Iterator[str]:
    lines = [line for one in found for line in ("", *one.lines)]
    for line in lines[:MOST_LINES]:
        yield "    " + click.style(line, fg=_COLORS.get(line[:1])) if line else ""
    if len(lines) > MOST_LINES:
        yield f"    … and {len(lines) - MOST_LINES} lines more; --json has them all."


def _doing(plan: Plan) -> Iterator[str]:
    if plan.step("project").writes:
        yield f"make a project called “{plan.title}”"
    if plan.step("content").writes:
        yield f"push {len(plan.content.files)} files, which replaces all that are there, and read them back"
    if plan.step("version").writes:
        yield "make a version of them, and read it back"
    version = f"version {plan.version}" if plan.version else "the new version"
    if plan.step("deployment").action == "create":
        yield f"deploy {version} under a new deployment id, which stays the same from then on"
    elif plan.step("deployment").writes:
        yield f"point the deployment from version {plan.serves} to {version}: users run it from then on"


def _left(plan: Plan) -> Iterator[str]:
    used = plan.left
    if used.versions is not None and used.deployments is not None:
        yield (
            f"Used afterwards: {used.versions} of {VERSIONS} versions, "
            f"{used.deployments} of {VERSIONED_DEPLOYMENTS} deployments."
        )
    yield from (click.style(f"Warning: {text}", fg="yellow") for text in used.warnings())


def _rollback(plan: Plan) -> str:
    if plan.step("deployment").action == "create":
        return "there is nothing before this; confsync undeploy takes the deployment away."
    if not plan.step("deployment").writes:
        return "users see nothing of this."
    scopes = " Nobody has to consent again." if any(one.needs for one in plan.consequences) else ""
    return (
        f"confsync rollback {plan.serves} points the deployment back to version {plan.serves}, in one request. "
        f"What is pushed stays pushed.{scopes}"
    )
