"""The Apps Script API through Google's own client."""

import json
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

from .conftest import ALICE, BOB, MANIFEST, Script


def failure(request: Any) -> tuple[int, str, str]:
    """Execute a request that must fail; return status, message and the status word."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    error = json.loads(caught.value.content)["error"]
    return caught.value.resp.status, error["message"], error["status"]


def test_a_new_project_has_a_manifest_and_its_head_deployment(api: Any) -> None:
    project = api.projects().create(body={"title": "New", "parentId": "doc"}).execute()
    assert len(project["scriptId"]) == 57 and project["scriptId"].startswith("1")
    assert (project["title"], project["parentId"], project["creator"]["email"]) == ("New", "doc", ALICE)
    assert project["createTime"] == "2026-03-02T08:00:00.000Z"
    assert api.projects().get(scriptId=project["scriptId"]).execute() == project
    files = api.projects().getContent(scriptId=project["scriptId"]).execute()["files"]
    assert [(file["name"], file["type"]) for file in files] == [("appsscript", "JSON")]
    head, *others = api.projects().deployments().list(scriptId=project["scriptId"]).execute()["deployments"]
    assert head["deploymentId"].startswith("AKfycb") and "versionNumber" not in head["deploymentConfig"]
    assert others == []


def test_what_is_pushed_is_read_back_in_its_order(script: Script) -> None:
    script.push("function a() {}", Zebra="var z = 'é';", folder="var f;")
    files = script.api.projects().getContent(scriptId=script.id).execute()["files"]
    assert [file["name"] for file in files] == ["appsscript", "Code", "Zebra", "folder"]
    kept = {key: files[2][key] for key in ("name", "type", "source")}
    assert kept == {"name": "Zebra", "type": "SERVER_JS", "source": "var z = 'é';"}


def test_a_file_tells_of_its_last_change_and_its_functions(script: Script) -> None:
    script.push("function a(x, ...y) {\n  function inner() {}\n}\nfunction* b() {}", Other="var o;")
    script.world.clock.advance(60 * MICROSECONDS)
    script.push("function c() {}", Other="var o;")
    _, code, other = script.api.projects().getContent(scriptId=script.id).execute()["files"]
    assert (code["createTime"], code["updateTime"]) == (
        "2026-03-02T08:00:00.000Z",
        "2026-03-02T08:01:00.000Z",
    )
    assert other["updateTime"] == other["createTime"] == "2026-03-02T08:00:00.000Z"
    assert code["lastModifyUser"] == {"email": ALICE, "domain": "example.com"}
    assert (code["functionSet"], other["functionSet"]) == ({"values": [{"name": "c"}]}, {})
    script.push("function a(x, ...y) {\n  function inner() {}\n}\nfunction* b() {}")
    _, code = script.api.projects().getContent(scriptId=script.id).execute()["files"]
    assert code["functionSet"] == {"values": [{"name": "a", "parameters": ["x", "...y"]}, {"name": "b"}]}


def test_a_version_keeps_what_it_was_made_of(script: Script) -> None:
    versions = script.api.projects().versions()
    script.push("var one;")
    made = versions.create(scriptId=script.id, body={"description": "first"}).execute()
    script.push("var two;")
    versions.create(scriptId=script.id, body={}).execute()
    assert (made["versionNumber"], made["description"]) == (1, "first")
    assert versions.get(scriptId=script.id, versionNumber=1).execute() == made
    assert [one["versionNumber"] for one in versions.list(scriptId=script.id).execute()["versions"]] == [2, 1]
    old = script.api.projects().getContent(scriptId=script.id, versionNumber=1).execute()
    assert old["files"][1]["source"] == "var one;"


def test_a_deployment_keeps_its_id_when_it_is_pointed_elsewhere(script: Script) -> None:
    script.push("", MANIFEST | {"addOns": {"common": {"name": "Add-on"}}, "webapp": {"access": "ANYONE"}})
    first = script.deploy()
    assert script.deploy(first) == first
    deployment = script.api.projects().deployments().get(scriptId=script.id, deploymentId=first).execute()
    assert deployment["deploymentConfig"]["versionNumber"] == 2
    web, add_on = deployment["entryPoints"]
    assert web["webApp"]["url"] == f"https://script.google.com/macros/s/{first}/exec"
    assert add_on == {"entryPointType": "ADD_ON", "addOn": {"title": "Add-on"}}
    script.api.projects().deployments().delete(scriptId=script.id, deploymentId=first).execute()
    assert len(script.api.projects().deployments().list(scriptId=script.id).execute()["deployments"]) == 1


def test_lists_come_in_pages(script: Script) -> None:
    versions = script.api.projects().versions()
    for _ in range(5):
        versions.create(scriptId=script.id, body={}).execute()
    found, request = [], versions.list(scriptId=script.id, pageSize=2)
    while request is not None:
        page = request.execute()
        found.append([version["versionNumber"] for version in page["versions"]])
        request = versions.list_next(request, page)
    assert found == [[5, 4], [3, 2], [1]]
    assert failure(versions.list(scriptId=script.id, pageToken="no"))[0] == 400


def test_the_head_deployment_is_read_only(script: Script) -> None:
    script.deploy()
    deployments = script.api.projects().deployments()
    head = deployments.list(scriptId=script.id).execute()["deployments"][0]["deploymentId"]
    body = {"deploymentConfig": {"versionNumber": 1}}
    assert failure(deployments.update(scriptId=script.id, deploymentId=head, body=body))[:2] == (
        400, "Read-only deployments may not be modified.",
    )  # fmt: skip
    assert failure(deployments.delete(scriptId=script.id, deploymentId=head))[:2] == (
        400, "Read-only deployments may not be deleted.",
    )  # fmt: skip


def test_twenty_versioned_deployments_and_no_more(script: Script) -> None:
    body = {"versionNumber": 1, "manifestFileName": "appsscript"}
    script.deploy()
    deployments = script.api.projects().deployments()
    for _ in range(19):
        deployments.create(scriptId=script.id, body=body).execute()
    assert failure(deployments.create(scriptId=script.id, body=body))[:2] == (
        400, "Scripts may only have up to 20 versioned deployments at a time.",
    )  # fmt: skip


def test_two_hundred_versions_and_no_more(script: Script) -> None:
    versions = script.api.projects().versions()
    for _ in range(200):
        versions.create(scriptId=script.id, body={}).execute()
    assert failure(versions.create(scriptId=script.id, body={}))[0] == 400


def test_somebody_else_s_project_is_not_there(world: World, script: Script) -> None:
    stranger = build("script", "v1", http=TwinHttp(world, BOB), static_discovery=True)
    expected = (404, "Requested entity was not found.", "NOT_FOUND")
    assert failure(stranger.projects().get(scriptId=script.id)) == expected
    assert failure(stranger.projects().updateContent(scriptId=script.id, body={"files": []})) == expected
    assert failure(script.api.projects().versions().get(scriptId=script.id, versionNumber=9)) == expected
    assert failure(script.api.projects().get(scriptId="none")) == expected


def test_a_deployment_of_no_version_is_refused(script: Script) -> None:
    deployments = script.api.projects().deployments()
    assert failure(deployments.create(scriptId=script.id, body={"description": "x"}))[0] == 400
    assert failure(deployments.create(scriptId=script.id, body={"versionNumber": 7}))[0] == 404


@pytest.mark.parametrize(
    ("scopes", "status"),
    [("script.projects.readonly", 403), ("script.projects", 200), ("script.deployments", 403)],
)
def test_a_token_s_scopes_are_checked(world: World, script: Script, scopes: str, status: int) -> None:
    token = world.oauth.mint(ALICE, frozenset({f"https://www.googleapis.com/auth/{scopes}"}))
    api = build("script", "v1", http=TwinHttp(world, token), static_discovery=True)
    request = api.projects().versions().create(scriptId=script.id, body={})
    if status == 200:
        assert request.execute()["versionNumber"] == 1
    else:
        message = "Request had insufficient authentication scopes."
        assert failure(request) == (403, message, "PERMISSION_DENIED")


@pytest.mark.parametrize("token", ["", "nobody@example.com"])
def test_without_a_known_user_there_is_no_answer(world: World, token: str) -> None:
    api = build("script", "v1", http=TwinHttp(world, token), static_discovery=True)
    status, _, word = failure(api.projects().create(body={"title": "x"}))
    assert (status, word) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "text"),
    [
        ("POST", "/v1/projects", b"{", 400, "Invalid JSON payload received."),
        ("POST", "/v1/projects", b"[]", 400, "Invalid JSON payload received."),
        ("POST", "/v1/projects", b'{"name": "x"}', 400, 'Unknown name "name": Cannot find field.'),
        ("POST", "/v1/projects", b'{"title": 7}', 400, "Invalid value at 'title'"),
        ("POST", "/v1/projects", b'{"title": true}', 400, "Invalid value at 'title'"),
        ("POST", "/v1/scripts/{id}:run", b'{"devMode": "true"}', 400, "Invalid value at 'devMode'"),
        ("POST", "/v1/scripts/{id}:run", b'{"parameters": {}}', 400, "Invalid value at 'parameters'"),
        ("PUT", "/v1/projects/{id}/content", b'{"files": [{"type": "GS"}]}', 400,
         "Invalid value at 'files[0].type', \"GS\""),
        ("POST", "/v1/projects", b"{}", 400, "Request contains an invalid argument."),
        ("GET", "/v1/projects/{id}/versions?page=2", b"", 400, 'Unknown name "page"'),
        ("GET", "/v1/projects/{id}/versions?pageSize=x", b"", 400, "Invalid value at 'page_size'"),
        ("GET", "/v1/nothing", b"", 404, "Requested entity was not found."),
        ("GET", "/v1/projects/{id}?scriptId=x", b"", 400, 'Unknown name "scriptId"'),
        ("GET", "/v1/projects/{id}/versions/first", b"", 400, "Invalid value at 'version_number' (TYPE_INT32)"),
        ("GET", "/v1/projects/{id}/versions/2147483648", b"", 400, "Invalid value at 'version_number'"),
        ("GET", "/v1/projects/{id}?prettyPrint=2", b"", 400, "Invalid value at 'pretty_print' (TYPE_BOOL)"),
        ("GET", "/v1/projects/{id}/metrics?metricsGranularity=HOURLY", b"", 400,
         "Invalid value at 'metrics_granularity' (TYPE_ENUM), \"HOURLY\""),
        ("GET", "/v1/processes?userProcessFilter.startTime=today", b"", 400,
         "Invalid value at 'user_process_filter.start_time' (type.googleapis.com/google.protobuf.Timestamp)"),
        ("GET", "/v1/processes?userProcessFilter.endTime=2026-03-02T08:00:00", b"", 400, "Timestamp"),
        ("GET", "/v1/processes?userProcessFilter.types=ADD_ON&userProcessFilter.types=ROBOT", b"", 400,
         "Invalid value at 'user_process_filter.types' (TYPE_ENUM), \"ROBOT\""),
        ("GET", "/v1/processes?pageToken=ZnJvbSAy", b"", 400, "Request contains an invalid argument."),
        ("POST", "/v1/projects/{id}/deployments", b'{"versionNumber": 2147483648}', 400,
         "Invalid value at 'versionNumber'"),
    ],
)  # fmt: skip
def test_a_bad_request_is_refused_with_one_clear_line(
    script: Script, method: str, target: str, body: bytes, status: int, text: str
) -> None:
    headers = {"Authorization": f"Bearer {ALICE}"}
    response = script.world.request(method, target.replace("{id}", script.id), headers, body)
    assert response.status == status and text in response.json()["error"]["message"]


def test_fields_name_what_is_wanted_of_an_answer(script: Script) -> None:
    projects = script.api.projects()
    assert projects.get(scriptId=script.id, fields="title,creator/email").execute() == {
        "title": "Test",
        "creator": {"email": ALICE},
    }
    files = projects.getContent(scriptId=script.id, fields="files(name)").execute()
    assert files == {"files": [{"name": "appsscript"}]}
    unknown = failure(projects.get(scriptId=script.id, fields="colour"))
    assert unknown == (400, "Request contains an invalid argument.", "INVALID_ARGUMENT")


@pytest.mark.parametrize(("when", "versions"), [("before", 0), ("after", 1)])
def test_the_api_may_fail_before_or_after_its_effect(script: Script, when: str, versions: int) -> None:
    script.world.faults.add({"method": "script.projects.versions.create", "when": when, "status": 503})
    assert failure(script.api.projects().versions().create(scriptId=script.id, body={}))[0] == 503
    found = script.api.projects().versions().list(scriptId=script.id).execute()
    assert len(found.get("versions", [])) == versions
