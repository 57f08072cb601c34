"""`confsync logs` lists executions, and goes on with those to come."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .schemas import problems

GENERATOR = Path(__file__).parents[2] / "generator"
CODE = "function fails() { throw new Error('no'); }\nfunction fine() {}\n"
USER = "developer@example.com"


@pytest.fixture
def ran(desk: Any, edit: Callable[..., None]) -> Any:
    """A desk at which one execution went well and one did not."""
    desk.run("deploy")
    edit("Code.js", CODE)
    desk.world.appsscript.run(USER, desk.script_id, "fine")
    desk.world.appsscript.run(USER, desk.script_id, "fails")
    return desk


def test_executions_are_listed_the_oldest_first(ran: Any) -> None:
    lines = ran.run("logs").stdout.splitlines()
    assert [line.split()[1] for line in lines] == ["fine", "fails"]
    told = [json.loads(line) for line in ran.run("logs", "--json").stdout.splitlines()]
    assert [problem for one in told for problem in problems(one, "logs")] == []
    assert [(one["function"], one["failed"]) for one in told] == [("fine", False), ("fails", True)]
    assert [line.split()[1] for line in ran.run("logs", "--failed").stdout.splitlines()] == ["fails"]


def test_that_there_are_none_is_said(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    listed = desk.run("logs", "--json")
    assert (listed.stdout, listed.stderr) == ("", "No execution in the last 24 h.\n")
    edit("Code.js", CODE)
    desk.world.appsscript.run(USER, desk.script_id, "fine")
    assert "No failed execution in the last 1 h." in desk.run("logs", "--failed", "--hours", "1").stderr


def test_following_goes_on_with_what_ends_until_it_is_stopped(ran: Any) -> None:
    command = [sys.executable, "-c", "from confsync.cli import main; main()", "logs", "--target", "local"]
    path = os.pathsep.join([str(GENERATOR), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [*command, "--url", ran.url, "--follow", "--every", "0.1", "--json"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        text=True,
    ) as process:
        assert process.stdout is not None
        assert [json.loads(process.stdout.readline())["function"] for _ in range(2)] == ["fine", "fails"]
        ran.world.appsscript.run(USER, ran.script_id, "fine")
        assert json.loads(process.stdout.readline())["function"] == "fine"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


@pytest.mark.parametrize(("most", "is_cut"), [(4, False), (3, True), (2, True)])
def test_that_there_may_be_more_executions_is_said(
    desk: Any, edit: Callable[..., None], monkeypatch: pytest.MonkeyPatch, most: int, is_cut: bool
) -> None:
    monkeypatch.setattr("confsync.deploy.api.MOST_PROCESSES", most)
    desk.run("deploy")
    edit("Code.js", "function fine() {}\n")
    for _ in range(3):
        desk.world.appsscript.run("developer@example.com", desk.script_id, "fine")
    listed = desk.run("logs")
    assert (len(listed.stdout.splitlines()), "newest executions only" in listed.stderr) == (
        min(most, 3),
        is_cut,
    )
    assert ("executions  the newest" in desk.run("status").stdout) == is_cut
