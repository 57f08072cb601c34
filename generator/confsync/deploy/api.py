"""The Apps Script API and the one question to Drive that a deploy asks, through Google's own client."""

import contextlib
import functools
import itertools
from collections.abc import Iterator
from typing import Any

from googleapiclient.discovery import build

from confsync.deploy.connection import Connection
from confsync.deploy.content import MANIFEST, Content, fetched
from confsync.deploy.failures import CAUSES, NotThere, explained
from confsync.deploy.state import Deployment, Version

SCRIPT_TYPE = "application/vnd.google-apps.script"


class Api:
    """What a deploy asks of Google; every failure is a DeployError.

    What can be asked twice without harm is asked again, up to `retries` times, after 429, 5xx and lost connections.
    """

    def __init__(self, connection: Connection, *, retries: int = 3) -> None:
        self._connection, self._retries = connection, retries

    def begin_anew(self) -> None:
        """Give back the connections: after somebody has thought for a while, the other end may have closed them."""
        self._connection.http.close()

    def project_ids(self, title: str) -> list[str]:
        """Return the ids of this account's script projects of that title, which only Drive can tell."""
        quoted = title.replace("\\", "\\\\").replace("'", "\\'")
        query = f"name = '{quoted}' and mimeType = '{SCRIPT_TYPE}' and trashed = false"
        found = self._pages(self._files, "files", q=query, fields="nextPageToken, files(id)")
        return [file["id"] for file in found]

    def create_project(self, title: str) -> str:
        """Make an empty project and return its id."""
        return str(self._once(self._projects.create(body={"title": title}))["scriptId"])

    def content(self, script_id: str, version: int | None = None) -> Content:
        """Return the files of HEAD or of a version."""
        return fetched(self._again(self._projects.getContent(scriptId=script_id, versionNumber=version)))

    def push(self, script_id: str, content: Content) -> None:
        """Replace all files of HEAD."""
        self._again(self._projects.updateContent(scriptId=script_id, body={"files": content.as_json()}))

    def versions(self, script_id: str) -> tuple[Version, ...]:
        """Return all versions."""
        found = self._pages(self._projects.versions(), "versions", scriptId=script_id)
        return tuple(_version(each) for each in found)

    def create_version(self, script_id: str, description: str) -> int:
        """Make a version of HEAD and return its number."""
        request = self._projects.versions().create(scriptId=script_id, body={"description": description})
        return int(self._once(request)["versionNumber"])

    def deployments(self, script_id: str) -> tuple[Deployment, ...]:
        """Return all deployments."""
        found = self._pages(self._projects.deployments(), "deployments", scriptId=script_id)
        return tuple(_deployment(each) for each in found)

    def deployment(self, script_id: str, deployment_id: str) -> Deployment:
        """Return one deployment."""
        request = self._projects.deployments().get(scriptId=script_id, deploymentId=deployment_id)
        return _deployment(self._again(request))

    def create_deployment(self, script_id: str, version: int, description: str) -> str:
        """Deploy a version under a new id and return it."""
        request = self._projects.deployments().create(scriptId=script_id, body=_config(version, description))
        return str(self._once(request)["deploymentId"])

    def repoint(self, script_id: str, deployment_id: str, version: int, description: str) -> None:
        """Let a deployment serve another version."""
        body = {"deploymentConfig": _config(version, description) | {"scriptId": script_id}}
        deployments = self._projects.deployments()
        self._again(deployments.update(scriptId=script_id, deploymentId=deployment_id, body=body))

    def undeploy(self, script_id: str, deployment_id: str) -> None:
        """Remove a deployment, if it is there: after an answer that was lost it is not. Its id never comes back."""
        deployments = self._projects.deployments()
        with contextlib.suppress(NotThere):
            self._again(deployments.delete(scriptId=script_id, deploymentId=deployment_id))

    def processes(self, script_id: str, since: str, most: int = 500) -> list[dict[str, Any]]:
        """Return `Process` resources of executions that began at `since` or later (RFC 3339), the newest first."""
        found = self._pages(
            self._service("script", "v1", "/").processes(),
            "processes",
            method="listScriptProcesses",
            scriptId=script_id,
            scriptProcessFilter_startTime=since,
            pageSize=min(most, 100),
        )
        return list(itertools.islice(found, most))

    @functools.cached_property
    def _projects(self) -> Any:
        return self._service("script", "v1", "/").projects()

    @functools.cached_property
    def _files(self) -> Any:
        return self._service("drive", "v3", "/drive/v3/").files()

    def _service(self, name: str, version: str, path: str) -> Any:
        url = self._connection.url
        options = {"api_endpoint": url + path} if url else None
        return build(name, version, http=self._connection.http, static_discovery=True, client_options=options)

    def _pages(
        self, resource: Any, key: str, method: str = "list", **parameters: Any
    ) -> Iterator[dict[str, Any]]:
        request = getattr(resource, method)(**parameters)
        while request is not None:
            page = self._again(request)
            yield from page.get(key, [])
            request = getattr(resource, f"{method}_next")(request, page)

    def _again(self, request: Any) -> dict[str, Any]:
        return self._ask(request, self._retries)

    def _once(self, request: Any) -> dict[str, Any]:
        """Ask what would make a second one when asked twice."""
        return self._ask(request, 0)

    def _ask(self, request: Any, retries: int) -> dict[str, Any]:
        try:
            answer = request.execute(num_retries=retries)
            if not isinstance(answer, dict):
                raise TypeError("a JSON object is what Google answers with")
        except CAUSES as error:
            raise explained(error, self._connection) from error
        return answer


def _config(version: int, description: str) -> dict[str, Any]:
    return {"versionNumber": version, "manifestFileName": MANIFEST, "description": description}


def _version(answer: dict[str, Any]) -> Version:
    return Version(answer["versionNumber"], answer.get("description", ""), answer.get("createTime", ""))


def _deployment(answer: dict[str, Any]) -> Deployment:
    config = answer.get("deploymentConfig", {})
    told = config.get("versionNumber"), config.get("description", "")
    return Deployment(answer["deploymentId"], *told, answer.get("updateTime", ""))
