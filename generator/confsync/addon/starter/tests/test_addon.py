"""What this add-on must always do; everything runs on a local Google, without an account and without a network."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
CONFSYNC = shutil.which("confsync", path=str(Path(sys.executable).parent)) or "confsync"


def confsync(*words: str) -> str:
    """Run a command that must succeed in the project's folder, and return what it prints."""
    done = subprocess.run([CONFSYNC, *words], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_files_are_what_the_description_makes() -> None:
    confsync("render", "--check")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_conference_follows_its_event(seed: int) -> None:
    told = json.loads(confsync("demo", "--seed", str(seed), "--json"))
    assert told["holds"]


def test_the_promises_hold_whatever_goes_wrong() -> None:
    told = json.loads(confsync("verify", "--histories", "4", "--json"))
    assert told["failures"] == []
