"""The report of a campaign: one web page that draws a history, tells what is wrong, and shows all counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from confsync.verify.findings import Finding, parting
from confsync.verify.play import Outcome, Played
from confsync.verify.statistics import tables
from confsync.verify.strikes import strikes
from confsync.verify.summary import Summary
from confsync.verify.tell import PROMISES, SECRET
from confsync.verify.tell_names import Names
from confsync.verify.tell_steps import fault_sentence
from confsync.verify.timeline import KINDS, calls_of, names_of, shown, timeline

JsonObject = Mapping[str, Any]

TEMPLATE = "report.html.j2"
CLIPPED = 240


def report(summary: Summary, finding: Finding) -> str:
    """Return the page; it needs nothing besides itself, and no scripts. The finding must have its outcome."""
    assert finding.outcome is not None
    outcome, played = finding.outcome, shown(finding.outcome)
    names = names_of(played)
    values = {
        "summary": summary,
        "tables": tables(summary.statistics),
        "finding": finding,
        "outcome": outcome,
        "wing": played.wing,
        "promises": _promises(outcome, names),
        "parting": parting(outcome.difference) if outcome.difference else (),
        "faults": _faults(outcome, played, names),
        "timeline": timeline(outcome),
        "conferences": list(_conferences(played, names)),
        "executions": list(_executions(played)),
    }
    environment = Environment(
        loader=PackageLoader("confsync.verify", ""),
        autoescape=select_autoescape(["j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(values)


def _promises(outcome: Outcome, names: Names) -> list[tuple[str, str, list[str]]]:
    """Return each broken promise, what it says, and how it was broken."""
    found: dict[str, list[str]] = {}
    for played in outcome.played:
        for broken in played.broken:
            about = f"{names.whole_conference(broken.conference)}: " if broken.conference else ""
            wing = f" ({played.wing} wing)" if len(outcome.played) > 1 else ""
            found.setdefault(broken.promise, []).append(f"{about}{broken.how}{wing}")
    return [(promise, PROMISES.get(promise, ""), how) for promise, how in sorted(found.items())]


def _faults(outcome: Outcome, played: Played, names: Names) -> list[tuple[str, bool]]:
    """Return each fault that lay in wait from the start, and whether it struck."""
    struck = {strike.rule for strike in strikes(outcome.history.faults, played.happened, played.calls)}
    return [
        (fault_sentence(fault, names), place in struck) for place, fault in enumerate(outcome.history.faults)
    ]


def _conferences(played: Played, names: Names) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each conference: its name, what the third party held at the end, and what is wrong with that."""
    wrong: dict[str, list[str]] = {}
    for broken in played.broken:
        if broken.conference:
            wrong.setdefault(broken.conference, []).append(f"{broken.promise}: {broken.how}")
    for held in played.conferences:
        yield names.whole_conference(held["id"]), _looks(held), wrong.pop(held["id"], [])
    for conference_id, hows in sorted(wrong.items()):
        yield names.whole_conference(conference_id), "nothing", hows


def _looks(held: JsonObject) -> str:
    rules = "".join(f", {line.removeprefix('RRULE:')}" for line in held.get("recurrence") or ())
    recorded = ", recorded" if held.get("recording") else ""
    return f"“{held['title']}” {held['startTime']} to {held['endTime']} {held['timeZone']}{rules}{recorded}"


def _executions(played: Played) -> Iterator[JsonObject]:
    """Yield each execution with its calls, as a table shows them."""
    calls = calls_of(played)
    for execution in played.executions:
        own = [_call(call) for call in calls[execution["number"]]]
        yield {**execution, "why": KINDS[execution["kind"]], "calls": own}


def _call(call: JsonObject) -> tuple[int, str, str, str]:
    arguments = SECRET.sub(r'\1•••"', json.dumps(call["arguments"], ensure_ascii=False))
    clipped = arguments[:CLIPPED] + ("…" if len(arguments) > CLIPPED else "")
    return call["call"], f"{call['service']}.{call['method']}", clipped, str(call["outcome"])
