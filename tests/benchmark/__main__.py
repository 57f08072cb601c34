"""`python -m tests.benchmark`: measure our emulator beside its peers and a floor, and say which goals are reached."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path

import click

from confsync.errors import ConfsyncError
from tests.benchmark import commands, executions, growth, histories, idle, inserts, pages, start, syncing
from tests.benchmark.bench import QUICK, Bench, Sizes
from tests.benchmark.report import as_json, as_text, kept_rows, kept_versions, setting
from tests.benchmark.servers import Peers

_PARTS = {
    "start": start.first_answer,
    "inserts": lambda bench: [*inserts.beside_floor(bench), *inserts.beside_emulate(bench)],
    "pages": pages.beside_peers,
    "commands": commands.beside_clasp,
    "growth": growth.growing,
    "executions": executions.executing,
    "sync": lambda bench: [*syncing.costs(bench), *idle.idle_runs(bench), *histories.rates(bench)],
}


@click.command()
@click.option(
    "--peers",
    type=click.Path(path_type=Path, exists=True),
    help="The environment of the peers.  [default: none: only ours and the floor]",
)
@click.option(
    "--clasp",
    type=click.Path(path_type=Path, exists=True),
    help="The environment of clasp.  [default: none: its commands are left out]",
)
@click.option("--quick", is_flag=True, help="Tiny sizes, once: shows that it works, and nothing else.")
@click.option("--small", is_flag=True, help="Leave out the million of events.")
@click.option("--only", type=click.Choice(list(_PARTS)), multiple=True, help="Measure this part; repeatable.")
@click.option("--json", "json_too", is_flag=True, help="Print the values of every run as JSON.")
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    help="Write the ratios to this file; with --only, the other rows in it stay.",
)
def command(
    peers: Path | None,
    clasp: Path | None,
    quick: bool,
    small: bool,
    only: tuple[str, ...],
    json_too: bool,
    write: Path | None,
) -> None:
    """Measure; progress goes to standard error."""
    sizes = QUICK if quick else Sizes()
    bench = Bench(
        replace(sizes, huge=None) if small else sizes,
        Peers(peers.resolve() if peers else None),
        lambda text: click.echo(text, err=True),
        clasp.resolve() if clasp else None,
    )
    told = setting(bench)
    if told["busy"]:
        bench.tell("Others are at work on this machine: the numbers will be rough.")
    rows = [row for name, part in _PARTS.items() if not only or name in only for row in part(bench)]
    click.echo(as_json(rows, told, runs=True) if json_too else as_text(rows))
    if write:
        kept = [row for row in kept_rows(write) if row["group"] not in only] if only else []
        told["versions"] |= kept_versions(write) if kept else {}
        write.write_text(as_json(rows, told, runs=False, kept=kept), encoding="utf-8")


def _end(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    # Both end the `with` blocks, and these the servers.
    signal.signal(signal.SIGTERM, _end)
    try:
        command()
    except ConfsyncError as error:
        click.echo(f"benchmark: {error}", err=True)
        sys.exit(1)
