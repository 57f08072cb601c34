"""What addon.toml makes is kept, and made anew as soon as anything that it comes of is another."""

import json
import os
import shutil
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.deploy.made import made
from confsync.errors import ConfigError
from confsync.render import render

ROOT = Path(__file__).parents[2]
MARK = "// kept, and not made anew\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    text = (ROOT / "addon.toml").read_text()
    text = text.replace("[sync]\n", '[render]\ntemplates = "templates"\n\n[sync]\n')
    text += '\n[env.live]\nproduction = true\n\n[env.live.addon]\nname = "Live"\n'
    path = tmp_path / "addon.toml"
    path.write_text(text)
    return path


def mark(config: Path, env: str = "") -> None:
    """Change what is kept, so that it can be told from what is made."""
    path = config.parent / ".confsync" / f"made{env}.json"
    kept = json.loads(path.read_text())
    kept["files"]["Code.js"] = MARK
    path.write_text(json.dumps(kept))


def is_kept(config: Path, env: str = "") -> bool:
    return made(config, env).files["Code.js"] == MARK


def test_it_is_what_is_rendered(config: Path) -> None:
    for _ in range(2):
        found = made(config)
        assert found.files == render(load(config)) and list(found.files) == list(render(load(config)))
        assert (found.name, found.secrets, found.is_production) == (
            "My Conferences",
            ("conferences_key",),
            False,
        )


def test_it_is_kept_while_nothing_changes(config: Path) -> None:
    made(config)
    mark(config)
    assert is_kept(config)


def test_a_change_of_the_description_or_of_a_template_makes_it_anew(config: Path) -> None:
    made(config)
    mark(config)
    config.write_text(config.read_text() + "# a comment\n")
    assert not is_kept(config)
    mark(config)
    code = (ROOT / "build" / "Code.js").read_text()
    (config.parent / "templates" / "Code.js").write_text(code + "// ours\n")
    assert made(config).files["Code.js"] == code + "// ours\n"
    mark(config)
    (config.parent / "templates" / "Code.js").unlink()
    assert not is_kept(config)


def test_environments_are_kept_apart(config: Path) -> None:
    assert [made(config, env).name for env in ("", "live", "", "live")] == ["My Conferences", "Live"] * 2
    mark(config, "-live")
    assert (is_kept(config), is_kept(config, "live")) == (False, True)
    assert made(config, "live").is_production


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fingerprint": 1}', '{"files": {}, "fingerprint": "x"}'])
def test_what_cannot_be_read_is_made_anew(config: Path, text: str) -> None:
    made(config)
    (config.parent / ".confsync" / "made.json").write_text(text)
    assert made(config).name == "My Conferences"


def test_mistakes_are_said_as_ever(config: Path) -> None:
    made(config)
    config.write_text(config.read_text() + "[\n")
    with pytest.raises(ConfigError):
        made(config)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(config: Path) -> None:
    shutil.rmtree(config.parent / ".confsync", ignore_errors=True)
    config.parent.chmod(0o500)
    assert made(config).name == "My Conferences"
    config.parent.chmod(0o700)
