"""Where a command that deploys, or asks about it, goes: options that all of them have, and the way there."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from confsync.addon import Addon
    from confsync.deploy.api import Api
    from confsync.deploy.connection import Connection
    from confsync.deploy.made import Made
    from confsync.deploy.targets import Target

DEVELOPER = "developer@example.com"
STATE = Path(".confsync") / "google.db"
NAMES = {"local": "a local Google", "google": "Google"}

Command = TypeVar("Command", bound=Callable[..., Any])
Answer = TypeVar("Answer")

_OPTIONS = (
    click.option(
        "--target",
        type=click.Choice(["google", "local"]),
        default="google",
        show_default=True,
        help="Where to.",
    ),
    click.option("--config", type=click.Path(path_type=Path), default="addon.toml", show_default=True),
    click.option(
        "--env", metavar="NAME", default="", help="With the overrides of [env.NAME], and ids of its own."
    ),
    click.option(
        "--url",
        envvar="CONFSYNC_LOCAL_URL",
        show_envvar=True,
        help=f"The local Google.  [default: one of our own, with its state in {STATE}]",
    ),
    click.option(
        "--user", metavar="EMAIL", default=DEVELOPER, help="Who one is on a local Google.", show_default=True
    ),
)


def destination_options(command: Command) -> Command:
    """Give a command the options that say where it goes, and to which project."""
    named = "that of the last deploy, or else the one with the add-on's name"
    return google_options(project_option(named)(command))


def google_options(command: Command) -> Command:
    """Give a command the options that say to which Google it goes, as whom, and for which add-on."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def project_option(default: str) -> Callable[[Command], Command]:
    """Return the option that names a project; `default` says which one it is otherwise."""
    return click.option(
        "--script-id",
        default="",
        envvar="CONFSYNC_SCRIPT_ID",
        show_envvar=True,
        help=f"The project.  [default: {default}]",
    )


@dataclass
class Destination:
    """Where a command went: what is to be there, where its ids are kept, and the way to it."""

    config: Path
    made: Made
    target: Target
    connection: Connection
    api: Api
    who: str

    @functools.cached_property
    def addon(self) -> Addon:
        """The add-on whole; reading it takes longer than a deploy that has nothing to do."""
        from confsync.addon import load

        return load(self.config, self.target.env)

    @property
    def name(self) -> str:
        """What it is called in sentences."""
        return NAMES[self.target.name]


@contextlib.contextmanager
def reached(options: dict[str, Any]) -> Iterator[Destination]:
    """Give the destination that the options name; a local Google of our own lasts as long as it is needed."""
    from confsync.deploy import targets
    from confsync.deploy.api import Api
    from confsync.deploy.deployer import this_user
    from confsync.deploy.made import made

    config, target = options["config"], options["target"]
    check_options(target)
    wanted = made(config, options["env"])
    make = targets.google if target == "google" else targets.local
    who = this_user() if target == "google" else options["user"]
    with _connected(target, config.parent, options["url"], options["user"]) as connection:
        there = make(config.parent, options["env"], os.environ)
        yield Destination(config, wanted, there, connection, Api(connection), who)


def once_enabled(ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` does; while the Apps Script API is off and somebody is there, show where it is switched on."""
    from confsync.deploy.failures import NotEnabled

    while True:
        try:
            return ask()
        except NotEnabled as error:
            if not is_terminal():
                raise
            click.echo(str(error), err=True)
            if not click.confirm("Is it switched on now?", default=True, err=True):
                raise


def is_terminal() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin.isatty()


def check_options(target: str) -> None:
    """Refuse, as wrong usage, an address that was typed where Google itself is meant."""
    source = click.get_current_context().get_parameter_source("url")
    if target == "google" and source == ParameterSource.COMMANDLINE:
        raise click.UsageError("--url is the address of a local Google.")


@contextlib.contextmanager
def local_google(root: Path, url: str | None, user: str) -> Iterator[str]:
    """Give the address of the local Google: the one that is named, or one of our own for as long as it is needed."""
    if url:
        yield url
    else:
        with _own_google(root, user) as own:
            yield own


@contextlib.contextmanager
def _connected(target: str, root: Path, url: str | None, user: str) -> Iterator[Connection]:
    from confsync.deploy import local

    if target == "google":
        yield _google()
        return
    with local_google(root, url, user) as address:
        yield local.connect(address, user)


def _google() -> Connection:
    from confsync.cli.login import logged_in

    return logged_in()


@contextlib.contextmanager
def _own_google(root: Path, user: str) -> Iterator[str]:
    from confsync.deploy.disk import state_folder
    from confsync.emulator.server import serve
    from confsync.emulator.world import World

    state_folder(root)
    world = World(data=root / STATE, users=(user,))
    with contextlib.closing(world), serve(world) as server:
        yield server.url
