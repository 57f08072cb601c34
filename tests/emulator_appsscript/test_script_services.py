"""Services as scripts see them: values, and the platform's own texts when something is wrong."""

import pytest
from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp

from .conftest import ALICE, BOB, MANIFEST, Script


def test_properties_are_strings_of_a_user_or_of_the_script(script: Script) -> None:
    body = """
      const mine = PropertiesService.getUserProperties(), ours = PropertiesService.getScriptProperties();
      mine.setProperty("n", 1).setProperties({ b: true, o: {} }).setProperty("gone", "x").deleteProperty("gone");
      const copy = mine.getProperties(); copy.n = "changed";
      ours.setProperties({ a: "1", b: "2" }); ours.setProperties({ c: "3" }, true);
      return [mine.getProperty("n"), mine.getProperty("absent"), mine.getKeys().sort(), ours.getProperties(),
        PropertiesService.getDocumentProperties()];
    """
    assert script.value(body) == ["1", None, ["b", "n", "o"], {"c": "3"}, None]
    record = script.run("return PropertiesService.getUserProperties().getProperties()", user=BOB)
    assert record.result == {}
    assert script.world.appsscript.properties(script.id, ALICE) == {
        "b": "true",
        "n": "1",
        "o": "[object Object]",
    }
    assert script.value("PropertiesService.getUserProperties().deleteAllProperties(); return 1") == 1
    assert script.world.appsscript.properties(script.id, ALICE) == {}


def test_property_sizes_have_limits(script: Script) -> None:
    put = "PropertiesService.getUserProperties().setProperty(a, 'é'.repeat(b))"
    assert script.value(f"{put}; return 1", "k", 4608) == 1
    assert script.error(put, "k", 4609) == "Exception: Argument too large: value"
    assert script.error(put, "k" * 501, 1) == "Exception: Argument too large: key"
    fill = """const store = PropertiesService.getUserProperties(); const many = {};
      for (let i = 0; i < a; i++) many['k' + i] = 'x'.repeat(9000); store.setProperties(many)"""
    assert script.value(f"{fill}; return 1", 55) == 1
    assert script.error(fill, 57) == (
        "Exception: You have exceeded the property storage quota. Please remove some properties and try again."
    )
    assert len(script.world.appsscript.properties(script.id, ALICE)) == 56


def test_fetch_asks_the_third_party(script: Script) -> None:
    script.world.appsscript.set_properties(script.id, "script", {"secret.key": script.world.conferences.key})
    body = """
      const key = PropertiesService.getScriptProperties().getProperty("secret.key");
      const url = "https://conferences.example/v1/conferences";
      const body = { id: "abc", title: "T", startTime: "2026-03-02T09:00:00Z", endTime: "2026-03-02T10:00:00Z",
        timeZone: "Etc/UTC" };
      const options = { method: "post", contentType: "application/json", headers: { Authorization: "Bearer " + key },
        payload: JSON.stringify(body), muteHttpExceptions: true };
      const [made, again, absent] = UrlFetchApp.fetchAll([{ url, ...options }, { url, ...options }, url]
        .map((item) => typeof item === "string" ? { url: item + "/none", muteHttpExceptions: true } : item));
      return [made.getResponseCode(), JSON.parse(made).title, made.getHeaders()["Content-Type"],
        again.getResponseCode(), absent.getResponseCode(), made.getContent().length > 100];
    """
    assert script.value(body) == [201, "T", "application/json; charset=UTF-8", 409, 401, True]
    assert [conference["id"] for conference in script.world.conferences.held()] == ["abc"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("fetch('https://nowhere.example/')", "DNS error: https://nowhere.example/"),
        ("fetch('http://conferences.example/v1/')", "DNS error: http://conferences.example/v1/"),
        ("fetch('nonsense')", "Invalid argument: nonsense"),
        ("fetch('https://www.googleapis.com/emulator')", "DNS error: https://www.googleapis.com/emulator"),
        (
            "fetch('https://conferences.example/v1/conferences')",
            "Request failed for https://conferences.example returned code 401. Truncated server response: ",
        ),
        ("fetch()", "The parameters () don't match the method signature for UrlFetchApp.fetch."),
        (
            "fetchAll('x')",
            "The parameters (String) don't match the method signature for UrlFetchApp.fetchAll.",
        ),
    ],
)
def test_a_fetch_that_fails_says_so_in_the_platform_s_words(script: Script, call: str, text: str) -> None:
    error = script.error(f"UrlFetchApp.{call}")
    assert error.startswith(f"Exception: {text}")
    if "returned code" in text:
        assert error.endswith("(use muteHttpExceptions option to examine full response)")


