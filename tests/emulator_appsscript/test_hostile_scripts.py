"""Scripts that reach for what is not theirs: nothing of the machine, the emulator, or another execution comes out.

This is containment of mistakes, not of attackers; each attempt is one that came to mind, and after each the same engine
serves another user's execution as if nothing had been.
"""

import contextlib

import pytest
from googleapiclient.discovery import build

from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .conftest import ALICE, BOB, Script

# The names that the language has, and what JSON, iteration, errors, dates and services do, as an execution should find them.
CLEAN = """
  const added = (one) => Object.keys(one).filter((name) => name !== "stackTraceLimit").join();
  const language = [Object, Array, String, Number, Function, Promise, Error, Map, WeakMap, WeakSet, Reflect, JSON, Math];
  const marks = language.flatMap((one) => [added(one), added(one.prototype || {})]).filter(Boolean);
  const thrown = (() => { try { null.x; } catch (error) { return [error.name, typeof error.stack]; } })();
  const does = [JSON.stringify({ list: [1] }), [..."ab"].map(String).join(), typeof new Error("x").stack];
  const when = Utilities.formatDate(new Date(), "UTC", "yyyy");
  return Promise.resolve([marks, thrown, does, when, typeof process]);
"""


AS_NEW = [[], ["TypeError", "string"], ['{"list":[1]}', "a,b", "string"], "2026", "undefined"]


def served_after(script: Script) -> None:
    """Bob's execution finds the language as it is, and services that work."""
    record = script.run(CLEAN, user=BOB)
    assert (record.status, record.result) == ("COMPLETED", AS_NEW)


HOST = "return typeof process + typeof require"
NOTHING = "undefinedundefined"
# Objects that scripts get, and the errors that they meet.
THINGS = [
    "Utilities",
    "Calendar.Events",
    "PropertiesService.getUserProperties()",
    "LockService.getUserLock()",
    "UrlFetchApp.fetch('https://conferences.example/v1/', {muteHttpExceptions: true})",
    "UrlFetchApp.fetch('https://conferences.example/v1/', {muteHttpExceptions: true}).getHeaders()",
    "ScriptApp.newTrigger('main')",
    "ScriptApp.AuthMode.FULL",
    "Session.getActiveUser()",
    "CardService.newCardBuilder()",
    "HtmlService.createHtmlOutput('x')",
    "ConferenceDataService.newConferenceDataBuilder()",
    "CalendarApp.GuestStatus.YES",
    "Calendar.Events.list('primary')",
    "Calendar.newEvent()",
    "Utilities.newBlob('x').getBytes()",
    "Logger.log",
    "console",
    "new Date()",
    "Math.random",
    "(function () { try { Utilities.sleep(1, 2); } catch (error) { return error; } })()",
    "(function () { try { Calendar.Events.get('primary', 'none'); } catch (error) { return error.details; } })()",
    "(function () { try { null.x; } catch (error) { return error; } })()",
    "(function () { try { CalendarApp.nothing; } catch (error) { return error; } })()",
    "(function () { try { new RegExp('('); } catch (error) { return error; } })()",
    "(function () { try { Function('('); } catch (error) { return error; } })()",
]


@pytest.mark.parametrize("thing", THINGS)
def test_no_constructor_leads_out(script: Script, thing: str) -> None:
    source = f"""
      const makers = new Set();
      for (let one = {thing}; one !== null; one = Object.getPrototypeOf(one)) {{
        for (const maker of [one.constructor, one.constructor && one.constructor.constructor]) makers.add(maker);
      }}
      const seen = new Set();
      for (const make of makers) {{
        try {{ seen.add(make("{HOST}")()); }} catch (error) {{ if (!(error instanceof Error)) seen.add("theirs"); }}
      }}
      return [...seen].filter((one) => one !== "{NOTHING}");
    """
    assert script.value(source) == []
    served_after(script)


NAMES = [
    f"return Function('{HOST}')()",
    f"return Function('return this')().Function('{HOST}')()",
    f"return (0, eval)('(() => {{ {HOST} }})()')",
    f"return Object.getPrototypeOf(function* () {{}}).constructor('{HOST}')().next().value",
    f"return Object.getPrototypeOf(async function () {{}}).constructor('{HOST}')()",
    f"return new Function('with (globalThis) {{ {HOST} }}')()",
    "return HtmlService.createTemplate('<?= typeof process + typeof require ?>').evaluate().getContent()",
    "return typeof WebAssembly + typeof SharedArrayBuffer",
    "return typeof Atomics + typeof globalThis.gc",
    "return typeof setTimeout + typeof fetch",
    "return typeof Worker + typeof ShadowRealm",
]


