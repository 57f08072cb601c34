"""UrlFetchApp whole: what is sent, to which hosts, and what a script sees of the answer."""

import base64
import json
from email import message_from_bytes
from typing import Any

import pytest

from .conftest import ALICE, BOB, MANIFEST, Script

CONFERENCES = "https://conferences.example/v1/conferences"
ECHO = """
function doGet(e) { return ContentService.createTextOutput(JSON.stringify([Session.getEffectiveUser().getEmail(), e])); }
function doPost(e) { return doGet(e); }
"""
WEB_APP = MANIFEST | {"webapp": {"access": "ANYONE", "executeAs": "USER_ACCESSING"}}


@pytest.fixture
def echo(script: Script) -> str:
    """The address of a web app that answers what it was sent."""
    other = Script(
        script.world, script.api, script.api.projects().create(body={"title": "Echo"}).execute()["scriptId"]
    )
    other.push(ECHO, WEB_APP)
    deployment = script.api.projects().deployments().list(scriptId=other.id).execute()["deployments"][0]
    return str(deployment["entryPoints"][0]["webApp"]["url"])


def sent(script: Script) -> Any:
    """Return what the last fetch sent."""
    return [call for call in script.calls() if call.service == "UrlFetch"][-1].arguments["request"]


def test_a_script_reaches_a_web_app_of_the_same_google(script: Script, echo: str) -> None:
    body = """const headers = { Authorization: "Bearer " + ScriptApp.getOAuthToken() };
      const got = UrlFetchApp.fetch(a + "?x=1", { headers });
      const posted = UrlFetchApp.fetch(a, { method: "post", headers, payload: { b: "x y", n: 2 } });
      return [got.getResponseCode(), JSON.parse(got), JSON.parse(posted.getContentText())[1].parameter]"""
    status, (user, event), fields = script.value(body, echo)
    assert (status, user, event["parameter"]) == (200, ALICE, {"x": "1"})
    assert fields == {"b": "x y", "n": "2"}


def test_a_script_reaches_itself_while_it_runs(script: Script) -> None:
    source = """
      function doGet() { return ContentService.createTextOutput(String(LockService.getUserLock().tryLock(0))); }
      function main() {
        LockService.getUserLock().tryLock(0);
        const headers = { Authorization: "Bearer " + ScriptApp.getOAuthToken() };
        return UrlFetchApp.fetch(ScriptApp.getService().getUrl(), { headers }).getContentText();
      }"""
    script.push(source, WEB_APP)
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert (record.status, record.result) == ("COMPLETED", "false"), "the caller holds the lock"


def test_calendar_s_own_address_takes_the_script_s_token(script: Script) -> None:
    body = """const url = "https://www.googleapis.com/calendar/v3/calendars/primary/events";
      const headers = { Authorization: "Bearer " + ScriptApp.getOAuthToken() };
      const day = (date) => ({ date });
      const made = JSON.parse(UrlFetchApp.fetch(url, { method: "post", contentType: "application/json", headers,
        payload: JSON.stringify({ summary: "é", start: day("2026-03-03"), end: day("2026-03-04") }) }));
      const info = UrlFetchApp.fetch("https://oauth2.googleapis.com/tokeninfo?access_token=" + ScriptApp.getOAuthToken());
      return [JSON.parse(UrlFetchApp.fetch(url + "/" + made.id, { headers })).summary, JSON.parse(info).email,
        Calendar.Events.get("primary", made.id).summary]"""
    assert script.value(body) == ["é", ALICE, "é"]


def test_a_token_is_had_for_a_refresh_token(script: Script) -> None:
    body = """return JSON.parse(UrlFetchApp.fetch("https://oauth2.googleapis.com/token", { method: "post",
      payload: { grant_type: "refresh_token", refresh_token: "refresh-" + a } })).token_type"""
    assert script.value(body, BOB) == "Bearer"


def test_a_blob_among_fields_makes_a_form_of_parts(script: Script) -> None:
    body = """const file = Utilities.newBlob([-1, 0, 10], "image/png", 'a "b".png');
      return UrlFetchApp.fetch(a, { method: "post", muteHttpExceptions: true,
        payload: { title: "é", n: 1, file, page: HtmlService.createHtmlOutput("<p>") } }).getResponseCode()"""
    assert script.value(body, CONFERENCES) == 401
    request = sent(script)
    data = base64.b64decode(request["payloadBase64"])
    message = message_from_bytes(b"Content-Type: " + request["contentType"].encode() + b"\r\n\r\n" + data)
    parts: Any = message.get_payload()
    assert [part.get_param("name", header="content-disposition") for part in parts] == [
        "title",
        "n",
        "file",
        "page",
    ]
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/plain",
        "image/png",
        "text/html",
    ]
    assert [part.get_payload(decode=True) for part in parts] == ["é".encode(), b"1", b"\xff\x00\n", b"<p>"]
    assert parts[2].get_filename() == "a %22b%22.png"


