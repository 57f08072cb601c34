"""`confsync sync`: the Python wing at work on a calendar, without an add-on."""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from confsync.cli.failure import parts
from confsync.cli.places import Place, place_options
from confsync.cli.pulse import pulse
from confsync.errors import SyncError

if TYPE_CHECKING:
    from confsync.tool.google import Unreachable
    from confsync.tool.sync import Line, Told
    from confsync.tool.ways import Ways

PATIENCE_MS = 60_000
_WOULD = {
    "adopted": "would be adopted",
    "updated": "would be updated",
    "deleted": "would be deleted",
    "forgotten": "would be forgotten",
    "waiting": "would wait for its deletion",
    "kept": "would be kept after all",
}


@click.command()
@place_options
@click.option(
    "--calendar", metavar="ID", default="", help="This one only.  [default: all that one may write to]"
)
@click.option(
    "--once/--watch", "once", default=True, help="End when all is done, or go on.  [default: --once]"
)
@click.option(
    "--every",
    type=click.FloatRange(1),
    default=60,
    show_default=True,
    help="With --watch: how many seconds between looks at a calendar that does not push.",
)
@click.option(
    "--push", metavar="URL", default="", help="With --watch: an address that leads Calendar to --push-port."
)
@click.option(
    "--push-port",
    type=click.IntRange(1, 65535),
    default=8770,
    show_default=True,
    help="Where pushes are listened for.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done; nothing is written anywhere.")
@click.option(
    "--take-over", metavar="ID", default="", help="Manage what the add-on made: its confsyncUser parameter."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object, or with --watch one a line.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Sync calendars with the conferencing service of addon.toml, from this machine.

    It is the add-on's twin: it follows the events whose conferences it may manage, and remembers them in a SQLite file.
    Keys come from CONFSYNC_SECRET_<NAME>. Exit code 1 if something could not be done.
    """
    _check(ctx)
    if options["once"]:
        ctx.exit(_once(options))
    _watch(options)


def _check(ctx: click.Context) -> None:
    """Refuse options that contradict each other."""
    said = {name for name in ctx.params if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE}
    alone = {"every", "push", "push_port"} if ctx.params["once"] else {"calendar", "dry_run"}
    for name in sorted(said & alone):
        mode = "for --watch" if ctx.params["once"] else "not for --watch"
        raise click.UsageError(f"--{name.replace('_', '-')} is {mode}.")
    if {"dry_run", "take_over"} <= said:
        raise click.UsageError("--take-over changes the state, and --dry-run changes nothing.")


def _once(options: dict[str, Any]) -> int:
    told = _preview(options) if options["dry_run"] else _run(options)
    if options["as_json"]:
        answer = {"target": options["target"], "dryRun": options["dry_run"], **_as_json(told)}
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join([*_changes(told, options["dry_run"]), _summary(told)]))
    return 1 if told.lines else 0


def _run(options: dict[str, Any]) -> Told:
    with _sync(options) as sync, _pulse(options, sync.ways):
        told: Told = sync.run(options["calendar"], PATIENCE_MS)
    if told.busy:
        raise SyncError(
            "another `confsync sync` is at work with this state.",
            where=str(sync.state.file),
            next_step="Wait for its end, or stop it.",
        )
    return told


def _preview(options: dict[str, Any]) -> Told:
    from confsync.addon import config_of, load
    from confsync.tool.preview import preview

    place, addon = _place(options), load(options["config"])
    ways, secrets = place.ways(addon, read_only=True)
    with contextlib.ExitStack() as stack:
        exists = place.state_file().exists()
        state = stack.enter_context(place.kept(addon, read_only=True)) if exists else None
        stack.enter_context(_pulse(options, ways))
        tell = _teller(options)
        return preview(state, config_of(addon), ways, secrets, addon.secrets, tell, options["calendar"])


def _pulse(options: dict[str, Any], ways: Ways) -> contextlib.AbstractContextManager[None]:
    """Return what shows how it goes on, where nobody has asked for JSON."""
    if options["as_json"]:
        return contextlib.nullcontext()
    return pulse(lambda: (ways.http.count, ways.fetch.count))


@contextlib.contextmanager
def _sync(options: dict[str, Any]) -> Iterator[Any]:
    from confsync.addon import config_of, load
    from confsync.tool.sync import Sync

    place, addon = _place(options), load(options["config"])
    ways, secrets = place.ways(addon)
    with place.kept(addon) as state:
        sync = Sync(state, config_of(addon), ways, secrets, _teller(options))
        if options["take_over"]:
            sync.take_over(options["take_over"])
        yield sync


def _place(options: dict[str, Any]) -> Place:
    return Place(*(options[name] for name in ("target", "config", "user", "url", "state")))


def _watch(options: dict[str, Any]) -> None:
    """Watch until Ctrl-C or SIGTERM, which are no failures here."""
    from confsync.tool.watch import Pace, Watch

    as_json = options["as_json"]
    pace = Pace(options["every"], options["push"], options["push_port"])
    with _sync(options) as sync:
        watch = Watch(sync, pace, _run_teller(as_json), _failure_teller(as_json))
        with _stopped_by_signals(watch.stop):
            if not as_json:
                click.echo(f"Watching the calendars of {_place(options).name}. Ctrl-C stops it.")
            watch.run()
    if not as_json:
        click.echo("Stopped.")


@contextlib.contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM stop in good order; the next one interrupts."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def first(*_: Any) -> None:
        for number in before:
            signal.signal(number, signal.default_int_handler)
        stop()

    for number in before:
        signal.signal(number, first)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run_teller(as_json: bool) -> Callable[[str, Told], None]:
    def tell(calendar_id: str, told: Told) -> None:
        if not told.changes and not told.lines:
            return
        if as_json:
            click.echo(json.dumps({"calendar": calendar_id or None, **_as_json(told)}, ensure_ascii=False))
        elif told.changes:
            click.echo("\n".join(_changes(told, False)))

    return tell


def _failure_teller(as_json: bool) -> Callable[[Unreachable], None]:
    def fail(error: Unreachable) -> None:
        click.echo(
            json.dumps({"error": parts(error)}) if as_json else f"{error} It is tried again in a while.",
            err=not as_json,
        )

    return fail


def _teller(options: dict[str, Any]) -> Callable[[Line], None]:
    """Return what shows a line of the log as it is written; JSON has them all in the end."""
    return (lambda line: None) if options["as_json"] else lambda line: click.echo(_line(line), err=True)


def _line(line: Line) -> str:
    return f"{_at(line)} {line.severity} {line.message}"


def _problem(line: Line) -> dict[str, Any]:
    return {
        "execution": line.execution,
        "at": _at(line),
        "severity": line.severity,
        "message": line.message,
    }


def _at(line: Line) -> str:
    return datetime.fromtimestamp(line.at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _changes(told: Told, would: bool) -> list[str]:
    return [
        f"{change.conference[:8]} {_WOULD.get(change.step, change.step) if would else change.step}, event {change.event}"
        for change in told.changes
    ]


def _summary(told: Told) -> str:
    done = (
        f"{told.calendar_requests} requests to Calendar, {told.service_requests} to the conferencing service"
    )
    return f"{done}, {len(told.lines)} problems." if told.lines else f"{done}."


def _as_json(told: Told) -> dict[str, Any]:
    return {
        "changes": [change.as_json() for change in told.changes],
        "problems": [_problem(line) for line in told.lines],
        "requests": {"calendar": told.calendar_requests, "service": told.service_requests},
        "executions": told.executions,
    }
