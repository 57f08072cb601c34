"""`google.script.run`: pages that call their script, over HTTP and in a JavaScript engine in the place of a browser."""

import json
import subprocess
from typing import Any

import pytest

from confsync.emulator.appsscript.process import node
from confsync.emulator.server import serve

from .conftest import ALICE, BOB, Script
from .test_script_web import got, head_url, pushed

WEB_APP = {"webapp": {"access": "ANYONE", "executeAs": "USER_ACCESSING"}}
SOURCE = """
function doGet() { return HtmlService.createHtmlOutputFromFile("page").setTitle("Settings"); }
function add(a, b) { return a + b; }
function echo(...given) { return given; }
function who() { return Session.getEffectiveUser().getEmail(); }
function fail() { throw new RangeError("too far"); }
function refuse() { return PropertiesService.getUserProperties().setProperty("k", "x".repeat(10000)); }
function dated() { return { at: new Date() }; }
function service() { return PropertiesService.getUserProperties(); }
function nothing() {}
function secret_() { return "secret"; }
var object = { method() { return "inside"; } };
const arrow = () => "arrow";
"""
PAGE = "<!DOCTYPE html><button>Save</button><script>google.script.run.add(1, 2)</script>"


def deployed(script: Script, page: str = PAGE, **manifest: Any) -> str:
    """Push and deploy a web app; return the path of the deployment."""
    pushed(script, SOURCE, page, **(WEB_APP | manifest))
    return f"/macros/s/{script.deploy()}"


def called(script: Script, app: str, function: str, *arguments: Any, user: str = ALICE) -> Any:
    """Send a page's call; return the answer."""
    body = json.dumps({"function": function, "arguments": arguments}).encode()
    status, _, text = got(script, f"{app}/run", user, verb="POST", body=body)
    assert status == 200, text
    return json.loads(text)


def test_a_page_that_calls_its_script_is_given_the_means(script: Script) -> None:
    app = deployed(script)
    text = got(script, f"{app}/exec")[2]
    assert text.startswith("<title>Settings</title><script>(function (address, names)")
    assert text.endswith(PAGE) and f"{app}/run?authuser=alice%40example.com" in text
    named = '["add", "dated", "doGet", "echo", "fail", "nothing", "refuse", "service", "who"]'
    assert named in text and "secret_" not in text
    app = deployed(script, "<p>no calls")
    assert got(script, f"{app}/exec")[2] == "<title>Settings</title><p>no calls"


def test_a_call_runs_a_function_as_who_looks_at_the_page(script: Script) -> None:
    app = deployed(script)
    assert called(script, app, "add", 1, 2) == {"result": 3}
    given = ["text", 1.5, True, None, [1, [2]], {"a": {"b": None}}]
    assert called(script, app, "echo", *given) == {"result": given}
    assert called(script, app, "nothing") == {"result": None}
    assert called(script, app, "who", user=BOB) == {"result": BOB}
    record = script.world.appsscript.executions()[-1]
    assert (record.function, record.kind, record.user, record.status) == ("who", "WEBAPP", BOB, "COMPLETED")
    app = deployed(script, webapp={"access": "ANYONE_ANONYMOUS", "executeAs": "USER_DEPLOYING"})
    assert called(script, app, "who", user="") == {"result": ALICE}


@pytest.mark.parametrize("function", ["secret_", "object.method", "object", "arrow", "none", "toString"])
def test_what_is_private_or_not_declared_is_not_there(script: Script, function: str) -> None:
    refused = {"error": {"name": "Exception", "message": f"Script function not found: {function}"}}
    assert called(script, deployed(script), function) == refused
    assert script.world.appsscript.executions() == []


def test_what_a_function_throws_comes_back(script: Script) -> None:
    app = deployed(script)
    assert called(script, app, "fail") == {"error": {"name": "RangeError", "message": "too far"}}
    assert called(script, app, "refuse")["error"]["message"] == "Argument too large: value"


