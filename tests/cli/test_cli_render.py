"""`confsync render`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from confsync.cli import main

from .schemas import problems

CONFIG = str(Path(__file__).parents[2] / "addon.toml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["render", "--config", CONFIG, *arguments])


def test_files_are_written_once(tmp_path: Path) -> None:
    out = str(tmp_path / "build")
    first = run("--out", out)
    assert first.exit_code == 0
    assert f"{out}/Config.js new" in first.output
    count = len(list((tmp_path / "build").iterdir()))
    assert run("--out", out).output == f"{count} files unchanged.\n"


def test_check_is_silent_about_fresh_files_and_shows_stale_ones(tmp_path: Path) -> None:
    out = str(tmp_path)
    run("--out", out)
    fresh = run("--out", out, "--check")
    assert (fresh.exit_code, "is fresh" in fresh.output) == (0, True)
    (tmp_path / "Config.js").write_text("const CONFIG = {};\n")
    stale = run("--out", out, "--check")
    assert stale.exit_code == 1
    assert "-const CONFIG = {};\n" in stale.output
    assert stale.output.endswith(f"{out} is stale: run confsync render.\n")
    assert (tmp_path / "Config.js").read_text() == "const CONFIG = {};\n"


def test_json(tmp_path: Path) -> None:
    out = str(tmp_path)
    checked = run("--out", out, "--check", "--json")
    answer = json.loads(checked.output)
    assert problems(answer, "render") == []
    assert (checked.exit_code, answer["out"], answer["stale"]) == (1, out, True)
    assert {"name": "Config.js", "status": "new"} in answer["files"]
    written = json.loads(run("--out", out, "--json").output)
    assert (written["stale"], written["files"]) == (False, answer["files"])
    assert {file["status"] for file in json.loads(run("--out", out, "--json").output)["files"]} == {
        "unchanged"
    }


def test_defaults_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "addon.toml").write_text(Path(CONFIG).read_text())
    assert CliRunner().invoke(main, ["render"]).exit_code == 0
    assert (tmp_path / "build" / "appsscript.json").exists()


def test_the_folder_is_that_of_clasps_file_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / ".clasp.json").write_text('{"rootDir": "made"}')
    monkeypatch.setenv("clasp_config_project", "settings")
    assert run().exit_code == 0
    assert (tmp_path / "made" / "appsscript.json").exists()


def test_a_mistake_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "addon.toml").write_text("schema = 1\nname = \n")
    result = CliRunner().invoke(main, ["render", "--config", str(tmp_path / "addon.toml")])
    assert result.exit_code == 1
    assert result.output.splitlines()[0].startswith(f"Error: {tmp_path}/addon.toml:2:8: this is not TOML")
    assert len(result.output.splitlines()) == 1


def test_an_environment_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    overrides = '\n[env.live.addon]\nname = "Live"\n'
    (tmp_path / "addon.toml").write_text(Path(CONFIG).read_text() + overrides)
    assert CliRunner().invoke(main, ["render", "--env", "live"]).exit_code == 0
    assert (
        json.loads((tmp_path / "build-live" / "appsscript.json").read_text())["addOns"]["common"]["name"]
        == "Live"
    )
    assert not (tmp_path / "build").exists()
