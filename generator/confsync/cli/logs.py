"""`confsync logs`: executions, as the Apps Script API tells of them."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.destination import Destination, destination_options, reached
from confsync.cli.status import since

if TYPE_CHECKING:
    from confsync.deploy.health import Execution


@click.command()
@destination_options
@click.option(
    "--hours", type=click.FloatRange(0, min_open=True), default=24, show_default=True, help="How far back."
)
@click.option("--failed", is_flag=True, help="Only those that failed or took too long.")
@click.option("--follow", is_flag=True, help="Go on with those that end from now on, until Ctrl-C.")
@click.option(
    "--every", type=click.FloatRange(0.1), default=5, show_default=True, help="Seconds between two looks."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(follow: bool, every: float, as_json: bool, **options: Any) -> None:
    """List executions, how they ended, and how long they took.

    What they logged is kept by Cloud Logging, which the Apps Script API does not show: `confsync open executions`.
    """
    show = _as_json if as_json else _as_text
    with contextlib.suppress(*[KeyboardInterrupt] if follow else []), reached(options) as destination:
        for one in _followed(destination, options, every) if follow else _listed(destination, options):
            click.echo(show(one))


def _listed(destination: Destination, options: dict[str, Any]) -> Iterator[Execution]:
    """Yield the executions, the oldest first, and say when there are none, or may be more."""
    source = _Source(destination, options)
    found = source.look()
    yield from found
    if not found:
        kind = "failed execution" if options["failed"] else "execution"
        click.echo(f"No {kind} in the last {options['hours']:g} h.", err=True)
    if source.is_cut:
        click.echo("These are of the newest executions only; fewer --hours have them all.", err=True)


def _followed(destination: Destination, options: dict[str, Any], every: float) -> Iterator[Execution]:
    """Yield each execution once it has ended, for ever."""
    source, told = _Source(destination, options), set()
    while True:
        for one in source.look():
            if not one.running and one not in told:
                told.add(one)
                yield one
        time.sleep(every)


class _Source:
    """The executions of one project, from one moment on."""

    def __init__(self, destination: Destination, options: dict[str, Any]) -> None:
        from confsync.deploy.project import existing

        self._api, self._since, self._failed = destination.api, since(options["hours"]), options["failed"]
        project = existing(
            destination.api, destination.made.name, destination.target, script_id=options["script_id"]
        )
        self._script_id, self.is_cut = project.script_id, False

    def look(self) -> list[Execution]:
        """Return them as they are now, the oldest first."""
        from confsync.deploy import api
        from confsync.deploy.health import execution

        found = [execution(one) for one in self._api.processes(self._script_id, self._since)]
        self.is_cut = len(found) >= api.MOST_PROCESSES
        return [one for one in reversed(found) if one.failed or not self._failed]


def _as_json(one: Execution) -> str:
    told = {
        "at": one.at,
        "function": one.function,
        "type": one.type,
        "status": one.status,
        "durationS": one.seconds,
        "failed": one.failed,
    }
    return json.dumps(told, ensure_ascii=False)


def _as_text(one: Execution) -> str:
    took = "" if one.seconds is None else f"{one.seconds:.3f} s"
    line = f"{one.at:<24}  {one.function:<24}  {one.type:<14}  {one.status:<10}  {took:>10}".rstrip()
    return click.style(line, fg="red") if one.failed else line