def test_a_blob_or_bytes_are_sent_as_they_are(script: Script, echo: str) -> None:
    body = """const headers = { Authorization: "Bearer " + ScriptApp.getOAuthToken() };
      const posted = (payload, more) =>
        JSON.parse(UrlFetchApp.fetch(a, { method: "POST", headers, payload, ...more }))[1].postData;
      return [posted(Utilities.newBlob("é", "text/csv")), posted([104, 105]), posted(Utilities.newBlob([-1, -2])),
        posted("{}", { contentType: "application/json" }), posted(7),
        posted("x", { headers: { ...headers, "content-type": "text/x" } }),
        posted(Utilities.newBlob("x", "text/y"), { headers: { ...headers, "Content-Type": "text/x" } })]
        .map(({ type, length, contents }) => [type, length, contents])"""
    form = "application/x-www-form-urlencoded"
    assert script.value(body, echo) == [
        ["text/csv", 2, "é"], [form, 2, "hi"], [form, 2, "\ufffd\ufffd"], ["application/json", 2, "{}"],
        [form, 1, "7"], ["text/x", 1, "x"], ["text/x", 1, "x"],
    ]  # fmt: skip


def test_a_request_is_shown_before_it_is_made(script: Script) -> None:
    body = """return [UrlFetchApp.getRequest("https://x.example/a b"),
      UrlFetchApp.getRequest("https://x.example/", { method: "PUT", headers: { n: 1 }, payload: "x",
        followRedirects: false, validateHttpsCertificates: false, muteHttpExceptions: true })]"""
    plain, full = script.value(body)
    shared = {"useIntranet": False}
    assert plain == shared | {
        "url": "https://x.example/a%20b", "method": "get", "headers": {}, "followRedirects": True,
        "validateHttpsCertificates": True,
    }  # fmt: skip
    assert full == shared | {
        "url": "https://x.example/", "method": "put", "headers": {"n": "1"}, "followRedirects": False,
        "validateHttpsCertificates": False, "contentType": "application/x-www-form-urlencoded", "payload": "x",
    }  # fmt: skip
    assert script.calls() == []


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        ("/ä b|{c}", "/%C3%A4%20b%7C%7Bc%7D"),
        ("/%41%zz", "/%41%25zz"),
        ("/a?b=c&d=[1]#e", "/a?b=c&d=[1]#e"),
    ],
)
def test_an_address_is_escaped_unless_it_is_already(script: Script, given: str, reached: str) -> None:
    url = f"{CONFERENCES}{given}"
    asked = "return UrlFetchApp.getRequest(a, { escaping: b }).url"
    assert script.value(asked, url, True) == f"{CONFERENCES}{reached}"
    if given == reached:
        assert script.value(asked, url, False) == url
    else:
        assert script.error(asked, url, False) == f"Exception: Invalid argument: {url}"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("fetch(u, { method: 'options' })", "Attribute provided with invalid value: method"),
        ("fetch(u, { headers: 'x' })", "Attribute provided with invalid value: headers"),
        ("fetch(u, { headers: { a: null } })", "Attribute provided with invalid value: Header:null"),
        ("fetch(u, { headers: { 'Content-Length': 1 } })", "Attribute provided with invalid value: Header:Content-Length"),
        ("fetch(u, { headers: { Host: 'x' } })", "Attribute provided with invalid value: Header:Host"),
        ("fetch('')", "Attribute provided with no value: url"),
        ("fetchAll([{ method: 'get' }])", "Attribute provided with no value: url"),
        ("fetch(u, 'x')", "The parameters (String,String) don't match the method signature for UrlFetchApp.fetch."),
        ("fetch(u).getAs('image/png')", "Converting from application/json to image/png is not supported."),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_made_is_refused(script: Script, call: str, text: str) -> None:
    body = f"const u = 'https://www.googleapis.com/discovery/v1/apis'; UrlFetchApp.{call}"
    assert script.error(body) == f"Exception: {text}"


def test_an_answer_that_is_no_text_keeps_its_bytes(script: Script) -> None:
    script.world.faults.add({"method": "UrlFetch.fetch", "action": "garbage", "headers": {"X-Seen": "1"}})
    body = """const answer = UrlFetchApp.fetch(a), bytes = answer.getContent();
      return [bytes.slice(-3), answer.getContentText().slice(-3), answer.getContentText("ISO-8859-1").slice(-3),
        answer.getBlob().getBytes().length === bytes.length, answer.getBlob().getContentType(), answer.getBlob().getName(),
        answer.getHeaders()["X-Seen"], answer.getAllHeaders()["Content-Type"],
        answer.getAs("application/json").getDataAsString("ISO-8859-1").slice(-3)]"""
    latin = "\xff\xfe\x00"
    assert script.value(body, CONFERENCES) == [
        [-1, -2, 0], "\ufffd\ufffd\x00", latin, True, "application/json", "conferences",
        "1", "application/json; charset=UTF-8", latin,
    ]  # fmt: skip


