"""`confsync demo` as people run it: told as a story or as JSON, and left up until Ctrl-C."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from .schemas import problems

CONFSYNC = [sys.executable, "-c", "from confsync.cli import main; main()"]
CONFIG = str(Path(__file__).parents[2] / "addon.toml")


def demo(*options: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `confsync demo` to its end."""
    command = [*CONFSYNC, "demo", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=folder)


def test_it_tells_a_story_as_json(tmp_path: Path) -> None:
    ended = demo("--config", CONFIG, "--seed", "5", "--json", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    told = json.loads(ended.stdout)
    assert problems(told, "demo") == []
    assert (told["seed"], told["holds"], told["difference"], told["broken"]) == (5, True, None, [])
    assert told["calls"] == sum(len(scene["calls"]) for scene in told["scenes"]) > 100
    assert "sample-key" not in ended.stdout


def test_without_an_add_on_there_is_one_line(tmp_path: Path) -> None:
    ended = demo(folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert "addon.toml" in ended.stderr


def ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.loads(response.read())


def test_it_tells_a_story_to_a_person_and_stays_up_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [*CONFSYNC, "demo", "--config", CONFIG, "--keep"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        while "stays up" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], "it ended too soon"
        assert any("Alice deletes the series again" in line for line in lines)
        assert lines[-2] == "P1, P2, P3 and P4 hold.\n"
        (url,) = [word for word in lines[-1].split() if word.startswith("http://")]
        assert "alice@example.com" in ask(url)["users"]
        assert len(ask(f"{url}/conferences")["conferences"]) == 1
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("Stopped.\n", "")
        assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []
