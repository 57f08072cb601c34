"""`confsync logout`: remove the login that is kept here."""

import json
import os
from pathlib import Path

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(as_json: bool) -> None:
    """Remove the login that `confsync login` keeps, and have Google take its token back."""
    from confsync.deploy import login

    path, revoked = login.forget(os.environ, Path.home())
    if as_json:
        click.echo(json.dumps({"file": str(path), "removed": revoked is not None, "revoked": bool(revoked)}))
    else:
        click.echo(_said(path, revoked))


def _said(path: Path, revoked: bool | None) -> str:
    if revoked is None:
        return f"Nobody is logged in: there is no {path}."
    if revoked:
        return f"Logged out: {path} is removed, and Google took its token back."
    where = "https://myaccount.google.com/connections"
    return f"Logged out: {path} is removed. Google did not take its token back; remove the access at {where}."
