"""A virtual world with two users, Google's own client of the Apps Script API, and a script to run things in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.appsscript.executions import ExecutionRecord
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

ALICE, BOB = "alice@example.com", "bob@example.com"
SCOPES = [
    "https://www.googleapis.com/auth/calendar.addons.execute",
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/script.external_request",
    "https://www.googleapis.com/auth/script.scriptapp",
    "https://www.googleapis.com/auth/userinfo.email",
]
MANIFEST: dict[str, Any] = {
    "timeZone": "Europe/Berlin",
    "runtimeVersion": "V8",
    "dependencies": {
        "enabledAdvancedServices": [{"userSymbol": "Calendar", "serviceId": "calendar", "version": "v3"}]
    },
    "oauthScopes": SCOPES,
    "urlFetchWhitelist": ["https://conferences.example/v1/"],
}


@dataclass
class Script:
    """One project of Alice's, pushed through Google's client."""

    world: World
    api: Any
    id: str

    def push(self, source: str, manifest: dict[str, Any] | None = None, **others: str) -> None:
        """Replace the project's files: `Code` with that source, and others by name."""
        files = [{"name": "appsscript", "type": "JSON", "source": json.dumps(manifest or MANIFEST)}]
        for name, text in {"Code": source, **others}.items():
            files.append({"name": name, "type": "SERVER_JS", "source": text})
        self.api.projects().updateContent(scriptId=self.id, body={"files": files}).execute()

    def deploy(self, deployment_id: str | None = None) -> str:
        """Make a version of what is pushed and deploy it, or point a deployment to it; return the deployment's id."""
        version = self.api.projects().versions().create(scriptId=self.id, body={}).execute()["versionNumber"]
        config = {"versionNumber": version, "manifestFileName": "appsscript"}
        deployments = self.api.projects().deployments()
        if deployment_id:
            body = {"deploymentConfig": config}
            request = deployments.update(scriptId=self.id, deploymentId=deployment_id, body=body)
        else:
            request = deployments.create(scriptId=self.id, body=config)
        return str(request.execute()["deploymentId"])

    def run(self, source: str, *arguments: Any, user: str = ALICE, **others: str) -> ExecutionRecord:
        """Push `function main(…) { source }` and run it."""
        self.push(f"function main(a, b) {{ {source} }}", **others)
        return self.world.appsscript.run(user, self.id, "main", arguments)

    def value(self, source: str, *arguments: Any) -> Any:
        """Run statements and return what they return; they must not fail."""
        record = self.run(source, *arguments)
        assert record.status == "COMPLETED", record.error
        return record.result

    def error(self, source: str, *arguments: Any) -> str:
        """Run statements that must fail, and return `name: message`."""
        record = self.run(source, *arguments)
        assert record.status == "FAILED" and record.error
        return f"{record.error['name']}: {record.error['message']}"

    def calls(self) -> list[Any]:
        """Return the calls of all executions."""
        return list(self.world.trace.since(0, "execution"))


@pytest.fixture(scope="session")
def runtime() -> Iterator[V8Runtime]:
    """Engine processes for all tests: a world does not close a runtime that it was given."""
    runtime = V8Runtime()
    yield runtime
    runtime.close()


@pytest.fixture
def world(runtime: V8Runtime) -> Iterator[World]:
    world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=runtime, users=[ALICE, BOB])
    yield world
    world.close()


@pytest.fixture
def api(world: World) -> Any:
    return build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)


@pytest.fixture
def script(world: World, api: Any) -> Script:
    created = api.projects().create(body={"title": "Test"}).execute()
    return Script(world, api, created["scriptId"])
