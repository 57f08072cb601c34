"""The real clasp and confsync take turns on one project."""

import shutil

import pytest

from confsync.addon import load
from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.local import connect
from confsync.deploy.targets import google
from confsync.errors import DeployError
from confsync.render import render, write

from .conftest import DEVELOPER, ROOT, Clasp


def test_what_one_pushed_the_other_knows(clasp: Clasp) -> None:
    for name in (".clasp.json", ".claspignore"):
        shutil.copy(ROOT / name, clasp.folder)
    files, target, api = (
        render(load(ROOT / "addon.toml")),
        google(clasp.folder),
        Api(connect(clasp.url, DEVELOPER)),
    )
    write(files, clasp.folder / "build")
    first = deploy(files, "Meetings", target=target, api=api)
    before = len(clasp.requests())
    assert clasp.run("push").returncode == 0
    assert [asked for asked in clasp.requests()[before:] if asked.startswith("PUT /v1")] == []

    changed = {**files, "Code.js": files["Code.js"] + "// Changed.\n"}
    write(changed, clasp.folder / "build")
    clasp("push", "--force")
    with pytest.raises(DeployError, match=r"changed since our last push"):
        deploy(files, "Meetings", target=target, api=api)
    taken_over = deploy(changed, "Meetings", target=target, api=api)
    assert [step.status for step in taken_over.plan.steps] == [
        "unchanged",
        "unchanged",
        "created",
        "re-pointed",
    ]
    assert (taken_over.script_id, taken_over.deployment_id) == (first.script_id, first.deployment_id)
