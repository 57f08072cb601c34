"""The rehearsal of a deploy, as people see it go on."""

from __future__ import annotations

import os

import click

from confsync.cli.destination import Destination
from confsync.cli.progress import progress
from confsync.deploy.deployer import Prepared
from confsync.rehearsal.dress import campaign, rehearse_histories, rehearse_plan


def rehearsed(destination: Destination, prepared: Prepared, *, as_text: bool) -> None:
    """Rehearse a plan, and say how far it is; raises DeployError when it goes wrong."""
    if as_text:
        click.echo("Rehearsal: the plan on a local Google in the project's present state …", err=True)
    rehearse_plan(prepared)
    played = campaign(destination.addon, os.cpu_count() or 1)
    if as_text:
        click.echo(f"Rehearsal: {played.histories} histories, for a minute at most …", err=True)
    with progress(played, as_text) as told:
        for result in rehearse_histories(played):
            told.take(result)
    if as_text:
        played_ones = "1 history" if told.histories == 1 else f"{told.histories} histories"
        click.echo(f"Rehearsal: {played_ones} played, nothing is broken.", err=True)
