"""Lazy commands, and what an error looks like to people and to programs."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from confsync.cli import COMMANDS, main
from confsync.cli.group import LazyGroup

HEAVY = ["googleapiclient", "jinja2", "pydantic", "rich", "tree_sitter", "uvicorn"]

COMMAND = """
import click
from confsync.errors import ConfigError

@click.command()
@click.option("--json", "as_json", is_flag=True)
def command(as_json):
    {body}
"""

OURS = 'raise ConfigError("no such key", where="addon.toml:3", next_step="Remove it.")'


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command with the given body, found by a group as any other command is."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "a_command", raising=False)
    group = LazyGroup(name="confsync", commands_by_name={"go": ("a_command", "Go on.")})

    def invoke(body: str, *arguments: str) -> Result:
        (tmp_path / "a_command.py").write_text(COMMAND.format(body=body))
        return CliRunner().invoke(group, ["go", *arguments], prog_name="confsync")

    return invoke


def test_an_error_is_one_line_on_stderr(run: Callable[..., Result]) -> None:
    result = run(OURS)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: addon.toml:3: no such key. Remove it.\n"


def test_an_error_is_json_on_stdout_when_asked_for(run: Callable[..., Result]) -> None:
    result = run(OURS, "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert json.loads(result.stdout) == {
        "error": {
            "kind": "ConfigError",
            "where": "addon.toml:3",
            "message": "no such key",
            "nextStep": "Remove it.",
        }
    }


def test_what_the_system_refuses_is_one_line_too(run: Callable[..., Result]) -> None:
    result = run('raise OSError(28, "No space left on device", "build/Config.js")')
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: build/Config.js: No space left on device\n"


def test_an_interruption_leaves_one_line(run: Callable[..., Result]) -> None:
    result = run("raise KeyboardInterrupt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "\nInterrupted; run the same command again to finish.\n"


def test_a_reader_that_went_away_is_not_an_error_to_talk_about(run: Callable[..., Result]) -> None:
    result = run('raise BrokenPipeError(32, "Broken pipe")')
    assert (result.exit_code, result.output) == (1, "")


def test_a_mistake_of_ours_is_not_hidden(run: Callable[..., Result]) -> None:
    assert isinstance(run('raise KeyError("x")').exception, KeyError)


def test_an_unknown_command_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["deplo"])
    assert result.exit_code == 2
    assert "No such command 'deplo'" in result.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.get_short_help_str(limit=200) == COMMANDS[name][1]


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import atexit, sys; from confsync.cli import main;"
        f"atexit.register(lambda: print('heavy:', *sorted(set({HEAVY}) & set(sys.modules)))); main(['--help'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "deploy" in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "heavy:"


# What a command line needs before it knows what it is asked for, and what a deploy asks Google with.
LIGHT = {"click", "confsync"}
NO_OP = {"appsscript_templates", *LIGHT}
IMPORTED = """
import sys
from confsync.cli import main
before = set(sys.modules)
try:
    main({arguments}, standalone_mode=False)
finally:
    names = {{name.partition(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names)
    print("imported:", *sorted(name for name in names if not name.startswith("_")))
"""


def imported(*arguments: str) -> set[str]:
    """Return the packages besides the standard library that a command imports, as a process of its own."""
    script = IMPORTED.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


def plain() -> set[str]:
    """Return what an empty process has imported, hooks of the environment and the like."""
    script = (
        "import sys; print(*{name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names))"
    )
    return set(subprocess.check_output([sys.executable, "-c", script], text=True).split())


def test_help_imports_click_and_nothing_else() -> None:
    assert imported("--help") - plain() == LIGHT


def test_a_deploy_that_has_nothing_to_do_imports_as_little(desk: Any) -> None:
    deploy = ["deploy", "--target", "local", "--url", desk.url]
    imported(*deploy)
    desk.requests()
    assert imported(*deploy) - plain() == NO_OP
    requests = desk.requests()
    assert len(requests) <= 3 and all(request.startswith("GET ") for request in requests)
