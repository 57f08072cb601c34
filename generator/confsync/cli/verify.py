"""`confsync verify`: random histories, played by both wings, and whether the promises hold."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from confsync.cli.crowds import play_crowds
from confsync.cli.progress import progress

if TYPE_CHECKING:
    from confsync.addon import Addon
    from confsync.verify.campaign import Plan, Player, Result
    from confsync.verify.exhaustive import Attempt
    from confsync.verify.findings import Finding
    from confsync.verify.history import History
    from confsync.verify.summary import Summary

HISTORIES, SHORT_HISTORIES = 100, 10
CONFIG = Path("addon.toml")
# What says which histories are played has no meaning for one that is replayed.
_CHOOSING = ("seed", "histories", "minutes", "faults", "jobs", "save")
# What has no meaning where every way is tried in which a history can go.
_DRAWN = ("minutes", "faults", "junit")
# What is said of histories alone.
_OF_HISTORIES = (*_CHOOSING, "exhaustive", "replay", "report", "junit")


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
@click.option(
    "--exhaustive",
    is_flag=True,
    help=f"Try all that can come of short histories, or of the one of --replay.  [default: {SHORT_HISTORIES}]",
)
@click.option("--crowds", is_flag=True, help="Play scenes with up to 10,000 conferences instead.")
@click.option("--small", is_flag=True, help="With --crowds: with a few hundred, and a store to match.")
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
    promise is broken, or the wings differ in a call, or a large run met something too seldom: in 20,000 histories each
    kind of action, fault, answer and note row must be met 100 times, in 2,000 still 10 times.

    With --exhaustive, a history is played again and again: with an execution killed at each of its calls, with each
    answer of the third party lost, and, where two executions run side by side, in every order of their calls that has
    at most two switches.
    """
    from confsync.addon import load
    from confsync.verify.ground import hastened

    _check(ctx)
    addon = hastened(load(config))
    if options["crowds"]:
        ctx.exit(0 if play_crowds(addon, options) else 1)
    play = _exhaustive if options["exhaustive"] else _replay if options["replay"] else _campaign
    summary, drawn = play(addon, options)
    _write(summary, drawn, options)
    click.echo(_as_json(summary) if options["as_json"] else summary.sentence)
    ctx.exit(0 if summary.well else 1)


def _check(ctx: click.Context) -> None:
    """Refuse options that contradict each other."""
    said = {name for name in ctx.params if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE}
    if "small" in said and "crowds" not in said:
        raise click.UsageError("--small says how large --crowds are.")
    if "crowds" in said and (more := [f"--{name}" for name in _OF_HISTORIES if name in said]):
        raise click.UsageError(f"--crowds plays scenes of its own, without {', '.join(more)}.")
    if {"histories", "minutes"} <= said:
        raise click.UsageError("Say --histories or --minutes, not both.")
    choosing = _CHOOSING[:4] if "exhaustive" in said else _CHOOSING
    if "replay" in said and (more := [f"--{name}" for name in choosing if name in said]):
        raise click.UsageError(f"--replay plays the history of a file, without {', '.join(more)}.")
    if "exhaustive" in said and (more := [f"--{name}" for name in _DRAWN if name in said]):
        raise click.UsageError(f"--exhaustive tries every way, without {', '.join(more)}.")


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
    from confsync.verify.coverage import rare
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
    seldom = rare(
        summary.statistics, len(results), faults=plan.faults is not False, rows=plan.wings != "apps-script"
    )
    summary = replace(summary, rare=[*seldom])
    if as_text:
        click.echo("\n".join(_tables(summary)))
    return summary, drawn


def _exhaustive(addon: Addon, options: dict[str, Any]) -> tuple[Summary, Finding | None]:
    """Try all that can come of histories; return also the one to draw, if any is wanted."""
    from confsync.verify.campaign import WINGS, Player
    from confsync.verify.exhaustive import findings_of, tried
    from confsync.verify.findings import look
    from confsync.verify.summary import Summary

    histories = _tried_histories(addon, options)
    plan, as_text = _plan(addon, options | {"histories": None, "minutes": 1}), not options["as_json"]
    if as_text:
        seeds = ", ".join(str(history.seed) for history in histories)
        click.echo(f"All that can come of the histories of the seeds {seeds}, {plan.jobs} at a time.")
    made, seconds = _attempts(plan, histories, as_text)

    def begins(attempt: Attempt) -> None:
        if as_text:
            click.echo(f"Shrinking the history {attempt.name} …", err=True)

    with contextlib.closing(Player(plan.addon, plan.wings)) as player:
        failed = [one for one in made if not one[1].well]
        found = list(findings_of(player, failed, options["save"], begins))
        drawn = next((one for one in found if one.outcome), None)
        if options["report"] and not drawn:
            drawn = look(player, histories[0])
    results = [result for _, result in made]
    summary = Summary(histories[0].seed, WINGS[plan.wings], results, found, seconds, tried(made))
    if as_text:
        click.echo(
            "\n".join([line for one in found for line in _told(one, _tried_again(plan, options, one))])
        )
        click.echo("\n".join(_tables(summary)))
    return summary, drawn


