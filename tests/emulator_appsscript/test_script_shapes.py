"""What the Apps Script API answers is what the discovery document says it does, for every method."""

import json
from collections.abc import Iterator
from typing import Any

from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp
from confsync.platform.discovery import discovery

from .conftest import MANIFEST, Script

SCRIPT = discovery("script")
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


def misfits(value: Any, schema: Any, path: str) -> Iterator[str]:
    """Yield what in a value is not as its schema has it."""
    schema = SCRIPT.schemas[schema["$ref"]] if "$ref" in schema else schema
    if not isinstance(value, TYPES[schema["type"]]) or value not in schema.get("enum", [value]):
        yield f"{path} is {value!r}"
    elif isinstance(value, list):
        for item in value:
            yield from misfits(item, schema["items"], f"{path}[]")
    elif isinstance(value, dict) and "additionalProperties" not in schema:
        known = schema.get("properties", {})
        yield from (f"{path}.{name} is not known" for name in value if name not in known)
        for name, member in value.items():
            if name in known:
                yield from misfits(member, known[name], f"{path}.{name}")


class Watched(TwinHttp):
    """Checks each answer on its way to Google's client; `seen` are the methods that answered."""

    def __init__(self, script: Script) -> None:
        super().__init__(script.world, "alice@example.com")
        self.seen: set[str] = set()
        self.found: list[str] = []

    def request(self, uri: str, method: str = "GET", *rest: Any, **named: Any) -> Any:
        """Answer, and note the method and what is wrong."""
        response, content = super().request(uri, method, *rest, **named)
        matched = SCRIPT.match(method, uri.partition("googleapis.com")[2].partition("?")[0])
        assert matched and response.status == 200, content
        self.seen.add(matched[0].id)
        self.found += misfits(json.loads(content), {"$ref": matched[0].response_schema}, matched[0].id)
        return response, content


def test_every_answer_has_the_shape_of_its_schema(script: Script) -> None:
    points = {
        "webapp": {"access": "MYSELF", "executeAs": "USER_ACCESSING"},
        "executionApi": {"access": "MYSELF"},
    }
    add_on = {"common": {"name": "Add-on", "logoUrl": "https://lh3.googleusercontent.com/x"}}
    watched = Watched(script)
    watching = Script(script.world, build("script", "v1", http=watched, static_discovery=True), script.id)
    api, projects = watching.api, watching.api.projects()
    projects.create(body={"title": "Another", "parentId": "document"}).execute()
    projects.get(scriptId=script.id).execute()
    watching.push(
        "function f(a) { return a; }\nfunction fail() { throw 1; }", MANIFEST | points | {"addOns": add_on}
    )
    projects.getContent(scriptId=script.id).execute()
    deployment = watching.deploy()
    watching.deploy(deployment)
    for function in ("f", "fail"):
        api.scripts().run(scriptId=deployment, body={"function": function, "parameters": [1]}).execute()
    projects.versions().get(scriptId=script.id, versionNumber=1).execute()
    projects.versions().list(scriptId=script.id, pageSize=1).execute()
    projects.deployments().get(scriptId=script.id, deploymentId=deployment).execute()
    projects.deployments().list(scriptId=script.id, pageSize=1).execute()
    api.processes().list(pageSize=1).execute()
    api.processes().listScriptProcesses(scriptId=script.id, pageSize=1).execute()
    projects.getMetrics(scriptId=script.id, metricsGranularity="WEEKLY").execute()
    projects.deployments().delete(scriptId=script.id, deploymentId=deployment).execute()
    assert watched.found == []
    assert watched.seen == set(SCRIPT.methods)