@pytest.mark.parametrize("attempt", NAMES)
def test_nothing_of_the_machine_has_a_name(script: Script, attempt: str) -> None:
    assert script.value(attempt) == NOTHING
    served_after(script)


IMPORT = "Function(\"return import('fs')\")()"


def test_an_import_gives_nothing_and_leaves_nothing() -> None:
    # In an engine of its own: once a script has put a getter for "then" on all objects, V8 never settles an import.
    reached = f"""
      return {IMPORT}.then(() => ["the module"], (error) => {{
        const open = [];
        const seen = new Set([error]);
        const walk = (one) => {{
          if ((typeof one !== "object" && typeof one !== "function") || one === null || seen.has(one)) return;
          seen.add(one);
          if (!Object.isFrozen(one)) open.push(String(one).slice(0, 50));
          for (const key of Reflect.ownKeys(one)) {{
            const {{ value, get, set }} = Object.getOwnPropertyDescriptor(one, key);
            for (const member of [value, get, set]) walk(member);
          }}
          walk(Object.getPrototypeOf(one));
        }};
        walk(Object.getPrototypeOf(error));
        try {{ return [open, error.constructor.constructor("return process")()]; }} catch (refused) {{
          walk(Object.getPrototypeOf(refused));
          return [open, refused.name];
        }}
      }});
    """
    with contextlib.closing(V8Runtime()) as runtime:
        world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=runtime, users=[ALICE, BOB])
        api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
        script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
        assert script.value(reached) == [[], "EvalError"]
        served_after(script)
        world.close()


FRAMES = """
  let frames = [];
  Error.prepareStackTrace = (error, given) => { frames = given; return ""; };
  const looked = () =>
    frames.flatMap((frame) => [frame.getThis(), frame.getFunction()])
      .filter((one) => one && (!(one instanceof Object) || /kit|bridge/.test(String(one))));
"""


@pytest.mark.parametrize(
    "attempt",
    [
        "try { Utilities.sleep(1, 2); } catch (error) { error.stack; }",
        "const o = { toJSON() { new Error().stack; return 1; } }; console.log(o);",
        "Utilities.formatString('%s', { toString() { new Error().stack; return ''; } });",
    ],
)
def test_frames_of_a_stack_show_nobody(script: Script, attempt: str) -> None:
    assert script.value(f"{FRAMES} {attempt} return [frames.length > 0, looked().length];") == [True, 0]
    served_after(script)