def _tried_histories(addon: Addon, options: dict[str, Any]) -> list[History]:
    from confsync.verify.chance_short import short_history

    if options["replay"]:
        return [options["replay"]]
    solutions = tuple(solution.name for solution in addon.solutions)
    count = options["histories"] or SHORT_HISTORIES
    return [short_history(options["seed"] + place, solutions) for place in range(count)]


def _attempts(
    plan: Plan, histories: Sequence[History], as_text: bool
) -> tuple[list[tuple[Attempt, Result]], float]:
    """Make all attempts, and return them in order with their results, and the seconds that it took."""
    from confsync.verify.exhaustive import Frontier, explore

    made, frontier = [], Frontier(histories)
    with progress(plan, as_text) as told, contextlib.closing(explore(plan, frontier)) as coming:
        for attempt, result in coming:
            made.append((attempt, result))
            told.expected = frontier.expected
            told.take(result)
    return sorted(made, key=lambda one: (one[1].seed, one[0].number)), told.seconds


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
            seed = f" --seed {found.result.seed} --histories 1"
            click.echo("\n".join(_told(found, f"confsync verify{seed}{_again(plan)}")))
        yield found


def _announcement(plan: Plan) -> str:
    """Say what is going to be played."""
    seeds = (
        f"from {plan.seed} to {plan.seed + plan.histories - 1}" if plan.histories else f"from {plan.seed} on"
    )
    how = {None: "faults where the seed is odd", True: "all with faults", False: "no faults"}[plan.faults]
    wings = "both wings" if plan.wings == "both" else f"the {plan.wings} wing"
    return f"Histories of the seeds {seeds}, {how}, {wings}, {plan.jobs} at a time."


def _again(plan: Plan) -> str:
    """Return the options with which a history is drawn and played again, besides its seed."""
    again = {None: "", True: " --faults", False: " --no-faults"}[plan.faults]
    again += "" if plan.wings == "both" else f" --wing {plan.wings}"
    return again + ("" if plan.addon.file == CONFIG else f" --config {plan.addon.file}")


def _tried_again(plan: Plan, options: dict[str, Any], found: Finding) -> str:
    which = " --replay FILE" if options["replay"] else f" --seed {found.result.seed} --histories 1"
    return f"confsync verify --exhaustive{which}{_again(plan)}"


def _told(found: Finding, again: str) -> list[str]:
    """Tell one failing history; `again` is the command that plays it again."""
    name = found.name or f"Seed {found.result.seed}"
    lines = ["", click.style(f"{name}: {found.result.wrong}", bold=True)]
    lines += [f"  {line}" for line in found.story]
    lines += [f"Saved as {found.saved}; confsync verify --replay plays it."] if found.saved else []
    return [*lines, f"All of it again: {again}"]


def _tables(summary: Summary) -> list[str]:
    """Return the counts in columns."""
    from confsync.verify.coverage import least
    from confsync.verify.statistics import Table, tables

    shown = tables(summary.statistics)
    if summary.tried:
        met = (replace(table, rows=[row for row in table.rows if any(row[1])]) for table in shown[1:])
        shown = [Table("What was tried", ("tried", "failed"), [*summary.tried.items()]), *met]
    lines = []
    for table in shown:
        lines += ["", f"{table.title:<52}" + "".join(f"{column:>14}" for column in table.columns)]
        lines += [
            f"  {name:<50}" + "".join(f"{count:>14}" for count in counts) for name, counts in table.rows
        ]
    if summary.rare:
        wanted = least(len(summary.results))
        lines += [
            "",
            f"Met too seldom; in {len(summary.results)} histories {wanted} times are expected at least:",
        ]
        lines += [f"  {kind:<50}{count:>14}" for kind, count in summary.rare]
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
