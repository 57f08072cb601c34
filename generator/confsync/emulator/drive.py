"""Drive, as far as it lists somebody's Apps Script projects: the Apps Script API itself cannot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request, Response, json_response

if TYPE_CHECKING:
    from confsync.emulator.world import World

SCRIPT_TYPE = "application/vnd.google-apps.script"
# Of `drive.files.list` in the discovery document, those that read metadata of all files.
SCOPES = frozenset(
    f"https://www.googleapis.com/auth/{scope}"
    for scope in ("drive", "drive.metadata", "drive.metadata.readonly", "drive.readonly")
)
_USUAL_FIELDS = frozenset({"kind", "id", "name", "mimeType"})
_PARAMETERS = frozenset({"q", "pageSize", "pageToken", "fields", "alt", "prettyPrint", "access_token"})
_STRING = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_TERM = re.compile(rf"\s*(name|mimeType|trashed)\s*(=|!=)\s*({_STRING}|true|false)\s*")


class Drive:
    """Serves `GET /drive/v3/files`.

    Of the query language: `name`, `mimeType` and `trashed`, compared with `=` or `!=` and joined by `and`. Nothing is
    ever in the trash here. Source: Drive API guide "Search for files and folders".
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def serve(self, request: Request) -> Response:
        """Answer a request."""
        try:
            with self._world.store.turn():
                return self._answer(request)
        except ApiError as error:
            return error.response()

    def _answer(self, request: Request) -> Response:
        identity = self._world.oauth.identify(request)
        if identity.scopes is not None and not identity.scopes & SCOPES:
            raise ApiError(
                403,
                "insufficientPermissions",
                "Request had insufficient authentication scopes.",
                item_message="Insufficient Permission",
                front_end=True,
            )
        if request.method != "GET" or request.path != "/drive/v3/files":
            raise _not_emulated(f"{request.method} {request.path}")
        return json_response(200, self._page(identity.email, dict(request.query)))

    def _page(self, email: str, parameters: dict[str, str]) -> dict[str, Any]:
        others = sorted(set(parameters) - _PARAMETERS)
        if others:
            raise _not_emulated(f"the parameter {others[0]} of drive.files.list")
        found = [file for file in self._files(email) if _matches(file, parameters.get("q", ""))]
        first, size = _number(parameters, "pageToken", 0), _number(parameters, "pageSize", 100)
        names = _wanted_fields(parameters.get("fields", ""))
        files = [_part(file, names) for file in found[first : first + size]]
        page = {"kind": "drive#fileList", "incompleteSearch": False, "files": files}
        return page | ({"nextPageToken": str(first + size)} if len(found) > first + size else {})

    def _files(self, email: str) -> list[dict[str, str]]:
        """Return the user's projects as Drive's `File` resources, the last changed first."""
        files = [
            {
                "kind": "drive#file",
                "id": project["scriptId"],
                "name": project["title"],
                "mimeType": SCRIPT_TYPE,
                "createdTime": project["createTime"],
                "modifiedTime": project["updateTime"],
            }
            for project in self._world.appsscript.projects(email)
        ]
        return sorted(files, key=lambda file: (file["modifiedTime"], file["id"]), reverse=True)


def _matches(file: dict[str, str], query: str) -> bool:
    position, holds = 0, True
    while position < len(query):
        term = _TERM.match(query, position)
        if term is None:
            raise _invalid("q")
        holds &= (_held(file, term[1]) == _value(term[3])) == (term[2] == "=")
        position = term.end()
        joint = re.compile(r"and\b").match(query, position)
        if position < len(query) and (joint is None or joint.end() == len(query)):
            raise _invalid("q")
        position = joint.end() if joint else position
    return holds


def _held(file: dict[str, str], name: str) -> str:
    return file.get(name, "false")


def _value(literal: str) -> str:
    return re.sub(r"\\(.)", r"\1", literal[1:-1]) if literal[0] in "'\"" else literal


def _wanted_fields(fields: str) -> frozenset[str] | None:
    """Return which fields of a file are asked for, None for all."""
    if not fields:
        return _USUAL_FIELDS
    listed = re.search(r"files\(([^)]*)\)", fields)
    names = listed[1].split(",") if listed else re.findall(r"files/(\w+)", fields)
    wanted = frozenset(name.strip() for name in names)
    return None if "*" in wanted or not wanted else wanted


def _part(file: dict[str, str], names: frozenset[str] | None) -> dict[str, str]:
    return {name: value for name, value in file.items() if names is None or name in names}


def _number(parameters: dict[str, str], name: str, default: int) -> int:
    text = parameters.get(name, "")
    if text and not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise _invalid(name)
    return min(int(text), 1000) if name == "pageSize" and text else int(text or default)


def _invalid(parameter: str) -> ApiError:
    return ApiError(400, "invalid", "Invalid Value", location=parameter)


def _not_emulated(what: str) -> ApiError:
    return ApiError(501, "notImplemented", f"{what} is not emulated")
