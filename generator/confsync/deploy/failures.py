"""What a request to Google can fail with, said in one line with what to do next."""

import http.client
import json
import re
from typing import Any

import google.auth.exceptions
import httplib2
from googleapiclient.errors import HttpError

from confsync.deploy.connection import Connection
from confsync.errors import DeployError

AGAIN = "Run the same command again: it finds out what was done and finishes."
_SYNTAX = re.compile(r"Syntax error: (?P<what>.+?) line: (?P<line>\d+) file: (?P<file>.+)")
# What a request can raise besides HttpError.
CAUSES = (
    HttpError,
    httplib2.HttpLib2Error,
    http.client.HTTPException,
    google.auth.exceptions.GoogleAuthError,
    OSError,
    ValueError,
    TypeError,
)


class NotThere(DeployError):
    """Google knows no such project, version or deployment, or does not show it to this account."""


def explained(error: Exception, connection: Connection) -> DeployError:
    """Return any of `CAUSES` as an error for people."""
    where = connection.name
    if isinstance(error, HttpError):
        return _refused(error, connection)
    if isinstance(error, google.auth.exceptions.RefreshError):
        what = f"the login was not accepted ({error.args[0]})."
        return DeployError(what, where=where, next_step=connection.login)
    if isinstance(error, TimeoutError):
        return DeployError("no answer in time.", where=where, next_step=AGAIN)
    if isinstance(error, ValueError | TypeError):
        return DeployError("what answers there does not answer as Google does.", where=where)
    return DeployError(
        f"the connection failed ({' '.join(str(error).split())}).", where=where, next_step=AGAIN
    )


def _refused(error: HttpError, connection: Connection) -> DeployError:
    status, where = int(error.resp.status), connection.name
    message = _message(error.content)
    if not message:
        return DeployError(f"what answers there does not answer as Google does (HTTP {status}).", where=where)
    if status == 400:
        return _invalid(message, where)
    if status == 401:
        return DeployError("the token was not accepted.", where=where, next_step=connection.login)
    if status == 403:
        return DeployError(_sentence(message), where=where, next_step=_permission(message, connection))
    if status == 404:
        return NotThere(_sentence(message), where=where)
    next_step = AGAIN if status == 429 or status >= 500 else ""
    return DeployError(_sentence(f"HTTP {status}: {message}"), where=where, next_step=next_step)


def _invalid(message: str, where: str) -> DeployError:
    """Say which file and line Google complains about, when it says so."""
    syntax = _SYNTAX.search(message)
    if syntax:
        message, where = syntax["what"], f"{syntax['file'].removesuffix('.gs')}.js:{syntax['line']}"
    elif "manifest" in message.lower() or "appsscript.json" in message:
        where = "appsscript.json"
    return DeployError(_sentence(f"Google refuses this: {message}"), where=where)


def _permission(message: str, connection: Connection) -> str:
    if "scope" in message:
        return connection.login
    return "" if "http" in message else "Has this account the right to edit the project?"


def _message(body: bytes) -> str:
    try:
        error: Any = json.loads(body)["error"]
        return " ".join(error["message"].split())
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."
