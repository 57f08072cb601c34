"""The sample conferencing service keeps to its own API."""

import json
from pathlib import Path
from typing import Any

import pytest

from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.wire import NO_ANSWER, Response
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

ROOT = "/conferences/v1/conferences"
PLAIN = {
    "title": "Planning",
    "startTime": "2026-03-02T10:00:00+01:00",
    "endTime": "2026-03-02T10:30:00.250Z",
    "timeZone": "Europe/Berlin",
}


def ask(world: World, method: str, path: str = "", body: Any = None, key: str | None = None) -> Response:
    """Send a request with the right key, or another."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {world.conferences.key if key is None else key}"}
    return world.request(method, ROOT + path, headers, data)


def code(response: Response) -> tuple[int, str]:
    """Return status and error code."""
    return response.status, response.json()["error"]["code"]


def test_a_conference_is_created_with_what_the_service_adds(world: World) -> None:
    response = ask(world, "POST", body={"id": "abc", **PLAIN})
    made = response.json()
    assert response.status == 201
    assert (made["startTime"], made["endTime"]) == ("2026-03-02T09:00:00Z", "2026-03-02T10:30:00Z")
    assert (made["recurrence"], made["recording"]) == ([], False)
    assert made["joinUrl"] == "https://conferences.example/join/abc"
    assert made["phone"].startswith("+1")
    assert made["pin"].isdigit()
    assert made["createdAt"] == made["updatedAt"] == "2026-03-02T08:00:00Z"
    assert ask(world, "GET", "/abc").json() == made
    assert world.conferences.held() == [made]


def test_an_id_is_given_when_none_is_chosen(world: World) -> None:
    first, second = (ask(world, "POST", body=PLAIN).json()["id"] for _ in range(2))
    assert first != second


def test_how_to_join_depends_on_the_id_alone(world: World) -> None:
    ask(world, "POST", body=PLAIN)
    made = ask(world, "POST", body={"id": "abc", **PLAIN}).json()
    other = World()
    alone = ask(other, "POST", body={"id": "abc", **PLAIN}).json()
    assert (made["phone"], made["pin"]) == (alone["phone"], alone["pin"])
    other.close()


def test_a_chosen_id_is_given_once(world: World) -> None:
    ask(world, "POST", body={"id": "abc", **PLAIN})
    assert code(ask(world, "POST", body={"id": "abc", **PLAIN, "title": "Other"})) == (409, "duplicate")
    assert world.conferences.held()[0]["title"] == "Planning"


def test_all_day_is_dates(world: World) -> None:
    days = {**PLAIN, "startTime": "2026-03-02", "endTime": "2026-03-03"}
    assert ask(world, "POST", body=days).json()["startTime"] == "2026-03-02"


def test_a_change_replaces_what_it_names_and_null_removes(world: World) -> None:
    recurring = {**PLAIN, "id": "abc", "recurrence": ["RRULE:FREQ=WEEKLY"], "recording": True}
    before = ask(world, "POST", body={**recurring, "externalReference": "e1"}).json()
    world.clock.advance(60 * MICROSECONDS)
    change = {"title": "Retrospective", "recurrence": None, "externalReference": None}
    after = ask(world, "PATCH", "/abc", change).json()
    expected = {**before, "title": "Retrospective", "recurrence": [], "updatedAt": "2026-03-02T08:01:00Z"}
    del expected["externalReference"]
    assert after == expected


def test_the_same_change_again_changes_nothing(world: World) -> None:
    ask(world, "POST", body={"id": "abc", **PLAIN})
    first = ask(world, "PATCH", "/abc", {"title": "Other"}).json()
    world.clock.advance(60 * MICROSECONDS)
    assert ask(world, "PATCH", "/abc", {"title": "Other"}).json() == first


def test_a_deleted_one_is_gone_and_its_id_is_free(world: World) -> None:
    ask(world, "POST", body={"id": "abc", **PLAIN})
    assert ask(world, "DELETE", "/abc").status == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert code(ask(world, method, "/abc", {} if method == "PATCH" else None)) == (404, "not_found")
    assert ask(world, "POST", body={"id": "abc", **PLAIN}).status == 201


def test_a_listing_is_paged_by_id(world: World) -> None:
    for number in reversed(range(150)):
        ask(world, "POST", body={"id": f"c{number:03}", **PLAIN})
    first = ask(world, "GET").json()
    second = ask(world, "GET", f"?pageToken={first['nextPageToken']}").json()
    ids = [conference["id"] for page in (first, second) for conference in page["conferences"]]
    assert ids == [f"c{number:03}" for number in range(150)]
    assert "nextPageToken" not in second


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"title": None}, "title"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": 5}, "title"),
        ({"startTime": "2026-03-02T10:00:00"}, "startTime"),
        ({"startTime": "2026-02-30"}, "startTime"),
        ({"startTime": 5}, "startTime"),
        ({"endTime": "2026-03-02T07:00:00Z"}, "endTime"),
        ({"endTime": "2026-03-03"}, "endTime"),
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"timeZone": ["Etc/UTC"]}, "timeZone"),
        ({"recurrence": "RRULE:FREQ=DAILY"}, "recurrence"),
        ({"recurrence": ["FREQ=DAILY"]}, "recurrence"),
        ({"recording": "yes"}, "recording"),
        ({"recording": 1}, "recording"),
        ({"id": "a/b"}, "id"),
        ({"id": ""}, "id"),
        ({"joinUrl": "https://elsewhere.example"}, "joinUrl"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_a_field_may_not_hold_is_refused_with_its_name(
    world: World, change: dict[str, Any], word: str
) -> None:
    response = ask(world, "POST", body={**PLAIN, **change})
    assert code(response) == (400, "invalid")
    assert f'"{word}"' in response.json()["error"]["message"]
    ask(world, "POST", body={"id": "abc", **PLAIN})
    assert code(ask(world, "PATCH", "/abc", change)) == (400, "invalid")
    assert world.conferences.held()[0]["title"] == "Planning"


@pytest.mark.parametrize("field", ["title", "startTime", "endTime", "timeZone"])
def test_what_is_missing_is_named(world: World, field: str) -> None:
    response = ask(world, "POST", body={name: value for name, value in PLAIN.items() if name != field})
    assert code(response) == (400, "invalid")
    assert f'"{field}"' in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"title": "\\ud800"}', b'{"title": NaN}', b"[" * 100_000]
)
def test_what_is_no_json_object_is_refused(world: World, body: bytes) -> None:
    assert code(ask(world, "POST", body=body)) == (400, "invalid")


def test_only_the_key_opens(world: World) -> None:
    old = world.conferences.key
    assert old.startswith("sample-key-")
    assert code(ask(world, "GET", key="wrong")) == (401, "unauthorized")
    assert code(world.request("GET", ROOT)) == (401, "unauthorized")
    world.conferences.replace_key("another")
    assert code(ask(world, "GET", key=old)) == (401, "unauthorized")
    assert ask(world, "GET").status == 200
    for bad in ("", "two words", "schlüssel", "a\nb"):
        with pytest.raises(EmulatorError, match="key"):
            world.conferences.replace_key(bad)


def test_each_seed_has_its_own_key() -> None:
    keys = []
    for seed in (1, 1, 2):
        world = World(seed=seed)
        keys.append(world.conferences.key)
        world.close()
    assert keys[0] == keys[1] != keys[2]


def test_other_paths_and_verbs_are_refused(world: World) -> None:
    assert code(ask(world, "GET", "/a/b")) == (404, "not_found")
    assert code(world.request("GET", "/conferences/v2/conferences")) == (404, "not_found")
    response = ask(world, "PUT", "/abc", PLAIN)
    assert code(response) == (405, "method_not_allowed")
    assert response.headers["allow"] == "GET, PATCH, DELETE"


def test_a_fault_before_leaves_nothing_and_speaks_the_services_dialect(world: World) -> None:
    world.faults.add({"method": "conferences.create", "status": 429, "headers": {"Retry-After": "9"}})
    response = ask(world, "POST", body=PLAIN)
    assert code(response) == (429, "rate_limited")
    assert response.headers["Retry-After"] == "9"
    assert not world.conferences.held()
    assert ask(world, "POST", body=PLAIN).status == 201


@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        ("create", "POST", "", {"id": "new", **PLAIN}),
        ("get", "GET", "/abc", None),
        ("update", "PATCH", "/abc", {"title": "Other"}),
        ("delete", "DELETE", "/abc", None),
        ("list", "GET", "", None),
    ],
)
def test_a_fault_after_keeps_the_effect(world: World, name: str, method: str, path: str, body: Any) -> None:
    other = World(clock=Clock(start_us=VIRTUAL_START_US))
    for each in (world, other):
        ask(each, "POST", body={"id": "abc", **PLAIN})
    world.faults.add({"method": f"conferences.{name}", "status": 503, "when": "after"})
    assert code(ask(world, method, path, body)) == (503, "unavailable")
    ask(other, method, path, body)
    assert world.conferences.held() == other.conferences.held()
    other.close()


def test_a_drop_gives_no_answer(world: World) -> None:
    world.faults.add({"method": "conferences.create", "action": "drop", "when": "after"})
    assert ask(world, "POST", body=PLAIN) == NO_ANSWER
    assert len(world.conferences.held()) == 1


def test_conferences_and_key_last(tmp_path: Path) -> None:
    first = World(data=tmp_path / "state")
    first.conferences.replace_key("another")
    made = ask(first, "POST", body=PLAIN).json()
    first.close()
    again = World(data=tmp_path / "state")
    assert (again.conferences.key, again.conferences.held()) == ("another", [made])
    assert ask(again, "POST", body=PLAIN).json()["id"] != made["id"]
    again.close()
