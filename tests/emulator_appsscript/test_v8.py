"""Executions in V8: fresh scopes, frozen time, errors with project places, limits, and nothing to escape through."""

import contextlib
import sys
from typing import Any

import pytest

from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.execution import Answer, Call, Ended, Start

NOW_MS = 1_772_438_400_000


def start(
    runtime: V8Runtime, source: str, *, seed: int = 1, time_zone: str = "Etc/UTC", **others: str
) -> Any:
    """Start `main` of a project."""
    return runtime.start(
        Start(
            files=tuple({"Code": source, **others}.items()),
            manifest={},
            function="main",
            arguments=[],
            now_ms=NOW_MS,
            seed=seed,
            user="alice@example.com",
            time_zone=time_zone,
        )
    )


def ended(runtime: V8Runtime, source: str, **options: Any) -> Ended:
    """Run `main` to its end; calls are answered with nothing, each a second later."""
    execution, now_ms = start(runtime, source, **options), NOW_MS
    while isinstance(asked := execution.next_call(), Call):
        now_ms += 1000
        execution.answer(Answer(now_ms))
    assert isinstance(asked, Ended)
    return asked


def main(runtime: V8Runtime, body: str, **options: Any) -> Any:
    """Run a function body and return what it returns."""
    outcome = ended(runtime, f"function main() {{ {body} }}", **options)
    assert outcome.error is None, outcome.error
    return outcome.result


def test_each_execution_has_a_scope_of_its_own(runtime: V8Runtime) -> None:
    source = "var count = 0; Array.prototype.mark = 1; function main() { return [++count, globalThis.left]; }"
    for _ in range(3):
        assert ended(runtime, source + "\nglobalThis.left = 1;").result == [1, 1]
    assert main(runtime, "return [].mark") is None


def test_time_stands_still_between_calls_and_moves_with_them(runtime: V8Runtime) -> None:
    body = """
      const seen = () => [Date.now(), new Date().getTime(), Date.parse(Date()), +new Date(Date.now())];
      const format = () => new Intl.DateTimeFormat("en", { timeStyle: "medium", timeZone: "UTC" });
      const first = seen().concat(format().format(), format().formatToParts().length);
      for (let i = 0; i < 3e6; i++);
      const second = seen();
      Utilities.getUuid();
      return [first, second, seen(), format().format()];
    """
    first, second, third, text = main(runtime, body)
    assert first[:4] == second == [NOW_MS] * 4
    assert first[4].replace("\u202f", " ") == "8:00:00 AM"
    assert third == [NOW_MS + 1000] * 4
    assert text.replace("\u202f", " ") == "8:00:01 AM"


def test_dates_are_dates(runtime: V8Runtime) -> None:
    body = """
      class Day extends Date { next() { return this.getDate() + 1; } }
      return [new Date(0) instanceof Date, new Date(5).constructor === Date, Date.length, Date.name,
        new Day().next(), new Day() instanceof Day, typeof Date(), new Date(2020, 1, 1).getMonth(),
        isNaN(new Date(undefined)), Date.UTC(1970, 0, 2), Object.prototype.toString.call(new Date())];
    """
    assert main(runtime, body) == [
        True, True, 7, "Date", 3, True, "string", 1, True, 86_400_000, "[object Date]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("time_zone", "hour", "offset"),
    [("Etc/UTC", 8, 0), ("Asia/Tokyo", 17, -540), ("America/New_York", 3, 300)],
)
def test_each_execution_has_its_script_s_time_zone(
    runtime: V8Runtime, time_zone: str, hour: int, offset: int
) -> None:
    body = "return [new Date().getHours(), new Date().getTimezoneOffset()]"
    assert main(runtime, body, time_zone=time_zone) == [hour, offset]


