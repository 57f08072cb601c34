"""Web apps and callbacks over HTTP: `doGet`, `doPost`, and the functions that state tokens name.

Sources: Apps Script guide "Web apps"; reference of `StateTokenBuilder`. Pages come as they are: Google puts them into a
frame, and sends text by way of a redirect.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from confsync.emulator.appsscript.executions import ExecutionRecord, Executions, Job
from confsync.emulator.appsscript.projects import Projects
from confsync.emulator.appsscript.web_calls import WebCalls
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request, Response

if TYPE_CHECKING:
    from confsync.emulator.world import World

_FUNCTIONS = {"GET": "doGet", "POST": "doPost"}
_FORM = "application/x-www-form-urlencoded"
_STALE = "The state token is invalid or has expired. Please try again."


class WebApps:
    """Everything below `/macros/`. Who asks is the bearer, or the e-mail address in `authuser`."""

    def __init__(self, world: World, projects: Projects, executions: Executions, web_calls: WebCalls) -> None:
        self._world, self._projects = world, projects
        self._executions, self._web_calls = executions, web_calls

    def serve(self, request: Request) -> Response:
        """Answer a request: the page that the script returns, or one that says what is wrong."""
        match request.segments:
            case ["macros", "s", deployment_id, "exec" | "dev" as how, *rest]:
                return self._web_app(request, deployment_id, how, "/".join(rest))
            case ["macros", "d", script_id, "usercallback"]:
                return self._callback(request, script_id)
        return _message(404, "Sorry, the file you have requested does not exist.")

    def _callback(self, request: Request, script_id: str) -> Response:
        callback = self._web_calls.callback(dict(request.query).get("state", ""))
        if callback is None or callback.scriptId != script_id:
            return _message(400, _STALE)
        event = _event(request)
        for name, value in callback.arguments.items():
            event["parameter"][name] = value
            event["parameters"][name] = [value]
        job = Job(callback.user, script_id, callback.deploymentId, callback.function, [event], "WEBAPP")
        return _page(self._executions.run(job))

    def _web_app(self, request: Request, deployment_id: str, how: str, path: str) -> Response:
        try:
            with self._world.store.turn():
                row = self._projects.deployment_by_id(deployment_id)
                owner = str(self._projects.get(row["script"])["owner"])
                manifest = self._projects.code(row["script"], deployment_id).manifest
        except ApiError:
            return _message(404, "Sorry, the file you have requested does not exist.")
        head, app = row["version"] is None, manifest.get("webapp")
        if app is None or head != (how == "dev"):
            return _message(404, "Sorry, the file you have requested does not exist.")
        if request.method not in _FUNCTIONS:
            return _message(405, "A web app takes GET and POST.")
        visitor = self._visitor(request)
        if not visitor and (head or app.get("access") != "ANYONE_ANONYMOUS"):
            return _message(401, "Sign in: send an e-mail address as bearer token, or as parameter authuser.")
        if not _may_enter(owner, visitor, "MYSELF" if head else app.get("access", "MYSELF")):
            return _message(403, "You need access. Ask for access, or switch to an account with access.")
        user = owner if app.get("executeAs") == "USER_DEPLOYING" or not visitor else visitor
        event = _event(request) | ({"pathInfo": path} if path else {})
        function = _FUNCTIONS[request.method]
        through = None if head else deployment_id
        return _page(self._executions.run(Job(user, row["script"], through, function, [event], "WEBAPP")))

    def _visitor(self, request: Request) -> str:
        named = dict(request.query).get("authuser", "").lower()
        return self._world.oauth.name_of(request) or (named if self._world.oauth.knows(named) else "")


def _may_enter(owner: str, visitor: str, access: str) -> bool:
    if access in ("ANYONE", "ANYONE_ANONYMOUS") or visitor == owner:
        return True
    return access == "DOMAIN" and visitor.partition("@")[2] == owner.partition("@")[2]


def _event(request: Request) -> dict[str, Any]:
    """Return the parameter of `doGet` and `doPost`; fields of a form are parameters too."""
    pairs = request.query
    content_type = request.headers.get("content-type", "")
    text = request.body.decode(errors="replace")
    if request.method == "POST" and content_type.startswith(_FORM):
        pairs = [*pairs, *parse_qsl(text, keep_blank_values=True)]
    parameters: dict[str, list[str]] = {}
    for name, value in pairs:
        parameters.setdefault(name, []).append(value)
    event: dict[str, Any] = {
        "queryString": request.target.partition("?")[2],
        "parameter": {name: values[0] for name, values in parameters.items()},
        "parameters": parameters,
        "contextPath": "",
        "contentLength": len(request.body) if request.method == "POST" else -1,
    }
    if request.method == "POST":
        data = {"length": len(request.body), "type": content_type, "contents": text, "name": "postData"}
        event["postData"] = data
    return event


def _page(record: ExecutionRecord) -> Response:
    if record.status != "COMPLETED":
        error = record.error or {}
        # Google answers 200 when a script fails: only the page says so.
        return _message(200, f"{error.get('name')}: {error.get('message')}".removeprefix("Exception: "))
    result = record.result if isinstance(record.result, dict) else {}
    if "textOutput" in result:
        return _text(result["textOutput"])
    if "htmlOutput" in result:
        return _html(result["htmlOutput"])
    missing = (
        "did not return anything" if record.result is None else "returned neither HtmlOutput nor TextOutput"
    )
    return _message(200, f"The script completed but {missing}.")


def _text(output: Mapping[str, Any]) -> Response:
    headers = {"content-type": f"{output['mimeType']}; charset=utf-8"}
    if "fileName" in output:
        headers["content-disposition"] = f'attachment; filename="{output["fileName"]}"'
    return Response(200, headers, output["content"].encode(errors="replace"))


def _html(output: Mapping[str, Any]) -> Response:
    head = f"<title>{html.escape(str(output['title']))}</title>" if output.get("title") else ""
    for tag in output["metaTags"]:
        head += f'<meta name="{html.escape(tag["name"])}" content="{html.escape(tag["content"])}">'
    headers = {"content-type": "text/html; charset=utf-8"}
    if output.get("xFrameOptions") != "ALLOWALL":
        headers["x-frame-options"] = "SAMEORIGIN"
    return Response(200, headers, (head + output["content"]).encode(errors="replace"))


def _message(status: int, text: str) -> Response:
    body = f"<!DOCTYPE html><title>Error</title><p>{html.escape(text)}</p>"
    return Response(status, {"content-type": "text/html; charset=utf-8"}, body.encode(errors="replace"))
