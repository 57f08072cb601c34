"""`confsync verify` as people and their CI run it."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from confsync.cli import main

from .schemas import problems

ROOT = Path(__file__).parents[2]
CONFIG = str(ROOT / "addon.toml")
CONFSYNC = [sys.executable, "-c", "from confsync.cli import main; main()"]


def run(*arguments: str, config: str = CONFIG) -> Result:
    return CliRunner().invoke(main, ["verify", "--config", config, *arguments])


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """Return the description of an add-on that tells the third party wrong titles, and deletes nothing."""
    text = Path(CONFIG).read_text().replace('title = "{event.title', 'title = "Not {event.title')
    before, delete, after = text.partition("[provider.delete]")
    path = tmp_path / "broken.toml"
    path.write_text(before + delete + after.replace("{conference.id}", "not-{conference.id}", 1))
    return str(path)


def test_how_many_processes_play_changes_nothing(tmp_path: Path) -> None:
    few = ["--seed", "7", "--histories", "2", "--wing", "python", "--json"]
    files = ["--report", str(tmp_path / "report.html"), "--junit", str(tmp_path / "junit.xml")]
    alone, both = run(*few, "--jobs", "1"), run(*few, "--jobs", "2", *files)
    assert (alone.exit_code, alone.stderr, both.exit_code, both.stderr) == (0, "", 0, "")
    one, other = json.loads(alone.stdout), json.loads(both.stdout)
    for told in (one, other):
        assert problems(told, "verify") == []
        assert told.pop("seconds") > 0
        assert told.pop("executionsPerSecond") > 0
    assert one == other
    assert list(one) == [
        *("seed", "histories", "executions", "calls", "wings"),
        *("actions", "faults", "answers", "noteRows", "rare", "failures"),
    ]
    assert (one["seed"], one["histories"], one["wings"], one["failures"]) == (7, 2, ["python"], [])
    cases = ElementTree.parse(tmp_path / "junit.xml").findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["7", "8"]
    assert "Third party" in (tmp_path / "report.html").read_text()


def test_both_wings_play_by_default() -> None:
    result = run("--histories", "1", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["wings"]) == (0, ["apps-script", "python"])
    assert told["executions"] % 2 == 0


def test_a_broken_promise_is_told_saved_and_played_again(tmp_path: Path, broken: str) -> None:
    files = ["--save", str(tmp_path / "saved"), "--report", str(tmp_path / "report.html")]
    few = ["--seed", "4", "--histories", "1", "--wing", "python"]
    result = run(*few, *files, "--junit", str(tmp_path / "junit.xml"), config=broken)
    saved = str(tmp_path / "saved" / "history-4.json")
    assert result.exit_code == 1
    assert "seed 4: P" in result.stderr
    assert "BROKEN P" in result.stdout
    assert f"Saved as {saved};" in result.stdout
    assert f"confsync verify --seed 4 --histories 1 --wing python --config {broken}" in result.stdout
    assert "Rows of the note table" in result.stdout
    assert "1 history failed: P" in result.stdout.splitlines()[-1]
    assert " is broken:</b>" in (tmp_path / "report.html").read_text()
    (failure,) = ElementTree.parse(tmp_path / "junit.xml").findall("testsuite/testcase/failure")
    assert "BROKEN P" in str(failure.text)
    again = run("--replay", saved, "--wing", "python", "--json", config=broken)
    assert problems(json.loads(again.stdout), "verify") == []
    (told,) = json.loads(again.stdout)["failures"]
    assert (again.exit_code, told["seed"], told["broken"][0]["wing"]) == (1, 4, "python")


def test_a_history_that_is_replayed_is_told_though_it_is_well(tmp_path: Path) -> None:
    history = next((ROOT / "tests" / "histories").glob("create-*.json"))
    page = tmp_path / "report.html"
    result = run("--replay", str(history), "--wing", "python", "--report", str(page))
    assert result.exit_code == 0
    assert "Every promise holds." in result.stdout
    assert result.stdout.splitlines()[-1].startswith("1 history, ")
    assert "Third party" in page.read_text()


def test_a_step_that_lacks_something_is_told_as_not_possible(tmp_path: Path) -> None:
    history = tmp_path / "lacking.json"
    history.write_text('{"format": 1, "seed": 1, "steps": [{"do": "expire-tokens"}, {"do": "juggle"}]}')
    result = run("--replay", str(history), "--wing", "python")
    assert result.exit_code == 0
    assert "expire-tokens, without saying 'who': not possible" in result.stdout
    assert "Somebody: juggle: not possible" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--histories", "0"], "0 is not in the range"),
        (["--minutes", "0"], "0.0 is not in the range"),
        (["--histories", "3", "--minutes", "1"], "not both"),
        (["--replay", "{}/none.json"], "does not exist"),
        (["--replay", "{}/damaged.json"], "this is no history"),
        (["--replay", "{}/odd.json"], "a step does not say what to do"),
        (["--replay", "{}/strange.json"], "strange “who”: delete"),
        (["--replay", "{}/worded.json"], "strange “with”: change"),
        (["--replay", "{}/shared.json"], "strange “with”: share"),
        (["--replay", "{}/empty.json", "--seed", "3", "--save", "{}"], "without --seed, --save"),
        (["--report", "{}/none/report.html"], "cannot be written"),
        (["--report", "{}"], "is a directory"),
        (["--junit", "{}/none/junit.xml"], "cannot be written"),
        (["--save", "{}/empty.json"], "cannot be made"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_played(
    tmp_path: Path, arguments: list[str], why: str
) -> None:
    (tmp_path / "damaged.json").write_text('{"format": 1, "seed"')
    (tmp_path / "odd.json").write_text('{"format": 1, "seed": 1, "steps": [{}]}')
    (tmp_path / "empty.json").write_text('{"format": 1, "seed": 1, "steps": []}')
    strange = '{"format": 1, "seed": 1, "steps": [{"do": "delete", "who": 1, "event": "a"}]}'
    (tmp_path / "strange.json").write_text(strange)
    for name, step in (
        ("worded", {"do": "change", "who": "a@example.com", "event": "a", "with": "summary"}),
        ("shared", {"do": "share", "who": "a@example.com", "calendar": "a", "with": {}}),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps({"format": 1, "seed": 1, "steps": [step]}))
    result = run(*(argument.format(tmp_path) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr


def test_a_file_to_write_is_tried_and_left_as_it_was(tmp_path: Path) -> None:
    kept, new = tmp_path / "kept.html", tmp_path / "new.xml"
    kept.write_text("kept")
    result = run("--histories", "0", "--report", str(kept), "--junit", str(new))
    assert result.exit_code == 2
    assert kept.read_text() == "kept"
    assert not new.exists()


def test_interrupted_it_ends_at_once_in_one_line() -> None:
    command = [*CONFSYNC, "verify", "--config", CONFIG, "--histories", "9999"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Histories of the seeds from 1 to 9999")
        os.killpg(process.pid, signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest) == (1, "")
    assert errors == "\nInterrupted; run the same command again to finish.\n"


def test_a_terminal_sees_how_it_goes_on() -> None:
    command = [*CONFSYNC, "verify", "--config", CONFIG, "--histories", "1", "--wing", "python", "--json"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        seen = b""
        with open(ours, "rb", buffering=0) as terminal:
            try:
                while more := terminal.read(1000):
                    seen += more
            except OSError:
                pass  # the other end is closed
        assert process.stdout is not None
        assert json.loads(process.stdout.read())["histories"] == 1
    assert "100%" in seen.decode()
    assert "executions per second" in seen.decode()


SHORT = {
    "format": 1,
    "seed": 1,
    "steps": [
        {
            "do": "create",
            "who": "alice@example.com",
            "event": "meeting",
            "with": {
                "summary": "Review",
                "start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"},
                "end": {"dateTime": "2026-03-10T10:00:00Z", "timeZone": "UTC"},
            },
            "solution": "My Web Conference",
            "mayFail": True,
        }
    ],
}


@pytest.fixture
def short(tmp_path: Path) -> str:
    """Return the file of a history in which a single conference is made."""
    path = tmp_path / "short.json"
    path.write_text(json.dumps(SHORT))
    return str(path)


def test_all_that_can_come_of_a_history_is_tried(short: str) -> None:
    result = run("--exhaustive", "--replay", short, "--wing", "python", "--json")
    told = json.loads(result.stdout)
    assert problems(told, "verify") == []
    assert (result.exit_code, result.stderr, told["failures"]) == (0, "", [])
    tried = {kind: counts["tried"] for kind, counts in told["attempts"].items()}
    assert tried["as it is"] == tried["the third party's answer is lost"] == 1
    assert tried["an execution is killed"] > 10
    assert sum(tried.values()) == told["histories"]


def test_what_goes_wrong_as_it_is_is_told_and_tried_no_further(
    short: str, broken: str, tmp_path: Path
) -> None:
    saved = ["--save", str(tmp_path / "saved")]
    result = run("--exhaustive", "--replay", short, "--wing", "python", *saved, config=broken)
    assert result.exit_code == 1
    assert "1: P1" in result.stdout
    assert "What was tried" in result.stdout
    assert "All of it again: confsync verify --exhaustive --replay FILE --wing python" in result.stdout
    assert [path.name for path in (tmp_path / "saved").iterdir()] == ["history-1.json"]


@pytest.mark.parametrize("more", ["--minutes=1", "--faults", "--junit=verify.xml"])
def test_every_way_needs_no_choice(more: str) -> None:
    result = run("--exhaustive", more)
    assert result.exit_code == 2
    assert "--exhaustive tries every way" in result.stderr
