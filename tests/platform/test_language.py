"""The JavaScript that Apps Script takes, and what it refuses on save."""

import pytest

from confsync.platform.language import parse, syntax_findings


@pytest.mark.parametrize(
    "source",
    [
        "const f = (a = 1, {b, ...c} = {}) => `${a}${b?.c ?? 2n}`;",
        "class A extends B { constructor() { super(); this.x = 1; } get y() { return 1; } static z() {} }",
        "async function f() { await g(); for await (const x of y) {} }",
        "function* g() { yield* [1]; } a ||= 1; b &&= 2; c ??= 3; const big = 1_000;",
        "const r = /(?<=a)b/suy; try { f(); } catch { g(); }",
        "const o = {import: 1, await: 2, class: 3}; o.import; o.class;",
        "// import x from 'y';\n/* class A { #x } */\n'export'",
    ],
)
def test_taken(source: str) -> None:
    assert syntax_findings(parse(source)) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import a from 'b';", "import is not supported"),
        ("import 'b';", "import is not supported"),
        ("export const a = 1;", "export is not supported"),
        ("export default f;", "export is not supported"),
        ("const f = () => import('x');", "import() and import.meta are not supported"),
        ("f(import.meta.url);", "import() and import.meta are not supported"),
        ("class A { x = 1; }", "class fields are not supported"),
        ("class A { x; }", "class fields are not supported"),
        ("class A { static x = 1; }", "class fields are not supported"),
        ("class A { #x = 1; }", "class fields are not supported"),
        ("const A = class { f = () => 1; };", "class fields are not supported"),
        ("class A { #m() {} }", "private names are not supported"),
        ("class A { m() { return this.#x; } }", "private names are not supported"),
        ("class A { static { f(); } }", "static blocks of classes are not supported"),
        ("await f();", "await is not supported outside of an async function"),
        ("for await (const x of y) {}", "await is not supported outside of an async function"),
        ("const r = /a/v;", "the flags d and v"),
        ("@d class A {}", "decorators are not supported"),
        ("const a = {;", "syntax error"),
        ("function f( { return 1; }", "syntax error"),
        ("if (x {}", "syntax error"),
        ("for each (x in y) {}", "syntax error"),
    ],
)
def test_refused_with_its_line(source: str, text: str) -> None:
    findings = syntax_findings(parse(f"const a = 1;\n\n{source}\n"))
    assert any(finding.line == 3 and finding.text.startswith(text) for finding in findings), findings
