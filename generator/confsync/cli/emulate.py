"""`confsync emulate`: a local Google on a port, until it is told to stop."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from confsync.emulator.server import Server
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
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Decides ids, tokens and all else that is random."
)
@click.option("--virtual-clock", is_flag=True, help="Time moves only when told to, over the control routes.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one JSON object.")
def command(
    port: int, data: Path | None, users: tuple[str, ...], seed: int, virtual_clock: bool, as_json: bool
) -> None:
    """Run a local Google: Calendar, Apps Script, and a sample conferencing service.

    A bearer token that is a user's e-mail address acts as that user.
    """
    from confsync.emulator.server import serve

    world = _world(data, users or USERS, seed, virtual_clock)
    with contextlib.closing(world), serve(world, port) as server, _stop_signals() as stopped:
        click.echo(_as_json(world, server) if as_json else _as_text(world, server, data))
        stopped.wait()
        # An execution that goes on, or a receiver that does not answer, would keep the server from stopping.
        world.appsscript.close()
        world.calendar.notifications.close()
    if not as_json:
        click.echo("Stopped.")


def _world(data: Path | None, users: tuple[str, ...], seed: int, virtual_clock: bool) -> World:
    from confsync.emulator.clock import Clock
    from confsync.emulator.world import VIRTUAL_START_US, World

    clock = Clock(start_us=VIRTUAL_START_US) if virtual_clock else Clock()
    world = World(seed=seed, clock=clock, data=data, users=users)
    if not virtual_clock:
        world.delivery = "background"
    return world


@contextlib.contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set; once it is over they act as before."""
    stopped = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
