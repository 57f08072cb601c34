"""Templates become files, or are refused with file and line."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from confsync.addon import Addon, load
from confsync.errors import RenderError
from confsync.render import render

ROOT = Path(__file__).parents[2]


def refusal(addon: Addon, templates: Path | None) -> str:
    """The error that rendering ends with."""
    with pytest.raises(RenderError) as caught:
        render(addon, templates)
    return str(caught.value)


def test_the_add_on_of_this_repository() -> None:
    files = render(load(ROOT / "addon.toml"))
    assert next(iter(files)) == "appsscript.json"
    assert {"Config.js", "Provider.js", "Values.js"} <= set(files)
    assert not {name for name in files if not name.endswith((".js", ".json"))} | ({"note.json"} & set(files))
    for name in set(files) - {"appsscript.json", "Config.js"}:
        assert files[name] == (ROOT / "appsscript_templates" / name).read_text()


def test_the_same_add_on_gives_the_same_files(addon: Addon, templates: Any) -> None:
    folder = templates({})
    assert render(addon, folder) == render(load(addon.file), folder)


def test_the_table_of_notes_comes_from_its_file(addon: Addon, templates: Any) -> None:
    files = render(addon, templates({"note.json": '{"linked": {"gone": "unlink"}}'}))
    assert 'const NOTE_TABLE = {"linked": {"gone": "unlink"}};' in files["Config.js"]
    assert "note.json" not in files


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import a from 'b';", "Bad.js:2: import is not supported"),
        ("class A { x = 1; }", "Bad.js:2: class fields are not supported"),
        ("function f( {", "Bad.js:2: syntax error"),
        ("function f() { fetch('x'); }", "Bad.js:2: Apps Script has no fetch."),
        ("function createConference() {}", "Code.js:1: createConference is declared in Bad.js:2 already."),
        ("const CONFIG = 1;", "Config.js:7: CONFIG is declared in Bad.js:2 already."),
        ("const Calendar = 1;", "Bad.js:2: Calendar is the name of a service of Apps Script."),
        ("createConference();", "Bad.js:2: only declarations may stand outside of functions"),
        ("function f() { ScriptApp.newTrigger('g'); }", "Bad.js:2: there is no function g."),
        ("function g_() { ScriptApp.newTrigger('g_'); }", "Bad.js:2: g_ is private by its last _"),
    ],
)
def test_apps_script_would_not_take_it(source: str, message: str, addon: Addon, templates: Any) -> None:
    assert message in refusal(addon, templates({"Bad.js": f"// The first line.\n{source}\n"}))


def test_a_handler_of_the_manifest_that_is_not_there(addon: Addon, templates: Any) -> None:
    message = refusal(addon, templates({"Config.js.j2": "const CONFIG = {{ config | js }};\n"}))
    assert message.splitlines() == [
        "appsscript.json:1: there is no function createWebConference.",
        "appsscript.json:1: there is no function createRecordedCallsV2Conference.",
    ]


def test_all_findings_are_told_but_no_flood(addon: Addon, templates: Any) -> None:
    lines = refusal(addon, templates({"Bad.js": "f();\n" * 30})).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "… and 20 more."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("const a = 1;\nconst b = {{ nothing }};\n", "X.js.j2:2: the template cannot be filled in: 'nothing' is undefined."),
        ("const a = 1;\nconst b = {{ nothing | js }};\n", "X.js.j2:2: the template cannot be filled in: "),
        ("const a = 1;\n{% for x in y %}\n", "X.js.j2:2: the template cannot be filled in: "),
        ("const a = 1;\n\nconst b = {{ 1 | nope }};\n", "X.js.j2:3: the template cannot be filled in: "),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_in(text: str, message: str, addon: Addon, templates: Any) -> None:
    assert refusal(addon, templates({"X.js.j2": text})).startswith(message)


def test_a_table_that_is_not_json(addon: Addon, templates: Any) -> None:
    assert refusal(addon, templates({"note.json": '{\n"a": }'})).startswith("note.json:2: this is not JSON: ")


def overriding(addon: Addon, folder: Path) -> Addon:
    """The add-on with a folder of its own templates."""
    return dataclasses.replace(addon, templates=folder)


def test_an_override_replaces_by_name(addon: Addon, templates: Any, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "Code.js").write_text("function createConference() {}\n")
    (mine / "README.md").write_text("why")
    assert render(overriding(addon, mine), templates({}))["Code.js"] == "function createConference() {}\n"


def test_an_override_of_nothing(addon: Addon, templates: Any, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "Cod.js").write_text("")
    message = refusal(overriding(addon, mine), templates({}))
    assert (
        message
        == f'{mine}/Cod.js: there is no template of this name to override. Did you mean "Code.js"? If it is a file of its own, name it in render.extra.'
    )


def test_an_override_that_cannot_be_read(addon: Addon, templates: Any, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "Code.js").mkdir(parents=True)
    assert (
        refusal(overriding(addon, mine), templates({})) == f"{mine}/Code.js: cannot be read: Is a directory."
    )
    (mine / "Code.js").rmdir()
    (mine / "Code.js").write_bytes(b"// \xe9\n")
    assert "Code.js: is not UTF-8 text." in str(refusal(overriding(addon, mine), tmp_path / "templates"))


def test_a_folder_of_overrides_that_is_not_there(addon: Addon, templates: Any, tmp_path: Path) -> None:
    message = refusal(overriding(addon, tmp_path / "no"), templates({}))
    assert message == f"{tmp_path}/no: there is no such folder. Mend render.templates in addon.toml."
