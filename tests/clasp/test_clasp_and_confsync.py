"""clasp and confsync take turns on one project, and neither undoes the other's work unseen."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from confsync.cli import main

from .conftest import DEVELOPER, ROOT, Clasp


@pytest.fixture
def ours(clasp: Clasp, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run our commands in clasp's folder, where the add-on has been deployed and rendered."""
    for name in ("addon.toml", ".claspignore"):
        shutil.copy(ROOT / name, clasp.folder)
    monkeypatch.chdir(clasp.folder)

    def run(command: str, *arguments: str) -> Result:
        there = ["--target", "local", "--url", clasp.url, "--user", DEVELOPER] if command != "render" else []
        return CliRunner().invoke(main, [command, *there, *arguments])

    assert run("render").exit_code == run("deploy").exit_code == 0
    script_id = json.loads(Path(".confsync/local.json").read_text())["scriptId"]
    Path(".clasp.json").write_text(json.dumps({"scriptId": script_id, "rootDir": "build"}))
    return run


def test_what_confsync_deployed_is_nothing_new_to_clasp(clasp: Clasp, ours: Any) -> None:
    pushed = clasp.run("push")
    assert "already up to date" in pushed.stdout, pushed.stdout + pushed.stderr
    clasp("push", "--force")
    assert ours("plan", "--detailed-exitcode").exit_code == 0


def test_a_push_behind_our_back_is_refused_shown_and_pulled(clasp: Clasp, ours: Any) -> None:
    code = clasp.folder / "build" / "Code.js"
    code.write_text(code.read_text() + "// pushed by clasp\n")
    clasp("push", "--force")
    refused = ours("deploy")
    assert refused.exit_code == 1
    assert "changed since our last push" in refused.stderr and "Code.js changed" in refused.stderr
    shown = ours("plan")
    assert shown.exit_code == 1
    assert f"~ Code.js: changed there only, by {DEVELOPER}" in shown.stdout
    assert "+// pushed by clasp" in shown.stdout
    pulled = ours("pull")
    assert pulled.exit_code == 0, pulled.output
    assert (clasp.folder / "templates" / "Code.js").read_text() == code.read_text()
    deployed = ours("deploy", "--json")
    assert deployed.exit_code == 0, deployed.output
    assert [step["status"] for step in json.loads(deployed.stdout)["steps"]] == [
        "unchanged",
        "unchanged",
        "created",
        "re-pointed",
    ]
    assert ours("render").exit_code == 0
    assert "already up to date" in clasp.run("push").stdout


def test_a_version_that_clasp_deployed_is_pointed_back(clasp: Clasp, ours: Any) -> None:
    deployment = json.loads(Path(".confsync/local.json").read_text())["deploymentId"]
    code = clasp.folder / "build" / "Code.js"
    code.write_text(code.read_text() + "// pushed by clasp\n")
    clasp("push", "--force")
    assert clasp("update-deployment", deployment, "--description", "by clasp")["versionNumber"] == 2
    refused = ours("plan", "--json")
    assert refused.exit_code == 1
    plan = json.loads(refused.stdout)
    assert (plan["serves"], plan["drift"][0]["name"]) == (2, "Code.js")
    assert ours("deploy", "--force").exit_code == 0
    assert [one["version"] for one in json.loads(ours("versions", "--json").stdout)["versions"]] == [2, 1]
    assert json.loads(ours("status", "--json").stdout)["deployment"]["version"] == 1


def test_what_confsync_deployed_is_what_clasp_pulls(clasp: Clasp, ours: Any) -> None:
    before = {path.name: path.read_text() for path in (clasp.folder / "build").iterdir()}
    assert sorted(clasp("pull")["pulledFiles"]) == sorted(f"build/{name}" for name in before)
    assert {path.name: path.read_text() for path in (clasp.folder / "build").iterdir()} == before


def test_both_follow_the_same_settings(clasp: Clasp, ours: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = json.loads(Path(".clasp.json").read_text())
    order = ["build/Values.js", "build/Code.js"]
    there = clasp.folder / "settings"
    there.mkdir()
    (there / "ignore").write_text("**/**\n!appsscript.json\n!*.js\n!*.html\nCards.js\n")
    Path(".clasp.json").unlink()
    Path("project.json").write_text(json.dumps({**settings, "filePushOrder": order, "parentId": "1folder"}))
    clasp.variables = {"clasp_config_project": "project.json", "clasp_config_ignore": "settings/ignore"}
    for name, value in clasp.variables.items():
        monkeypatch.setenv(name, value)
    assert ours("deploy").exit_code == 0
    names = [one["name"] for one in head(clasp, settings["scriptId"])]
    assert names[:3] == ["appsscript", "Values", "Code"] and "Cards" not in names
    pushed = clasp.run("push")
    assert "already up to date" in pushed.stdout, pushed.stdout + pushed.stderr
    clasp("push", "--force")
    assert ours("plan", "--detailed-exitcode").exit_code == 0


def head(clasp: Clasp, script_id: str) -> Any:
    """Return the project's files as they are there."""
    answer = clasp.world.request(
        "GET", f"/v1/projects/{script_id}/content", {"authorization": f"Bearer {DEVELOPER}"}, b""
    )
    return json.loads(answer.body)["files"]