@pytest.mark.parametrize("function", ["dated", "service"])
def test_what_cannot_be_returned_is_null(script: Script, function: str) -> None:
    assert called(script, deployed(script), function) == {"result": None}
    assert script.world.appsscript.executions()[-1].status == "COMPLETED"


def test_calls_enter_as_visits_do(script: Script) -> None:
    app = deployed(script)
    body = b'{"function": "who", "arguments": []}'
    assert got(script, f"{app}/run", "", verb="POST", body=body)[0] == 401
    bob = got(script, f"{app}/run?authuser={BOB}", "", verb="POST", body=body)[2]
    assert json.loads(bob) == {"result": BOB}
    assert got(script, f"{app}/run", verb="POST", body=b"who")[0] == 400
    assert got(script, f"{app}/run", verb="GET")[0] == 400
    assert got(script, "/macros/s/none/run", verb="POST", body=body)[0] == 404
    head = head_url(script).removesuffix("/dev")
    assert got(script, f"{head}/run", BOB, verb="POST", body=body)[0] == 403
    assert called(script, head, "who") == {"result": ALICE}


BROWSER = """
const [url, code] = process.argv.slice(1);
const page = await (await fetch(url)).text();
globalThis.location = { href: url };
const [, client] = /<script>(.*?)<\\/script>/s.exec(page);
(0, eval)(client);
const told = [];
const tell = (...given) => told.push(given.map((one) => (one instanceof Error ? `${one}` : one)));
await new (Object.getPrototypeOf(async () => {}).constructor)("run", "tell", "told", code)(google.script.run, tell, told);
console.log(JSON.stringify(told));
"""


def browsed(script: Script, code: str, user: str = ALICE) -> Any:
    """Open the page in an engine with `fetch`, run code with `run` and `tell`, and return what it told."""
    app = deployed(script)
    with serve(script.world, 0) as server:
        url = f"{server.url}{app}/exec?authuser={user}"
        command = [node(), "--input-type=module", "--eval", BROWSER, url, code]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


WAIT = "while (told.length < %d) await new Promise((next) => setTimeout(next, 5));"


def test_handlers_get_what_came_and_the_user_object(script: Script) -> None:
    code = f"""
      const runner = run.withUserObject({{ button: 1 }}).withFailureHandler((...given) => tell("failed", ...given));
      tell(runner.withSuccessHandler((...given) => tell("done", ...given)).who());
      {WAIT % 2}
      runner.fail();
      {WAIT % 3}
      run.withSuccessHandler(tell).echo([undefined, {{ a: undefined, b: 1 }}], undefined);
      {WAIT % 4}
    """
    assert browsed(script, code, BOB) == [
        [None],
        ["done", BOB, {"button": 1}],
        ["failed", "ScriptError: too far", {"button": 1}],
        [[[None, {"b": 1}], None], None],
    ]


def test_what_may_not_be_sent_is_refused_in_the_page(script: Script) -> None:
    code = """
      const circular = {}; circular.self = circular;
      for (const given of [[1, new Date()], [{ at: new Date() }], [[() => 1]], [circular], [new Map()], [Symbol()]]) {
        try { run.echo(...given); tell("sent"); } catch (error) { tell(error); }
      }
      for (const name of ["secret_", "object", "none"]) tell(typeof run[name]);
    """
    properties = ["1", "at", "0", "self", "0", "0"]
    refusals = [[f"TypeError: Failed due to illegal value in property: {name}"] for name in properties]
    assert browsed(script, code) == [*refusals, *[["undefined"]] * 3]
    assert script.world.appsscript.executions()[-1].function == "doGet"


def test_failures_without_a_handler_are_logged_in_the_page(script: Script) -> None:
    code = f"console.error = tell; run.fail(); {WAIT % 1} run.withFailureHandler(null).fail(); run.withSuccessHandler(tell).add(1, 1); {WAIT % 2}"
    assert browsed(script, code) == [["ScriptError: too far"], [2, None]]
