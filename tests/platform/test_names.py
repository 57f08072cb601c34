"""What a file declares for all files, and which absent globals it uses."""

import pytest

from confsync.platform.language import parse
from confsync.platform.names import absent_globals, declarations, loose_statements, trigger_handlers


def used(source: str, declared: frozenset[str] = frozenset()) -> list[str]:
    return [
        finding.text.removeprefix("Apps Script has no ")
        for finding in absent_globals(parse(source), declared)
    ]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("setTimeout(f, 1); new URL(x); f(crypto.subtle);", ["setTimeout", "URL", "crypto"]),
        ("const o = {fetch};", ["fetch"]),
        ("function f(a = fetch) {}", ["fetch"]),
        ("{ let exports = 1; } exports;", ["exports"]),
        ("function f() { const process = 1; } process;", ["process"]),
        ("class A { m() { return atob(1); } }", ["atob"]),
    ],
)
def test_absent_globals(source: str, names: list[str]) -> None:
    assert used(source) == names


@pytest.mark.parametrize(
    "source",
    [
        "f({fetch: 1, URL: 2}).fetch().URL;",
        "function f(fetch, {URL, a: [process] = [1], ...self}) { fetch(URL, process, self); }",
        "const f = atob => atob(1);",
        "for (const self of x) self();",
        "for (let module = 0; module < 1; module++) {}",
        "try { f(); } catch (global) { global; }",
        "const f = function module() { module(); };",
        "function f() { g(() => window); if (x) { var window = 1; } }",
        "switch (x) { case 1: let exports = 1; exports; }",
        "class URL {} new URL();",
        "typeof process === 'undefined';",
        "'setTimeout'; /* fetch */",
    ],
)
def test_names_that_only_look_absent(source: str) -> None:
    assert used(source) == []


def test_a_name_that_another_file_declares() -> None:
    assert used("performance();", frozenset({"performance"})) == []


def test_declarations() -> None:
    source = "const a = 1, {b, c: [d]} = f();\nlet e;\nvar g;\nasync function h() { const no = 1; }\nfunction* i() {}\nclass J {}\n"
    assert [(each.name, each.line, each.kind) for each in declarations(parse(source))] == [
        ("a", 1, "const"),
        ("b", 1, "const"),
        ("d", 1, "const"),
        ("e", 2, "let"),
        ("g", 3, "var"),
        ("h", 4, "function"),
        ("i", 5, "function"),
        ("J", 6, "class"),
    ]


def test_statements_that_are_no_declarations() -> None:
    source = "/** @file x */\nconst a = 1;\nf();\n;\nif (a) {}\nfunction f() { g(); }\n"
    assert [finding.line for finding in loose_statements(parse(source))] == [3, 5]


def test_handlers_of_triggers() -> None:
    source = 'function f(g) {\n  ScriptApp.newTrigger("a").timeBased();\n  ScriptApp.newTrigger(g);\n  x.newTrigger("b");\n}'
    assert trigger_handlers(parse(source)) == [("a", 2)]
