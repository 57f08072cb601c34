"""Going back, looking, and taking away: `rollback`, `versions`, `status`, `undeploy`, `open`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from confsync.cli import main

from .schemas import problems


def deploy_twice(desk: Any) -> Any:
    desk.run("deploy")
    desk.change("grace_hours = 24  ", "grace_hours = 48  ")
    return desk.json("deploy")


def writes(desk: Any) -> list[str]:
    return [request.split("?")[0] for request in desk.requests() if not request.startswith("GET ")]


def served(desk: Any) -> int:
    return int(desk.api.deployments(desk.script_id)[-1].version)


def test_going_back_is_one_request_and_forward_another(desk: Any) -> None:
    second = deploy_twice(desk)
    desk.requests()
    result = desk.run("rollback")
    assert result.exit_code == 0, result.output
    assert "run version 1 again" in result.stdout and "`confsync rollback 2`" in result.stdout
    assert writes(desk) == [f"PUT /v1/projects/{second['scriptId']}/deployments/{second['deploymentId']}"]
    assert served(desk) == 1
    again = desk.json("rollback", "1")
    assert problems(again, "rollback") == []
    assert (again["changed"], writes(desk)) == (False, [])
    assert desk.json("rollback", "2")["changed"]
    assert served(desk) == 2
    assert [entry["did"] for entry in history(desk)] == ["deploy", "deploy", "rollback", "rollback"]


def history(desk: Any) -> list[dict[str, Any]]:
    kept = json.loads((desk.folder / ".confsync" / "local.json").read_text())["history"]
    assert {entry["who"] for entry in kept} == {"developer@example.com"}
    return list(kept)


def test_after_going_back_the_next_deploy_goes_forward(desk: Any) -> None:
    deploy_twice(desk)
    desk.run("rollback")
    steps = desk.json("deploy")["steps"]
    assert [step["status"] for step in steps] == ["unchanged", "unchanged", "unchanged", "re-pointed"]
    assert served(desk) == 2


def test_going_back_without_a_ledger_finds_the_version_before(desk: Any) -> None:
    deploy_twice(desk)
    (desk.folder / ".confsync" / "local.json").unlink()
    assert desk.run("rollback").exit_code == 0
    assert served(desk) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "there is no version before 1 to go back to"), (["7"], r"there is no version 7 (there: 1)")],
)
def test_what_there_is_no_way_back_to(desk: Any, arguments: list[str], said: str) -> None:
    desk.run("deploy")
    result = desk.run("rollback", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr and "`confsync versions` lists them" in result.stderr


@pytest.mark.parametrize("command", ["rollback", "versions", "status", "logs", "undeploy", "pull"])
def test_without_a_project_there_is_nothing_to_look_at(desk: Any, command: str) -> None:
    result = desk.run(command)
    assert result.exit_code == 1
    assert "there is no project called “My Conferences”" in result.stderr
    assert "`confsync deploy` makes it" in result.stderr


def test_going_back_to_more_scopes_has_to_be_accepted(desk: Any, edit: Callable[..., None]) -> None:
    first = desk.json("deploy")
    manifest = desk.api.content(desk.script_id).manifest
    edit("appsscript.json", json.dumps(manifest | {"oauthScopes": manifest["oauthScopes"][1:]}))
    number = desk.api.create_version(desk.script_id, "confsync less")
    desk.api.repoint(desk.script_id, first["deploymentId"], number, "confsync less")
    result = desk.run("rollback", "1")
    assert result.exit_code == 1
    assert "version 1 asks for more" in result.stderr and "--accept-new-scopes" in result.stderr
    assert served(desk) == 2
    assert desk.run("rollback", "1", "--accept-new-scopes").exit_code == 0


def test_versions_tell_what_is_served(desk: Any) -> None:
    second = deploy_twice(desk)
    desk.run("rollback")
    text = desk.run("versions").stdout.splitlines()
    assert text[0].endswith("what addon.toml makes") and text[1].endswith(
        f"served by {second['deploymentId']}"
    )
    told = desk.json("versions")
    assert problems(told, "versions") == []
    assert [(one["version"], one["isCurrent"]) for one in told["versions"]] == [(2, True), (1, False)]


def test_status_tells_what_is_deployed_and_whether_it_drifted(desk: Any, edit: Callable[..., None]) -> None:
    deployed = desk.json("deploy")
    told = desk.json("status")
    assert problems(told, "status") == []
    assert told["deployment"]["deploymentId"] == deployed["deploymentId"]
    assert (told["isCurrent"], told["drift"], told["health"]["isWell"]) == (True, [], True)
    assert told["lastDone"]["did"] == "deploy"
    edit("Code.js", "function syncEvents() {}\n")
    drifted = desk.json("status")
    assert problems(drifted, "status") == []
    assert [one["name"] for one in drifted["drift"]] == ["Code.js"]
    assert "others changed it: Code.js changed" in desk.run("status").stdout


def test_status_tells_how_executions_go(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    edit("Code.js", "function fails() { throw new Error('no'); }\nfunction fine() {}\n")
    for function in ("fails", "fine", "fine"):
        desk.world.appsscript.run("developer@example.com", desk.script_id, function)
    told = desk.json("status")
    assert problems(told, "status") == []
    health = told["health"]
    assert (health["executions"], health["failed"], health["isWell"]) == (3, 1, False)
    assert {one["function"]: one["failed"] for one in health["functions"]} == {"fails": 1, "fine": 0}
    assert "fails: 1, 1 failed, the last at " in desk.run("status").stdout


def test_status_says_when_the_login_may_not_see_executions(desk: Any) -> None:
    desk.run("deploy")
    message = "Request had insufficient authentication scopes."
    rule = {
        "method": "script.processes.*",
        "reason": "insufficientPermissions",
        "message": message,
        "times": None,
    }
    desk.world.faults.add(rule)
    told = desk.json("status")
    assert (problems(told, "status"), told["health"]) == ([], None)
    assert "executions  not known" in desk.run("status").stdout
    assert "insufficient authentication scopes" in desk.run("logs").stderr


def test_undeploying_takes_the_deployment_and_nothing_else(desk: Any) -> None:
    deployed = desk.json("deploy")
    desk.requests()
    gone = desk.json("undeploy")
    assert problems(gone, "undeploy") == []
    assert gone["deploymentId"] == deployed["deploymentId"]
    assert writes(desk) == [f"DELETE /v1/projects/{gone['scriptId']}/deployments/{gone['deploymentId']}"]
    again = desk.run("undeploy")
    assert (again.exit_code, "nothing of this add-on is deployed" in again.stderr) == (1, True)
    assert "nothing; `confsync deploy` does" in desk.run("status").stdout
    assert desk.json("status")["deployment"] is None
    made = desk.json("deploy")
    assert (made["scriptId"], made["version"]) == (deployed["scriptId"], 1)
    assert made["deploymentId"] != deployed["deploymentId"]


def test_pages_are_opened_of_the_project_that_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    assert "no project on Google is known here" in run(main, ["open"]).stderr
    (tmp_path / ".clasp.json").write_text('{"scriptId": "1abc"}')
    (tmp_path / ".clasp-live.json").write_text('{"scriptId": "1live"}')
    home = "https://script.google.com/home/projects"
    assert run(main, ["open"]).stdout == f"{home}/1abc/edit\n"
    assert run(main, ["open", "executions", "--env", "live"]).stdout == f"{home}/1live/executions\n"


def test_going_back_leads_to_what_was_served_before(desk: Any) -> None:
    deploy_twice(desk)
    desk.change("grace_hours = 48  ", "grace_hours = 24  ")
    assert desk.json("deploy")["version"] == 1
    assert desk.json("rollback")["to"] == 2
    assert desk.json("rollback")["to"] == 1
    assert desk.run("rollback").exit_code == 1


def test_what_a_colleague_deployed_is_gone_back_from(desk: Any) -> None:
    second = deploy_twice(desk)
    for number in (3, 4):
        desk.api.create_version(desk.script_id, f"confsync {number}")
    desk.api.repoint(desk.script_id, second["deploymentId"], 4, "confsync 4")
    assert desk.json("rollback")["to"] == 3


def test_another_deployment_is_not_taken_in_place_of_one_that_is_gone(desk: Any) -> None:
    deployed = desk.json("deploy")
    other = desk.api.create_deployment(desk.script_id, 1, "confsync too")
    desk.api.undeploy(desk.script_id, deployed["deploymentId"])
    result = desk.run("undeploy")
    assert result.exit_code == 1
    assert (
        f"{deployed['deploymentId']} is gone already" in result.stderr and "--deployment-id" in result.stderr
    )
    assert desk.json("undeploy", "--deployment-id", other)["deploymentId"] == other


def test_another_deployment_that_is_taken_away_leaves_ours_known(desk: Any) -> None:
    deployed = desk.json("deploy")
    other = desk.api.create_deployment(desk.script_id, 1, "by hand")
    assert desk.run("undeploy", "--deployment-id", other).exit_code == 0
    kept = json.loads((desk.folder / ".confsync" / "local.json").read_text())
    assert kept["deploymentId"] == deployed["deploymentId"]


def test_status_after_a_pull_names_no_version(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    edit("Code.js", desk.api.content(desk.script_id).file("Code.js").source + "// edited\n")
    desk.run("pull")
    assert "last done   pull by developer@example.com" in desk.run("status").stdout


@pytest.mark.parametrize("hours", ["1e12", "nan"])
def test_hours_that_lead_to_no_time_are_wrong_usage(desk: Any, hours: str) -> None:
    desk.run("deploy")
    for command in ("status", "logs"):
        assert desk.run(command, "--hours", hours).exit_code == 2


def test_versions_know_what_clasps_files_leave_out(desk: Any) -> None:
    (desk.folder / ".claspignore").write_text("Cards.js\n")
    (desk.folder / ".clasp.json").write_text('{"rootDir": "build", "filePushOrder": ["build/Values.js"]}')
    desk.run("deploy")
    assert [one["isCurrent"] for one in desk.json("versions")["versions"]] == [True]