def test_a_form_is_encoded_whatever_its_content_type(script: Script) -> None:
    asked = script.value(
        "return UrlFetchApp.getRequest('https://x.example/', {payload: {a: 'x y', b: '&'}, contentType: 'application/json'})"
    )
    assert asked["payload"] == "a=x+y&b=%26" and asked["method"] == "get"


def test_the_allow_list_binds_versioned_deployments_only(script: Script) -> None:
    source = (
        "function main(url) { return UrlFetchApp.fetch(url, {muteHttpExceptions: true}).getResponseCode(); }"
    )
    script.push(source)
    inside, outside = (
        "https://conferences.example/v1/conferences",
        "https://conferences.example/v2/conferences",
    )

    def run(url: str) -> list[object]:
        record = script.world.appsscript.run(ALICE, script.id, "main", [url])
        return [record.result, (record.error or {}).get("message")]

    script.world.appsscript.install(ALICE, script.id)
    assert [run(inside), run(outside)] == [[401, None], [404, None]]
    script.world.appsscript.install(ALICE, script.id, script.deploy())
    assert run(inside) == [401, None]
    assert run(outside) == [
        None, f"UrlFetch calls to {outside} are not permitted: no prefix in urlFetchWhitelist matches.",
    ]  # fmt: skip


def test_the_advanced_service_takes_body_path_options_headers(script: Script) -> None:
    body = """
      const event = { summary: "One", start: { dateTime: "2026-03-03T09:00:00Z" }, end: { dateTime: "2026-03-03T10:00:00Z" } };
      const made = Calendar.Events.insert(event, "primary", { sendUpdates: "none", pageToken: undefined });
      const read = Calendar.Events.get("primary", made.id);
      const changed = Calendar.Events.patch({ summary: "Two" }, "primary", made.id, {}, { "If-Match": read.etag });
      let stale;
      try { Calendar.Events.patch({ summary: "No" }, "primary", made.id, {}, { "If-Match": read.etag }); }
      catch (error) { stale = [error.name, error.message, error.details.code, error.details.errors[0].reason]; }
      const removed = Calendar.Events.remove("primary", made.id);
      return [read.summary, changed.summary, stale, removed === undefined];
    """
    stale = [
        "GoogleJsonResponseException",
        "API call to calendar.events.patch failed with error: Precondition Failed",
        412,
        "conditionNotMet",
    ]
    assert script.value(body) == ["One", "Two", stale, True]
    assert [call.method for call in script.calls()] == ["insert", "get", "patch", "patch", "delete"]
    assert [call.outcome for call in script.calls()] == [200, 200, 200, 412, 204]
    assert script.calls()[2].arguments["headers"].keys() == {"If-Match"}


def test_an_error_of_calendar_is_an_error_with_details(script: Script) -> None:
    body = """try { Calendar.Events.get("primary", "none"); } catch (e) {
      return [String(e), e instanceof Error, JSON.parse(JSON.stringify(e)), e.stack.split("\\n").length]; }"""
    text, is_error, shown, lines = script.value(body)
    assert text == "GoogleJsonResponseException: API call to calendar.events.get failed with error: Not Found"
    assert is_error and lines == 2 and shown["name"] == "GoogleJsonResponseException"
    assert shown["details"]["code"] == 404 and shown["details"]["errors"][0]["reason"] == "notFound"


def test_the_advanced_service_must_be_enabled(script: Script) -> None:
    script.push(
        "function main() { return Calendar.Events.list('primary'); }", MANIFEST | {"dependencies": {}}
    )
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert record.error and record.error["message"] == "Calendar is not defined"


