"""`confsync plan` shows what a deploy would do, and writes nothing."""

import json
from collections.abc import Callable
from typing import Any

from .schemas import problems


def test_a_first_deploy_is_planned_and_nothing_written(desk: Any) -> None:
    result = desk.run("plan")
    assert result.exit_code == 0
    assert "My Conferences → a local Google, a new project" in result.stdout
    assert "1. make a project called “My Conferences”\n  2. push " in result.stdout
    assert "1 of 200 versions, 1 of 20 deployments" in result.stdout
    assert not [
        request for request in desk.requests() if not request.startswith(("GET ", "POST /emulator/users"))
    ]
    plan = desk.json("plan")
    assert problems(plan, "plan") == []
    assert (plan["scriptId"], plan["changes"], plan["rollbackTo"]) == (None, True, None)
    assert desk.run("plan", "--detailed-exitcode").exit_code == 3


def test_nothing_to_do_takes_three_reads(desk: Any) -> None:
    desk.run("deploy")
    desk.requests()
    result = desk.run("plan", "--detailed-exitcode")
    assert (result.exit_code, "Nothing to do" in result.stdout) == (0, True)
    requests = desk.requests()
    assert len(requests) <= 3 and all(request.startswith("GET ") for request in requests)
    plan = desk.json("plan")
    assert problems(plan, "plan") == []
    assert (plan["changes"], plan["files"]) == (False, [])


def test_a_change_is_shown_line_by_line_with_what_it_means(desk: Any) -> None:
    desk.run("deploy")
    desk.change("grace_hours = 24  ", "grace_hours = 48  ")
    desk.change('name = "My Web Conference"', 'name = "Our Web Conference"')
    result = desk.run("plan", "--detailed-exitcode")
    assert result.exit_code == 3
    assert '    -    "graceMinutes": 1440,\n' in result.stdout
    assert '    +    "graceMinutes": 2880,\n' in result.stdout
    assert "· The solution web is called “Our Web Conference” instead of “My Web Conference”" in result.stdout
    assert "Rollback: confsync rollback 1 points the deployment back to version 1" in result.stdout
    plan = desk.json("plan")
    assert problems(plan, "plan") == []
    assert [file["name"] for file in plan["files"]] == ["appsscript.json", "Config.js"]
    assert [one["kind"] for one in plan["consequences"]] == ["solution-renamed"]
    assert plan["rollbackTo"] == 1


def test_what_others_changed_is_shown_and_stands_in_the_way(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    edit("Config.js", "var CONFIG = {};\n")
    edit("Code.js", desk.api.content(desk.script_id).file("Code.js").source + "// edited online\n")
    desk.change("grace_hours = 24  ", "grace_hours = 48  ")
    desk.requests()
    for command in ("plan", "deploy"):
        result = desk.run(command)
        assert result.exit_code == 1
        assert "changed since our last push" in result.stderr and "confsync pull" in result.stderr
        assert "    +// edited online\n" in result.output
    assert all(request.startswith("GET ") for request in desk.requests())
    refused = desk.json("deploy", exit_code=1)
    assert problems(refused, "error") == [] and "confsync pull" in refused["error"]["nextStep"]
    shown = desk.run("plan").stdout
    assert "~ Code.js: changed there only, by developer@example.com at 2" in shown
    assert "~ Config.js: changed there and here: to be merged" in shown
    assert "+++ Config.js (there)" in shown and "+++ Config.js (here)" in shown
    assert "    +// edited online\n" in shown
    plan = desk.json("plan", exit_code=1)
    assert problems(plan, "plan") == []
    assert {one["name"]: one["changed"] for one in plan["drift"]} == {"Code.js": "there", "Config.js": "both"}
    assert [one["kind"] for one in plan["obstacles"]] == ["drift"]
    assert desk.json("plan", "--force")["obstacles"] == []


def test_a_new_scope_is_refused_until_it_is_accepted(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    manifest = desk.api.content(desk.script_id).manifest
    less = manifest | {"oauthScopes": manifest["oauthScopes"][1:]}
    scope = manifest["oauthScopes"][0].rpartition("/")[2]
    edit("appsscript.json", json.dumps(less))
    version = desk.api.create_version(desk.script_id, "confsync 0123")
    ours = desk.api.deployments(desk.script_id)[-1]
    desk.api.repoint(desk.script_id, ours.id, version, ours.description)
    for command in ("plan", "deploy"):
        result = desk.run(command, "--force")
        assert result.exit_code == 1
        assert f"every user would have to consent again ({scope})" in result.stderr
        assert "--accept-new-scopes" in result.stderr
    assert f"! {scope} is a new scope: every user must consent again" in desk.run("plan", "--force").stdout
    assert desk.run("deploy", "--force", "--accept-new-scopes").exit_code == 0


def test_environments_have_ids_of_their_own(desk: Any) -> None:
    desk.change("[provider]\n", '[env.staging.addon]\nname = "Staging"\n\n[provider]\n')
    first = desk.json("deploy")
    staging = desk.json("deploy", "--env", "staging")
    assert staging["env"] == "staging" and staging["scriptId"] != first["scriptId"]
    assert desk.api.project_ids("Staging") == [staging["scriptId"]]
    assert {path.name for path in (desk.folder / ".confsync").iterdir()} >= {
        "local.json",
        "local-staging.json",
    }
    assert not desk.json("deploy")["changed"] and not desk.json("deploy", "--env", "staging")["changed"]
    assert "no environment moon" in desk.run("plan", "--env", "moon").stderr
