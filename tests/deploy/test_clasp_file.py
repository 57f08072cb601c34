"""`.clasp.json` is shared with clasp: read as people write it, and changed as little as possible."""

import json
from pathlib import Path

import pytest

from confsync.deploy.clasp import script_id, set_script_id
from confsync.errors import DeployError

COMMENTED = """{
  // the real project
  "scriptId": "%s", /* "scriptId": "old" */
  "rootDir": "build",
  "title": "see https://example.com/, it's // fine",
}
"""


def test_no_file_names_no_project(tmp_path: Path) -> None:
    assert script_id(tmp_path / ".clasp.json") == ""


def test_comments_and_trailing_commas_are_read(tmp_path: Path) -> None:
    file = tmp_path / ".clasp.json"
    file.write_text(COMMENTED % "abc")
    assert script_id(file) == "abc"


@pytest.mark.parametrize(
    "text",
    ['{"scriptId": "", "rootDir": "build"}\n', '{"rootDir": "build"}', '{"rootDir":"build","scriptId":"x"}'],
)
def test_the_id_is_written_and_the_rest_kept(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".clasp.json"
    file.write_text(text)
    set_script_id(file, "1new")
    assert json.loads(file.read_text()) == {"scriptId": "1new", "rootDir": "build"}


def test_layout_is_kept_where_that_is_possible(tmp_path: Path) -> None:
    file = tmp_path / ".clasp.json"
    file.write_text('{\n  // ours\n  "scriptId": "", "rootDir": "build",\n}\n')
    set_script_id(file, "1new")
    assert file.read_text() == '{\n  // ours\n  "scriptId": "1new", "rootDir": "build",\n}\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{\n  // "scriptId": "1staging",\n  "scriptId": "1live", /* "scriptId": "1old" */\n  "title": "\\"scriptId\\": \\"x\\""\n}\n',
            '{\n  // "scriptId": "1staging",\n  "scriptId": "1new", /* "scriptId": "1old" */\n  "title": "\\"scriptId\\": \\"x\\""\n}\n',
        ),
        ('// {ours}\n{\n  "rootDir": "build" // kept\n}\n', '// {ours}\n{\n  "scriptId": "1new",\n  "rootDir": "build" // kept\n}\n'),
    ],
)  # fmt: skip
def test_what_stands_in_comments_and_in_other_strings_is_kept(
    tmp_path: Path, before: str, after: str
) -> None:
    file = tmp_path / ".clasp.json"
    file.write_text(before)
    set_script_id(file, "1new")
    assert script_id(file) == "1new"
    assert file.read_text() == after


def test_keys_that_are_not_ours_are_kept(tmp_path: Path) -> None:
    keys = {
        "scriptId": "1",
        "parentId": ["a"],
        "skipSubdirectories": True,
        "scriptExtensions": [".js"],
        "x": {"y": 1},
    }
    (tmp_path / ".clasp.json").write_text(json.dumps(keys))
    set_script_id(tmp_path / ".clasp.json", "2")
    assert json.loads((tmp_path / ".clasp.json").read_text()) == keys | {"scriptId": "2"}


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    set_script_id(tmp_path / ".clasp.json", "1new")
    assert json.loads((tmp_path / ".clasp.json").read_text()) == {"scriptId": "1new", "rootDir": "build"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{scriptId: 'x'}"])
def test_what_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / ".clasp.json").write_text(text)
    with pytest.raises(DeployError, match=r"\.clasp\.json"):
        script_id(tmp_path / ".clasp.json")