def test_factories_have_accessors(script: Script) -> None:
    body = """const e = Calendar.newEvent().setSummary("S"); e.setStart(Calendar.newEventDateTime().setDate("2026-01-01"));
      return [e, e.getSummary(), Calendar.newAclRuleScope().setType("user").type];"""
    assert script.value(body) == [{"summary": "S", "start": {"date": "2026-01-01"}}, "S", "user"]


def test_scopes_of_the_manifest_bound_what_calendar_allows(script: Script) -> None:
    read = [scope.replace("calendar.events", "calendar.events.readonly") for scope in MANIFEST["oauthScopes"]]
    source = "function main() { Calendar.Events.list('primary'); Calendar.Events.insert({}, 'primary'); }"
    script.push(source, MANIFEST | {"oauthScopes": read})
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert record.error and record.error["properties"]["details"]["code"] == 403
    assert [call.outcome for call in script.calls()] == [200, 403]


@pytest.mark.parametrize(
    ("statement", "scope", "method"),
    [
        ("ScriptApp.getProjectTriggers()", "script.scriptapp", "ScriptApp.getProjectTriggers"),
        ("UrlFetchApp.fetch('https://conferences.example/')", "script.external_request", "UrlFetchApp.fetch"),
        ("Session.getActiveUser()", "userinfo.email", "Session.getActiveUser"),
    ],
)
def test_a_call_without_its_scope_is_refused(script: Script, statement: str, scope: str, method: str) -> None:
    url = f"https://www.googleapis.com/auth/{scope}"
    kept = [known for known in MANIFEST["oauthScopes"] if known != url]
    script.push(f"function main() {{ {statement}; }}", MANIFEST | {"oauthScopes": kept})
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert record.error and record.error["message"] == (
        f"Specified permissions are not sufficient to call {method}. Required permissions: {url}"
    )


def test_without_listed_scopes_the_platform_finds_them_out(script: Script) -> None:
    manifest = {key: value for key, value in MANIFEST.items() if key != "oauthScopes"}
    script.push("function main() { return Session.getEffectiveUser().getEmail(); }", manifest)
    assert script.world.appsscript.run(BOB, script.id, "main").result == BOB


def test_computations_need_no_call(script: Script) -> None:
    body = """
      const hex = (bytes) => bytes.map((b) => (b & 255).toString(16).padStart(2, "0")).join("");
      return [
        hex(Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, "é")),
        hex(Utilities.computeHmacSha256Signature("value", "key")),
        hex(Utilities.computeHmacSignature(Utilities.MacAlgorithm.HMAC_MD5, "value", "key")),
        Utilities.base64Encode("é?>"), Utilities.base64EncodeWebSafe([-1, -2, 62]),
        Utilities.newBlob(Utilities.base64Decode("w6k=")).getDataAsString(),
        Utilities.formatString("%s|%05d|%.2f|%-4s|%x|%%", "a", 42, 1.005, "b", 255),
        Utilities.formatDate(new Date(0), "America/New_York", "EEE, d MMM yyyy HH:mm:ss.SSS Z 'at' h a"),
        Utilities.formatDate(new Date(0), "GMT+2", "yyyy-MM-dd'T'HH:mm:ssXXX"),
      ];
    """
    assert script.value(body) == [
        "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c",
        "90fbfcf15e74a36b89dbdb2a721d9aecffdfdddc5c83e27f7592594f71932481",
        "01433efd5f16327ea4b31144572c67f6",
        "w6k/Pg==",
        "__4-",
        "é",
        "a|00042|1.00|b   |ff|%",
        "Wed, 31 Dec 1969 19:00:00.000 -0500 at 7 PM",
        "1970-01-01T02:00:00+02:00",
    ]
    assert script.calls() == []


def test_sleeping_moves_the_clock(script: Script) -> None:
    assert script.value("const t = Date.now(); Utilities.sleep(90000); return Date.now() - t") == 90_001
    assert (
        script.error("Utilities.sleep(300001)") == "Exception: Sleep time cannot exceed 300000 milliseconds."
    )


