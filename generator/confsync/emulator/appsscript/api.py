"""The Apps Script API: projects with their content, versions, deployments and metrics; processes; running functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.asked import Asked, asked_of, bad_token, insufficient_scopes
from confsync.emulator.appsscript.content import Parser, checked_content
from confsync.emulator.appsscript.dialect import script_error
from confsync.emulator.appsscript.enabled import check_enabled
from confsync.emulator.appsscript.executions import Executions
from confsync.emulator.appsscript.files import dated
from confsync.emulator.appsscript.metrics import metrics_of
from confsync.emulator.appsscript.operations import Operations
from confsync.emulator.appsscript.pages import page_of
from confsync.emulator.appsscript.processes import Processes
from confsync.emulator.appsscript.projects import Projects, invalid, not_found
from confsync.emulator.appsscript.resources import (
    content_resource,
    deployment_resource,
    project_resource,
    timestamp,
    version_resource,
)
from confsync.emulator.calendar.fields import masked
from confsync.emulator.errors import ApiError
from confsync.emulator.faults import Fault, Moment
from confsync.emulator.oauth.service import Identity
from confsync.emulator.wire import Request, Response, json_response

if TYPE_CHECKING:
    from confsync.emulator.world import World

_EXHAUSTED = "Resource has been exhausted (e.g. check quota)."
# Its scopes are those of the script that runs, and it lasts as long as that does.
_RUN = "script.scripts.run"


class ScriptApi:
    """Answers requests. A user sees their own projects only; everybody else's are not there."""

    def __init__(
        self, world: World, projects: Projects, executions: Executions, syntax_errors: Parser
    ) -> None:
        self._world, self._projects, self._syntax_errors = world, projects, syntax_errors
        self._executions, self._processes = executions, Processes(projects, executions)
        self._operations = Operations(world, projects, executions)
        self._handlers: dict[str, Callable[[str, Asked], Any]] = {
            "script.projects.create": self._create,
            "script.projects.get": self._get,
            "script.projects.getContent": self._get_content,
            "script.projects.updateContent": self._update_content,
            "script.projects.getMetrics": self._get_metrics,
            "script.projects.versions.create": self._create_version,
            "script.projects.versions.get": self._get_version,
            "script.projects.versions.list": self._list_versions,
            "script.projects.deployments.create": self._create_deployment,
            "script.projects.deployments.get": self._get_deployment,
            "script.projects.deployments.list": self._list_deployments,
            "script.projects.deployments.update": self._update_deployment,
            "script.projects.deployments.delete": self._delete_deployment,
            "script.processes.list": self._list_processes,
            "script.processes.listScriptProcesses": self._list_script_processes,
        }

    def serve(self, request: Request) -> Response:
        """Answer a request; every error is in the front-end's envelope."""
        try:
            caller, asked = self._admit(request)
            moment = Moment(asked.method.id, caller.email)
            return self._world.faults.around(moment, lambda: self._answer(caller, asked), error=_struck)
        except ApiError as error:
            error.front_end = True
            return error.response()

    def _admit(self, request: Request) -> tuple[Identity, Asked]:
        try:
            caller = self._world.oauth.identify(request)
        except ApiError as error:
            raise error if error.front_end else bad_token() from error
        check_enabled(self._world.switches.apps_script_api)
        asked = asked_of(request)
        has_scope = caller.scopes is None or not caller.scopes.isdisjoint(asked.method.scopes)
        if not has_scope and asked.method.id != _RUN:
            raise insufficient_scopes()
        return caller, asked

    def _answer(self, caller: Identity, asked: Asked) -> Response:
        if asked.method.id == _RUN:
            return json_response(200, masked(self._operations.run(caller, asked), asked.mask))
        with self._world.store.turn():
            if "scriptId" in asked.parameters:
                self._check_owner(caller.email, asked.parameters["scriptId"])
            return json_response(
                200, masked(self._handlers[asked.method.id](caller.email, asked), asked.mask)
            )

    def _check_owner(self, user: str, script_id: str) -> None:
        if self._projects.get(script_id)["owner"] != user:
            raise not_found()

    def _create(self, user: str, asked: Asked) -> Any:
        if not asked.body.get("title"):
            raise invalid()
        if not self._executions.quotas.may_make_project(user):
            raise ApiError(429, "rateLimitExceeded", _EXHAUSTED, front_end=True)
        return project_resource(self._projects.create(user, asked.body["title"], asked.body.get("parentId")))

    def _get(self, user: str, asked: Asked) -> Any:
        return project_resource(self._projects.get(asked.parameters["scriptId"]))

    def _get_content(self, user: str, asked: Asked) -> Any:
        script_id, version = asked.parameters["scriptId"], asked.parameters.get("versionNumber")
        return content_resource(script_id, self._projects.content_of(script_id, version))

    def _update_content(self, user: str, asked: Asked) -> Any:
        script_id = asked.parameters["scriptId"]
        files = checked_content(asked.body.get("files") or [], self._syntax_errors)
        now = timestamp(self._world.clock.now_us())
        content = dated(files, self._projects.content_of(script_id, None), user, now)
        self._projects.update_content(script_id, content)
        return content_resource(script_id, content)

    def _get_metrics(self, user: str, asked: Asked) -> Any:
        of_script = self._executions.of_script(asked.parameters["scriptId"])
        return metrics_of(of_script, asked.parameters, self._world.clock.now_us())

    def _create_version(self, user: str, asked: Asked) -> Any:
        row = self._projects.create_version(asked.parameters["scriptId"], asked.body.get("description"))
        return version_resource(row)

    def _get_version(self, user: str, asked: Asked) -> Any:
        script_id, number = asked.parameters["scriptId"], asked.parameters["versionNumber"]
        return version_resource(self._projects.version(script_id, number))

    def _list_versions(self, user: str, asked: Asked) -> Any:
        rows = self._projects.versions(asked.parameters["scriptId"])
        return page_of("versions", [version_resource(row) for row in rows], asked.parameters)

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
        return page_of("deployments", [self._deployment(row) for row in rows], asked.parameters)

    def _update_deployment(self, user: str, asked: Asked) -> Any:
        script_id, version, description = _config(asked, asked.body.get("deploymentConfig") or {})
        deployment_id = asked.parameters["deploymentId"]
        return self._deployment(
            self._projects.point_deployment(script_id, deployment_id, version, description)
        )

    def _delete_deployment(self, user: str, asked: Asked) -> Any:
        self._projects.delete_deployment(asked.parameters["scriptId"], asked.parameters["deploymentId"])
        return {}

    def _list_processes(self, user: str, asked: Asked) -> Any:
        return self._processes.of_user(user, asked.parameters)

    def _list_script_processes(self, user: str, asked: Asked) -> Any:
        if not asked.parameters.get("scriptId"):
            raise invalid()
        return self._processes.of_script(asked.parameters["scriptId"], asked.parameters)


def _struck(fault: Fault) -> Response:
    return script_error(fault).response()


def _config(asked: Asked, config: Any) -> tuple[str, int, str | None]:
    """Return script, version and description of a `DeploymentConfig`."""
    script_id, version = asked.parameters["scriptId"], config.get("versionNumber")
    if version is None or config.get("scriptId", script_id) != script_id:
        raise invalid()
    if config.get("manifestFileName", "appsscript") != "appsscript":
        raise invalid()
    return script_id, int(version), config.get("description")
