"""`confsync init`: a new project that is complete, and nothing overwritten."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from confsync.addon import load
from confsync.addon.new_project import starter_files
from confsync.cli import main

from .schemas import problems

ROOT = Path(__file__).parents[2]
WORKFLOWS = [".github/workflows/add-on.yml", ".gitlab-ci.yml"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["init", *words])


def test_a_new_project_is_complete_and_fresh(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("demo-addon", "--json")
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert problems(answer, "init") == []
    project = folder / "demo-addon"
    written = sorted(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
    assert (answer["folder"], answer["title"], answer["files"]) == ("demo-addon", "Demo Addon", written)
    assert {*WORKFLOWS, "addon.toml", "README.md", "tests/test_addon.py", ".claspignore", ".gitignore"} < {
        *written
    }
    assert load(project / "addon.toml").name == "Demo Addon"
    assert "__" not in (project / "README.md").read_text() + (project / "requirements.txt").read_text()
    monkeypatch.chdir(project)
    assert CliRunner().invoke(main, ["render", "--check"]).exit_code == 0


def test_it_begins_with_the_add_on_of_this_project() -> None:
    ours = (ROOT / "addon.toml").read_text().replace('"My Conferences"', '"Demo Addon"')
    begun = starter_files("demo-addon")
    assert begun["addon.toml"] == ours
    assert begun[".clasp.json"] == (ROOT / ".clasp.json").read_text()
    assert begun[".claspignore"] == (ROOT / ".claspignore").read_text()


def test_it_can_begin_in_this_folder_beside_other_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = folder / "calls"
    project.mkdir()
    (project / "LICENSE").write_text("ours")
    monkeypatch.chdir(project)
    told = run(".")
    assert (told.exit_code, "cd " in told.stdout) == (0, False)
    assert load(project / "addon.toml").name == "Calls"
    assert (project / "LICENSE").read_text() == "ours"


@pytest.mark.parametrize("there", ["README.md", ".github/workflows/add-on.yml"])
def test_nothing_is_overwritten(folder: Path, there: str) -> None:
    (folder / "mine" / there).parent.mkdir(parents=True)
    (folder / "mine" / there).write_text("ours")
    told = run("mine")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr == f"Error: mine: this would overwrite {there}. Name another folder.\n"
    assert [path for path in (folder / "mine").rglob("*") if path.is_file()] == [folder / "mine" / there]


@pytest.mark.parametrize("written", [1, 3])
def test_what_was_killed_midway_is_finished_by_the_next_run(folder: Path, written: int) -> None:
    files = starter_files("mine")
    for path in [*files][:written]:
        (folder / "mine" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "mine" / path).write_text(files[path])
    for _ in range(2):
        assert run("mine").exit_code == 0
        left = {
            str(file.relative_to(folder / "mine")) for file in (folder / "mine").rglob("*") if file.is_file()
        }
        assert {path for path in left if not path.startswith("build/")} == {*files}
        assert (folder / "mine" / "addon.toml").read_text() == files["addon.toml"]


def test_where_nothing_can_be_written_it_says_so(folder: Path) -> None:
    told = run("/proc/mine")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "this cannot be written" in told.stderr
    assert "run the same command again" in told.stderr


@pytest.mark.parametrize("name", ["addon.toml", "-x", "ünter", "a--b", "x" * 51, "a/b.c"])
def test_a_name_that_no_project_can_have(folder: Path, name: str) -> None:
    told = run("--", name)
    assert told.exit_code == 1
    assert "Try one such as my-conferences." in told.stderr
    assert [*folder.iterdir()] == []


def test_a_file_of_that_name_is_no_folder(folder: Path) -> None:
    (folder / "mine").write_text("ours")
    assert (
        run("mine").stderr == "Error: mine: this would overwrite a file of this name. Name another folder.\n"
    )


def commands_of(text: str) -> list[str]:
    """Return the commands of ours that a workflow or a README shows."""
    return re.findall(r"^\s*(?:- run: |- |\$ )(confsync .*?)(?:  #.*)?$", text, re.MULTILINE)


@pytest.mark.parametrize("path", [*WORKFLOWS, "README.md"])
def test_the_commands_that_it_names_are_there(path: str) -> None:
    commands = commands_of(starter_files("demo-addon")[path])
    assert len(commands) >= 4
    for line in commands:
        _, name, *words = shlex.split(line)
        command = main.get_command(click.Context(main), name)
        assert command is not None, line
        command.make_context(name, words)


def test_workflows_render_check_verify_and_deploy() -> None:
    for path in WORKFLOWS:
        text = starter_files("demo-addon")[path]
        order = [
            text.index(word)
            for word in ("confsync render --check", "pytest", "confsync verify", "confsync deploy")
        ]
        assert order == sorted(order)
        assert "CONFSYNC_CREDENTIALS" in text
