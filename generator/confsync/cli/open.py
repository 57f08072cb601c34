"""`confsync open`: a page of the project, in the browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

import click

from confsync.errors import DeployError

PAGES = {"editor": "edit", "executions": "executions", "triggers": "triggers", "settings": "settings"}


@click.command()
@click.argument("page", type=click.Choice(list(PAGES)), default="editor")
@click.option("--config", type=click.Path(path_type=Path), default="addon.toml", show_default=True)
@click.option("--env", metavar="NAME", default="", help="The project of [env.NAME].")
@click.option("--script-id", default="", envvar="CONFSYNC_SCRIPT_ID", show_envvar=True, help="The project.")
@click.option("--print", "only_print", is_flag=True, help="Print the address, and open nothing.")
def command(page: str, config: Path, env: str, script_id: str, only_print: bool) -> None:
    """Open a page of the project in the browser.

    Without a terminal its address is printed.
    """
    from confsync.deploy.checklist import EDITOR
    from confsync.deploy.targets import google

    known = google(config.parent, env, os.environ).remembered(script_id).script_id
    if not known:
        raise DeployError(
            "no project on Google is known here.", next_step="Deploy first, or say --script-id."
        )
    address = f"{EDITOR}/{known}/{PAGES[page]}"
    click.echo(address)
    if not only_print and sys.stdout.isatty():
        webbrowser.open(address)
