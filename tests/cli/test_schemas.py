"""Every command that prints JSON has a schema by its name; the tests of each command hold its output against it."""

import json

import click

from confsync.cli import main

from .schemas import FOLDER, problems

# Of lines and answers that a command prints besides the one by its name.
MORE = {"error", "sync-watch", "verify-crowds"}


def test_each_command_with_json_has_a_schema_and_each_schema_a_command() -> None:
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    speaking = {
        name
        for name, command in commands.items()
        if command and any("--json" in parameter.opts for parameter in command.params)
    }
    assert {path.stem for path in FOLDER.iterdir()} == speaking | MORE
    for name in speaking:
        assert f"`confsync {name} --json`" in json.loads((FOLDER / f"{name}.json").read_text())["title"]


def test_a_schema_says_what_else_an_object_may_hold() -> None:
    told = {"seed": 1, "histories": 1, "executions": 1, "calls": 1, "seconds": 0.5, "executionsPerSecond": 2}
    told |= {"wings": ["python"], "actions": {}, "faults": {}, "answers": {}, "noteRows": {"a.b": 1}}
    told |= {"rare": {}, "failures": []}
    assert problems(told, "verify") == []
    assert problems(told | {"noteRows": {"a.b": "one"}}, "verify") == [
        "verify.noteRows.a.b: 'one' is no integer"
    ]
    assert len(problems(told | {"actions": {"create": {"met": 1, "more": 2}}}, "verify")) == 2
