"""`processes.list` and `processes.listScriptProcesses`: executions as the Apps Script API tells of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from confsync.emulator.appsscript.executions import ExecutionRecord, Executions
from confsync.emulator.appsscript.pages import page_before, position
from confsync.emulator.appsscript.projects import Projects
from confsync.emulator.appsscript.resources import timestamp

MILLISECOND = 1000

# What an execution's own status is in the API, where the words differ: the platform lost it and cannot say how it ended.
_STATUS = {"KILLED": "UNKNOWN"}


@dataclass(frozen=True)
class Process:
    """An execution with what the API tells of its project."""

    record: ExecutionRecord
    project: str
    access: str

    @property
    def status(self) -> str:
        """The process status."""
        return _STATUS.get(self.record.status, self.record.status)

    @property
    def ended_us(self) -> int | None:
        """When it ended; None while it runs."""
        if self.record.status == "RUNNING":
            return None
        return self.record.startedAtUs + self.record.durationMs * MILLISECOND

    def resource(self) -> dict[str, Any]:
        """Return a `GoogleAppsScriptTypeProcess`; one that runs has no duration yet."""
        process = {
            "projectName": self.project,
            "functionName": self.record.function,
            "processType": self.record.kind,
            "processStatus": self.status,
            "userAccessLevel": self.access,
            "startTime": timestamp(self.record.startedAtUs),
            "runtimeVersion": "V8",
        }
        if self.ended_us is not None:
            process["duration"] = _seconds(self.record.durationMs)
        return process


_FILTERS: Mapping[str, Callable[[Process, Any], bool]] = {
    "deploymentId": lambda process, wanted: process.record.deploymentId == wanted,
    "endTime": lambda process, wanted: process.ended_us is not None and process.ended_us <= wanted,
    "functionName": lambda process, wanted: process.record.function == wanted,
    "projectName": lambda process, wanted: wanted in process.project,
    "scriptId": lambda process, wanted: process.record.scriptId == wanted,
    "startTime": lambda process, wanted: process.record.startedAtUs >= wanted,
    "statuses": lambda process, wanted: process.status in wanted,
    "types": lambda process, wanted: process.record.kind in wanted,
    "userAccessLevels": lambda process, wanted: process.access in wanted,
}


class Processes:
    """Lists executions, the newest first. Source: guide "View processes" of the Apps Script API."""

    def __init__(self, projects: Projects, executions: Executions) -> None:
        self._projects, self._executions = projects, executions

    def of_user(self, user: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return a page of a user's own executions, of all scripts."""
        found = (process for process in self._before(parameters) if process.record.user == user)
        return _page(found, parameters, "userProcessFilter.")

    def of_script(self, script_id: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return a page of a script's executions, whoever ran them."""
        found = (process for process in self._before(parameters) if process.record.scriptId == script_id)
        return _page(found, parameters, "scriptProcessFilter.")

    def _before(self, parameters: Mapping[str, Any]) -> Iterator[Process]:
        for record in self._executions.before(position(parameters, "before")):
            project = self._projects.get(record.scriptId)
            access = "OWNER" if project["owner"] == record.user else "NONE"
            yield Process(record, project["title"], access)


def _page(found: Iterator[Process], parameters: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    wanted = [(_FILTERS[name[len(prefix) :]], value)
              for name, value in parameters.items() if name.startswith(prefix)]  # fmt: skip
    kept = (process for process in found if all(holds(process, value) for holds, value in wanted))
    return page_before("processes", ((kept.record.number, kept.resource()) for kept in kept), parameters)


def _seconds(milliseconds: int) -> str:
    """Return a duration as JSON has them: seconds with three decimals."""
    return f"{milliseconds / 1000:.3f}s"
