"""Scripts that do not end, or want too much: each ends as on the platform, is recorded so, and holds nothing any more.

The same world then serves another user, also over a socket while a script still runs.
"""

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.server import Server, serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .conftest import ALICE, BOB, Script

OUT_OF_TIME = "Exception: Exceeded maximum execution time"
OUT_OF_MEMORY = "Exception: The script used more memory than its limit of 256 MB."
OUT_OF_STACK = "RangeError: Maximum call stack size exceeded"
TOO_LARGE = "The script returned or threw more than the 64 MB that are emulated."
TOO_MANY_PARTS = "Exception: A value has more parts than are emulated."


@pytest.fixture(scope="module")
def runtime() -> Iterator[V8Runtime]:
    """Engine processes with time enough to fill their memory, on a busy machine too."""
    runtime = V8Runtime(watchdog_seconds=120)
    yield runtime
    runtime.close()


@pytest.fixture(scope="module")
def impatient() -> Iterator[V8Runtime]:
    """Engine processes whose time is soon up."""
    runtime = V8Runtime(watchdog_seconds=0.4)
    yield runtime
    runtime.close()


def ended(script: Script, source: str) -> tuple[str, str]:
    """Run a script of Alice's that has the script lock; return its process's status, and what it ended with."""
    script.push(
        f"function main() {{ LockService.getScriptLock().tryLock(0); {source} }}\n"
        "function locks() { return LockService.getScriptLock().tryLock(0); }"
    )
    record = script.world.appsscript.run(ALICE, script.id, "main")
    answer = script.api.processes().list(userProcessFilter_functionName="main").execute()
    [process] = answer["processes"]
    after = script.world.appsscript.run(BOB, script.id, "locks")
    assert (after.status, after.result) == ("COMPLETED", True)
    assert process["processStatus"] == record.status
    error = record.error or {"name": "", "message": ""}
    return record.status, f"{error['name']}: {error['message']}"


ENDLESS = {
    "loop": "for (;;);",
    "loop that logs": "for (;;) console.log('x'.repeat(1000));",
    "microtasks": "return (async () => { for (;;) await 1; })();",
    "expression": "return /^(a+)+$/.test('a'.repeat(40) + 'b');",
    "order": "[1, 2, 3].sort(() => { for (;;); });",
    "getter of an argument": "PropertiesService.getUserProperties().setProperties({ get key() { for (;;); } });",
    "toJSON of an argument": "Calendar.Events.insert({ toJSON() { for (;;); } }, 'primary');",
    "toString of a line": "console.log({ toJSON() { for (;;); } });",
    "getter of an error": "throw new Proxy(new Error('x'), { getPrototypeOf() { for (;;); } });",
    "toJSON of a result": "return { toJSON() { for (;;); } };",
    "template": "HtmlService.createTemplate('<? for (;;); ?>').evaluate();",
    "handler": "try { for (;;); } finally { console.log('never'); }",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_runs_out_of_time(impatient: V8Runtime, source: str) -> None:
    world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=impatient, users=[ALICE, BOB])
    api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
    script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
    assert ended(script, source) == ("TIMED_OUT", OUT_OF_TIME)
    world.close()


def test_what_calls_for_ever_runs_out_of_the_emulator_s_time(script: Script) -> None:
    assert ended(script, "for (;;) Utilities.sleep(60000);") == ("TIMED_OUT", OUT_OF_TIME)


BOMBS = {
    "lists": "const all = []; for (;;) all.push(new Array(1e5).fill(0.5));",
    "texts": "const all = []; for (let i = 0; ; i++) { const text = `x${i}`.repeat(1e6); /y/.test(text); all.push(text); }",
    "one list": "return 'x'.repeat(2e8).split('').length;",
    "JSON": "let o = {}; for (let i = 0; i < 30; i++) o = { a: o, b: o }; return JSON.stringify(o).length;",
    "result": "let o = {}; for (let i = 0; i < 30; i++) o = { a: o, b: o }; return o;",
    "argument": "PropertiesService.getUserProperties().setProperty('key', 'x'.repeat(3e8));",
    "error": "throw new Error('x'.repeat(2e8));",
    "body": "UrlFetchApp.fetch('https://conferences.example/v1/', { payload: 'x'.repeat(2e8) });",
    "bytes": "Utilities.base64Encode('abc'.repeat(1e8));",
}


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS)
def test_what_wants_too_much_memory_fails(script: Script, source: str) -> None:
    assert ended(script, source) == ("FAILED", OUT_OF_MEMORY)


def test_what_wants_too_much_beside_the_heap_fails(script: Script) -> None:
    status, error = ended(
        script, "const all = []; for (let i = 0; i < 100; i++) all.push(new Uint8Array(3e7).fill(1));"
    )
    assert (status, error) in (
        ("FAILED", OUT_OF_MEMORY),
        ("FAILED", "RangeError: Array buffer allocation failed"),
    )


def test_what_is_too_long_for_a_text_fails(script: Script) -> None:
    assert ended(script, "let text = 'x'; for (;;) text += text;") == (
        "FAILED",
        "RangeError: Invalid string length",
    )


