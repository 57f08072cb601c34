"""Every command that goes to Google, as a whole process, without a terminal, where a local Google is Google itself."""

import json
import os
import pty
import subprocess
import sys
from typing import Any

import pytest

from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import fetched
from confsync.emulator.twin import TwinHttp
from tests.cli.schemas import problems

from .at_home import CONFSYNC, DEVELOPER, Home

DEPLOY = ("deploy", "--yes", "--no-rehearsal")
PAGES = "https://script.google.com/home/projects"
OTHER_GRACE = ("grace_hours = 24  ", "grace_hours = 48  ")


@pytest.fixture
def deployed(home: Home) -> Any:
    """Return what a first deploy printed."""
    home.log_in()
    return home.json(*DEPLOY)


def api(home: Home) -> Api:
    """Return a way to the same Google that nobody counts."""
    return Api(Connection(TwinHttp(home.world, DEVELOPER), "http://local"), retries=0)


def edit(home: Home, script_id: str) -> None:
    """Add a line to Code.js, as somebody does in the online editor."""
    files = api(home).content(script_id).as_json()
    changed = [
        {**one, "source": f"{one['source']}// online\n"} if one["name"] == "Code" else one for one in files
    ]
    api(home).push(script_id, fetched({"files": changed}))


def test_a_plan_then_a_deploy_then_nothing_to_do(home: Home) -> None:
    home.log_in()
    first = home.run("plan", "--detailed-exitcode", code=3)
    assert "My Conferences → Google, a new project" in first.stdout
    assert all(request.startswith("GET ") for request in home.proxy.take())
    plan = home.json("plan")
    assert (problems(plan, "plan"), plan["target"], plan["scriptId"]) == ([], "google", None)
    made = home.json(*DEPLOY)
    assert (problems(made, "deploy"), made["changed"], made["version"]) == ([], True, 1)
    assert home.settings() == {"scriptId": made["scriptId"], "rootDir": "build"}
    home.proxy.take()
    again = home.run("deploy")
    assert "My Conferences: nothing to do on Google" in again.stdout
    project = f"https://script.googleapis.com/v1/projects/{made['scriptId']}"
    assert home.proxy.take() == [f"GET {project}/content", f"GET {project}/deployments"]
    assert "Nothing to do" in home.run("plan", "--detailed-exitcode").stdout
    known = home.json("deploy")
    assert (known["changed"], known["deploymentId"]) == (False, made["deploymentId"])


def test_a_clone_finds_the_project_without_a_ledger(home: Home, deployed: Any) -> None:
    (home.folder / ".confsync" / "google.json").unlink()
    home.proxy.take()
    assert home.json("deploy")["changed"] is False
    requests = home.proxy.take()
    assert len(requests) <= 3 and all(request.startswith("GET ") for request in requests)


def test_what_is_deployed_and_how_it_goes(home: Home, deployed: Any) -> None:
    script_id, deployment_id = deployed["scriptId"], deployed["deploymentId"]
    home.world.appsscript.run(DEVELOPER, script_id, "syncEvents")
    status = home.json("status")
    assert (problems(status, "status"), status["isCurrent"], status["drift"]) == ([], True, [])
    assert status["deployment"]["deploymentId"] == deployment_id
    assert [one["function"] for one in status["health"]["functions"]] == ["syncEvents"]
    versions = home.json("versions")
    assert (problems(versions, "versions"), len(versions["versions"])) == ([], 1)
    (line,) = home.run("logs", "--json").stdout.splitlines()
    assert (problems(json.loads(line), "logs"), json.loads(line)["function"]) == ([], "syncEvents")
    assert f"version 1 as {deployment_id}" in home.run("status").stdout
    assert all(request.startswith("GET ") for request in home.proxy.take()[-6:])


def test_back_and_away(home: Home, deployed: Any) -> None:
    home.change(*OTHER_GRACE)
    assert home.json(*DEPLOY)["version"] == 2
    for command in ("rollback", "undeploy"):
        refused = home.run(command, code=1)
        assert "there is no terminal to ask on. Say --yes to go on" in refused.stderr
    back = home.json("rollback", "--yes")
    assert (problems(back, "rollback"), back["changed"], back["to"]) == ([], True, 1)
    gone = home.json("undeploy", "--yes")
    assert (problems(gone, "undeploy"), gone["deploymentId"]) == ([], deployed["deploymentId"])
    assert home.json("status")["deployment"] is None


