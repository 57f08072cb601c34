"""`google.script.run`: what a page that HtmlService made calls in its script, over HTTP.

Sources: Apps Script guide "Communicate with Server Functions" and the reference of `google.script.run`.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from confsync.emulator.appsscript.executions import ExecutionRecord
from confsync.emulator.appsscript.files import declared_functions
from confsync.emulator.appsscript.projects import Code
from confsync.emulator.wire import Request, Response, json_response

# Pages that do not mention it come as they are.
_USED = "google.script"


def callable_names(code: Code) -> list[str]:
    """Return the functions that a page may call: declared at the top level, without an underscore at the end."""
    names = {name for _, source in code.files for name in declared_functions(source)}
    return sorted(name for name in names if not name.endswith("_"))


def with_client(page: str, code: Code, deployment_id: str, visitor: str) -> str:
    """Return a page with the client script before it, if it speaks of `google.script`.

    The calls say who looks at it as the page itself was asked for, with `authuser`.
    """
    if _USED not in page:
        return page
    query = f"?{urlencode({'authuser': visitor})}" if visitor else ""
    given = [f"/macros/s/{deployment_id}/run{query}", callable_names(code)]
    # Nothing in a text may end the element.
    shown = ", ".join(json.dumps(value).replace("</", "<\\/") for value in given)
    return f"<script>{_client()}({shown});</script>{page}"


@functools.cache
def _client() -> str:
    file = resources.files("confsync.emulator.appsscript") / "runtime" / "client.js"
    lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))


def asked(request: Request) -> tuple[str, list[Any]] | None:
    """Return function and arguments of a page's call, or None when it is none."""
    try:
        body = request.json()
    except ValueError:
        return None
    match body:
        case {"function": str(function), "arguments": list(arguments)}:
            return function, arguments
    return None


def answered(record: ExecutionRecord) -> Response:
    """Return the answer to a page's call: {"result"}, or {"error": {"name", "message"}}."""
    if record.status == "COMPLETED":
        return json_response(200, {"result": record.result})
    error = record.error or {}
    return refused(str(error.get("message", "")), str(error.get("name", "")))


def refused(message: str, name: str = "Exception") -> Response:
    """Return the answer to a call that failed."""
    return json_response(200, {"error": {"name": name, "message": message}})
