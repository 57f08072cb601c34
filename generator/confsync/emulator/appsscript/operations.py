"""`scripts.run`: a function of a script, called over the Apps Script API, and the `Operation` that tells how it ended."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.asked import Asked, insufficient_scopes
from confsync.emulator.appsscript.executions import ExecutionRecord, Executions, Job
from confsync.emulator.appsscript.projects import Projects, decoded, invalid, not_found
from confsync.emulator.errors import ApiError
from confsync.emulator.oauth.service import Identity

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TYPE = "type.googleapis.com/google.apps.script.v1"
_FRAME = re.compile(r"\s+at (?:(?P<function>[^()]+) \()?(?P<file>[^()]+?):(?P<line>\d+)(?::\d+)?\)?")
# What ended a script, as the discovery document numbers it; all other ends are its own errors.
_CODES = {"TIMED_OUT": 10, "KILLED": 1}
_SCRIPT_ERROR = 3


class Operations:
    """Runs functions for those who may. Sources: guide "Execute functions with the Apps Script API"; `script.v1`."""

    def __init__(self, world: World, projects: Projects, executions: Executions) -> None:
        self._world, self._projects, self._executions = world, projects, executions

    def run(self, caller: Identity, asked: Asked) -> dict[str, Any]:
        """Run a function to its end and return the `Operation`; raises the API's errors when it may not begin.

        The path names a deployment; with the id of a script, its last deployment for this API is meant.
        """
        with self._world.store.turn():
            job = self._job(caller, asked)
        return _operation(self._executions.run(job))

    def _job(self, caller: Identity, asked: Asked) -> Job:
        dev_mode = bool(asked.body.get("devMode"))
        deployment = self._deployment(caller, asked.parameters["scriptId"], dev_mode)
        script_id = deployment["script"]
        is_owner = self._projects.get(script_id)["owner"] == caller.email
        if not self._may_run(caller, deployment, is_owner):
            raise ApiError(403, "forbidden", "The caller does not have permission", front_end=True)
        runs_head = deployment["version"] is None or (dev_mode and is_owner)
        deployment_id = None if runs_head else deployment["id"]
        needed = self._projects.code(script_id, deployment_id).manifest.get("oauthScopes", [])
        if caller.scopes is not None and not caller.scopes.issuperset(needed):
            raise insufficient_scopes()
        if not asked.body.get("function"):
            raise invalid()
        return Job(
            user=caller.email,
            script_id=script_id,
            deployment_id=deployment_id,
            function=asked.body["function"],
            arguments=asked.body.get("parameters") or [],
            kind="EXECUTION_API",
        )

    def _deployment(self, caller: Identity, id_: str, dev_mode: bool) -> sqlite3.Row:
        """Return the deployment with that id, or the one of the script with that id that the caller means."""
        with contextlib.suppress(ApiError):
            return self._projects.deployment_by_id(id_)
        is_owner = self._projects.get(id_)["owner"] == caller.email
        head, *versioned = self._projects.deployments(id_)
        if dev_mode and is_owner:
            return head
        for deployment in reversed(versioned):
            if "executionApi" in self._manifest(deployment):
                return deployment
        raise not_found()

    def _may_run(self, caller: Identity, deployment: sqlite3.Row, is_owner: bool) -> bool:
        """Tell whether the manifest lets the caller in; the API's 404 for a deployment that is not for this API."""
        declared = self._manifest(deployment).get("executionApi")
        if declared is None:
            raise not_found()
        if is_owner or deployment["version"] is None:
            return is_owner
        access = declared.get("access", "MYSELF")
        owner = self._projects.get(deployment["script"])["owner"]
        same_domain = owner.partition("@")[2] == caller.email.partition("@")[2]
        return access in ("ANYONE", "ANYONE_ANONYMOUS") or (access == "DOMAIN" and same_domain)

    def _manifest(self, deployment: sqlite3.Row) -> Mapping[str, Any]:
        return decoded(self._projects.content_of(deployment["script"], deployment["version"])).manifest


def _operation(record: ExecutionRecord) -> dict[str, Any]:
    if record.status == "COMPLETED":
        response: dict[str, Any] = {"@type": f"{_TYPE}.ExecutionResponse"}
        if record.result is not None:
            response["result"] = record.result
        return {"done": True, "response": response}
    error = record.error or {}
    details = {
        "@type": f"{_TYPE}.ExecutionError",
        "errorMessage": error.get("message", ""),
        "errorType": error.get("name") or "ScriptError",
        "scriptStackTraceElements": list(_frames(error.get("stack", ""))),
    }
    code = _CODES.get(record.status, _SCRIPT_ERROR)
    return {
        "done": True,
        "error": {
            "code": code,
            "message": "ScriptError",
            "details": [{key: value for key, value in details.items() if value}],
        },
    }


def _frames(stack: str) -> Iterator[dict[str, Any]]:
    """Yield the frames of a stack trace that are a function's, the deepest call first."""
    for line in stack.splitlines():
        frame = _FRAME.fullmatch(line)
        if frame and frame["function"]:
            yield {"function": frame["function"], "lineNumber": int(frame["line"])}
