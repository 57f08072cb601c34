"""What the local Google does with each method of Google's discovery documents, found out by asking.

Every question goes to a world of its own, so that no answer depends on another.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import truth

from confsync.emulator.clock import Clock
from confsync.emulator.wire import Response
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.platform.discovery import Discovery, Method, discovery

_USER = "alice@example.com"
_RULE = "user:bob@example.com"
_EVENT = "meeting01"
# What stands in for the parameters of a path.
_PATH = {
    "calendarId": "primary", "eventId": _EVENT, "ruleId": _RULE, "setting": "timezone", "versionNumber": "1"
}  # fmt: skip
_MANIFEST = {
    "oauthScopes": ["https://www.googleapis.com/auth/calendar"],
    "executionApi": {"access": "ANYONE"},
}
# How each API says that a value is not of its type.
_BAD_VALUE = re.compile("expected|Invalid value at")
_WRONG = {"string": 7, "boolean": "x", "integer": "x", "number": "x", "object": 7, "array": 7}


def methods(api: str) -> str:
    """Return the table of all methods of an API: `calendar` or `script`."""
    head = ("method", "answered", "checked against the discovery document", "claims", "tested", "topics")
    rows = ([f"`{_short(method)}`", *_cells(method)] for method in discovery(api).methods.values())
    return truth.table(head, rows)


def is_answered(method: Method) -> bool:
    """Tell whether the method is emulated at all."""
    return _ask(method).status != 501


def checks(method: Method) -> list[str]:
    """Return what of a request is checked against the discovery document: parameters, body, scopes."""
    found = []
    if "colour" in _message(_ask(method, query="?colour=red"), 400):
        found.append("parameters")
    wrong = _wrong_body(method)
    if wrong is not None and _BAD_VALUE.search(_message(_ask(method, body=wrong), 400)):
        found.append("body")
    if "scopes" in _message(_ask(method, scopes=frozenset({"https://www.googleapis.com/auth/drive"})), 403):
        found.append("scopes")
    return found


def _cells(method: Method) -> list[str]:
    concerned = truth.claims_of(method.id)
    known = Counter(claim.confidence for claim in concerned)
    words = ", ".join(f"{known[word]} {word}" for word in truth.CONFIDENCE if known[word])
    tested = f"{sum(bool(claim.tests) for claim in concerned)} of {len(concerned)}"
    answered = "yes" if is_answered(method) else "no"
    return [answered, ", ".join(checks(method)), words, tested, truth.topic_links(concerned)]


def _short(method: Method) -> str:
    return method.id.partition(".")[2]


def _wrong_body(method: Method) -> dict[str, Any] | None:
    """Return a body with one value of the wrong type, beside what the method requires."""
    if method.request_schema is None:
        return None
    properties = _api_of(method).schemas[method.request_schema]["properties"]
    name, schema = next((name, part) for name, part in properties.items() if _kind(part) in _WRONG)
    return {name: _WRONG[_kind(schema)]}


def _kind(schema: Mapping[str, Any]) -> str:
    return str(schema.get("type", "object"))


def _api_of(method: Method) -> Discovery:
    return discovery(method.id.partition(".")[0])


def _ask(
    method: Method, *, query: str = "", body: Any = None, scopes: frozenset[str] | None = None
) -> Response:
    """Ask for a method in a new world that holds an event, an access rule, a script that is deployed and a second user."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=(_USER, "bob@example.com"))
    try:
        parts = _PATH | _furnish(world)
        token = _USER if scopes is None else world.oauth.mint(_USER, scopes)
        template = _api_of(method).base_path + method.path
        path = re.sub(r"{\+?(\w+)}", lambda name: parts.get(name[1], "primary"), template)
        # A GET brings no body; what needs one is told so without it.
        given = {} if body is None and method.http_method != "GET" else body
        return _request(world, method.http_method, path + query, given, token)
    finally:
        world.close()


def _furnish(world: World) -> dict[str, str]:
    """Make what is asked for; return the parts of paths that are known only now."""
    calendar = "/calendar/v3/calendars/primary"
    day = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    _request(world, "POST", f"{calendar}/events", {"id": _EVENT, **day}, _USER)
    _request(world, "POST", f"{calendar}/acl", rule, _USER)
    script_id = _request(world, "POST", "/v1/projects", {"title": "Asked"}, _USER).json()["scriptId"]
    script = f"/v1/projects/{script_id}"
    manifest = {"name": "appsscript", "type": "JSON", "source": json.dumps(_MANIFEST)}
    _request(world, "PUT", f"{script}/content", {"files": [manifest]}, _USER)
    _request(world, "POST", f"{script}/versions", {}, _USER)
    deployment = _request(world, "POST", f"{script}/deployments", {"versionNumber": 1}, _USER).json()
    return {"scriptId": script_id, "deploymentId": deployment["deploymentId"]}


def _request(world: World, verb: str, target: str, body: Any, token: str) -> Response:
    data = b"" if body is None else json.dumps(body).encode()
    return world.request(verb, target, {"Authorization": f"Bearer {token}"}, data)


def _message(response: Response, status: int) -> str:
    """Return the message of an error of that status, nothing for any other answer."""
    return str(response.json()["error"]["message"]) if response.status == status else ""
