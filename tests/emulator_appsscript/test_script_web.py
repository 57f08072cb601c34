"""Web apps, callbacks and what scripts know of themselves, over HTTP and in executions."""

import base64
import json
from typing import Any

import pytest

from .conftest import ALICE, BOB, MANIFEST, SCOPES, Script

WEB_APP = {"webapp": {"access": "ANYONE", "executeAs": "USER_ACCESSING"}}
ECHO = """
function doGet(e) { return ContentService.createTextOutput(JSON.stringify([Session.getEffectiveUser().getEmail(), e]))
  .setMimeType(ContentService.MimeType.JSON); }
function doPost(e) { return doGet(e); }
"""


def head_url(script: Script) -> str:
    deployments = script.api.projects().deployments().list(scriptId=script.id).execute()["deployments"]
    return str(deployments[0]["entryPoints"][0]["webApp"]["url"]).removeprefix("https://script.google.com")


def got(script: Script, target: str, user: str = ALICE, **more: Any) -> tuple[int, dict[str, Any], str]:
    headers = {"authorization": f"Bearer {user}"} if user else {}
    response = script.world.request(more.pop("verb", "GET"), target, headers | more, more.pop("body", b""))
    return response.status, dict(response.headers), response.body.decode()


def pushed(script: Script, source: str, page: str = "", **manifest: Any) -> None:
    files = [
        {"name": "appsscript", "type": "JSON", "source": json.dumps(MANIFEST | WEB_APP | manifest)},
        {"name": "Code", "type": "SERVER_JS", "source": source},
        {"name": "page", "type": "HTML", "source": page},
    ]
    script.api.projects().updateContent(scriptId=script.id, body={"files": files}).execute()


def test_a_web_app_gets_what_was_asked(script: Script) -> None:
    pushed(script, ECHO)
    status, headers, text = got(script, f"{head_url(script)}/more/path?a=1&a=2&b=")
    assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert json.loads(text) == [
        ALICE,
        {
            "queryString": "a=1&a=2&b=",
            "parameter": {"a": "1", "b": ""},
            "parameters": {"a": ["1", "2"], "b": [""]},
            "contextPath": "",
            "contentLength": -1,
            "pathInfo": "more/path",
        },
    ]


def test_a_form_that_is_sent_is_parameters_too(script: Script) -> None:
    pushed(script, ECHO)
    form = {"content-type": "application/x-www-form-urlencoded", "authorization": f"Bearer {ALICE}"}
    response = script.world.request("POST", f"{head_url(script)}?a=1", form, b"b=x+y")
    event = response.json()[1]
    assert event["parameter"] == {"a": "1", "b": "x y"} and event["contentLength"] == 5
    assert event["postData"]["contents"] == "b=x+y" and event["postData"]["type"] == form["content-type"]


@pytest.mark.parametrize(
    ("access", "execute_as", "user", "status", "runs_as"),
    [
        ("ANYONE", "USER_ACCESSING", BOB, 200, BOB),
        ("ANYONE", "USER_DEPLOYING", BOB, 200, ALICE),
        ("ANYONE", "USER_DEPLOYING", "", 401, None),
        ("ANYONE_ANONYMOUS", "USER_DEPLOYING", "", 200, ALICE),
        ("DOMAIN", "USER_ACCESSING", BOB, 200, BOB),
        ("MYSELF", "USER_ACCESSING", BOB, 403, None),
        ("MYSELF", "USER_ACCESSING", ALICE, 200, ALICE),
    ],
)
def test_the_manifest_says_who_enters_and_who_runs(
    script: Script, access: str, execute_as: str, user: str, status: int, runs_as: str | None
) -> None:
    pushed(script, ECHO, webapp={"access": access, "executeAs": execute_as})
    found, _, text = got(script, f"/macros/s/{script.deploy()}/exec", user)
    assert found == status
    assert runs_as is None or json.loads(text)[0] == runs_as


def test_what_is_no_web_app_says_so(script: Script) -> None:
    pushed(script, ECHO)
    url = head_url(script)
    assert got(script, url, BOB)[0] == 403
    assert got(script, url.replace("/dev", "/exec"))[0] == 404
    assert got(script, "/macros/s/none/exec")[0] == 404
    assert got(script, "/macros/nothing")[0] == 404
    assert got(script, url, "", authorization="")[0] == 401
    assert got(script, f"{url}?authuser={ALICE}", "")[0] == 200
    pushed(script, "function doGet() { throw new Error('<no>'); }")
    assert "<p>Error: &lt;no&gt;</p>" in got(script, url)[2]
    pushed(script, "function doGet() {}")
    assert "did not return anything" in got(script, url)[2]
    pushed(script, "")
    assert "Script function not found: doGet" in got(script, url)[2]


