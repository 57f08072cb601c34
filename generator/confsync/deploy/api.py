"""The Apps Script API and the one question to Drive that a deploy asks.

They are asked as REST: a deploy that has nothing to do takes a fraction of the time that Google's own client takes to
be imported.
"""

import contextlib
import itertools
import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from confsync.deploy.connection import Connection
from confsync.deploy.content import MANIFEST, Content, fetched
from confsync.deploy.failures import NotEnabled, NotThere, causes, explained, is_passing, refused
from confsync.deploy.state import Deployment, Version
from confsync.errors import DeployError

MOST_PROCESSES = 500
SCRIPT_TYPE = "application/vnd.google-apps.script"
Answer = TypeVar("Answer")
Read = Callable[[dict[str, Any]], Answer]
# Of no project: Google gives out longer ids.
NOBODYS = "confsync-doctor"
_SCRIPT, _DRIVE = "https://script.googleapis.com", "https://www.googleapis.com"


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
        address = f"{self._connection.url or _DRIVE}/drive/v3/files"
        fields = "nextPageToken, files(id)"
        return list(self._pages(address, "files", lambda file: str(file["id"]), q=query, fields=fields))

    def check_enabled(self) -> None:
        """Raise NotEnabled while the Apps Script API is off. Only a request to it can tell, so a project is asked for
        that cannot exist; how Google says that there is none does not matter."""
        try:
            self.content(NOBODYS)
        except NotEnabled:
            raise
        except DeployError:
            pass

    def create_project(self, title: str) -> str:
        """Make an empty project and return its id."""
        return self._once(
            "POST", self._script("projects"), lambda made: str(made["scriptId"]), {"title": title}
        )

    def content(self, script_id: str, version: int | None = None) -> Content:
        """Return the files of HEAD or of a version."""
        query = {} if version is None else {"versionNumber": version}
        return self._again("GET", self._project(script_id, "content"), fetched, **query)

    def push(self, script_id: str, content: Content) -> None:
        """Replace all files of HEAD."""
        self._again("PUT", self._project(script_id, "content"), dict, {"files": content.as_json()})

    def versions(self, script_id: str) -> tuple[Version, ...]:
        """Return all versions."""
        return tuple(self._pages(self._project(script_id, "versions"), "versions", _version))

    def create_version(self, script_id: str, description: str) -> int:
        """Make a version of HEAD and return its number."""
        body = {"description": description}
        address = self._project(script_id, "versions")
        return self._once("POST", address, lambda made: _version(made).number, body)

    def deployments(self, script_id: str) -> tuple[Deployment, ...]:
        """Return all deployments."""
        return tuple(self._pages(self._project(script_id, "deployments"), "deployments", _deployment))

    def deployment(self, script_id: str, deployment_id: str) -> Deployment:
        """Return one deployment."""
        return self._again("GET", self._project(script_id, "deployments", deployment_id), _deployment)

    def create_deployment(self, script_id: str, version: int, description: str) -> str:
        """Deploy a version under a new id and return it."""
        address = self._project(script_id, "deployments")
        return self._once("POST", address, lambda made: _deployment(made).id, _config(version, description))

    def repoint(self, script_id: str, deployment_id: str, version: int, description: str) -> None:
        """Let a deployment serve another version."""
        body = {"deploymentConfig": _config(version, description) | {"scriptId": script_id}}
        self._again("PUT", self._project(script_id, "deployments", deployment_id), dict, body)

    def undeploy(self, script_id: str, deployment_id: str) -> None:
        """Remove a deployment, if it is there: after an answer that was lost it is not. Its id never comes back."""
        with contextlib.suppress(NotThere):
            self._again("DELETE", self._project(script_id, "deployments", deployment_id), dict)

    def processes(self, script_id: str, since: str) -> list[dict[str, Any]]:
        """Return `Process` resources of executions that began at `since` or later (RFC 3339), the newest first.

        There are MOST_PROCESSES at most: an add-on that many people use has more than anybody wants to wait for.
        """
        about = {"scriptId": script_id, "scriptProcessFilter.startTime": since, "pageSize": 100}
        found = self._pages(self._script("processes:listScriptProcesses"), "processes", dict, **about)
        return list(itertools.islice(found, MOST_PROCESSES))

    def _script(self, path: str) -> str:
        return f"{self._connection.url or _SCRIPT}/v1/{path}"

    def _project(self, *parts: str) -> str:
        return self._script("/".join(["projects", *(quote(part, safe="") for part in parts)]))

    def _pages(self, address: str, key: str, read: Read[Answer], **query: Any) -> Iterator[Answer]:
        """Yield the items of all pages. The last page has no token, or an empty one."""

        def items(page: dict[str, Any]) -> tuple[list[Answer], str]:
            return [read(item) for item in page.get(key, [])], page.get("nextPageToken") or ""

        found, token = self._again("GET", address, items, **query)
        yield from found
        while token:
            found, token = self._again("GET", address, items, **query, pageToken=token)
            yield from found

    def _again(self, method: str, address: str, read: Read[Answer], body: Any = None, **query: Any) -> Answer:
        """Ask what can be asked twice; wait longer each time, as Google asks its clients to."""
        for tried in itertools.count():
            try:
                return self._once(method, address, read, body, **query)
            except Exception as error:
                if tried >= self._retries or not is_passing(error):
                    raise
            time.sleep(random.random() * 2 ** (tried + 1))
        raise AssertionError

    def _once(self, method: str, address: str, read: Read[Answer], body: Any = None, **query: Any) -> Answer:
        """Ask once: what would make a second one when asked twice. `read` takes what is needed from the answer."""
        uri = f"{address}?{urlencode(query)}" if query else address
        sent = (
            {}
            if body is None
            else {"body": json.dumps(body), "headers": {"content-type": "application/json"}}
        )
        try:
            response, content = self._connection.http.request(uri, method=method, **sent)
            if response.status < 300:
                answer = json.loads(content)
                if not isinstance(answer, dict):
                    raise TypeError("a JSON object is what Google answers with")
                return read(answer)
        except causes() as error:
            raise explained(error, self._connection) from error
        raise refused(int(response.status), content, self._connection)


def _config(version: int, description: str) -> dict[str, Any]:
    return {"versionNumber": version, "manifestFileName": MANIFEST, "description": description}


def _version(answer: dict[str, Any]) -> Version:
    return Version(int(answer["versionNumber"]), answer.get("description", ""), answer.get("createTime", ""))


def _deployment(answer: dict[str, Any]) -> Deployment:
    config = answer.get("deploymentConfig", {})
    told = config.get("versionNumber"), config.get("description", "")
    return Deployment(answer["deploymentId"], *told, answer.get("updateTime", ""))
