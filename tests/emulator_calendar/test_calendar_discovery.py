"""Discovery documents: clients that are built from the local Google speak to it, batches too."""

from collections.abc import Iterator
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build, build_from_document

from confsync.emulator.clock import Clock
from confsync.emulator.server import Server, serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.platform.discovery import discovery

ME = {"calendarId": "primary"}
MEETING = {"summary": "Review", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
CALENDAR = "/discovery/v1/apis/calendar/v3/rest"


class Bearer(httplib2.Http):
    """A connection that acts as Alice, and writes down where it goes."""

    def __init__(self) -> None:
        super().__init__()
        self.visited: list[str] = []

    def request(self, uri: str, method: str = "GET", **more: Any) -> Any:
        self.visited.append(uri)
        headers = {**(more.pop("headers", None) or {}), "authorization": "Bearer alice@example.com"}
        return super().request(uri, method, headers=headers, **more)


@pytest.fixture
def served() -> Iterator[Server]:
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=["alice@example.com"])
    with serve(world) as server:
        yield server
    world.close()


def test_a_client_is_built_from_the_discovery_url(served: Server) -> None:
    http = Bearer()
    url = f"{served.url}/discovery/v1/apis/{{api}}/{{apiVersion}}/rest"
    client = build("calendar", "v3", http=http, discoveryServiceUrl=url, static_discovery=False)
    client.events().insert(**ME, body=MEETING).execute()
    assert [item["summary"] for item in client.events().list(**ME).execute()["items"]] == ["Review"]
    assert {uri.startswith(served.url) for uri in http.visited} == {True}


def test_a_client_is_built_from_the_document_and_its_batches_arrive(served: Server) -> None:
    answer, content = httplib2.Http().request(f"{served.url}/$discovery/rest?version=v3")
    assert answer["content-type"] == "application/json; charset=UTF-8"
    http = Bearer()
    client = build_from_document(content.decode(), http=http)
    batch = client.new_batch_http_request()
    made: list[dict[str, Any]] = []
    for _ in range(3):
        batch.add(
            client.events().insert(**ME, body=MEETING), callback=lambda id, answer, error: made.append(answer)
        )
    batch.execute()
    assert {event["summary"] for event in made} == {"Review"} and len(made) == 3
    assert http.visited == [f"{served.url}/batch/calendar/v3"]


def test_the_script_api_has_a_document_too(served: Server) -> None:
    url = f"{served.url}/$discovery/rest?version={{apiVersion}}"
    client = build("script", "v1", http=Bearer(), discoveryServiceUrl=url, static_discovery=False)
    made = client.projects().create(body={"title": "Sync"}).execute()
    assert client.projects().get(scriptId=made["scriptId"]).execute()["title"] == "Sync"


def test_only_the_addresses_are_the_local_ones(world: World) -> None:
    local = world.request("GET", CALENDAR, {"host": "localhost:8765"}).json()
    known = dict(discovery("calendar").document)
    assert (local["rootUrl"], local["baseUrl"]) == (
        "http://localhost:8765/",
        "http://localhost:8765/calendar/v3/",
    )
    changed = {name for name in {*local, *known} if local.get(name) != known.get(name)}
    assert changed <= {"rootUrl", "baseUrl", "mtlsRootUrl"}


def test_without_a_host_the_document_is_googles(world: World) -> None:
    assert world.request("GET", CALENDAR).json() == discovery("calendar").document
    client = build(
        "calendar", "v3", http=TwinHttp(world, "alice@example.com"),
        discoveryServiceUrl="https://www.googleapis.com/discovery/v1/apis/{api}/{apiVersion}/rest", static_discovery=False,
    )  # fmt: skip
    assert client.events().list(**ME).execute()["summary"] == "alice@example.com"


def test_the_list_of_apis(world: World) -> None:
    listed = world.request("GET", "/discovery/v1/apis", {"host": "localhost:1"}).json()
    assert [item["id"] for item in listed["items"]] == ["calendar:v3", "script:v1"]
    for item in listed["items"]:
        path = item["discoveryRestUrl"].removeprefix("http://localhost:1")
        assert world.request("GET", path).json()["id"] == item["id"]


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/discovery/v1/apis/drive/v3/rest"),
        ("GET", "/discovery/v1/apis/calendar/v2/rest"),
        ("GET", "/$discovery/rest?version=v9"),
        ("GET", "/$discovery/other"),
        ("POST", CALENDAR),
    ],
)
def test_what_is_not_there(world: World, method: str, target: str) -> None:
    error = world.request(method, target).json()["error"]
    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
