"""Web apps and callbacks over HTTP: `doGet`, `doPost`, and the functions that state tokens name.

Sources: Apps Script guide "Web apps"; reference of `StateTokenBuilder`. Pages come as they are: Google puts them into a
frame, and sends text by way of a redirect.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from confsync.emulator.appsscript.executions import ExecutionRecord, Executions, Job
from confsync.emulator.appsscript.page_calls import answered, asked, callable_names, refused, with_client
from confsync.emulator.appsscript.projects import Code, Projects
from confsync.emulator.appsscript.web_calls import WebCalls
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request, Response

if TYPE_CHECKING:
    from confsync.emulator.world import World

_FUNCTIONS = {"GET": "doGet", "POST": "doPost"}
_FORM = "application/x-www-form-urlencoded"
_STALE = "The state token is invalid or has expired. Please try again."


@dataclass(frozen=True)
class _Visit:
    """Somebody at a web app: `visitor` looks at it (nobody known: empty), and it runs as `user`."""

    code: Code
    script_id: str
    deployment_id: str
    head: bool
    visitor: str
    user: str

    def job(self, function: str, arguments: list[Any], *, from_page: bool = False) -> Job:
        through = None if self.head else self.deployment_id
        return Job(self.user, self.script_id, through, function, arguments, "WEBAPP", from_page=from_page)


class WebApps:
    """Everything below `/macros/`. Who asks is the bearer, or the e-mail address in `authuser`."""

    def __init__(self, world: World, projects: Projects, executions: Executions, web_calls: WebCalls) -> None:
        self._world, self._projects = world, projects
        self._executions, self._web_calls = executions, web_calls

    def serve(self, request: Request) -> Response:
        """Answer a request: the page that the script returns, or one that says what is wrong."""
        match request.segments:
            case ["macros", "s", deployment_id, "exec" | "dev" as how, *rest]:
                return self._visited(request, deployment_id, how, "/".join(rest))
            case ["macros", "s", deployment_id, "run"]:
                return self._called(request, deployment_id)
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

    def _visited(self, request: Request, deployment_id: str, how: str, path: str) -> Response:
        visit = self._visit(request, deployment_id, how)
        if isinstance(visit, Response):
            return visit
        if request.method not in _FUNCTIONS:
            return _message(405, "A web app takes GET and POST.")
        event = _event(request) | ({"pathInfo": path} if path else {})
        record = self._executions.run(visit.job(_FUNCTIONS[request.method], [event]))
        return _page(record, visit)

    def _called(self, request: Request, deployment_id: str) -> Response:
        """Answer a call of a page."""
        visit = self._visit(request, deployment_id)
        if isinstance(visit, Response):
            return visit
        call = asked(request)
        if request.method != "POST" or call is None:
            return _message(400, "A call is a POST of an object with function and arguments.")
        function, arguments = call
        if function not in callable_names(visit.code):
            return refused(f"Script function not found: {function}")
        return answered(self._executions.run(visit.job(function, arguments, from_page=True)))

    def _visit(self, request: Request, deployment_id: str, how: str = "") -> _Visit | Response:
        try:
            with self._world.store.turn():
                row = self._projects.deployment_by_id(deployment_id)
                owner = str(self._projects.get(row["script"])["owner"])
                code = self._projects.code(row["script"], deployment_id)
        except ApiError:
            return _message(404, "Sorry, the file you have requested does not exist.")
        head, app = row["version"] is None, code.manifest.get("webapp")
        if app is None or how not in ("", "dev" if head else "exec"):
            return _message(404, "Sorry, the file you have requested does not exist.")
        visitor = self._visitor(request)
        if not visitor and (head or app.get("access") != "ANYONE_ANONYMOUS"):
            return _message(401, "Sign in: send an e-mail address as bearer token, or as parameter authuser.")
        if not _may_enter(owner, visitor, "MYSELF" if head else app.get("access", "MYSELF")):
            return _message(403, "You need access. Ask for access, or switch to an account with access.")
        user = owner if app.get("executeAs") == "USER_DEPLOYING" or not visitor else visitor
        return _Visit(code, row["script"], deployment_id, head, visitor, user)

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


def _page(record: ExecutionRecord, visit: _Visit | None = None) -> Response:
    if record.status != "COMPLETED":
        error = record.error or {}
        # Google answers 200 when a script fails: only the page says so.
        return _message(200, f"{error.get('name')}: {error.get('message')}".removeprefix("Exception: "))
    result = record.result if isinstance(record.result, dict) else {}
    if "textOutput" in result:
        return _text(result["textOutput"])
    if "htmlOutput" in result:
        output = result["htmlOutput"]
        if visit:
            page = with_client(output["content"], visit.code, visit.deployment_id, visit.visitor)
            output = output | {"content": page}
        return _html(output)
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
