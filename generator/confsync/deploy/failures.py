"""What a request to Google can fail with, said in one line with what to do next."""

import json
import re
from typing import Any

from confsync.deploy.connection import Connection
from confsync.errors import DeployError

AGAIN = "Run the same command again: it finds out what was done and finishes."
BETWEEN = "Does something else answer at that address, a proxy say?"
_ENABLE = re.compile(r"(?P<what>.+?)\. Enable it by visiting (?P<at>\S+)")
_SYNTAX = re.compile(r"Syntax error: (?P<what>.+?) line: (?P<line>\d+) file: (?P<file>.+)")


class NotThere(DeployError):
    """Google knows no such project, version or deployment, or does not show it to this account."""


class Passing(DeployError):
    """What may well be over when it is tried again: too many requests, an error of Google's own, no answer."""


class NotEnabled(DeployError):
    """The Apps Script API is switched off, for the user or for the Cloud project of the login."""


class NoScope(DeployError):
    """The login may not do that: a scope is missing."""


def causes() -> tuple[type[Exception], ...]:
    """Return what a request can raise; imported only when something went wrong."""
    import http.client

    import google.auth.exceptions
    import httplib2

    ours = (OSError, ValueError, TypeError, LookupError, AttributeError, http.client.HTTPException)
    return (*ours, httplib2.HttpLib2Error, google.auth.exceptions.GoogleAuthError)


def is_passing(error: Exception) -> bool:
    """Tell whether it may well be over when it is tried again."""
    return isinstance(error, Passing)


def explained(error: Exception, connection: Connection) -> DeployError:
    """Return any of `causes` as an error for people."""
    import http.client

    import google.auth.exceptions

    where = connection.name
    if isinstance(error, google.auth.exceptions.RefreshError):
        what = f"the login was not accepted ({error.args[0]})."
        return DeployError(what, where=where, next_step=connection.login)
    if isinstance(error, TimeoutError):
        return Passing("no answer in time.", where=where, next_step=AGAIN)
    if isinstance(error, ValueError | TypeError | LookupError | AttributeError):
        return DeployError(
            "what answers there does not answer as Google does.", where=where, next_step=BETWEEN
        )
    text = (error.strerror if isinstance(error, OSError) else "") or str(error)
    if isinstance(error, http.client.IncompleteRead):
        text = "only a part of the answer came"
    return Passing(f"the connection failed ({' '.join(text.split())}).", where=where, next_step=AGAIN)


def refused(status: int, body: bytes, connection: Connection) -> DeployError:
    """Return an answer that is no success as an error for people."""
    where, message = connection.name, _message(body)
    if not message:
        what = f"what answers there does not answer as Google does (HTTP {status})."
        passing = status >= 500
        return (
            Passing(what, where=where, next_step=AGAIN)
            if passing
            else DeployError(what, where=where, next_step=BETWEEN)
        )
    if status == 400:
        return _invalid(message, where)
    if status == 401:
        return DeployError("the token was not accepted.", where=where, next_step=connection.login)
    if status == 403:
        return _forbidden(message, body, connection)
    if status == 404:
        return NotThere(_sentence(message), where=where, next_step=AGAIN)
    if status == 429 or status >= 500:
        return Passing(_sentence(f"HTTP {status}: {message}"), where=where, next_step=AGAIN)
    next_step = AGAIN if status == 409 else ""
    return DeployError(_sentence(f"HTTP {status}: {message}"), where=where, next_step=next_step)


def _invalid(message: str, where: str) -> DeployError:
    """Say which file and line Google complains about, when it says so."""
    syntax = _SYNTAX.search(message)
    if syntax:
        message, where = syntax["what"], f"{syntax['file'].removesuffix('.gs')}.js:{syntax['line']}"
    elif "manifest" in message.lower() or "appsscript.json" in message:
        where = "appsscript.json"
    next_step = "Mend it, and run the same command again."
    return DeployError(_sentence(f"Google refuses this: {message}"), where=where, next_step=next_step)


def _forbidden(message: str, body: bytes, connection: Connection) -> DeployError:
    where, text = connection.name, _sentence(message)
    if b"rateLimitExceeded" in body or b"RateLimitExceeded" in body:
        return Passing(text, where=where, next_step=AGAIN)
    if enable := _ENABLE.search(message):
        next_step = f"Switch it on at {enable['at']}, wait a few minutes, and run the same command again."
        return NotEnabled(f"{enable['what']}.", where=where, next_step=next_step)
    if "scope" in message:
        return NoScope(text, where=where, next_step=connection.login)
    next_step = "" if "http" in message else "Has this account the right to edit the project?"
    return DeployError(text, where=where, next_step=next_step)


def _message(body: bytes) -> str:
    try:
        error: Any = json.loads(body)["error"]
        return " ".join(error["message"].split())
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."