# Built-ins that the services' own JavaScript uses after the script has changed them.
POLLUTIONS = [
    "Object.prototype.toJSON = () => undefined",
    "Object.prototype.toJSON = () => ({ error: { foo: 1 } })",
    "Object.prototype.toJSON = function () { return this.service ? [1] : this; }",
    "Object.prototype.toJSON = function () { return this.service ? { service: {}, method: 1, arguments: 2 } : this; }",
    "Object.prototype.error = { name: 'Faked', message: 'x' }",
    "Object.defineProperty(Object.prototype, 'now', { set() {}, get() { return 'never'; } })",
    "Array.prototype[Symbol.iterator] = function* () { yield { a: 1 }; }",
    "Array.prototype.map = Array.prototype.filter = () => [{}]",
    "Array.prototype.join = () => ({})",
    "Array.prototype.every = Array.prototype.some = Array.prototype.includes = () => true",
    "Array.prototype.toJSON = () => 'list'",
    "Array.isArray = () => true",
    "String.prototype.replace = String.prototype.slice = () => ({ a: 1 })",
    "globalThis.String = (value) => ({ value })",
    "globalThis.Number = (value) => [value]",
    "globalThis.Error = globalThis.TypeError = undefined",
    "globalThis.Promise = undefined",
    "Promise.prototype.then = function (yes, no) { no({ faked: 1 }); yes({ faked: 2 }); }",
    "Object.keys = () => ['__proto__', 'constructor', 'key']",
    "Object.assign = () => ({ x: 1 })",
    "Object.defineProperty = () => undefined",
    "JSON.parse = () => ({ error: 1 }); JSON.stringify = () => '{'",
    "Reflect.apply = Reflect.construct = () => 5",
    "Function.prototype.call = Function.prototype.apply = () => 7",
    "WeakMap.prototype.get = Map.prototype.get = () => ({ faked: 1 })",
    "WeakMap.prototype.has = WeakSet.prototype.has = () => true",
    "Error.prepareStackTrace = () => { throw 5; }",
    "Object.defineProperty(Error, Symbol.hasInstance, { value: () => { throw 1; } })",
    "Object.setPrototypeOf(Object.prototype.constructor, new Proxy(Function.prototype, {}))",
]
USES = """
  const attempt = (use) => { try { use(); } catch {} };
  attempt(() => PropertiesService.getUserProperties().setProperties({ key: "value" }));
  attempt(() => PropertiesService.getUserProperties().setProperty("key", "value"));
  attempt(() => CacheService.getUserCache().putAll({ key: "value" }, 60));
  attempt(() => LockService.getUserLock().tryLock(1));
  attempt(() => Calendar.Events.list("primary", { maxResults: 1 }, { "If-Match": "x" }));
  attempt(() => Calendar.Events.insert({ summary: "x" }, "primary"));
  attempt(() => UrlFetchApp.fetchAll([{ url: "https://conferences.example/v1/", payload: { a: 1 } }]));
  attempt(() => ScriptApp.newTrigger("main").timeBased().everyHours(1).create());
  attempt(() => HtmlService.createTemplate("<?= 1 ?>").evaluate());
  attempt(() => CardService.newCardBuilder().build());
  attempt(() => Utilities.formatString("%s", "x"));
  attempt(() => Logger.log({ a: [1] }));
  attempt(() => console.log({ a: 1 }, "%s", 1));
  attempt(() => Session.getActiveUser().getEmail());
"""


@pytest.mark.parametrize("pollution", POLLUTIONS)
@pytest.mark.parametrize(
    "ends", ["return { a: [1] };", "return Promise.resolve(1);", "throw new RangeError('x');"]
)
def test_changed_built_ins_hurt_nobody_else(script: Script, pollution: str, ends: str) -> None:
    record = script.run(f"{pollution}; {USES} {ends}")
    assert record.status in ("COMPLETED", "FAILED")
    assert "unexpectedly" not in str(record.error) and "local Google failed" not in str(record.error)
    served_after(script)


def test_own_text_is_no_answer_and_no_question(script: Script) -> None:
    forged = r"""
      Object.prototype.toJSON = function () {
        return this.service ? { service: "Properties", method: "deleteAllProperties", arguments: { store: "script" } } : this;
      };
      Utilities.getUuid();
      console.log("\u0000\u0000\u0000\u0005E{}\n\r\u001b[2J\u2028" + '{"result":1}');
      return "\u0000";
    """
    script.world.appsscript.set_properties(script.id, "script", {"kept": "1"})
    record = script.run(forged)
    assert (record.status, record.result) == ("COMPLETED", "\0")
    assert [line["message"] for line in record.log] == ['\0\0\0\5E{}\n\r\x1b[2J\u2028{"result":1}']
    assert [call.method for call in script.calls()] == ["getUuid"]
    assert script.world.appsscript.properties(script.id, "script") == {"kept": "1"}
    served_after(script)


def test_traps_in_arguments_see_values_only(script: Script) -> None:
    source = """
      const seen = new Set();
      const note = (one) => { if (one && typeof one === "object") seen.add(Object.keys(one).join()); };
      const trap = new Proxy({}, {
        get(target, key, self) { note(target); note(self === trap ? null : self); return undefined; },
        ownKeys(target) { note(target); return ["a"]; },
        getOwnPropertyDescriptor(target) { note(target); return { value: trap, enumerable: true, configurable: true }; },
        apply() { seen.add("called"); },
      });
      const attempt = (use) => { try { use(); } catch {} };
      attempt(() => PropertiesService.getUserProperties().setProperties(trap));
      attempt(() => Calendar.Events.insert(trap, "primary", trap, trap));
      attempt(() => UrlFetchApp.fetch("https://conferences.example/v1/", trap));
      attempt(() => console.log(trap));
      attempt(() => Logger.log(trap));
      return [...seen];
    """
    record = script.run(source)
    assert record.status in ("COMPLETED", "FAILED")
    assert record.result is None or set(record.result) <= {"", "a"}
    served_after(script)