def test_a_download_has_the_name_that_it_was_given(script: Script) -> None:
    source = """
      function doGet() { return ContentService.createTextOutput("a,b").setMimeType(ContentService.MimeType.CSV).downloadAsFile("t.csv"); }
      function main() {
        const headers = { Authorization: "Bearer " + ScriptApp.getOAuthToken() };
        const blob = UrlFetchApp.fetch(ScriptApp.getService().getUrl(), { headers }).getBlob();
        return [blob.getName(), blob.getContentType(), blob.getDataAsString()];
      }"""
    script.push(source, WEB_APP)
    assert script.world.appsscript.run(ALICE, script.id, "main").result == ["t.csv", "text/csv", "a,b"]


def redirected(script: Script, status: int, location: str, **more: Any) -> None:
    rule = {"method": "conferences.*", "action": "html", "status": status, "headers": {"Location": location}}
    script.world.faults.add(rule | more)


def test_a_redirect_is_followed_unless_the_script_says_no(script: Script, echo: str) -> None:
    body = """const options = { method: "post", payload: "b=1", headers: { Authorization: "Bearer " + ScriptApp.getOAuthToken() } };
      const answer = UrlFetchApp.fetch(a, { ...options, followRedirects: b, muteHttpExceptions: true });
      return [answer.getResponseCode(), answer.getHeaders().Location || JSON.parse(answer)[1]]"""
    for status, length in ((302, -1), (303, -1), (307, 3), (308, 3)):
        redirected(script, status, f"{echo}?x=1")
        answered, event = script.value(body, CONFERENCES, True)
        assert (answered, event["queryString"], event["contentLength"]) == (200, "x=1", length)
        redirected(script, status, echo)
        assert script.value(body, CONFERENCES, False) == [status, echo]


def test_a_redirect_that_leads_nowhere_ends(script: Script) -> None:
    redirected(script, 302, CONFERENCES, times=None)
    assert script.error("UrlFetchApp.fetch(a)", CONFERENCES) == (
        f"Exception: Request failed: too many redirects: {CONFERENCES}"
    )


def test_a_redirect_leads_only_where_the_list_allows(script: Script) -> None:
    script.push("function main(url) { return UrlFetchApp.fetch(url).getResponseCode(); }")
    script.world.appsscript.install(ALICE, script.id, script.deploy())
    redirected(script, 302, "https://www.googleapis.com/discovery/v1/apis")
    record = script.world.appsscript.run(ALICE, script.id, "main", [CONFERENCES])
    assert record.error and "are not permitted" in record.error["message"]


def test_requests_at_once_take_as_long_as_the_slowest(script: Script) -> None:
    for seconds in (10, 30, 20):
        script.world.faults.add({"method": "conferences.list", "delaySeconds": seconds})
    body = """const before = Date.now(); UrlFetchApp.fetchAll([a, a, a].map((url) => ({ url, muteHttpExceptions: true })));
      return Date.now() - before"""
    assert 30_000 <= script.value(body, CONFERENCES) < 31_000


MOST = 50 * 1024 * 1024


def test_a_body_of_fifty_megabytes_is_sent_and_no_more(script: Script) -> None:
    body = "return UrlFetchApp.fetch(a, { method: 'post', payload: 'x'.repeat(b), muteHttpExceptions: true }).getResponseCode()"
    assert script.value(body, CONFERENCES, MOST) == 401
    assert script.error(body, CONFERENCES, MOST + 1) == "Exception: Limit exceeded: URLFetch POST Size."


def test_fifty_megabytes_may_be_bytes_that_are_no_text(script: Script) -> None:
    body = """const payload = Utilities.newBlob("").setDataFromString("\xff".repeat(b), "ISO-8859-1");
      return UrlFetchApp.fetch(a, { method: "post", payload, muteHttpExceptions: true }).getResponseCode()"""
    assert script.value(body, CONFERENCES, MOST) == 401
    assert script.error(body, CONFERENCES, MOST + 1) == "Exception: Limit exceeded: URLFetch POST Size."


def test_an_answer_of_fifty_megabytes_is_read_and_no_more(script: Script) -> None:
    source = """
      function doGet(e) { return ContentService.createTextOutput("x".repeat(Number(e.parameter.size))); }
      function main(size) {
        const headers = { Authorization: "Bearer " + ScriptApp.getOAuthToken() };
        return UrlFetchApp.fetch(`${ScriptApp.getService().getUrl()}?size=${size}`, { headers }).getContentText().length;
      }"""
    script.push(source, WEB_APP)
    assert script.world.appsscript.run(ALICE, script.id, "main", [MOST]).result == MOST
    refused = script.world.appsscript.run(ALICE, script.id, "main", [MOST + 1])
    assert refused.error and refused.error["message"] == "Limit exceeded: URLFetch Response Size."


def test_what_a_fetch_sends_is_in_the_trace_as_json(script: Script) -> None:
    script.value(
        "UrlFetchApp.fetch(a, { payload: [-1], method: 'post', muteHttpExceptions: true }); return 1",
        CONFERENCES,
    )
    assert json.loads(json.dumps(sent(script)))["payloadBase64"] == "/w=="
