"""`confsync doctor`: what keeps somebody from deploying, each with what to do next."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from confsync.deploy.doctor import Finding

DEVELOPER = "developer@example.com"
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option(
    "--target", type=click.Choice(["google", "local"]), default="google", show_default=True, help="Where to."
)
@click.option("--config", type=click.Path(path_type=Path), default="addon.toml", show_default=True)
@click.option("--url", envvar="CONFSYNC_LOCAL_URL", show_envvar=True, help="The local Google to look at.")
@click.option(
    "--user", metavar="EMAIL", default=DEVELOPER, show_default=True, help="Who asks a local Google."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
def command(target: str, config: Path, url: str | None, user: str, as_json: bool) -> None:
    """Find out what would keep you from deploying, and what to do about it.

    Nothing is written. Exit code 1 if something fails; a warning is no failure.
    """
    findings = _findings(target, config, url, user)
    if as_json:
        findings = [*findings]
        click.echo(_as_json(target, findings))
    if _shown(findings, silent=as_json) == "fail":
        raise SystemExit(1)


def _findings(target: str, config: Path, url: str | None, user: str) -> Iterable[Finding]:
    from datetime import UTC, datetime

    from confsync.deploy import credentials, local, targets
    from confsync.deploy.doctor import examine, of_local, of_login

    now, root = datetime.now(UTC), config.parent
    if target == "google":
        login = lambda: of_login(credentials.find_login(os.environ, Path.home()))
        return examine(config, targets.google(root), login, now)
    if not url:
        raise click.UsageError("--url is missing: which local Google? `confsync emulate` starts one.")
    return examine(
        config,
        targets.local(root),
        lambda: of_local(local.connect(url, user), user),
        now,
        lambda account, script_id: local.properties(account.connection, script_id),
    )


def _shown(findings: Iterable[Finding], *, silent: bool) -> str:
    """Print findings as they come; return the worst status among them."""
    worst = "ok"
    for finding in findings:
        worst = max(worst, finding.status, key=[*_COLOURS].index)
        if not silent:
            click.echo("\n".join(_lines(finding)))
    return worst


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
