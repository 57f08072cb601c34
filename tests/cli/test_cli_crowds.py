"""`confsync verify --crowds` as people and their CI run it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from confsync.cli import main
from confsync.verify.crowds import SCENES

from .schemas import problems

CONFIG = str(Path(__file__).parents[2] / "addon.toml")


def run(*arguments):
    return CliRunner().invoke(main, ["verify", "--config", CONFIG, *arguments])


def test_the_small_crowds_of_one_wing_are_told_as_json():
    result = run("--crowds", "--small", "--wing", "python", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)
    assert problems(told, "verify-crowds") == []
    scenes = told["scenes"]
    assert [scene["scene"] for scene in scenes] == list(SCENES)
    for scene in scenes:
        assert (scene["wing"], scene["broken"]) == ("python", [])
        assert all(0 < measure["largest"] <= measure["limit"] for measure in scene["measures"])


def test_what_is_broken_ends_with_1(tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(Path(CONFIG).read_text().replace('title = "{event.title', 'title = "Not {event.title'))
    result = run("--config", str(wrong), "--crowds", "--small", "--wing", "python")
    assert result.exit_code == 1
    assert "P1 of conference" in result.stdout
    assert "more\n" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--small"], "--small says how large --crowds are"),
        (["--crowds", "--seed", "3"], "without --seed"),
        (["--crowds", "--junit", "x.xml"], "without --junit"),
    ],
)
def test_options_that_say_nothing_here_are_refused(arguments, why, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
