"""Whatever answers in Google's place is not believed, and ends in one line."""

import http.client
import json
from typing import Any

import httplib2
import pytest

from confsync.deploy import local
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.errors import DeployError

ASKED = {
    "project_ids": lambda api: api.project_ids("Title"),
    "create_project": lambda api: api.create_project("Title"),
    "content": lambda api: api.content("id"),
    "versions": lambda api: api.versions("id"),
    "create_version": lambda api: api.create_version("id", "x"),
    "deployments": lambda api: api.deployments("id"),
    "deployment": lambda api: api.deployment("id", "one"),
    "create_deployment": lambda api: api.create_deployment("id", 1, "x"),
    "processes": lambda api: api.processes("id", "2026-01-01T00:00:00Z"),
}
ODD = {
    "project_ids": [{"files": [{}]}, {"files": 7}, {"files": ["x"]}],
    "create_project": [{}, {"title": "x"}],
    "content": [{}, {"files": None}, {"files": [{"type": "JSON"}]}, {"files": ["Code"]}],
    "versions": [{"versions": [{}]}, {"versions": [{"versionNumber": "one"}]}, {"versions": None}],
    "create_version": [{}, {"versionNumber": None}],
    "deployments": [{"deployments": [{}]}, {"deployments": [7]}],
    "deployment": [{}, {"deploymentId": "one", "deploymentConfig": []}],
    "create_deployment": [{}],
    "processes": [{"processes": [7]}],
}


class Answering:
    """Answers each request with the next of these bodies, the last one for ever."""

    def __init__(self, *bodies: Any) -> None:
        self._bodies, self.asked = list(bodies), 0

    def request(self, uri: str, method: str = "GET", **sent: Any) -> tuple[httplib2.Response, bytes]:
        self.asked += 1
        body = self._bodies.pop(0) if len(self._bodies) > 1 else self._bodies[0]
        if isinstance(body, Exception):
            raise body
        return httplib2.Response({"status": "200"}), json.dumps(body).encode()

    def close(self) -> None:
        pass


def api(*bodies: Any, retries: int = 0) -> Api:
    return Api(Connection(Answering(*bodies), "http://local"), retries=retries)


@pytest.mark.parametrize(("asked", "body"), [(name, body) for name, bodies in ODD.items() for body in bodies])
def test_json_that_is_not_googles_is_not_believed(asked: str, body: Any) -> None:
    with pytest.raises(DeployError) as error:
        ASKED[asked](api(body))
    assert str(error.value) == (
        "http://local: what answers there does not answer as Google does. "
        "Does something else answer at that address, a proxy say?"
    )


def test_the_last_page_may_have_an_empty_token() -> None:
    pages = [{"versions": [{"versionNumber": 2}], "nextPageToken": "x"}, {"nextPageToken": ""}]
    assert [one.number for one in api(*pages).versions("id")] == [2]


def test_half_an_answer_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("confsync.deploy.api.random.random", lambda: 0.0)
    half = http.client.IncompleteRead(b'{"versions"', 30)
    assert api(half, {"versions": []}, retries=1).versions("id") == ()
    with pytest.raises(
        DeployError,
        match=r"the connection failed \(only a part of the answer came\). Run the same command again",
    ):
        api(half, retries=0).push("id", rendered({"appsscript.json": "{}"}))


@pytest.mark.parametrize("body", [{}, [], {"properties": 7}, http.client.IncompleteRead(b"", 3)])
def test_properties_that_cannot_be_read_are_said(body: Any) -> None:
    with pytest.raises(DeployError, match="http://local"):
        local.properties(Connection(Answering(body), "http://local"), "id")
