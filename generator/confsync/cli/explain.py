"""`confsync explain`: why an event's conference is as it is, and what happens next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.places import Place, place_options

if TYPE_CHECKING:
    from confsync.addon import Addon
    from confsync.tool.evidence import Evidence


@click.command()
@click.argument("event")
@place_options
@click.option(
    "--wing",
    type=click.Choice(["python", "apps-script"]),
    default="python",
    show_default=True,
    help="Who looks after it: confsync sync, or the add-on that a user of a local Google has installed.",
)
@click.option(
    "--script-id",
    default="",
    help="The add-on's project.  [default: the only one that the user has installed]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as one JSON object.")
def command(event: str, as_json: bool, **options: Any) -> None:
    """Say why an event's conference is as it is, and what happens next.

    EVENT is the event's id, the conference's, or the beginning of either, as the log has it. All is read from the records
    and the log; no text, guest or link of an event is in them.
    """
    from confsync.addon import config_of, load
    from confsync.tool.explanation import explain

    addon = load(options["config"])
    evidence = _evidence(addon, options)
    found = explain(evidence, config_of(addon), event)
    click.echo(_as_json(evidence, found) if as_json else "\n".join(_as_text(evidence, found, event)))


def _evidence(addon: Addon, options: dict[str, Any]) -> Evidence:
    from confsync.tool.evidence import of_installed, of_state

    place = Place(*(options[name] for name in ("target", "config", "user", "url", "state")))
    if options["wing"] == "python":
        with place.kept(addon, read_only=True) as state:
            return of_state(state, place.clock().now_ms())
    if options["target"] != "local":
        raise click.UsageError(
            "Google shows nobody what an add-on remembers: --wing apps-script is for --target local."
        )
    google = place.local()
    google.refresh()
    return of_installed(google, options["user"].lower(), options["script_id"], google.now_ms())


def _as_json(evidence: Evidence, found: list[dict[str, Any]]) -> str:
    return json.dumps({"place": evidence.place, "conferences": found}, indent=2, ensure_ascii=False)


def _as_text(evidence: Evidence, found: list[dict[str, Any]], event: str) -> list[str]:
    lines: list[str] = []
    for told in found:
        lines += [*([""] if lines else []), *_conference(told)]
    return lines or _unknown(evidence, event)


def _conference(told: dict[str, Any]) -> list[str]:
    """Return one explanation, the answer first."""
    lines = [
        f"Conference {told['conference']} ({told['solution']})",
        f"  {told['why']}",
        f"  {told['then']}",
        "",
    ]
    lines += [f"  {_link(link)}" for link in told["links"]]
    lines += [
        f"  was carried by {gone['event']} in {gone['calendar']}: {gone['ended']}" for gone in told["gone"]
    ]
    lines += [f"  {text}" for text in _details(told)]
    lines += [f"  calendar {_calendar(calendar)}" for calendar in told["calendars"]]
    for execution in told["executions"]:
        did = "wrote its record" if execution["wrote"] else "spoke of it"
        ended = f", {execution['status']}" if execution["status"] else ""
        lines.append(
            f"  {execution['at']} execution {execution['number']} ({execution['cause']}{ended}) {did}"
        )
        lines += [f"    {line}" for line in execution["log"]]
    return lines


def _link(link: dict[str, Any]) -> str:
    role = "looks like" if link["principal"] else "is carried by"
    until = link["end"] or "without end"
    times = (
        f"made {link['unsavedSince']}, never seen" if link["unsavedSince"] else f"{link['start']} to {until}"
    )
    series = f", of the series {link['series']}" if link["series"] else ""
    return f"{role} {link['event']} in {link['calendar']} ({times}{series})"


def _details(told: dict[str, Any]) -> list[str]:
    """Return what is out of the ordinary."""
    named = {
        "due": "may be deleted from {} on",
        "notBefore": "no request before {}",
        "refusedAt": "refused at {}",
        "attempts": "{} failures in a row",
    }
    lines = [text.format(told[name]) for name, text in named.items() if told[name]]
    return [*lines, "had more events than a record holds"] if told["more"] else lines


def _calendar(calendar: dict[str, Any]) -> str:
    marks = [
        "primary" if calendar["primary"] else "",
        "" if calendar["inList"] else "no longer in the list",
        f"sync token {calendar['token']}",
        "flagged as changed" if calendar["flagged"] else "",
        "its listing was stopped and goes on" if calendar["stopped"] else "",
        f"unreachable since {calendar['unreachableSince']}" if calendar["unreachableSince"] else "",
    ]
    return f"{calendar['id']}: {', '.join(filter(None, marks))}"


def _unknown(evidence: Evidence, event: str) -> list[str]:
    """Say what it may mean that no record knows the event."""
    from confsync.tool.explanation import unsaved_entries

    entries = unsaved_entries(evidence.properties, event)
    if entries:
        return [f"A conference is being made for it ({', '.join(entries)}); the next execution takes it in."]
    return [
        f"No conference is known for {event} ({evidence.place}).",
        "Either the event carries none of this add-on, or somebody else's add-on manages it (its confsyncUser parameter),",
        "or it ended too long ago, or its calendar has not been read since: the next sync of all calendars reads it.",
    ]