RECURSIONS = {
    "function": "const f = () => f() + 1; f();",
    "toJSON": "const o = { toJSON() { return { o: JSON.stringify(o) }; } }; Calendar.Events.insert(o, 'primary');",
    "what toJSON returns": "const o = { toJSON() { return { o: { toJSON: o.toJSON } }; } }; Calendar.Events.insert(o, 'primary');",
    "getter": "const o = { get key() { return o.key; } }; PropertiesService.getUserProperties().setProperties(o);",
    "toString": "const o = { toString() { return `${o}`; } }; Utilities.formatString(o);",
    "deep argument": "let o = {}; for (let i = 0; i < 3000; i++) o = { o }; Calendar.Events.insert(o, 'primary');",
    "deep result": "let o = []; for (let i = 0; i < 200; i++) o = [o]; return o;",
    "deep error": "let o = []; for (let i = 0; i < 900; i++) o = [o]; throw Object.assign(new Error('x'), { o });",
    "parser": "Function('('.repeat(1e5));",
}


@pytest.mark.parametrize("source", RECURSIONS.values(), ids=RECURSIONS)
def test_what_goes_too_deep_fails(script: Script, source: str) -> None:
    assert ended(script, source) == ("FAILED", OUT_OF_STACK)


def test_a_script_may_go_on_after_its_stack_was_full(script: Script) -> None:
    full = "const f = () => { try { f(); } catch { Utilities.getUuid(); console.log('x'); } }; f();"
    assert script.run(f"{full} return Utilities.getUuid().length").result in (36, None)
    deep = "let o = {}; for (let i = 0; i < 3000; i++) o = { o };"
    caught = "try { Calendar.Events.insert(o, 'primary'); } catch (error) { return `${error}`; }"
    assert script.value(f"{deep} {caught}") == OUT_OF_STACK


