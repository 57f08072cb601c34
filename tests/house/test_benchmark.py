"""The benchmark runs, against our emulator and the floor alone; how fast anything is, is not judged here."""

import json
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.benchmark", "--quick"]
MARKDOWN = """
import pathlib, sys
from tests.benchmark.report import markdown
print(markdown(pathlib.Path(sys.argv[1])))
"""


def test_it_measures_every_part_that_needs_no_peers(tmp_path: Path) -> None:
    written = tmp_path / "benchmark.json"
    done = subprocess.run(
        [*COMMAND, "--json", "--write", written], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {row["group"] for row in told["rows"]} == {"start", "inserts", "growth", "executions", "sync"}
    measured = [row for row in told["rows"] if row["goal"] != "≤ 0"]
    assert all(value > 0 for row in measured for its in row["samples"].values() for value in its)
    assert {row["verdict"] for row in told["rows"] if row["goal"]} <= {"met", "not met"}
    assert "inserts when empty: floor, run 1 of 1" in done.stderr
    kept = json.loads(written.read_text())
    assert [row["ratio"] for row in kept["rows"]] == [row["ratio"] for row in told["rows"]]
    assert "samples" not in kept["rows"][0]
    table = subprocess.check_output([sys.executable, "-c", MARKDOWN, written], cwd=ROOT, text=True)
    for row in kept["rows"]:
        assert f"| {row['group']}: {row['what']} | {row['ratio']:.2f} | {row['goal']} |" in table


def test_it_leaves_no_server_behind_when_it_is_interrupted() -> None:
    with subprocess.Popen(
        [*COMMAND, "--only", "growth"], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr is not None
        assert any("filling" in line for line in process.stderr)
        servers = {pid for pid, parent in processes().items() if parent == process.pid}
        process.send_signal(signal.SIGINT)
        process.stderr.read()
    assert process.returncode == 1
    assert len(servers) == 3
    assert not servers & processes().keys()


def processes() -> dict[int, int]:
    """Return all processes: id → that of the one which started it."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return {int(pid): int(parent) for pid, parent in pairs}
