"""What stands in the way of a plan is said before anything is written."""

import json
from dataclasses import replace

import pytest

from confsync.deploy.allowance import Allowance
from confsync.deploy.content import rendered
from confsync.deploy.ledger import Ledger
from confsync.deploy.obstacles import Allowed, obstacles, refuse
from confsync.deploy.plan import Plan, make_plan
from confsync.deploy.state import Deployment, Remote, Version, label
from confsync.errors import DeployError


def manifest(*scopes: str) -> dict[str, str]:
    return {"appsscript.json": json.dumps({"oauthScopes": list(scopes)})}


OLD, NEW = rendered(manifest("a")), rendered(manifest("a", "b"))
EDITED = rendered({**manifest("a"), "Code.js": "x"})
OURS = Deployment("ours", 1, label(OLD))
DEPLOYED = Remote("id", OLD, (Deployment("HEAD", None), OURS), OURS, (Version(1, label(OLD)),), {1: OLD})


def kinds(plan: Plan, allowed: Allowed = Allowed()) -> list[str]:  # noqa: B008
    return [one.kind for one in obstacles(plan, allowed)]


def test_new_scopes_have_to_be_accepted() -> None:
    plan = make_plan("Title", NEW, DEPLOYED, Ledger("id"))
    assert kinds(plan) == ["scopes"]
    with pytest.raises(DeployError, match=r"consent again \(b\).*--accept-new-scopes"):
        refuse(plan)
    assert kinds(plan, Allowed(new_scopes=True)) == []


def test_what_others_changed_has_to_be_overwritten_on_purpose() -> None:
    plan = make_plan("Title", NEW, replace(DEPLOYED, head=EDITED), Ledger("id"))
    assert kinds(plan) == ["drift", "scopes"]
    assert kinds(plan, Allowed(force=True, new_scopes=True)) == []


def test_limits_are_said_before_google_says_them() -> None:
    plan = make_plan("Title", EDITED, DEPLOYED, Ledger("id"))
    assert kinds(replace(plan, allowance=Allowance(199, 20))) == []
    assert kinds(replace(plan, allowance=Allowance(200, 20))) == ["versions"]
    first = make_plan("Title", EDITED, replace(DEPLOYED, deployment=None), Ledger("id"))
    assert kinds(replace(first, allowance=Allowance(1, 19))) == []
    assert kinds(replace(first, allowance=Allowance(1, 20))) == ["deployments"]
    with pytest.raises(DeployError, match="Project History"):
        refuse(replace(plan, allowance=Allowance(200, 1)))


def test_limits_are_warned_of_well_before() -> None:
    assert list(Allowance(149, 14).warnings()) == list(Allowance(None, None).warnings()) == []
    for used, word in ((Allowance(150, 14), "versions"), (Allowance(149, 15), "deployments")):
        (said,) = used.warnings()
        assert word in said
    versions, deployments = Allowance(150, 15).warnings()
    assert "150 of 200 versions" in versions and "15 of 20 versioned deployments" in deployments
    assert Allowance(149, 1).after(version=True, deployment=False) == Allowance(150, 1)
