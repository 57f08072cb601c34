"""`confsync login`: log in to Google with a browser."""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from confsync.deploy.connection import Connection


@click.command()
@click.option(
    "--client",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The JSON of an OAuth client of type “Desktop app”.  [default: CONFSYNC_CLIENT, or that of the last login]",
)
@click.option("--browser/--no-browser", default=True, help="Open a browser, or only print the address.")
@click.option("--timeout", type=click.IntRange(1), default=300, show_default=True, help="Seconds to wait.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(client: Path | None, browser: bool, timeout: int, as_json: bool) -> None:
    """Log in to Google with a browser, for deploying.

    The login is kept in confsync's folder of settings, readable by you alone; `confsync logout` removes it.
    """
    made, kept = log_in(client, browser=browser, timeout_s=timeout)
    click.echo(json.dumps(_facts(made, kept)) if as_json else f"Logged in. The login is kept in {kept}.")


def log_in(
    client: Path | None = None, *, browser: bool = True, timeout_s: int = 300
) -> tuple[dict[str, Any], Path]:
    """Let somebody log in with a browser; return the login and the file that it is kept in. Raises DeployError."""
    from confsync.deploy import login

    home = Path.home()
    settings = login.client_of(client, os.environ, home)
    made = login.by_browser(settings, lambda url: _show(url, browser), timeout_s=timeout_s)
    return made, login.keep(made, settings, os.environ, home)


def logged_in() -> Connection:
    """Return the way to Google. Who is not logged in yet does so in place, if somebody is there to do it."""
    from confsync.deploy import credentials

    try:
        return credentials.connect(os.environ, Path.home())
    except credentials.NoLogin:
        if not sys.stdin.isatty():
            raise
        log_in(_asked_client())
        return credentials.connect(os.environ, Path.home())


def _asked_client() -> Path | None:
    """Ask for the file of an OAuth client where none is known; None where one is."""
    from confsync.deploy import login

    try:
        login.client_of(None, os.environ, Path.home())
    except login.NoClient as error:
        click.echo(str(error), err=True)
        return Path(click.prompt("The downloaded file", err=True)).expanduser()
    return None


def _show(url: str, browser: bool) -> None:
    """Send a browser there; the address is printed in any case, on stderr, since a browser may not come up."""
    click.echo(f"Log in to Google here:\n\n  {url}\n", err=True)
    if browser:
        webbrowser.open(url)


def _facts(login: dict[str, Any], kept: Path) -> dict[str, Any]:
    return {"file": str(kept), "scopes": login["scopes"], "madeAt": login["made_at"]}