def test_a_settings_page_is_made_from_a_template(script: Script) -> None:
    page = "<ul><? for (const name of names) { ?><li><?= name ?></li><? } ?></ul><?!= raw ?><?= include() ?>"
    source = """
      function include() { return Session.getActiveUser().getEmail(); }
      function doGet() {
        const template = HtmlService.createTemplateFromFile("page");
        template.names = ["a", "<b>"]; template.raw = "<hr>";
        return template.evaluate().setTitle("A & B").addMetaTag("viewport", "width=1")
          .append("<p>").appendUntrusted("<i>");
      }"""
    pushed(script, source, page)
    status, headers, text = got(script, head_url(script))
    assert (status, headers["x-frame-options"]) == (200, "SAMEORIGIN")
    assert text == (
        '<title>A &amp; B</title><meta name="viewport" content="width=1">'
        "<ul><li>a</li><li>&#60;b&#62;</li></ul><hr>alice@example.com<p>&#60;i&#62;"
    )


def test_pages_and_texts_can_be_read_again(script: Script) -> None:
    body = """
      const page = HtmlService.createHtmlOutput("a").setWidth(5).setXFrameOptionsMode(HtmlService.XFrameOptionsMode.ALLOWALL);
      const text = ContentService.createTextOutput("x").append("y").downloadAsFile("f.txt");
      return [page.getContent(), page.getWidth(), page.getTitle(), page.clear().getContent(), text.getContent(),
        text.getFileName(), String(text.getMimeType()), HtmlService.createTemplate("<?= 1 + 1 ?>").evaluate().getContent()];
    """
    assert script.value(body) == ["a", 5, None, "", "xy", "f.txt", "TEXT", "2"]
    missing = "HtmlService.createHtmlOutputFromFile('none')"
    assert script.error(missing) == "Exception: No HTML file named none was found."


CALLBACK = """
function begin(seconds) {
  return ScriptApp.newStateToken().withMethod("back").withArgument("service", "rooms").withTimeout(seconds).createToken();
}
function back(e) {
  PropertiesService.getUserProperties().setProperty("code", e.parameter.code);
  return HtmlService.createHtmlOutput(e.parameter.service + " " + Session.getEffectiveUser().getEmail());
}"""


def test_a_callback_runs_what_its_state_token_says(script: Script) -> None:
    script.push(CALLBACK)
    token = script.world.appsscript.run(BOB, script.id, "begin", [120]).result
    target = f"/macros/d/{script.id}/usercallback?code=c1&state={token}"
    script.world.clock.advance(100_000_000)
    assert got(script, target, "")[2] == f"rooms {BOB}"
    assert script.world.appsscript.properties(script.id, BOB) == {"code": "c1"}
    script.world.clock.advance(100_000_000)
    status, _, text = got(script, target, "")
    assert status == 400 and "The state token is invalid or has expired. Please try again." in text
    assert got(script, f"/macros/d/{script.id}/usercallback?state=x", "")[0] == 400
    record = script.world.appsscript.run(BOB, script.id, "begin", [3601])
    assert record.error and "3600" in record.error["message"]


def test_a_script_knows_its_own_address(script: Script) -> None:
    assert script.value("return ScriptApp.getService().getUrl()") is None
    source = "function main() { return [ScriptApp.getService().getUrl(), String(ScriptApp.getInstallationSource())]; }"
    pushed(script, source)
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert record.result == [f"https://script.google.com{head_url(script)}", "NONE"]
    deployment = script.deploy()
    script.world.appsscript.install(ALICE, script.id, deployment)
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert record.result == [f"https://script.google.com/macros/s/{deployment}/exec", "WEB_STORE_ADD_ON"]


def test_scopes_that_were_not_granted_are_asked_for(script: Script) -> None:
    body = """const info = (scopes) => String(ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL, scopes)
        .getAuthorizationStatus());
      ScriptApp.requireAllScopes(ScriptApp.AuthMode.FULL); ScriptApp.requireScopes(ScriptApp.AuthMode.FULL, [a]);
      return [info([a]), info([b]), JSON.stringify(ScriptApp.AuthMode.LIMITED), String(ScriptApp.EventType.CLOCK)];"""
    assert script.value(body, SCOPES[0], "x") == ["NOT_REQUIRED", "REQUIRED", '"LIMITED"', "CLOCK"]
    needed = "ScriptApp.requireScopes(ScriptApp.AuthMode.FULL, ['x'])"
    assert script.error(needed) == "Exception: Authorization is required to perform that action."


def test_an_identity_token_needs_a_scope(script: Script) -> None:
    assert script.value("return ScriptApp.getIdentityToken()") is None
    pushed(
        script,
        "function main() { return ScriptApp.getIdentityToken(); }",
        oauthScopes=[*SCOPES, "openid"],
    )
    token = script.world.appsscript.run(ALICE, script.id, "main").result
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["email"] == ALICE and claims["exp"] - claims["iat"] == 3600
