"""The memory of the last deploy survives, and its damage is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from confsync.deploy.ledger import Entry, Ledger, load, save
from confsync.errors import DeployError

KEPT = Ledger("script", "deployment", ("a", "b"))


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    file = tmp_path / ".confsync" / "local.json"
    assert load(file) == Ledger()
    save(file, KEPT)
    assert load(file) == KEPT
    assert (file.parent / ".gitignore").read_text() == "*\n"
    assert sorted(path.name for path in file.parent.iterdir()) == [".gitignore", "local.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"schema": 1}', '{"schema": 3, "scriptId": "", "deploymentId": "", "contents": []}',
             '{"schema": 1, "scriptId": 7, "deploymentId": "", "contents": []}']
)  # fmt: skip
def test_damage_is_said_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "local.json"
    file.write_text(text)
    with pytest.raises(DeployError) as error:
        load(file)
    assert str(file) in str(error.value)
    assert "Delete the file" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("done", "kept"), [(99, 99), (100, 100), (101, 100)])
def test_the_newest_hundred_entries_are_kept(tmp_path: Path, done: int, kept: int) -> None:
    file, ledger = tmp_path / ".confsync" / "local.json", Ledger("script")
    for number in range(done):
        ledger = ledger.having(
            Entry(f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z", "ann", "deploy", number, "d")
        )
        save(file, ledger)
    found = [entry.version for entry in load(file).history]
    assert (len(found), found[-1]) == (kept, done - 1)


def test_what_was_begun_comes_back_until_it_is_done(tmp_path: Path) -> None:
    file, entry = (
        tmp_path / ".confsync" / "local.json",
        Entry("2026-01-01T00:00:00Z", "ann", "rollback", 1, "d"),
    )
    save(file, replace(KEPT, begun=entry))
    assert load(file).has_begun("rollback", "d") and not load(file).has_begun("deploy", "d")
    save(file, load(file).having(entry))
    assert (load(file).begun, load(file).history) == (None, (entry,))
