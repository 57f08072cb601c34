"""`confsync verify`: random histories, played by both wings, and whether the promises hold."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from confsync.cli.progress import progress

if TYPE_CHECKING:
    from confsync.addon import Addon
    from confsync.verify.campaign import Plan, Player, Result
    from confsync.verify.findings import Finding
    from confsync.verify.history import History
    from confsync.verify.summary import Summary

HISTORIES = 100
CONFIG = Path("addon.toml")
# What says which histories are played has no meaning for one that is replayed.
_CHOOSING = ("seed", "histories", "minutes", "faults", "jobs", "save")


def _writable(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file that cannot be written, before anything else is done."""
    if path is not None:
        new = not path.exists()
        try:
            path.open("a").close()
        except OSError as error:
            raise click.BadParameter(f"{path} cannot be written: {error.strerror}.") from error
        if new:
            path.unlink()
    return path


def _folder(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Make the folder, or refuse it, before anything else is done."""
    if path is not None:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.BadParameter(f"{path} cannot be made: {error.strerror}.") from error
        _writable(ctx, parameter, path / ".writable")
    return path


def _history(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> History | None:
    from confsync.verify.history import History, HistoryError

    try:
        return History.load(path) if path else None
    except HistoryError as error:
        raise click.BadParameter(str(error)) from error


_FILE = click.Path(dir_okay=False, path_type=Path)
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Of the first history; each has the next one."
)
@click.option("--histories", type=click.IntRange(1), help=f"How many.  [default: {HISTORIES}]")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="As many as there is time for.")
@click.option(
    "--wing", type=click.Choice(["python", "apps-script", "both"]), default="both", show_default=True
)
@click.option("--jobs", type=click.IntRange(1), help="How many processes.  [default: one for each core]")
@click.option(
    "--faults/--no-faults", default=None, help="In all histories, or in none.  [default: odd seeds]"
)
@click.option("--replay", metavar="FILE", type=_READABLE, callback=_history, help="Play this history alone.")
@click.option(
    "--report", metavar="FILE.html", type=_FILE, callback=_writable, help="Draw a history as a web page."
)
@click.option("--junit", metavar="FILE", type=_FILE, callback=_writable, help="Write JUnit XML.")
@click.option(
    "--save", metavar="DIR", type=click.Path(path_type=Path), callback=_folder, help="Keep shrunk histories."
)
@click.option("--config", type=click.Path(path_type=Path), default=CONFIG, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_context
def command(ctx: click.Context, /, config: Path, **options: Any) -> None:
    """Play random histories, and see whether the promises hold.

    People create, change and delete events; executions are late, lost or killed; the third party fails. Each history
    is known by its seed. Of those that fail, the first three are shrunk to their shortest and told. Exit code 1 if a
    promise is broken, or the wings differ in a call.
    """
    from confsync.addon import load
    from confsync.verify.ground import hastened

    _check(ctx)
    addon = hastened(load(config))
    summary, drawn = (_replay if options["replay"] else _campaign)(addon, options)
    _write(summary, drawn, options)
    click.echo(_as_json(summary) if options["as_json"] else summary.sentence)
    ctx.exit(0 if summary.well else 1)


def _check(ctx: click.Context) -> None:
    """Refuse options that contradict each other."""
    said = {name for name in ctx.params if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE}
    if {"histories", "minutes"} <= said:
        raise click.UsageError("Say --histories or --minutes, not both.")
    if "replay" in said and (more := [f"--{name}" for name in _CHOOSING if name in said]):
        raise click.UsageError(f"--replay plays the history of a file, without {', '.join(more)}.")


def _replay(addon: Addon, options: dict[str, Any]) -> tuple[Summary, Finding]:
    """Play one history and tell it."""
    from confsync.verify.campaign import WINGS, Player
    from confsync.verify.findings import look
    from confsync.verify.summary import Summary

    began, wing = time.monotonic(), options["wing"]
    with contextlib.closing(Player(addon, wing)) as player:
        found = look(player, options["replay"])
    if not options["as_json"]:
        click.echo("\n".join([*found.story, ""]))
    failed = [] if found.result.well else [found]
    seconds = time.monotonic() - began
    return Summary(found.result.seed, WINGS[wing], [found.result], failed, seconds), found


def _campaign(addon: Addon, options: dict[str, Any]) -> tuple[Summary, Finding | None]:
    """Play many histories, shrink and tell those that failed; return also the one to draw, if any is wanted."""
    from confsync.verify.campaign import WINGS, Player
    from confsync.verify.findings import look
    from confsync.verify.summary import Summary

    plan, as_text = _plan(addon, options), not options["as_json"]
    if as_text:
        click.echo(_announcement(plan))
    results, seconds = _results(plan, as_text)
    with contextlib.closing(Player(plan.addon, plan.wings)) as player:
        found = list(_findings(plan, player, results, options))
        drawn = next((one for one in found if one.outcome), None)
        if options["report"] and not drawn:
            longest = max(results, key=lambda result: result.lasted)
            drawn = look(player, plan.history(longest.seed))
    summary = Summary(plan.seed, WINGS[plan.wings], results, found, seconds)
    if as_text:
        click.echo("\n".join(_tables(summary)))
    return summary, drawn


def _plan(addon: Addon, options: dict[str, Any]) -> Plan:
    from confsync.verify.campaign import Plan

    histories = None if options["minutes"] else options["histories"] or HISTORIES
    jobs = options["jobs"] or os.cpu_count() or 1
    return Plan(
        addon,
        options["wing"],
        options["seed"],
        histories,
        options["minutes"] and options["minutes"] * 60,
        options["faults"],
        min(jobs, histories or jobs),
    )


def _results(plan: Plan, as_text: bool) -> tuple[list[Result], float]:
    """Play, and return the results by seed, and the seconds that it took."""
    from confsync.verify.campaign import run

    results = []
    with progress(plan, as_text) as told, contextlib.closing(run(plan)) as coming:
        for result in coming:
            results.append(result)
            told.take(result)
    return sorted(results, key=lambda result: result.seed), told.seconds


def _findings(
    plan: Plan, player: Player, results: Sequence[Result], options: dict[str, Any]
) -> Iterator[Finding]:
    """Yield what was found, each told as soon as it is shrunk."""
    from confsync.verify.findings import SHRINK_SECONDS, findings

    as_text = not options["as_json"]

    def begins(seed: int) -> None:
        if as_text:
            click.echo(f"Shrinking the history of seed {seed}, for {SHRINK_SECONDS} s at most …", err=True)

    failed = [result for result in results if not result.well]
    for found in findings(plan, player, failed, options["save"], begins):
        if as_text:
            click.echo("\n".join(_told(plan, found)))
        yield found


def _announcement(plan: Plan) -> str:
    """Say what is going to be played."""
    seeds = (
        f"from {plan.seed} to {plan.seed + plan.histories - 1}" if plan.histories else f"from {plan.seed} on"
    )
    how = {None: "faults where the seed is odd", True: "all with faults", False: "no faults"}[plan.faults]
    wings = "both wings" if plan.wings == "both" else f"the {plan.wings} wing"
    return f"Histories of the seeds {seeds}, {how}, {wings}, {plan.jobs} at a time."


def _told(plan: Plan, found: Finding) -> list[str]:
    """Tell one failing history."""
    seed = found.result.seed
    again = f"confsync verify --seed {seed} --histories 1"
    again += {None: "", True: " --faults", False: " --no-faults"}[plan.faults]
    again += "" if plan.wings == "both" else f" --wing {plan.wings}"
    again += "" if plan.addon.file == CONFIG else f" --config {plan.addon.file}"
    lines = ["", click.style(f"Seed {seed}: {found.result.wrong}", bold=True)]
    lines += [f"  {line}" for line in found.story]
    lines += [f"Saved as {found.saved}; confsync verify --replay plays it."] if found.saved else []
    return [*lines, f"All of it again: {again}"]


def _tables(summary: Summary) -> list[str]:
    """Return the counts in columns."""
    from confsync.verify.statistics import tables

    lines = []
    for table in tables(summary.statistics):
        lines += ["", f"{table.title:<52}" + "".join(f"{column:>14}" for column in table.columns)]
        lines += [
            f"  {name:<50}" + "".join(f"{count:>14}" for count in counts) for name, counts in table.rows
        ]
    return [*lines, ""]


def _as_json(summary: Summary) -> str:
    return json.dumps(summary.as_json(), indent=2, ensure_ascii=False)


def _write(summary: Summary, drawn: Finding | None, options: dict[str, Any]) -> None:
    """Write the files that were asked for."""
    from confsync.verify.junit import junit

    if options["junit"]:
        options["junit"].write_text(junit(summary), encoding="utf-8")
    if options["report"] and drawn:
        from confsync.verify.report import report

        options["report"].write_text(report(summary, drawn), encoding="utf-8")
