"""The commands that the documents show are run as they stand.

A block of ```` ```console ```` that follows a line `<!-- run -->` is run: its `$ confsync …` lines, in order, each block
in a fresh copy of the project.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^<!-- run -->\n+```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (confsync .*)$", re.MULTILINE)


def blocks_of(text: str) -> list[list[str]]:
    """Return the commands of each block that is marked to be run."""
    return [COMMAND.findall(block) for block in BLOCK.findall(text)]


BLOCKS = [
    pytest.param(commands, id=f"{path.name}-{number}")
    for path in DOCUMENTS
    for number, commands in enumerate(blocks_of(path.read_text()), start=1)
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy what a developer has in front of them: no environment, no history, no state."""
    ignore = shutil.ignore_patterns(".git", ".venv*", ".confsync", ".*_cache", "__pycache__", "dist")
    return Path(shutil.copytree(ROOT, tmp_path / "project", ignore=ignore))


@pytest.mark.parametrize("commands", BLOCKS)
def test_a_documented_command_works(commands: list[str], project: Path) -> None:
    assert commands, "the block is marked to be run, but shows no command of ours"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands:
        done = subprocess.run(
            shlex.split(command, comments=True),
            cwd=project,
            env={**os.environ, "PATH": path},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_the_readme_shows_something_to_run() -> None:
    assert blocks_of((ROOT / "README.md").read_text())


def test_only_marked_blocks_are_run() -> None:
    text = "```console\n$ confsync no\n```\n<!-- run -->\n```console\n$ confsync yes  # why\nout\n$ make it\n```\n"
    assert blocks_of(text) == [["confsync yes  # why"]]
