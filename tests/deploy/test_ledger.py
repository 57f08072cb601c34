"""The memory of the last deploy survives, and its damage is said."""

from pathlib import Path

import pytest

from confsync.deploy.ledger import Ledger, load, save
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
