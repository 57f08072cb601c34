"""What a developer does with the real clasp works on the local Google."""

import json
import shutil

from confsync.emulator.wire import Response

from .conftest import DEVELOPER, ROOT, Clasp

MANIFEST = {
    "timeZone": "Etc/UTC",
    "runtimeVersion": "V8",
    "executionApi": {"access": "MYSELF"},
    "webapp": {"access": "MYSELF", "executeAs": "USER_DEPLOYING"},
}


def created(clasp: Clasp) -> str:
    """Create a project with clasp; return its script id."""
    clasp("create-script", "--title", "Meetings", "--type", "standalone")
    return str(json.loads((clasp.folder / ".clasp.json").read_text())["scriptId"])


def content(clasp: Clasp, script_id: str) -> dict[str, str]:
    """Return what the local Google holds of a script: source by name."""
    headers = {"Authorization": f"Bearer {DEVELOPER}"}
    answer: Response = clasp.world.request("GET", f"/v1/projects/{script_id}/content", headers)
    return {file["name"]: file["source"] for file in answer.json()["files"]}


def test_a_project_is_created_pushed_versioned_deployed_and_undeployed(clasp: Clasp) -> None:
    script_id = created(clasp)
    clasp.write(Code="function one() { return 1; }\n", Other="var other;\n")
    pushed = clasp("push", "--force")
    assert sorted(path for path in pushed) == ["Code.js", "Other.js", "appsscript.json"]
    assert content(clasp, script_id)["Code"] == "function one() { return 1; }\n"

    assert clasp("create-version", "first") == {"versionNumber": 1}
    made = clasp("create-deployment", "--versionNumber", "1", "--description", "for us")
    assert clasp("update-deployment", made["deploymentId"], "--description", "newer")["versionNumber"] == 2
    assert [version["versionNumber"] for version in clasp("list-versions")] == [2, 1]
    head, deployment = clasp("list-deployments")
    assert head.keys() == {"deploymentId"}
    assert deployment == {**made, "versionNumber": 2, "description": "newer"}

    assert clasp("delete-deployment", made["deploymentId"]) == {
        "deletedDeploymentIds": [made["deploymentId"]]
    }
    assert clasp("list-deployments") == [head]


def test_what_was_pushed_is_pulled_and_cloned(clasp: Clasp) -> None:
    script_id = created(clasp)
    clasp.write(Code="function one() {}\n")
    clasp("push", "--force")
    clasp.write(Code="var changed;\n")
    assert clasp("pull")["pulledFiles"] == ["appsscript.json", "Code.js"]
    assert (clasp.folder / "Code.js").read_text() == "function one() {}\n"
    assert [script["id"] for script in clasp("list-scripts")] == [script_id]
    clasp.folder = clasp.folder.parent / "clone"
    clasp.folder.mkdir()
    clasp("clone-script", script_id)
    assert (clasp.folder / "Code.js").read_text() == "function one() {}\n"


def test_a_function_runs_what_was_pushed_last(clasp: Clasp) -> None:
    created(clasp)
    (clasp.folder / "appsscript.json").write_text(json.dumps(MANIFEST))
    clasp.write(
        Code="function add(a, b) { return a + b; }\nfunction fail() { throw new TypeError('told'); }\n"
    )
    clasp("push", "--force")
    assert clasp("run-function", "add", "--params", "[20, 22]") == {"response": 42}
    failed = clasp.run("run-function", "fail")
    assert failed.stderr == "Exception: told [ { function: 'fail', lineNumber: 2 } ]\n"


def test_the_rendered_add_on_is_pushed_from_its_folder(clasp: Clasp) -> None:
    script_id = created(clasp)
    shutil.copytree(ROOT / "build", clasp.folder / "build")
    shutil.copy(ROOT / ".claspignore", clasp.folder)
    settings = json.loads((ROOT / ".clasp.json").read_text()) | {"scriptId": script_id}
    (clasp.folder / ".clasp.json").write_text(json.dumps(settings))
    clasp("push", "--force")
    files = {path.stem: path.read_text() for path in (ROOT / "build").iterdir()}
    assert content(clasp, script_id) == files


def test_what_google_refuses_is_told(clasp: Clasp) -> None:
    script_id = created(clasp)
    clasp.write(Code="var fine;\nvar = 1;\n")
    refused = clasp.run("push", "--force")
    assert refused.returncode == 1
    assert "Syntax error: SyntaxError:" in refused.stderr and "line: 2 file: Code.gs" in refused.stderr
    assert "Code" not in content(clasp, script_id)
    clasp.world.switches.change({"appsScriptApi": "off-for-user"})
    refused = clasp.run("list-versions")
    assert refused.returncode == 1
    assert "User has not enabled the Apps Script API." in refused.stderr


def test_an_expired_token_is_refreshed_and_kept(clasp: Clasp) -> None:
    created(clasp)
    first, *_ = clasp.requests()
    assert first == "POST /oauth2/token"
    kept = json.loads(clasp.credentials.read_text())["tokens"]["default"]
    assert clasp.world.oauth.owner(kept["access_token"]).email == DEVELOPER