def test_what_somebody_else_changed_is_shown_and_pulled(home: Home, deployed: Any) -> None:
    edit(home, deployed["scriptId"])
    refused = home.run(*DEPLOY, code=1)
    assert "changed since our last push" in refused.stderr and "+// online" in refused.stderr
    pulled = home.json("pull")
    assert problems(pulled, "pull") == []
    assert "// online" in (home.folder / "templates" / "Code.js").read_text()
    assert home.json(*DEPLOY)["version"] == 2
    assert "// online" in api(home).content(deployed["scriptId"], 2).file("Code.js").source


def test_pages_are_opened_at_a_terminal_and_printed_elsewhere(home: Home, deployed: Any) -> None:
    editor = f"{PAGES}/{deployed['scriptId']}/edit"
    assert home.run("open").stdout == home.run("open", "--print").stdout == f"{editor}\n"
    keep = "import sys; open('opened', 'w').write(sys.argv[1])"
    ours, theirs = pty.openpty()
    browser = {"BROWSER": f'{sys.executable} -c "{keep}" %s'}
    words = [*CONFSYNC, "open", "executions"]
    subprocess.run(
        words, stdout=theirs, check=True, env=home.environment | browser, cwd=home.folder, timeout=60
    )
    assert os.read(ours, 1000).decode().strip() == f"{PAGES}/{deployed['scriptId']}/executions"
    assert (home.folder / "opened").read_text() == f"{PAGES}/{deployed['scriptId']}/executions"
    os.close(ours)
    os.close(theirs)


def test_the_doctor_the_checklist_and_logging_out(home: Home, deployed: Any) -> None:
    home.run("render")
    told = home.json("doctor")
    found = {check["name"]: check for check in told["checks"]}
    assert (problems(told, "doctor"), told["healthy"]) == ([], True), found
    assert found["credentials"]["what"].startswith(f"{DEVELOPER}, by confsync login")
    assert deployed["scriptId"] in found["project"]["what"]
    assert problems(home.json("checklist"), "checklist") == []
    left = home.run("checklist").stdout
    assert f"{PAGES}/{deployed['scriptId']}/settings" in left
    assert f"with the deployment id {deployed['deploymentId']}" in left
    out = home.json("logout")
    assert (problems(out, "logout"), out["removed"]) == ([], True)
    assert "POST https://oauth2.googleapis.com/revoke" in home.proxy.take()
    assert "there is no login to Google" in home.run("deploy", code=1).stderr
    unwell = home.json("doctor", code=1)
    assert (problems(unwell, "doctor"), unwell["healthy"]) == ([], False)


def test_environments_have_projects_of_their_own(home: Home, deployed: Any) -> None:
    home.change(
        "[provider]\n",
        '[env.staging.addon]\nname = "Staging"\n\n[env.live]\nproduction = true\n\n'
        '[env.live.addon]\nname = "Live"\n\n[provider]\n',
    )
    staging = home.json(*DEPLOY, "--env", "staging")
    assert staging["scriptId"] == home.settings(".clasp-staging.json")["scriptId"] != deployed["scriptId"]
    assert home.run("open", "--env", "staging").stdout == f"{PAGES}/{staging['scriptId']}/edit\n"
    refused = home.run(*DEPLOY, "--env", "live", code=1).stderr
    assert "live is marked as production" in refused and "Say --confirm live" in refused
    for typed, code in (("y", 1), ("live", 0)):
        terminal = home.at_terminal("deploy", "--no-rehearsal", "--env", "live")
        terminal.until("Type its name to go on")
        terminal.type(typed)
        assert terminal.end()[0] == code, terminal.said
    assert home.settings(".clasp-live.json")["scriptId"] not in (staging["scriptId"], deployed["scriptId"])
    home.change(*OTHER_GRACE)
    assert home.json("deploy", "--no-rehearsal", "--env", "live", "--confirm", "live")["version"] == 2
