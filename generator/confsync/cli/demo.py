"""`confsync demo`: a meeting follows its event, on a local Google, with both wings compared."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from confsync.errors import ConfsyncError

if TYPE_CHECKING:
    from confsync.rehearsal.demo import Demo, Played, Verdict


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Which titles, times, zones and order.")
@click.option("--config", type=click.Path(path_type=Path), default="addon.toml", show_default=True)
@click.option("--keep", is_flag=True, help="Leave the local Google up at the end, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole story as one JSON object.")
def command(seed: int, config: Path, keep: bool, as_json: bool) -> None:
    """Deploy the add-on to a local Google and play the life of a meeting.

    Both wings play the same story; at the end their calls are compared one by one, and P1 to P4 are judged from
    the servers' own states. Exit code 0 only if the wings are equal and all promises hold.
    """
    from confsync.addon import load
    from confsync.rehearsal.demo import prepared

    with prepared(load(config), seed) as demo:
        verdict = (_tell_json if as_json else _tell)(demo, seed)
        if keep:
            _keep(demo, as_json)
    if not verdict.holds:
        raise ConfsyncError("the wings differ, or a promise is broken.", where=f"demo --seed {seed}")


def _tell(demo: Demo, seed: int) -> Verdict:
    setting = demo.apps_script
    click.echo(f"A local Google on {setting.stage.url}, seed {seed}.")
    click.echo(
        f"Deployed “{setting.addon.name}”: version {setting.deployed.version}, "
        f"installed for alice@example.com and bob@example.com.\n"
    )
    for number, played in enumerate(demo.play(), 1):
        click.echo(click.style(f"{number}. {played.title}", bold=True))
        for line in _lines(played):
            click.echo(f"   {line}")
    verdict = demo.verdict()
    click.echo("")
    for line in _ending(verdict):
        click.echo(line)
    return verdict


def _lines(played: Played) -> list[str]:
    lines = []
    idle = 0
    for execution in played.executions:
        calls = [call for call in played.calls if call["execution"] == execution["number"]]
        asked = [request for call in calls for request in _requests(call)]
        if not asked and execution["kind"] == "TIME_DRIVEN" and execution["status"] == "COMPLETED":
            idle += 1
            continue
        lines.append(_execution(execution, calls))
        lines += [f"  → {request}" for request in asked]
    if idle:
        lines.append(f"{idle} hourly runs of the safety net found nothing to do")
    return [*lines, *_conferences(played)]


def _execution(execution: dict[str, Any], calls: Sequence[dict[str, Any]]) -> str:
    listings = sum(call["service"] == "calendar.events" for call in calls)
    status = "" if execution["status"] == "COMPLETED" else f" {execution['status']}"
    who, why = execution["user"].partition("@")[0], execution["kind"].lower().replace("_", "-")
    return f"{who}: {execution['function']} ({why}){status}, {len(calls)} calls, {listings} to Calendar"


def _requests(call: dict[str, Any]) -> list[str]:
    if call["service"] != "UrlFetch":
        return []
    statuses = call["outcome"] if isinstance(call["outcome"], list) else [call["outcome"]] * 99
    pairs = zip(call["arguments"]["requests"], statuses, strict=False)
    return [f"{request['method']} {request['url']} {status}" for request, status in pairs]


def _conferences(played: Played) -> list[str]:
    if not played.changed:
        return ["the third party holds the same as before"]
    if not played.conferences:
        return ["the third party now holds nothing"]
    return ["the third party now holds", *map(_conference, played.conferences)]


def _conference(held: dict[str, Any]) -> str:
    rules = "".join(f" {rule}" for rule in held.get("recurrence") or [])
    return f"  {held['id'][:8]} “{held['title']}” {held['startTime']} {held['timeZone']}{rules}"


def _ending(verdict: Verdict) -> list[str]:
    if verdict.difference:
        lines = [f"The wings part at call {verdict.difference.place}:"]
        lines += [f"  Apps Script  {verdict.difference.one}", f"  Python       {verdict.difference.other}"]
    else:
        same = f"Both wings made the same {verdict.calls} calls, in the same order, with equal arguments,"
        lines = [f"{same} and left the same state."]
    for wing, broken in verdict.broken:
        lines.append(f"{broken.promise} is broken ({wing} wing): {broken.conference[:8]} {broken.how}")
    return lines if verdict.broken else [*lines, "P1, P2, P3 and P4 hold."]


def _tell_json(demo: Demo, seed: int) -> Verdict:
    scenes = [played.__dict__ for played in demo.play()]
    verdict = demo.verdict()
    answer = {
        "seed": seed,
        "url": demo.apps_script.stage.url,
        "scenes": scenes,
        "calls": verdict.calls,
        "difference": verdict.difference.__dict__ if verdict.difference else None,
        "broken": [{"wing": wing, **broken.__dict__} for wing, broken in verdict.broken],
        "holds": verdict.holds,
    }
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    return verdict


def _keep(demo: Demo, as_json: bool) -> None:
    """Wait for Ctrl-C, which is no failure here."""
    import threading

    url = demo.apps_script.stage.url
    click.echo(f"The local Google stays up until Ctrl-C: {url}/emulator tells its addresses.", err=as_json)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    if not as_json:
        click.echo("Stopped.")