def test_chance_comes_from_the_seed(runtime: V8Runtime) -> None:
    body = "return [Math.random(), Math.random(), Math.random()]"
    one, again, other = (main(runtime, body, seed=seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(set(one + other)) == 6 and all(0 <= number < 1 for number in one + other)


def test_promises_are_drained(runtime: V8Runtime) -> None:
    source = "async function main() { const one = await 1; return one + await Promise.resolve(2); }"
    assert ended(runtime, source).result == 3
    assert ended(runtime, "async function main() { null.x; }").error.name == "TypeError"  # type: ignore[union-attr]


def test_functions_of_all_files_are_there_before_top_level_code(runtime: V8Runtime) -> None:
    source = (
        "const early = later() + 1;\nfunction main() { return [early, table.later === later, later.hits]; }"
    )
    other = "const table = { later };\nfunction later() { later.hits = (later.hits || 0) + 1; return 1; }"
    assert ended(runtime, source, Other=other).result == [2, True, 1]


def test_constants_of_one_file_are_visible_in_the_others(runtime: V8Runtime) -> None:
    source = "function main() { return [LIMIT, typeof globalThis.LIMIT, new Thing().name]; }"
    assert ended(runtime, source, Other="const LIMIT = 3; class Thing { constructor() { this.name = 'n'; } }").result == [
        3, "undefined", "n",
    ]  # fmt: skip


def test_a_name_declared_twice_fails_when_it_is_loaded(runtime: V8Runtime) -> None:
    error = ended(runtime, "const a = 1; function main() {}", Other="let a;").error
    assert error and (error.name, error.message) == (
        "SyntaxError",
        "Identifier 'a' has already been declared",
    )
    assert "Other:1" in error.stack


def test_an_uncaught_error_has_its_properties_and_the_project_s_places(runtime: V8Runtime) -> None:
    source = "function main() {\n  fail();\n}\nfunction fail() {\n  throw Object.assign(new RangeError('no'), {code: 7});\n}"
    error = ended(runtime, source).error
    assert error and (error.name, error.message, error.properties) == ("RangeError", "no", {"code": 7})
    assert error.stack == "RangeError: no\n    at fail (Code:5:23)\n    at main (Code:2:3)"


def test_an_error_of_a_service_begins_at_the_script_s_line(runtime: V8Runtime) -> None:
    body = "try { CalendarApp.newThing(); } catch (e) { return e.stack; }"
    stack = main(runtime, body)
    assert stack == "Error: CalendarApp.newThing is not emulated\n    at main (Code:1:37)"


@pytest.mark.parametrize("thrown", ["'text'", "7", "{a: 1}", "undefined", "Object.create(null)"])
def test_anything_may_be_thrown(runtime: V8Runtime, thrown: str) -> None:
    error = ended(runtime, f"function main() {{ throw {thrown}; }}").error
    assert error and error.name == ""


@pytest.mark.parametrize("name", ["nothing", "Code", "object.missing", "LIMIT", "main()", "a b", ""])
def test_a_handler_that_is_not_there(runtime: V8Runtime, name: str) -> None:
    execution = runtime.start(
        Start(
            [("Code", "const LIMIT = 1; const object = {}; function main() {}")], {}, name, [], NOW_MS, 1, "a"
        )
    )
    outcome = execution.next_call()
    assert isinstance(outcome, Ended) and outcome.error
    assert outcome.error.message == f"Script function not found: {name}"


@pytest.mark.parametrize(
    "handler", ["const main = () => 5", "var main = function () { return 5; }", "let main = async () => 5"]
)
def test_handlers_need_not_be_declarations(runtime: V8Runtime, handler: str) -> None:
    assert ended(runtime, handler).result == 5


def test_a_method_is_a_handler(runtime: V8Runtime) -> None:
    source = "const menu = { label: 'x', item() { return this.label; } };"
    execution = runtime.start(Start([("Code", source)], {}, "menu.item", [], NOW_MS, 1, "a"))
    assert execution.next_call() == Ended("x")


def test_a_loop_without_calls_is_ended() -> None:
    with contextlib.closing(V8Runtime(watchdog_seconds=0.2)) as runtime:
        source = "function main() { try { for (;;); } finally { console.log('no'); } }"
        outcome = ended(runtime, f"{source} function other() {{}}")
        assert outcome.error and outcome.error.message == "Exceeded maximum execution time"
        assert outcome.log == ()


@pytest.mark.parametrize(
    ("bomb", "messages"),
    [
        ("a.push(new Array(1e5).fill(0.5))", {"The script used more memory than its limit of 256 MB."}),
        pytest.param(
            "a.push(new Uint8Array(3e7).fill(1))",
            # Which one depends on whether what is left under the cap lets the engine collect garbage once more.
            {"Array buffer allocation failed", "The script used more memory than its limit of 256 MB."},
            marks=pytest.mark.skipif(
                sys.platform != "linux", reason="only Linux caps what lies outside the heap"
            ),
        ),
    ],
)
def test_an_allocation_bomb_ends_its_execution_only(
    runtime: V8Runtime, bomb: str, messages: set[str]
) -> None:
    error = ended(runtime, f"function main() {{ const a = []; for (;;) {bomb}; }}").error
    assert error and error.message in messages
    assert main(runtime, "return 1") == 1


def test_a_stack_overflow_around_a_call_keeps_both_sides_in_step(runtime: V8Runtime) -> None:
    source = (
        "let n = 0; function main() { try { main(); } catch (e) { n++; Utilities.getUuid(); } return n > 0; }"
    )
    outcome = ended(runtime, source)
    assert outcome.result is True or (outcome.error and outcome.error.name == "RangeError")
    assert main(runtime, "return 2") == 2


def test_a_kill_leaves_no_handler_running(runtime: V8Runtime) -> None:
    execution = start(
        runtime,
        "function main() { try { Utilities.getUuid(); } finally { Utilities.sleep(1); console.log('no'); } }",
    )
    assert isinstance(execution.next_call(), Call)
    execution.kill()
    execution.kill()
    assert execution.log == []
    assert isinstance(execution.next_call(), Ended)
    assert main(runtime, "return 3") == 3


def test_executions_wait_beside_each_other(runtime: V8Runtime) -> None:
    source = "function main() { return Utilities.getUuid(); }"
    executions = [start(runtime, source) for _ in range(3)]
    for execution in executions:
        assert isinstance(execution.next_call(), Call)
    for number, execution in enumerate(executions):
        execution.answer(Answer(NOW_MS, number))
        assert execution.next_call() == Ended(number)


ABSENT = """
setTimeout setInterval clearTimeout fetch FormData File Blob URL URLSearchParams DOMException atob btoa TextEncoder
TextDecoder ReadableStream crypto SubtleCrypto window navigator performance process require module Buffer global self
WebAssembly SharedArrayBuffer Atomics structuredClone queueMicrotask __filename exports
"""


def test_what_the_platform_lacks_is_absent(runtime: V8Runtime) -> None:
    types = ", ".join(f"typeof {name}" for name in ABSENT.split())
    assert set(main(runtime, f"return [{types}]")) == {"undefined"}


ESCAPES = [
    "return Function('return typeof process')()",
    "return (function () { return this }).constructor('return typeof require')()",
    "return Utilities.base64Encode.constructor('return typeof process')()",
    "return console.log.constructor('return typeof process')()",
    "return Date.constructor('return typeof process')()",
    "return Utilities.constructor.constructor('return typeof process')()",
    "return eval('typeof process')",
    """let host; const depth = () => { try { depth(); } catch (e) { try { Utilities.base64Encode('x'); }
       catch (error) { host = host || error; } } };
       depth(); try { return host.constructor.constructor('return typeof process')(); } catch (e) { return 'undefined'; }""",
    """let found = []; Error.prepareStackTrace = (e, frames) => { found = frames; return ''; };
       try { Utilities.sleep(1, 2, 3); } catch (e) { e.stack; }
       const things = found.flatMap((f) => [f.getThis(), f.getFunction()]).filter(Boolean);
       return things.map((x) => { try { return x.constructor.constructor('return typeof process')(); }
         catch (e) { return 'undefined'; } }).find((x) => x !== 'undefined') || 'undefined';""",
    """let kept; const bind = Object.keys; Object.keys = (o) => { kept = kept || o; return bind(o); };
       PropertiesService.getUserProperties(); Utilities.sleep(1);
       return typeof (kept && kept.ask);""",
    """const got = []; for (const key of ['toString', 'valueOf', 'toJSON', 'then'])
         Object.defineProperty(Object.prototype, key, { configurable: true, get() { got.push(this); } });
       try { Utilities.getUuid(); LockService.getUserLock().tryLock(1); } catch (e) {}
       return typeof (got.find((x) => x && x.process) || undefined);""",
]


@pytest.mark.parametrize("attempt", ESCAPES)
def test_a_script_does_not_get_out(runtime: V8Runtime, attempt: str) -> None:
    assert main(runtime, attempt) == "undefined"
    assert main(runtime, "return 4") == 4


def test_an_error_of_the_host_leads_nowhere(runtime: V8Runtime) -> None:
    source = """async function main() {
      try { await import("fs"); } catch (e) {
        try { return e.constructor.constructor("return typeof process")(); } catch (blocked) { return blocked.name; }
      }
    }"""
    assert ended(runtime, source).result in (None, "EvalError")


def test_syntax_errors_are_found_without_running_anything(runtime: V8Runtime) -> None:
    found = runtime.syntax_errors(
        [("Good", "throw 1"), ("Bad", "\nfunction f( {"), ("Module", "export const a = 1")]
    )
    assert [(file, line) for file, line, _ in found] == [("Bad", 2), ("Module", 1)]
    assert found[1][2] == "SyntaxError: Unexpected token 'export'"


def test_a_closed_runtime_ends_what_runs() -> None:
    runtime = V8Runtime()
    execution = start(runtime, "function main() { return Utilities.getUuid(); }")
    assert isinstance(execution.next_call(), Call)
    runtime.close()
    execution.answer(Answer(NOW_MS))
    outcome = execution.next_call()
    assert isinstance(outcome, Ended) and outcome.error
