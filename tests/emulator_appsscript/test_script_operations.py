"""`scripts.run`: who may call a function of a script over the API, which version runs, and how its end is told."""

import json
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

from .conftest import ALICE, BOB, MANIFEST, Script

TYPE = "type.googleapis.com/google.apps.script.v1"


def run(script: Script, id_: str, function: str, *parameters: Any, user: str = ALICE, **others: Any) -> Any:
    """Run a function over the API and return the operation."""
    api = build("script", "v1", http=TwinHttp(script.world, user), static_discovery=True)
    body = {"function": function, "parameters": list(parameters), **others}
    return api.scripts().run(scriptId=id_, body=body).execute()


def refused(script: Script, id_: str, function: str, **others: Any) -> tuple[int, str]:
    """Run a function that may not run; return status and message."""
    with pytest.raises(HttpError) as caught:
        run(script, id_, function, **others)
    return caught.value.resp.status, json.loads(caught.value.content)["error"]["message"]


def deployed(script: Script, source: str, access: str = "MYSELF") -> str:
    """Push a script for this API and deploy it; return the deployment's id."""
    script.push(source, MANIFEST | {"executionApi": {"access": access}})
    return script.deploy()


def test_a_function_s_result_comes_in_an_operation(script: Script) -> None:
    deployment = deployed(script, "function add(a, b) { return {sum: a + b, list: [a, true, null]}; }")
    assert run(script, deployment, "add", 1, 2) == {
        "done": True,
        "response": {"@type": f"{TYPE}.ExecutionResponse", "result": {"sum": 3, "list": [1, True, None]}},
    }
    [process] = script.api.processes().list().execute()["processes"]
    assert (process["processType"], process["processStatus"]) == ("EXECUTION_API", "COMPLETED")


def test_parameters_are_all_that_json_has(script: Script) -> None:
    deployment = deployed(script, "function same(...given) { return given; }")
    given = [True, False, None, "é", 1.5, [1, [2]], {"a": {"b": None}}]
    assert run(script, deployment, "same", *given)["response"]["result"] == given


def test_a_function_without_a_result_has_none(script: Script) -> None:
    deployment = deployed(script, "function nothing() {}")
    assert run(script, deployment, "nothing")["response"] == {"@type": f"{TYPE}.ExecutionResponse"}


def test_a_script_s_error_comes_in_an_operation(script: Script) -> None:
    source = "function outer() {\n  inner();\n}\nfunction inner() {\n  null.x;\n}"
    operation = run(script, deployed(script, source), "outer")
    [details] = operation["error"]["details"]
    assert operation["done"] and "response" not in operation
    assert (operation["error"]["code"], operation["error"]["message"]) == (3, "ScriptError")
    assert details == {
        "@type": f"{TYPE}.ExecutionError",
        "errorMessage": "Cannot read properties of null (reading 'x')",
        "errorType": "TypeError",
        "scriptStackTraceElements": [
            {"function": "inner", "lineNumber": 5}, {"function": "outer", "lineNumber": 2},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    ["new Date(0)", "[() => 1]", "{a: {b: Utilities}}", "PropertiesService.getUserProperties()", "1n"],
)
def test_what_is_no_basic_type_cannot_be_returned(script: Script, value: str) -> None:
    operation = run(script, deployed(script, f"function f() {{ return {value}; }}"), "f")
    [details] = operation["error"]["details"]
    assert details["errorType"] == "ScriptError"
    message = "The script completed but the returned value is not a supported return type."
    assert (operation["error"]["code"], details["errorMessage"]) == (3, message)


@pytest.mark.parametrize("kind", ["function", "async function"])
def test_what_holds_itself_cannot_be_returned(script: Script, kind: str) -> None:
    deployment = deployed(script, f"{kind} f() {{ const a = []; a.push(a); return a; }}")
    assert "error" in run(script, deployment, "f")


def test_a_function_that_is_not_there_is_a_script_s_error(script: Script) -> None:
    [details] = run(script, deployed(script, "var a;"), "missing")["error"]["details"]
    assert details["errorMessage"] == "Script function not found: missing"


def test_a_function_that_takes_too_long_is_told_by_its_code(script: Script) -> None:
    deployment = deployed(script, "function endless() { for (;;) Utilities.sleep(60000); }")
    error = run(script, deployment, "endless")["error"]
    assert (error["code"], error["details"][0]["errorMessage"]) == (10, "Exceeded maximum execution time")


def test_dev_mode_runs_what_was_saved_last_for_the_owner_only(script: Script) -> None:
    deployment = deployed(script, "function which() { return 'deployed'; }", "ANYONE")
    script.push("function which() { return 'saved'; }", MANIFEST | {"executionApi": {"access": "ANYONE"}})
    assert run(script, deployment, "which")["response"]["result"] == "deployed"
    assert run(script, deployment, "which", devMode=True)["response"]["result"] == "saved"
    assert run(script, deployment, "which", devMode=True, user=BOB)["response"]["result"] == "deployed"
    assert run(script, script.id, "which")["response"]["result"] == "deployed"
    assert run(script, script.id, "which", devMode=True)["response"]["result"] == "saved"


@pytest.mark.parametrize(
    ("access", "bob", "stranger"),
    [("MYSELF", False, False), ("DOMAIN", True, False), ("ANYONE", True, True)],
)
def test_the_manifest_says_who_may_call(script: Script, access: str, bob: bool, stranger: bool) -> None:
    deployment = deployed(script, "function f() { return 1; }", access)
    script.world.oauth.add_user("carol@elsewhere.example")
    for user, may in ((ALICE, True), (BOB, bob), ("carol@elsewhere.example", stranger)):
        if may:
            assert run(script, deployment, "f", user=user)["response"]["result"] == 1
        else:
            expected = (403, "The caller does not have permission")
            assert refused(script, deployment, "f", user=user) == expected


def test_head_is_for_its_owner(script: Script) -> None:
    deployed(script, "function f() { return 1; }", "ANYONE")
    deployments = script.api.projects().deployments().list(scriptId=script.id).execute()["deployments"]
    head = deployments[0]["deploymentId"]
    assert run(script, head, "f")["response"]["result"] == 1
    assert refused(script, head, "f", user=BOB)[0] == 403


def test_only_what_is_deployed_for_this_api_can_be_called(script: Script) -> None:
    script.push("function f() {}")
    deployment = script.deploy()
    for id_ in (deployment, script.id, "none"):
        assert refused(script, id_, "f") == (404, "Requested entity was not found.")
    assert refused(script, script.id, "f", devMode=True)[0] == 404
    assert refused(script, deployed(script, "function f() {}"), "")[0] == 400


def test_the_caller_needs_the_scopes_of_the_script(world: World, script: Script) -> None:
    deployment = deployed(script, "function f() { return 1; }", "ANYONE")
    scopes = frozenset(MANIFEST["oauthScopes"])
    assert run(script, deployment, "f", user=world.oauth.mint(BOB, scopes))["done"]
    for one in scopes:
        token = world.oauth.mint(BOB, scopes - {one})
        expected = (403, "Request had insufficient authentication scopes.")
        assert refused(script, deployment, "f", user=token) == expected
