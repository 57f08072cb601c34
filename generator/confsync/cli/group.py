"""The group of all commands: it imports a command when it is asked for, and is the one place that turns an error
into a line and an exit code."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from confsync.cli.failure import Failure
from confsync.errors import ConfsyncError


class LazyGroup(click.Group):
    """Commands by name → (module, help); each module has a click command called `command`."""

    def __init__(self, *, commands_by_name: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(**settings)
        self._commands = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(self._commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return that command, or None when there is none of that name."""
        if cmd_name not in self._commands:
            return None
        command: click.Command = importlib.import_module(self._commands[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._commands.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what went wrong ends as `Failure`, which click shows with exit code 1."""
        as_json = "--json" in ctx.args
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends quietly: nobody is reading any more
        except (ConfsyncError, OSError, KeyboardInterrupt) as error:
            raise Failure(error, as_json=as_json) from error

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run and end the process. What cannot be written to stdout any more, a full disk say, goes to stderr."""
        try:
            return super().main(*args, **settings)
        except OSError as error:
            sys.exit(Failure(error, as_json=False).message)
