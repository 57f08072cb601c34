"""What may be pushed: Google's refusals, in Google's words where they are known."""

import json
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from .conftest import MANIFEST, Script


def push(script: Script, *files: dict[str, str]) -> str:
    """Push files; return the refusal's message, or nothing."""
    try:
        script.api.projects().updateContent(scriptId=script.id, body={"files": list(files)}).execute()
    except HttpError as error:
        assert error.resp.status == 400
        return str(json.loads(error.content)["error"]["message"])
    return ""


def manifest(**changes: Any) -> dict[str, str]:
    return {"name": "appsscript", "type": "JSON", "source": json.dumps(MANIFEST | changes)}


def code(source: str, name: str = "Code") -> dict[str, str]:
    return {"name": name, "type": "SERVER_JS", "source": source}


def test_a_manifest_must_be_there(script: Script) -> None:
    expected = "Project contents must include a manifest file named appsscript."
    assert push(script, code("var a;")) == push(script) == expected


def test_what_is_refused_changes_nothing(script: Script) -> None:
    assert push(script, manifest(), code("var kept;")) == ""
    assert push(script, manifest(), code("var broken")) == ""
    assert push(script, manifest(), code("var (")) != ""
    files = script.api.projects().getContent(scriptId=script.id).execute()["files"]
    assert files[1]["source"] == "var broken"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"runtimeVersion": "v8"},
            '"appsscript.json" has errors: Invalid manifest: Expected one of [V8, STABLE, DEPRECATED_ES5] for '
            + '"runtimeVersion", but was "v8"',
        ),
        (
            {"webapp": {"access": "EVERYONE"}},
            '"appsscript.json" has errors: Invalid manifest: Expected one of [MYSELF, DOMAIN, ANYONE, '
            + 'ANYONE_ANONYMOUS] for "webapp.access", but was "EVERYONE"',
        ),
        ({"$schema": "x"}, "Request contains an invalid argument."),
        ({"timeZone": "Mars/Olympus"}, "Request contains an invalid argument."),
        ({"urlFetchWhitelist": ["http://a.example/"]}, "Request contains an invalid argument."),
        ({"urlFetchWhitelist": ["https://a.example"]}, "Request contains an invalid argument."),
        ({"oauthScopes": "all"}, "Request contains an invalid argument."),
        ({"addOns": []}, "Request contains an invalid argument."),
    ],
)
def test_a_bad_manifest(script: Script, changes: dict[str, Any], message: str) -> None:
    assert push(script, manifest(**changes)) == message


def test_a_manifest_that_is_no_json(script: Script) -> None:
    broken = {"name": "appsscript", "type": "JSON", "source": "{ // no\n}"}
    assert push(script, broken) == "Request contains an invalid argument."


def test_two_files_of_one_name(script: Script) -> None:
    page = {"name": "Code", "type": "HTML", "source": "<p>"}
    message = "A file with this name already exists in the current project: Code"
    assert push(script, manifest(), code("var a;"), page) == message
    assert push(script, manifest(), page) == ""


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\nfunction f( {\n}", "Syntax error: SyntaxError: Unexpected end of input line: 3 file: Code.gs"),
        ("var a;\nlet a;", "Syntax error: SyntaxError: Identifier 'a' has already been declared line: 2 file: Code.gs"),
        ("import x from 'y'", "Syntax error: SyntaxError: Cannot use import statement outside a module line: 1 file: Code.gs"),
        ("await 1", "Syntax error: SyntaxError: await is only valid in async functions and the top level bodies of modules line: 1 file: Code.gs"),
    ],
)  # fmt: skip
def test_a_syntax_error_has_its_line(script: Script, source: str, message: str) -> None:
    assert push(script, manifest(), code("var ok;", "Good"), code(source)) == message


@pytest.mark.parametrize(
    "source",
    [
        "class A {\n  x = 1;\n}",
        "class A {\n  static x = 1;\n}",
        "class A {\n  #x() {}\n}",
        "class A {\n  static { }\n}",
    ],
)
def test_class_fields_are_refused_though_v8_takes_them(script: Script, source: str) -> None:
    message = push(script, manifest(), code(source))
    assert message.startswith("Syntax error: SyntaxError: ") and message.endswith(" line: 2 file: Code.gs")


@pytest.mark.parametrize(
    "file",
    [
        {"name": "Other", "type": "JSON", "source": "{}"},
        {"name": "", "type": "HTML", "source": ""},
        {"type": "HTML"},
    ],
)
def test_files_that_no_project_holds(script: Script, file: dict[str, str]) -> None:
    assert push(script, manifest(), file) == "Request contains an invalid argument."
