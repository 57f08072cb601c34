"""How an error looks to a person, and to a program that asked for JSON."""

import json
from typing import IO, Any

import click

from confsync.errors import ConfsyncError

INTERRUPTED = "Interrupted; run the same command again to finish."


class Failure(click.ClickException):
    """What ended a command, as one line on stderr or as `{"error": {…}}` on stdout; exit code 1."""

    def __init__(self, error: ConfsyncError | OSError | KeyboardInterrupt, *, as_json: bool) -> None:
        super().__init__(_line(error))
        self._json = json.dumps({"error": parts(error)}, ensure_ascii=False) if as_json else ""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write it where it belongs."""
        click.echo(self._json or self.message, err=not self._json)


def _line(error: ConfsyncError | OSError | KeyboardInterrupt) -> str:
    if isinstance(error, KeyboardInterrupt):
        return f"\n{INTERRUPTED}"  # on a line of its own, after the terminal's ^C
    return f"Error: {_in_our_words(error)}"


def parts(error: ConfsyncError | OSError | KeyboardInterrupt) -> dict[str, str]:
    """Return an error as `docs/schemas/error.json` describes it."""
    ours = ConfsyncError(INTERRUPTED) if isinstance(error, KeyboardInterrupt) else _in_our_words(error)
    told = {"where": ours.where, "message": ours.what, "nextStep": ours.next_step}
    return {"kind": type(error).__name__, **{name: text for name, text in told.items() if text}}


def _in_our_words(error: ConfsyncError | OSError) -> ConfsyncError:
    """Return what the system refused (a full disk, a missing permission) as an error of ours."""
    if isinstance(error, ConfsyncError):
        return error
    return ConfsyncError(error.strerror or str(error), where=str(error.filename or ""))
