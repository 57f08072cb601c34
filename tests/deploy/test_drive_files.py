"""Drive lists the Apps Script projects of who asks, as the query says."""

import json
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.drive import SCRIPT_TYPE
from confsync.emulator.twin import TwinHttp


@pytest.fixture
def files(there: Any) -> Any:
    for title in ("One", "Two", "It's \\ here"):
        there.api.create_project(title)
    return build("drive", "v3", http=there.http, static_discovery=True).files()


def names(answer: dict[str, Any]) -> set[str]:
    return {file["name"] for file in answer["files"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"One", "Two", "It's \\ here"}),
        (f'mimeType="{SCRIPT_TYPE}"', {"One", "Two", "It's \\ here"}),
        ("mimeType = 'application/pdf'", set()),
        (f"name = 'One' and mimeType = '{SCRIPT_TYPE}' and trashed = false", {"One"}),
        ("name != 'One' and name != 'Two'", {"It's \\ here"}),
        (r"name = 'It\'s \\ here'", {"It's \\ here"}),
        ("trashed = true", set()),
    ],
)
def test_queries(files: Any, query: str, found: set[str]) -> None:
    assert names(files.list(q=query).execute()) == found


@pytest.mark.parametrize(
    "query", ["name", "name = One", "name = 'One' and", "name = 'One' name = 'One'", "size = 1"]
)
def test_what_is_not_understood_is_refused(files: Any, query: str) -> None:
    with pytest.raises(HttpError) as error:
        files.list(q=query).execute()
    assert json.loads(error.value.content)["error"]["errors"][0]["location"] == "q"


def test_pages_and_fields(files: Any) -> None:
    request, seen = files.list(pageSize=2, fields="nextPageToken, files(id, name)"), []
    while request is not None:
        page = request.execute()
        seen += [set(file) for file in page["files"]]
        request = files.list_next(request, page)
    assert seen == [{"id", "name"}] * 3
    assert set(files.list(fields="*").execute()["files"][0]) >= {"createdTime", "modifiedTime"}


def test_everybody_sees_their_own(there: Any, files: Any) -> None:
    there.world.oauth.add_user("bob@example.com")
    other = build("drive", "v3", http=TwinHttp(there.world, "bob@example.com"), static_discovery=True).files()
    assert other.list().execute()["files"] == []


@pytest.mark.parametrize(("scope", "status"), [("drive.metadata.readonly", 200), ("script.projects", 403)])
def test_a_token_needs_the_scope(there: Any, files: Any, scope: str, status: int) -> None:
    token = there.world.oauth.mint(
        "developer@example.com", frozenset({f"https://www.googleapis.com/auth/{scope}"})
    )
    response, _ = TwinHttp(there.world, token).request("http://local/drive/v3/files")
    assert response.status == status


def test_what_is_not_emulated_says_so(there: Any, files: Any) -> None:
    with pytest.raises(HttpError, match="the parameter orderBy"):
        files.list(orderBy="name").execute()
    assert there.http.request("http://local/drive/v3/about")[0].status == 501
