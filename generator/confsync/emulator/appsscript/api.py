"""The Apps Script API: projects, their content, versions and deployments."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.asked import Asked, asked_of, bad_token, insufficient_scopes
from confsync.emulator.appsscript.content import Parser, checked_content
from confsync.emulator.appsscript.projects import Projects, invalid, not_found
from confsync.emulator.appsscript.resources import (
    content_resource,
    deployment_resource,
    project_resource,
    version_resource,
)
from confsync.emulator.errors import ApiError
from confsync.emulator.faults import Fault, Moment
from confsync.emulator.wire import Request, Response, json_response

if TYPE_CHECKING:
    from confsync.emulator.world import World

_PAGE_SIZE = 50


class ScriptApi:
    """Answers requests. A user sees their own projects only; everybody else's are not there."""

    def __init__(self, world: World, projects: Projects, syntax_errors: Parser) -> None:
        self._world, self._projects, self._syntax_errors = world, projects, syntax_errors
        self._handlers: dict[str, Callable[[str, Asked], Any]] = {
            "script.projects.create": self._create,
            "script.projects.get": self._get,
            "script.projects.getContent": self._get_content,
            "script.projects.updateContent": self._update_content,
            "script.projects.versions.create": self._create_version,
            "script.projects.versions.get": self._get_version,
            "script.projects.versions.list": self._list_versions,
            "script.projects.deployments.create": self._create_deployment,
            "script.projects.deployments.get": self._get_deployment,
            "script.projects.deployments.list": self._list_deployments,
            "script.projects.deployments.update": self._update_deployment,
            "script.projects.deployments.delete": self._delete_deployment,
        }

    def serve(self, request: Request) -> Response:
        """Answer a request; every error is in the front-end's envelope."""
        try:
            user, asked = self._admit(request)
            return self._answer(user, asked)
        except ApiError as error:
            error.front_end = True
            return error.response()

    def _admit(self, request: Request) -> tuple[str, Asked]:
        try:
            identity = self._world.oauth.identify(request)
        except ApiError as error:
            raise error if error.front_end else bad_token() from error
        asked = asked_of(request)
        if identity.scopes is not None and identity.scopes.isdisjoint(asked.method.scopes):
            raise insufficient_scopes()
        return identity.email, asked

    def _answer(self, user: str, asked: Asked) -> Response:
        handler = self._handlers.get(asked.method.id)
        if handler is None:
            raise ApiError(501, "notImplemented", f"{asked.method.id} is not emulated")
        return self._world.faults.around(
            Moment(asked.method.id, user), lambda: self._handled(handler, user, asked), error=_struck
        )

    def _handled(self, handler: Callable[[str, Asked], Any], user: str, asked: Asked) -> Response:
        with self._world.store.turn():
            if "scriptId" in asked.parameters:
                self._check_owner(user, asked.parameters["scriptId"])
            return json_response(200, handler(user, asked))

    def _check_owner(self, user: str, script_id: str) -> None:
        if self._projects.get(script_id)["owner"] != user:
            raise not_found()

    def _create(self, user: str, asked: Asked) -> Any:
        if not asked.body.get("title"):
            raise invalid()
        return project_resource(self._projects.create(user, asked.body["title"], asked.body.get("parentId")))

    def _get(self, user: str, asked: Asked) -> Any:
        return project_resource(self._projects.get(asked.parameters["scriptId"]))

    def _get_content(self, user: str, asked: Asked) -> Any:
        script_id, version = asked.parameters["scriptId"], asked.parameters.get("versionNumber")
        return content_resource(script_id, self._projects.content_of(script_id, version))

    def _update_content(self, user: str, asked: Asked) -> Any:
        script_id = asked.parameters["scriptId"]
        content = checked_content(asked.body.get("files") or [], self._syntax_errors)
        self._projects.update_content(script_id, content)
        return content_resource(script_id, content)

    def _create_version(self, user: str, asked: Asked) -> Any:
        row = self._projects.create_version(asked.parameters["scriptId"], asked.body.get("description"))
        return version_resource(row)

    def _get_version(self, user: str, asked: Asked) -> Any:
        number = asked.parameters["versionNumber"]
        if not str(number).isdecimal():
            raise invalid()
        return version_resource(self._projects.version(asked.parameters["scriptId"], int(number)))

    def _list_versions(self, user: str, asked: Asked) -> Any:
        rows = self._projects.versions(asked.parameters["scriptId"])
        return _page("versions", [version_resource(row) for row in rows], asked)

    def _deployment(self, row: Any) -> dict[str, Any]:
        return deployment_resource(row, self._projects.content_of(row["script"], row["version"]))

    def _create_deployment(self, user: str, asked: Asked) -> Any:
        script_id, version, description = _config(asked, asked.body)
        return self._deployment(self._projects.create_deployment(script_id, version, description))

    def _get_deployment(self, user: str, asked: Asked) -> Any:
        script_id, deployment_id = asked.parameters["scriptId"], asked.parameters["deploymentId"]
        return self._deployment(self._projects.deployment(script_id, deployment_id))

    def _list_deployments(self, user: str, asked: Asked) -> Any:
        rows = self._projects.deployments(asked.parameters["scriptId"])
        return _page("deployments", [self._deployment(row) for row in rows], asked)

    def _update_deployment(self, user: str, asked: Asked) -> Any:
        script_id, version, description = _config(asked, asked.body.get("deploymentConfig") or {})
        deployment_id = asked.parameters["deploymentId"]
        return self._deployment(
            self._projects.point_deployment(script_id, deployment_id, version, description)
        )

    def _delete_deployment(self, user: str, asked: Asked) -> Any:
        self._projects.delete_deployment(asked.parameters["scriptId"], asked.parameters["deploymentId"])
        return {}


def _struck(fault: Fault) -> Response:
    return replace(fault, front_end=True).error().response()


def _config(asked: Asked, config: Any) -> tuple[str, int, str | None]:
    """Return script, version and description of a `DeploymentConfig`."""
    script_id, version = asked.parameters["scriptId"], config.get("versionNumber")
    if version is None or config.get("scriptId", script_id) != script_id:
        raise invalid()
    if config.get("manifestFileName", "appsscript") != "appsscript":
        raise invalid()
    return script_id, int(version), config.get("description")


def _page(name: str, items: Sequence[Any], asked: Asked) -> dict[str, Any]:
    size = asked.parameters.get("pageSize") or _PAGE_SIZE
    first = _position(asked.parameters.get("pageToken", ""))
    if size < 0:
        raise invalid()
    page: dict[str, Any] = {name: list(items[first : first + size])} if items else {}
    if len(items) > first + size:
        page["nextPageToken"] = base64.urlsafe_b64encode(f"from {first + size}".encode()).decode()
    return page


def _position(token: str) -> int:
    if not token:
        return 0
    try:
        word, number = base64.urlsafe_b64decode(token).decode().split(" ")
        return int(number) if word == "from" else _refuse()
    except ValueError as error:
        raise invalid() from error


def _refuse() -> int:
    raise ValueError