LARGE = {
    "result": ("return 'x'.repeat(7e7);", f"Exception: {TOO_LARGE}"),
    "result of many parts": ("return new Array(2e6).fill(1);", TOO_MANY_PARTS),
    "argument of many parts": ("Calendar.Events.insert({ list: new Array(2e6).fill(1) }, 'primary');", TOO_MANY_PARTS),
    "property": ("PropertiesService.getUserProperties().setProperty('key', 'x'.repeat(1e7));", "Exception: Argument too large: value"),
    "entry of a cache": ("CacheService.getUserCache().put('key', 'x'.repeat(1e7));", "Exception: Argument too large: value"),
    "body": (
        "UrlFetchApp.fetch('https://conferences.example/v1/', { payload: 'x'.repeat(6e7) });",
        "Exception: Limit exceeded: URLFetch POST Size.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "error"), LARGE.values(), ids=LARGE)
def test_what_is_too_large_fails(script: Script, source: str, error: str) -> None:
    assert ended(script, source) == ("FAILED", error)


@pytest.mark.parametrize(
    "source",
    [
        "console.log('x'.repeat(1e7));",
        "console.log('x'.repeat(1e8));",
        "for (let i = 0; i < 1e4; i++) console.log('x'.repeat(1000));",
        "for (let i = 0; i < 1e4; i++) Logger.log('x'.repeat(1000));",
        "console.log({ text: 'x'.repeat(1e7) });",
    ],
)
def test_of_a_long_log_the_beginning_is_kept(script: Script, source: str) -> None:
    record = script.run(f"{source} console.log('the end');")
    assert record.status == "COMPLETED"
    assert 990_000 < sum(len(line["message"]) for line in record.log) <= 1_000_000
    assert record.log[-1]["message"] != "the end"


HALVES = [
    r"return '\ud800' + PropertiesService.getUserProperties().setProperty('k', '\ud83d').getProperty('k')",
    r"console.log('\udfff'); return '\udfff\ud800'",
    r"CacheService.getUserCache().put('\ud800', '\ud800'); return CacheService.getUserCache().get('\ud800') + '\ud800'",
    r"throw new Error('\ud800')",
    r"return Calendar.Events.list('\ud800', { q: '\ud800' })",
    r"return UrlFetchApp.fetch('https://conferences.example/v1/\ud800', { payload: '\ud800' })",
    r"ScriptApp.newTrigger('\ud800').forUserCalendar('\ud800').onEventUpdated().create()",
]


@pytest.mark.parametrize("source", HALVES)
def test_half_a_character_is_replaced(script: Script, source: str) -> None:
    record = script.run(source)
    assert script.world.appsscript.executions()[-1] == record
    text = json.dumps([record.result, record.error, record.log], ensure_ascii=False)
    assert text.encode().decode() == text


def test_a_backslash_before_a_u_is_text(script: Script) -> None:
    assert script.value(r"return ['\\ud800', '\\\\ud800', '\u00e9\ud83d\ude00']") == [
        r"\ud800",
        r"\\ud800",
        "é😀",
    ]


UNFIT = [
    ("Utilities.sleep(NaN)", "milliseconds"),
    ("LockService.getUserLock().tryLock(1e308)", "milliseconds"),
    ("CacheService.getUserCache().put('k', 'v', NaN)", "seconds"),
    ("ScriptApp.newTrigger('f').timeBased().everyHours(NaN).create()", "everyHours"),
    ("ScriptApp.newTrigger('f').timeBased().after(1e300).create()", "after"),
    ("ScriptApp.newTrigger('f').timeBased().atDate(1e9, 1, 1).create()", "at"),
    ("globalThis.String = (value) => [value]; PropertiesService.getUserProperties().getProperty('k')", "key"),
    ("globalThis.String = () => undefined; HtmlService.createHtmlOutputFromFile('page')", "name"),
    (
        "globalThis.String = (value) => (value === 'x' ? 5 : `${value}`); UrlFetchApp.fetch('https://conferences.example/v1/', { headers: { a: 'x' } })",
        "request",
    ),
    ("Calendar.Events.list('primary', { headers: 5 })", "headers"),
    ("ScriptApp.requireScopes(ScriptApp.AuthMode.FULL, [{}])", "scopes"),
]


@pytest.mark.parametrize(("source", "argument"), UNFIT)
def test_an_argument_that_is_none_of_its_kind_is_refused(script: Script, source: str, argument: str) -> None:
    assert script.error(source) == f"Exception: Invalid argument: {argument}"


@pytest.mark.parametrize(
    "rule", ["everyDays(1).inTimezone('../../etc')", "everyDays(1e9)", "everyWeeks(1.5)"]
)
def test_a_rule_without_a_next_moment_is_refused(script: Script, rule: str) -> None:
    assert "was invalid" in script.error(f"ScriptApp.newTrigger('f').timeBased().{rule}.create()")


def test_deep_code_is_loaded(script: Script) -> None:
    depth = 1200
    source = f"const table = {'[' * depth}1{']' * depth}; function main() {{ return table.length; }}"
    script.push(source, Other="main.used = true;")
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert (record.status, record.result) == ("COMPLETED", 1)


@pytest.mark.parametrize("name", ["if", "this", "new", "import", "let", "await", "null", "main.if"])
def test_a_word_of_the_language_is_no_function(script: Script, name: str) -> None:
    script.push("function main() {}")
    record = script.world.appsscript.run(ALICE, script.id, name)
    assert record.error and record.error["message"] == f"Script function not found: {name}"


@pytest.mark.parametrize(
    "left",
    [
        "Promise.reject(new Array(5e6).fill(0.5));",
        "globalThis.kept = new Array(5e6).fill(0.5); new FinalizationRegistry(() => kept).register({}, 1);",
        "console.log('x'.repeat(9e7));",
    ],
)
def test_what_executions_leave_behind_does_not_add_up(script: Script, left: str) -> None:
    for _ in range(8):
        assert script.run(left).status == "COMPLETED"
    needed = "const all = new Array(2e7).fill(0.5); return all.length"
    record = script.run(needed, user=BOB)
    assert (record.status, record.result) == ("COMPLETED", 2e7)


def asked(server: Server, method: str, path: str, body: Any = None) -> Any:
    """Send a request over a connection of its own and return the JSON of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(
            method, path, text, {"Authorization": f"Bearer {ALICE}", "Content-Type": "application/json"}
        )
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


RUNAWAYS = """
  function locked() { LockService.getScriptLock().tryLock(0); }
  function endless() { locked(); console.log("begun"); for (;;); }
  function bomb() { locked(); return "x".repeat(2e8).split("").length; }
  function deep() { locked(); return deep() + 1; }
  function short() { return LockService.getScriptLock().tryLock(20000); }
"""


def test_over_a_socket_others_are_served_meanwhile_and_afterwards() -> None:
    runtime = V8Runtime(watchdog_seconds=3)
    world = World(runtime=runtime, users=[ALICE, BOB])
    api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
    script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
    script.push(RUNAWAYS)
    with serve(world) as server:

        def run(function: str, user: str = ALICE) -> None:
            body = {"user": user, "scriptId": script.id, "function": function}
            records[function] = asked(server, "POST", "/emulator/executions", body)

        records: dict[str, Any] = {}
        threads = [threading.Thread(target=run, args=(name,)) for name in ("endless", "bomb", "deep")]
        for thread in threads:
            thread.start()
        run("short", BOB)
        listed = asked(server, "GET", "/calendar/v3/calendars/primary/events")
        for thread in threads:
            thread.join()
        run("locked", BOB)
        processes = asked(server, "GET", "/v1/processes")["processes"]
    world.close()
    runtime.close()
    assert listed["kind"] == "calendar#events"
    assert {name: record["status"] for name, record in records.items()} == {
        "endless": "TIMED_OUT", "bomb": "FAILED", "deep": "FAILED", "short": "COMPLETED", "locked": "COMPLETED",
    }  # fmt: skip
    kept = {process["functionName"]: process["processStatus"] for process in processes}
    assert kept == {"endless": "TIMED_OUT", "bomb": "FAILED", "deep": "FAILED"}
