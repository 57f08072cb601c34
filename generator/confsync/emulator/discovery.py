"""Google's discovery service: the documents that clients are built from, with the addresses of the local Google in them.

Nobody needs a token here. Source: APIs Discovery Service reference; `$discovery/rest` is what newer clients ask an API's own host.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request, Response, json_response
from confsync.platform.discovery import discovery

_LIST = "/discovery/v1/apis"
_OWN = "/$discovery/rest"
_APIS = ("calendar", "script")
# What the list of all APIs says of each.
_SUMMARY = ("id", "name", "version", "title", "description", "icons", "documentationLink")


def serve(request: Request) -> Response:
    """Answer a request to `/discovery/v1/apis…` or `/$discovery/rest?version=…`."""
    try:
        return json_response(200, _answer(request))
    except ApiError as error:
        return error.response()


def document(api: str, base: str) -> dict[str, Any]:
    """Return an API's discovery document for a client of the server at `base`; with none, it is Google's own."""
    known: Mapping[str, Any] = discovery(api).document
    if not base:
        return dict(known)
    root = f"{base}/"
    local = {name: value for name, value in known.items() if name != "mtlsRootUrl"}
    return {**local, "rootUrl": root, "baseUrl": root + known["servicePath"]}


def _answer(request: Request) -> dict[str, Any]:
    base = _base(request)
    if request.method != "GET":
        raise _not_found()
    if request.path == _OWN:
        return _versioned(dict(request.query).get("version", ""), base)
    if request.path.rstrip("/") == _LIST:
        return _directory(base)
    for api in _APIS:
        if request.path == f"{_LIST}/{api}/{discovery(api).document['version']}/rest":
            return document(api, base)
    raise _not_found()


def _versioned(version: str, base: str) -> dict[str, Any]:
    """Return the document of the API whose version it is: all APIs share one host here, and no two a version."""
    for api in _APIS:
        if discovery(api).document["version"] == version:
            return document(api, base)
    raise _not_found()


def _directory(base: str) -> dict[str, Any]:
    return {
        "kind": "discovery#directoryList",
        "discoveryVersion": "v1",
        "items": [_summary(api, base or "https://www.googleapis.com") for api in _APIS],
    }


def _summary(api: str, base: str) -> dict[str, Any]:
    known: Mapping[str, Any] = discovery(api).document
    return {
        "kind": "discovery#directoryItem",
        **{name: known[name] for name in _SUMMARY if name in known},
        "discoveryRestUrl": f"{base}{_LIST}/{api}/{known['version']}/rest",
        "preferred": True,
    }


def _base(request: Request) -> str:
    host = request.headers.get("host", "")
    return f"http://{host}" if host else ""


def _not_found() -> ApiError:
    return ApiError(404, "notFound", "Requested entity was not found.", front_end=True)
