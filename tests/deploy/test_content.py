"""Contents are equal when Apps Script would run the same."""

import pytest

from confsync.deploy.content import Content, differences, fetched, rendered
from confsync.errors import DeployError

FILES = {"Code.js": "function a() {}", "appsscript.json": '{"timeZone": "Etc/UTC", "runtimeVersion": "V8"}'}


def remote(content: Content) -> dict[str, object]:
    return {"scriptId": "x", "files": [file | {"createTime": "t"} for file in content.as_json()]}


def test_what_was_pushed_is_what_comes_back() -> None:
    assert fetched(remote(rendered(FILES))) == rendered(FILES)


def test_files_are_named_as_the_api_names_them() -> None:
    content = rendered({**FILES, "cards/Home.html": "<b>"})
    assert [(file.name, file.type) for file in content.files] == [
        ("appsscript", "JSON"),
        ("Code", "SERVER_JS"),
        ("cards/Home", "HTML"),
    ]


def test_the_layout_and_place_of_the_manifest_do_not_matter() -> None:
    other = {"appsscript.json": '{"runtimeVersion":"V8",\n"timeZone":"Etc/UTC"}', "Code.js": FILES["Code.js"]}
    assert rendered(other).digest == rendered(FILES).digest
    assert differences(rendered(other), rendered(FILES)) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Code.js": "function b() {}"}, ("Code.js changed",)),
        ({"New.js": ""}, ("New.js added",)),
        ({"appsscript.json": '{"timeZone": "Europe/Rome"}'}, ("appsscript.json changed",)),
        ({"appsscript.json": "{"}, ("appsscript.json changed",)),
    ],
)
def test_a_difference_is_named(change: dict[str, str], said: tuple[str, ...]) -> None:
    changed = rendered({**FILES, **change})
    assert changed.digest != rendered(FILES).digest
    assert differences(rendered(FILES), changed) == said


def test_a_removed_file_and_another_order_are_named() -> None:
    two = rendered({**FILES, "New.js": ""})
    swapped = rendered({"New.js": "", **FILES})
    assert differences(two, rendered(FILES)) == ("New.js removed",)
    assert differences(two, swapped) == ("files in another order",)


@pytest.mark.parametrize(
    "files",
    [
        {"Code.js": ""},
        {**FILES, "notes.txt": ""},
        {**FILES, "other.json": "{}"},
        {**FILES, "appsscript.js": ""},
    ],
)
def test_what_apps_script_does_not_take_is_refused(files: dict[str, str]) -> None:
    with pytest.raises(DeployError):
        rendered(files)


def test_only_a_manifest_is_blank() -> None:
    assert rendered({"appsscript.json": "{}"}).blank
    assert not rendered(FILES).blank
