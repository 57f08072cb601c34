"""`confsync emulate`: a local Google on a port, until it is told to stop."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.clock import Clock
    from confsync.emulator.server import Server
    from confsync.emulator.sources import Source
    from confsync.emulator.world import World

USERS = ("alice@example.com", "bob@example.com")

_NAMES = {
    "calendar": "Calendar API",
    "batch": "Calendar batch",
    "discovery": "Discovery",
    "appsScript": "Apps Script API",
    "token": "Token endpoint",
    "conferences": "Conferences",
    "control": "Control",
}


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Keep the state in this file.  [default: in memory]"
)
@click.option(
    "--user",
    "users",
    multiple=True,
    metavar="EMAIL",
    help=f"A user; repeatable.  [default: {', '.join(USERS)}]",
)
@click.option("--seed", type=int, help="Decides ids, tokens and all else that is random.  [default: 0]")
@click.option("--virtual-clock", is_flag=True, help="Time moves only when told to, over the control routes.")
@click.option(
    "--setup",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Begin as this TOML or JSON file says: users, switches, faults, calendars, libraries, clock, seed.",
)
@click.option(
    "--library",
    "libraries",
    multiple=True,
    metavar="ID=FOLDER",
    help="The folder of a library that scripts include by this id; repeatable.",
)
@click.option("--switch", "switches", multiple=True, metavar="NAME=VALUE", help="Set a switch; repeatable.")
@click.option(
    "--import",
    "import_",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Begin with an exported state, or with the users and calendars of a JSON file.",
)
@click.option(
    "--export",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the state to this file at the end.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one JSON object.")
def command(port: int, export: Path | None, as_json: bool, **options: Any) -> None:
    """Run a local Google: Calendar, Apps Script, and a sample conferencing service.

    A bearer token that is a user's e-mail address acts as that user.
    """
    with contextlib.closing(_world(**options, export=export)) as world:
        from confsync.emulator.server import serve

        with serve(world, port) as server, _stop_signals() as wait:
            click.echo(_as_json(world, server) if as_json else _as_text(world, server, options["data"]))
            wait()
            # An execution that goes on, or a receiver that does not answer, would keep the server from stopping.
            world.stop()
        if export:
            world.export(export)
    if not as_json:
        click.echo("Stopped.")


def _world(
    *,
    data: Path | None,
    users: tuple[str, ...],
    seed: int | None,
    virtual_clock: bool,
    setup: Path | None,
    switches: tuple[str, ...],
    import_: Path | None,
    export: Path | None,
    libraries: tuple[str, ...],
) -> World:
    """Return the world that the options describe; what they say wins over what the setup says."""
    from confsync.emulator.fixtures import Fixtures
    from confsync.emulator.setup import Setup, read_setup
    from confsync.emulator.switches import switch_of
    from confsync.emulator.world import World

    if export and not export.parent.is_dir():
        raise EmulatorError("there is no such folder", where=str(export.parent), next_step="Make it first.")
    begin = read_setup(setup) if setup else Setup()
    if not (users or begin.fixtures.users or import_):
        users = USERS
    imports: list[Source] = [begin.fixtures]
    if import_:
        # A state brings its own users, so that these are added once more.
        imports = [import_, Fixtures(users), *imports]
    world = World(
        seed=seed if seed is not None else begin.seed or 0,
        clock=_clock(virtual_clock or begin.virtual_clock),
        data=data,
        users=users,
        switches={**begin.switches, **dict(map(switch_of, switches))},
        faults=begin.faults,
        imports=imports,
        libraries={**begin.libraries, **dict(map(_library, libraries))},
    )
    if world.is_kept and import_:
        world.close()
        raise EmulatorError(
            "there is a state already, so nothing was imported",
            where=str(data),
            next_step="Leave out --import to go on with it, or name another file with --data.",
        )
    if not world.clock.virtual:
        world.delivery = "background"
    return world


def _library(text: str) -> tuple[str, Path]:
    library_id, equals, folder = text.partition("=")
    if not (library_id and equals and folder):
        raise EmulatorError("ID=FOLDER is wanted", where=f"--library {text}")
    return library_id, Path(folder)


def _clock(virtual: int | bool | None) -> Clock:
    from confsync.emulator.clock import Clock
    from confsync.emulator.world import VIRTUAL_START_US

    if not virtual:
        return Clock()
    return Clock(start_us=VIRTUAL_START_US if virtual is True else virtual)


@contextlib.contextmanager
def _stop_signals() -> Iterator[Callable[[], object]]:
    """Give a function that waits for Ctrl-C or SIGTERM; once it is over they act as before.

    They write into a pipe: a lock might be held by the very thread that they interrupt.
    """
    come, told = os.pipe()
    before = {
        number: signal.signal(number, lambda *_: os.write(told, b"."))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield lambda: os.read(come, 1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(come)
        os.close(told)


def _as_json(world: World, server: Server) -> str:
    from confsync.emulator.hosts import addresses

    answer = {
        "url": server.url,
        "port": server.port,
        "users": world.oauth.users(),
        "addresses": addresses(server.url),
    }
    return json.dumps(answer)


def _as_text(world: World, server: Server, data: Path | None) -> str:
    from confsync.emulator.hosts import addresses

    found, users = addresses(server.url), world.oauth.users()
    lines = [f"A local Google, state in {data or 'memory'}, users {', '.join(users)}", ""]
    lines += [f"  {_NAMES[name]:<16} {address}" for name, address in found.items()]
    lines += ["", "Google's Python client comes here with"]
    lines += [f'  build("calendar", "v3", credentials=Credentials("{users[0]}"),']
    lines += [f'        client_options={{"api_endpoint": "{found["calendar"]}"}})', "", "Ctrl-C stops it."]
    return "\n".join(lines)