def test_the_log_keeps_what_was_said(script: Script) -> None:
    record = script.run(
        "console.log('a %s', {b: 1}); console.info([1]); console.warn('w'); console.error(new Error('e').message);"
        "Logger.log('%s is %s', 'x', {k: [1, 'z']}); return Logger.getLog()"
    )
    assert [(line["severity"], line["message"]) for line in record.log] == [
        ("DEBUG", 'a {"b":1}'),
        ("INFO", "[1]"),
        ("WARNING", "w"),
        ("ERROR", "e"),
        ("INFO", "x is {k=[1, z]}"),
    ]
    assert record.result == "x is {k=[1, z]}\n"


def test_the_session_is_the_user_s(script: Script) -> None:
    body = "return [Session.getActiveUser().getEmail(), Session.getScriptTimeZone(), ScriptApp.getScriptId() === a]"
    script.push(f"function main(a) {{ {body} }}")
    record = script.world.appsscript.run(BOB, script.id, "main", [script.id])
    assert record.result == [BOB, "Europe/Berlin", True]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("CalendarApp.share()", "CalendarApp.share is not emulated"),
        ("SpreadsheetApp.getActive()", "SpreadsheetApp.getActive is not emulated"),
        ("UrlFetchApp.addOAuthService('x')", "UrlFetchApp.addOAuthService is not emulated"),
        ("LockService.getUserLock().steal()", "LockService.Lock.steal is not emulated"),
        (
            "ScriptApp.newTrigger('x').forSpreadsheet('y')",
            "ScriptApp.TriggerBuilder.forSpreadsheet is not emulated",
        ),
        ("Calendar.Events.explode()", "Calendar.Events.explode is not emulated"),
    ],
)
def test_what_is_not_emulated_throws_by_name(script: Script, expression: str, text: str) -> None:
    assert script.error(expression) == f"Error: {text}"


def test_wrong_arguments_are_named(script: Script) -> None:
    assert script.error("LockService.getUserLock().tryLock('soon')") == (
        "Exception: The parameters (String) don't match the method signature for LockService.Lock.tryLock."
    )
    assert script.error("PropertiesService.getUserProperties().setProperties('a', 1)") == (
        "Exception: The parameters (String,number) don't match the method signature for "
        "PropertiesService.Properties.setProperties."
    )


def test_an_access_token_works_over_the_api(script: Script) -> None:
    token = script.value("return ScriptApp.getOAuthToken()")
    calendar = build("calendar", "v3", http=TwinHttp(script.world, token), static_discovery=True)
    assert calendar.events().list(calendarId="primary").execute()["summary"] == ALICE


def test_a_cache_forgets(script: Script) -> None:
    body = """
      const cache = CacheService.getUserCache();
      cache.put("a", 1); cache.putAll({ b: "2", c: "3" }, 60); cache.remove("c");
      const early = cache.getAll(["a", "b", "c"]);
      Utilities.sleep(61000);
      return [early, cache.get("a"), cache.get("b"), CacheService.getScriptCache().get("a"), CacheService.getDocumentCache()];
    """
    assert script.value(body) == [{"a": "1", "b": "2"}, "1", None, None, None]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("put('k'.repeat(251), '')", "Argument too large: key"),
        ("put('k', 'x'.repeat(102401))", "Argument too large: value"),
        ("put('k', 'v', 21601)", "Invalid argument: expirationInSeconds"),
    ],
)
def test_a_cache_has_limits(script: Script, call: str, text: str) -> None:
    assert script.error(f"CacheService.getUserCache().{call}") == f"Exception: {text}"


def test_a_full_cache_keeps_what_ends_last(script: Script) -> None:
    body = """
      const cache = CacheService.getUserCache(), key = (i) => "k" + i;
      const put = (from, count, seconds) => {
        const values = {};
        for (let i = from; i < from + count; i++) values[key(i)] = "v";
        cache.putAll(values, seconds);
        return Object.keys(cache.getAll(Array.from({ length: 1001 }, (_, i) => key(i)))).length;
      };
      return [put(0, 500, 60), put(500, 500, 120), put(1000, 1, 180), cache.get("k1000"), cache.get("k999")];
    """
    assert script.value(body) == [500, 1000, 900, "v", "v"]
