"""`confsync doctor`: what keeps somebody from deploying, each with what to do next."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from confsync.cli.destination import check_options, google_options, local_google, project_option

if TYPE_CHECKING:
    from confsync.deploy.doctor import Finding

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@google_options
@project_option("that of the last deploy")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
def command(as_json: bool, **options: Any) -> None:
    """Find out what would keep you from deploying, and what to do about it.

    Nothing is deployed or changed. Exit code 1 if something fails; a warning is no failure.
    """
    check_options(options["target"])
    tell = _tell_json if as_json else _tell
    if options["target"] == "google":
        worst = tell("google", _of_google(options))
    else:
        with local_google(options["config"].parent, options["url"], options["user"]) as url:
            worst = tell("local", _of_local(options, url))
    if worst == "fail":
        raise SystemExit(1)


def _of_google(options: dict[str, Any]) -> Iterable[Finding]:
    from datetime import UTC, datetime

    from confsync.deploy import credentials, targets
    from confsync.deploy.doctor import examine, of_login

    target = targets.google(options["config"].parent, options["env"], os.environ)
    login = lambda: of_login(credentials.find_login(os.environ, Path.home()))
    return examine(options["config"], target, login, datetime.now(UTC), script_id=options["script_id"])


def _of_local(options: dict[str, Any], url: str) -> Iterable[Finding]:
    from datetime import UTC, datetime

    from confsync.deploy import local, targets
    from confsync.deploy.doctor import examine, of_local

    user, target = options["user"], targets.local(options["config"].parent, options["env"], os.environ)
    return examine(
        options["config"],
        target,
        lambda: of_local(local.connect(url, user), user),
        datetime.now(UTC),
        lambda account, script_id: local.properties(account.connection, script_id),
        script_id=options["script_id"],
    )


def _tell(target: str, findings: Iterable[Finding]) -> str:
    """Print findings as they come; return the worst status among them."""
    statuses = []
    for finding in findings:
        statuses.append(finding.status)
        click.echo("\n".join(_lines(finding)))
    return _worst(statuses)


def _tell_json(target: str, findings: Iterable[Finding]) -> str:
    found = [*findings]
    click.echo(_as_json(target, found))
    return _worst(finding.status for finding in found)


def _worst(statuses: Iterable[str]) -> str:
    return max(statuses, key=[*_COLOURS].index)


def _lines(finding: Finding) -> Iterator[str]:
    status = click.style(f"{finding.status:<4}", fg=_COLOURS[finding.status])
    yield f"{status}  {finding.name:<11}  {finding.what}"
    if finding.next_step:
        yield f"{'':<17}  → {finding.next_step}"


def _as_json(target: str, findings: Iterable[Finding]) -> str:
    checks = [
        {"name": each.name, "status": each.status, "what": each.what, "nextStep": each.next_step or None}
        for each in findings
    ]
    healthy = all(check["status"] != "fail" for check in checks)
    return json.dumps({"target": target, "healthy": healthy, "checks": checks}, indent=2, ensure_ascii=False)
