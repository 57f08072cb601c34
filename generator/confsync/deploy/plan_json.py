"""A plan as JSON, in the form that `docs/schemas/plan.json` describes."""

from collections.abc import Iterable
from typing import Any

from confsync.deploy.allowance import Allowance
from confsync.deploy.content import Content
from confsync.deploy.difference import Difference, difference, three_way
from confsync.deploy.obstacles import Allowed, obstacles
from confsync.deploy.plan import Plan
from confsync.platform.limits import VERSIONED_DEPLOYMENTS, VERSIONS

SCHEMA = 1
# What the sides of a difference are called.
LAST, THERE, HERE = "our last push", "there", "here"


def plan_json(plan: Plan, allowed: Allowed, *, target: str, env: str) -> dict[str, Any]:
    """Return all that a plan says."""
    before = plan.before or Content(())
    return {
        "schema": SCHEMA,
        "target": target,
        "env": env,
        "title": plan.title,
        "scriptId": plan.script_id,
        "deploymentId": plan.deployment_id,
        "serves": plan.serves,
        "changes": plan.writes,
        "steps": [{"step": step.name, "action": step.action, "detail": step.detail} for step in plan.steps],
        "files": _files(difference(before, plan.content, THERE, HERE)),
        "consequences": [
            {"kind": one.kind, "what": one.what, "needs": one.needs or None} for one in plan.consequences
        ],
        "drift": drift_json(plan),
        "limits": limits_json(plan.left),
        "warnings": list(plan.left.warnings()),
        "rollbackTo": plan.serves if plan.step("deployment").writes else None,
        "obstacles": [
            {"kind": one.kind, "what": one.what, "nextStep": one.next_step}
            for one in obstacles(plan, allowed)
        ],
    }


def limits_json(used: Allowance) -> dict[str, Any]:
    """Return what of Google's limits is used."""
    return {
        "versions": {"used": used.versions, "most": VERSIONS},
        "deployments": {"used": used.deployments, "most": VERSIONED_DEPLOYMENTS},
    }


def _files(found: Iterable[Difference]) -> list[dict[str, Any]]:
    return [{"name": one.name, "change": one.change, "diff": "\n".join(one.lines)} for one in found]


def drift_json(plan: Plan) -> list[dict[str, Any]]:
    """Return what others changed since our last push; without that, how what is there differs from what is wanted."""
    if not plan.drift or plan.head is None:
        return []
    if plan.base is None:
        sides = [(one, "there") for one in difference(plan.content, plan.head, HERE, THERE)]
    else:
        apart = three_way(plan.base, plan.head, plan.content, (LAST, THERE, HERE))
        sides = [(one.theirs, one.verdict) for one in apart if one.theirs]
    return [
        {
            "name": theirs.name,
            "change": theirs.change,
            "changed": verdict,
            "by": theirs.by or None,
            "at": theirs.at or None,
            "diff": "\n".join(theirs.lines),
        }
        for theirs, verdict in sides
    ]
