"""What must also hold for the built wheel, in an environment where nothing of the checkout can be imported."""

import importlib.metadata
import importlib.resources
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[2]
ROOMS = {"confsync": ROOT / "generator" / "confsync", "appsscript_templates": ROOT / "appsscript_templates"}
CONFSYNC = Path(sys.executable).with_name("confsync")


def run(*arguments: str, folder: Path) -> str:
    """Run the installed command in a folder and return what it printed."""
    done = subprocess.run([CONFSYNC, *arguments], cwd=folder, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_wheel_is_what_is_tested() -> None:
    origin = json.loads(importlib.metadata.distribution("confsync").read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        pytest.skip("confsync is installed from the checkout here")
    assert "site-packages" in str(importlib.resources.files("confsync"))


def test_the_command_is_there(tmp_path: Path) -> None:
    assert "render" in run("--help", folder=tmp_path)
    assert run("--version", folder=tmp_path) == f"confsync {importlib.metadata.version('confsync')}\n"


@pytest.mark.parametrize("package", ROOMS)
def test_every_file_of_the_package_is_there(package: str) -> None:
    folder = ROOMS[package]
    names = [
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"
    ]
    installed = importlib.resources.files(package)
    assert [str(name) for name in names if not installed.joinpath(*name.parts).is_file()] == []
    assert {path.suffix for path in names} > {".py"}


def test_it_renders_the_committed_add_on(tmp_path: Path) -> None:
    shutil.copy(ROOT / "addon.toml", tmp_path)
    run("render", folder=tmp_path)
    rendered = {path.name: path.read_text() for path in (tmp_path / "build").iterdir()}
    assert rendered == {path.name: path.read_text() for path in (ROOT / "build").iterdir()}
    run("render", "--check", folder=tmp_path)


def test_a_new_project_works_and_passes_its_own_tests(tmp_path: Path) -> None:
    assert "cd demo-addon\n  confsync demo" in run("init", "demo-addon", folder=tmp_path)
    project = tmp_path / "demo-addon"
    assert "P1, P2, P3 and P4 hold." in run("demo", folder=project)
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout
