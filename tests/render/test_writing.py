"""Rendered files on the disk."""

import os
from pathlib import Path

import pytest

from confsync.errors import RenderError
from confsync.render import diff, statuses, write

FILES = {"appsscript.json": "{}\n", "Code.js": "function f() {}\n"}


def test_the_folder_is_made(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    assert write(FILES, out) == {"appsscript.json": "new", "Code.js": "new"}
    assert {file.name: file.read_text() for file in out.iterdir()} == FILES
    assert write(FILES, out) == {"appsscript.json": "unchanged", "Code.js": "unchanged"}
    assert diff(FILES, out) == ""


def test_what_is_the_same_is_not_touched(tmp_path: Path) -> None:
    write(FILES, tmp_path)
    os.utime(tmp_path / "Code.js", (1, 1))
    write({**FILES, "appsscript.json": "[]\n"}, tmp_path)
    assert (tmp_path / "Code.js").stat().st_mtime == 1
    assert (tmp_path / "appsscript.json").read_text() == "[]\n"


def test_only_files_like_ours_are_removed(tmp_path: Path) -> None:
    for name in ("Old.js", "old.json", "old.html", ".clasp.json", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.js").mkdir()
    done = write(FILES, tmp_path)
    assert [name for name, status in done.items() if status == "removed"] == [
        "Old.js",
        "old.html",
        "old.json",
    ]
    assert sorted(os.listdir(tmp_path)) == sorted([*FILES, ".clasp.json", "notes.txt", "folder.js"])


def test_the_difference(tmp_path: Path) -> None:
    write({**FILES, "Old.js": "no end of line"}, tmp_path)
    changed = {"appsscript.json": "{}\n", "Code.js": "function g() {}\n", "New.js": "const a = 1;\n"}
    assert statuses(changed, tmp_path) == {
        "appsscript.json": "unchanged",
        "Code.js": "changed",
        "New.js": "new",
        "Old.js": "removed",
    }
    lines = diff(changed, tmp_path).splitlines()
    assert [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        "-function f() {}",
        "+function g() {}",
        "+const a = 1;",
        "-no end of line",
    ]
    assert statuses(FILES, tmp_path)["Old.js"] == "removed", "nothing was written"


def test_other_line_ends_are_a_difference(tmp_path: Path) -> None:
    (tmp_path / "Code.js").write_bytes(b"function f() {}\r\n")
    assert statuses(FILES, tmp_path)["Code.js"] == "changed"


def test_a_file_in_the_way(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("")
    with pytest.raises(RenderError, match=r"out.*: "):
        write(FILES, out)


def test_a_folder_in_the_way_leaves_no_rest(tmp_path: Path) -> None:
    (tmp_path / "Code.js").mkdir()
    with pytest.raises(RenderError, match=r"Code\.js: cannot be read: Is a directory\."):
        write(FILES, tmp_path)
    assert os.listdir(tmp_path) == ["Code.js"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(FILES, tmp_path)
    monkeypatch.setattr(
        "tempfile.mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), str(tmp_path / ".rest"))
    )
    (tmp_path / ".rest").touch()
    with pytest.raises(RenderError, match="cannot be written: No space left on device"):
        write({**FILES, "Code.js": "const a = 1;\n"}, tmp_path)
    assert (tmp_path / "Code.js").read_text() == FILES["Code.js"]
    assert not (tmp_path / ".rest").exists()
