"""Asking before anything is written: yes or no, and where users are at work, the environment's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from confsync.cli.destination import Destination, is_terminal
from confsync.errors import DeployError

Command = TypeVar("Command", bound=Callable[..., Any])
Answer = TypeVar("Answer")

_OPTIONS = (
    click.option("--yes", is_flag=True, help="Do not ask."),
    click.option(
        "--confirm",
        metavar="NAME",
        default="",
        help="The environment's name, instead of typing it when asked.",
    ),
)


def agree_options(command: Command) -> Command:
    """Give a command the options that answer beforehand."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def agree(question: str, destination: Destination, options: dict[str, Any]) -> None:
    """Raise a DeployError when nobody agrees or can be asked; a local Google is nobody's business."""
    if not destination.target.asks:
        return
    if destination.made.is_production:
        _by_name(question, destination, options["confirm"])
        return
    if options["yes"]:
        return
    if not is_terminal():
        raise DeployError(
            f"this would change what is on {destination.name}, and there is no terminal to ask on.",
            next_step="Say --yes to go on without being asked.",
        )
    if not _answered(lambda: click.confirm(question, err=True)):
        raise DeployError("nothing was changed.")


def _answered(ask: Callable[[], Answer]) -> Answer:
    """Return the answer; Ctrl-C, or the end of the input, is a no."""
    try:
        return ask()
    except click.Abort as error:
        click.echo(err=True)  # after the terminal's ^C
        raise DeployError("nothing was changed.") from error


def _by_name(question: str, destination: Destination, confirmed: str) -> None:
    """Have the environment's name typed: a yes is said too easily where users are at work."""
    name = destination.target.env
    if not confirmed and not is_terminal():
        raise DeployError(
            f"{name} is marked as production, and there is no terminal to ask on.",
            next_step=f"Say --confirm {name} to go on; --yes is not enough here.",
        )
    if not confirmed:
        click.echo(f"{question} {name} is marked as production.", err=True)
        typed = "Type its name to go on"
        confirmed = _answered(lambda: click.prompt(typed, default="", show_default=False, err=True))
    if confirmed != name:
        raise DeployError(f"nothing was changed: “{confirmed}” is not {name}.")