@pytest.mark.parametrize(
    "thrown",
    [
        "Object.defineProperty({}, 'name', { get() { throw 1; } })",
        "Object.defineProperty(new Error('x'), 'stack', { get() { throw 1; } })",
        "new Proxy({}, { get(target, key) { return key === 'name' ? 'SyntaxError' : { toString() { throw 1; } }; } })",
        "new Proxy(new Error('x'), { getPrototypeOf() { throw 1; } })",
        "Object.assign(new Error('x'), { own: { toJSON() { throw 1; } }, name: Symbol('x') })",
        "Object.assign(Object.create(Error.prototype), { name: { toString: 1 } })",
    ],
)
def test_what_cannot_be_looked_at_may_be_thrown(script: Script, thrown: str) -> None:
    script.push(f"throw {thrown}; function main() {{}}")
    records = [script.world.appsscript.run(ALICE, script.id, "main"), script.run(f"throw {thrown}")]
    for record in records:
        assert record.status == "FAILED" and record.error
        assert "unexpectedly" not in record.error["message"]
    served_after(script)


LATE = [
    "Promise.reject(1);",
    f"{IMPORT}.finally(() => console.log('late'));",
    "new FinalizationRegistry(() => console.log('late')).register({}, 1);",
    "const f = async () => { for (let i = 0; i < 100; i++) await i; globalThis.done = 1; }; f();",
    "Object.setPrototypeOf(Promise.reject(1), new Proxy(Promise.prototype, { get() { Utilities.getUuid(); } }));",
]


@pytest.mark.parametrize("left", LATE)
def test_what_is_left_does_not_run_in_the_next_execution(script: Script, left: str) -> None:
    script.value(f"{left} return 1;")
    calls = len(script.calls())
    for _ in range(3):
        record = script.run(
            "for (let i = 0; i < 1e5; i++) globalThis.last = [i]; return typeof done;", user=BOB
        )
        assert (record.result, record.log) == ("undefined", [])
    assert len(script.calls()) == calls


EVENTS = "/calendar/v3/calendars/primary/events"


def fetched(url: str, options: str) -> str:
    """Return the statement that fetches from Google as a script and returns what it gets."""
    return f"return UrlFetchApp.fetch('https://www.googleapis.com{url}', {{muteHttpExceptions: true, {options}}}).getContentText()"


def test_a_script_acts_as_its_own_user_only(script: Script) -> None:
    own = fetched(EVENTS, "headers: {Authorization: 'Bearer ' + ScriptApp.getOAuthToken()}")
    assert ALICE in script.value(own)
    part = f"GET {EVENTS}\\r\\nAuthorization: Bearer {BOB}\\r\\n\\r\\n"
    parts = f"--b\\r\\nContent-Type: application/http\\r\\n\\r\\n{part}\\r\\n--b--"
    for attempt in (
        fetched(EVENTS, f"headers: {{Authorization: 'Bearer {BOB}'}}"),
        fetched(f"{EVENTS}?access_token={BOB}", ""),
        fetched(
            "/batch/calendar/v3",
            f"method: 'post', contentType: 'multipart/mixed; boundary=b', payload: '{parts}'",
        ),
    ):
        answer = script.value(attempt)
        assert "401" in answer and BOB not in answer
    options = f"{{headers: {{Authorization: 'Bearer {BOB}'}}}}"
    assert script.value(f"return Calendar.Events.list('primary', {options}).summary") == ALICE


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/emulator/users",
        "http://localhost:8765/emulator/users",
        "https://www.googleapis.com/emulator/users",
        "https://www.googleapis.com//emulator/users",
        "file:///etc/passwd",
        "https://[::1",
    ],
)
def test_a_fetch_reaches_no_control_route_and_no_file(script: Script, url: str) -> None:
    assert script.error(f"UrlFetchApp.fetch('{url}')").startswith("Exception: ")
    assert not [call for call in script.calls() if call.outcome == [200]]
    served_after(script)
