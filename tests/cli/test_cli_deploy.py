"""`confsync deploy` as people and programs use it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from confsync.cli import main
from confsync.emulator.server import Server, serve
from confsync.emulator.world import World

from .schemas import problems

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of the project, in which the commands run; nobody is logged in."""
    for name in ("addon.toml", ".clasp.json"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "clasp_config_auth"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def server() -> Iterator[Server]:
    world = World()
    with serve(world) as running:
        running.world = world  # type: ignore[attr-defined]
        yield running
    world.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["deploy", *arguments])


def run_json(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def writes(server: Any) -> list[str]:
    """Return what the local Google's call log shows besides reads, and empty the log."""
    entries = [*server.world.trace.entries]
    server.world.trace.clear()
    return [
        entry.arguments["target"] for entry in entries if entry.source == "http" and entry.method != "GET"
    ]


def test_without_an_address_it_keeps_a_google_of_its_own(folder: Path) -> None:
    clasp = (folder / ".clasp.json").read_bytes()
    first, again = run_json("--target", "local"), run_json("--target", "local")
    assert first == {
        "target": "local",
        "env": "",
        "scriptId": first["scriptId"],
        "deploymentId": first["deploymentId"],
        "version": 1,
        "changed": True,
        "steps": [
            {"step": "project", "status": "created"},
            {"step": "content", "status": "pushed"},
            {"step": "version", "status": "created"},
            {"step": "deployment", "status": "created"},
        ],
        "warnings": [],
        "missingSecrets": ["secret.conferences_key"],
    }
    assert problems(first, "deploy") == problems(again, "deploy") == []
    unchanged = [{"step": step["step"], "status": "unchanged"} for step in first["steps"]]
    assert again == first | {"changed": False, "steps": unchanged}
    assert (folder / ".clasp.json").read_bytes() == clasp
    assert {path.name for path in (folder / ".confsync").iterdir()} >= {"google.db", "local.json"}


def test_again_nothing_is_written(folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run_json("--target", "local", "--url", server.url)
    assert len(writes(server)) == 5  # the developer, project, content, version, deployment
    again = run_json("--target", "local", "--url", server.url)
    (folder / ".confsync" / "local.json").unlink()
    monkeypatch.setenv("CONFSYNC_LOCAL_URL", server.url)
    without_state = run_json("--target", "local")
    shutil.copytree(folder, folder / "clone", ignore=shutil.ignore_patterns(".confsync"))
    monkeypatch.chdir(folder / "clone")
    monkeypatch.setenv("CONFSYNC_SCRIPT_ID", first["scriptId"])
    second_clone = run_json("--target", "local")
    assert writes(server) == []
    assert {again["deploymentId"], without_state["deploymentId"], second_clone["deploymentId"]} == {
        first["deploymentId"]
    }


def test_a_secret_that_is_set_is_not_missing(folder: Path, server: Any) -> None:
    first = run("--target", "local", "--url", server.url)
    assert "not set yet: secret.conferences_key" in first.stdout
    script_id = json.loads((folder / ".confsync" / "local.json").read_text())["scriptId"]
    server.world.appsscript.set_properties(script_id, "script", {"secret.conferences_key": "x"})
    assert "not set" not in run("--target", "local", "--url", server.url).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--target", "local", "--url", "http://127.0.0.1:9"],
            "Error: http://127.0.0.1:9: nothing answers there.",
        ),
        (["--target", "local", "--url", "here"], "Error: here: not an address."),
        (["--target", "local", "--config", "none.toml"], "Error: none.toml: "),
        (["--target", "google"], "Error: there is no login to Google on this machine."),
    ],
)
def test_what_cannot_be_is_said_in_one_line(folder: Path, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(said) and result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--target", "moon"], ["--target", "google", "--url", "http://x"]])
def test_wrong_usage(folder: Path, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_damaged_state_is_said(folder: Path) -> None:
    (folder / ".confsync").mkdir()
    (folder / ".confsync" / "local.json").write_text("{")
    result = run("--target", "local")
    assert result.exit_code == 1
    assert "local.json" in result.stderr and "Delete the file" in result.stderr
