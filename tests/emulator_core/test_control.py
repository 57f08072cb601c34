"""The control routes: what a test can do from outside, and how they say no."""

import json
from typing import Any

import pytest

from confsync.emulator.control.service import ROUTES
from confsync.emulator.world import World

ALICE = "alice@example.com"


def ask(world: World, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Send a control request; return status and JSON."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    response = world.request(method, f"/emulator{path}", {}, data)
    assert response.headers["content-type"].startswith("application/json")
    return response.status, response.json()


def message(answer: tuple[int, Any]) -> str:
    """Return the message of a 400."""
    status, body = answer
    assert status == 400
    return str(body["error"]["message"])


def test_it_says_what_it_is(world: World) -> None:
    status, about = ask(world, "GET", "")
    assert (status, about["now"], about["virtual"]) == (200, "2026-03-02T08:00:00.000Z", True)
    assert about["users"] == [ALICE, "bob@example.com"]
    served = world.request("GET", "/emulator", {"Host": "localhost:1"}).json()
    assert served["addresses"]["calendar"] == "http://localhost:1/calendar/v3/"


def test_users_are_added_once(world: World) -> None:
    carol = {"email": "carol@example.com", "timeZone": "Asia/Tokyo"}
    assert ask(world, "POST", "/users", carol) == (200, carol)
    assert ask(world, "POST", "/users", {"email": "Carol@example.com"}) == (200, carol)
    _, listed = ask(world, "GET", "/users")
    assert [user["email"] for user in listed["users"]] == [ALICE, "bob@example.com", "carol@example.com"]


def test_faults_come_and_go(world: World) -> None:
    rule = {"method": "conferences.list", "status": 503, "skip": 1, "frontEnd": True}
    _, made = ask(world, "POST", "/faults", rule)
    assert made == made | rule | {"action": "error", "when": "before", "times": 1, "seen": 0, "struck": 0}
    headers = {"Authorization": f"Bearer {world.conferences.key}"}
    statuses = [world.request("GET", "/conferences/v1/conferences", headers).status for _ in range(3)]
    assert statuses == [200, 503, 200]
    assert ask(world, "GET", "/faults")[1]["faults"] == [made | {"seen": 3, "struck": 1}]
    assert ask(world, "DELETE", f"/faults/{made['id']}") == (200, {})
    assert "no fault" in message(ask(world, "DELETE", f"/faults/{made['id']}"))
    ask(world, "POST", "/faults", rule)
    assert ask(world, "DELETE", "/faults") == (200, {})
    assert ask(world, "GET", "/faults")[1] == {"faults": []}


def test_calls_are_told_since_a_number_and_by_source(world: World) -> None:
    _, start = ask(world, "GET", "/calls")
    world.request("GET", "/conferences/v1/conferences")
    world.trace.add(
        at_us=0, source="execution", service="Properties", method="getKeys", arguments={}, outcome="ok"
    )
    _, both = ask(world, "GET", f"/calls?since={start['last'] + 1}")
    assert [(call["source"], call["service"]) for call in both["calls"]] == [
        ("http", "conferences"),
        ("execution", "Properties"),
    ]
    assert both["last"] == both["calls"][-1]["number"]
    assert both["calls"][0]["outcome"] == 401
    _, one = ask(world, "GET", f"/calls?since={start['last'] + 1}&source=execution")
    assert [call["service"] for call in one["calls"]] == ["Properties"]


def test_the_conferences_and_their_key_are_open_here(world: World) -> None:
    assert ask(world, "GET", "/conferences") == (200, {"conferences": []})
    assert ask(world, "GET", "/conferences/key")[1]["key"] == world.conferences.key
    assert ask(world, "PUT", "/conferences/key", {"key": "other"}) == (200, {"key": "other"})
    assert world.conferences.key == "other"


@pytest.mark.parametrize(
    ("method", "path", "body", "key"),
    [
        ("POST", "/users", {}, "email"),
        ("POST", "/users", None, "email"),
        ("POST", "/users", {"email": 5}, "email"),
        ("POST", "/users", {"email": "alice"}, "alice"),
        ("POST", "/users", {"email": "c@example.com", "timeZone": "Mars"}, "Mars"),
        ("POST", "/users", {"email": "c@example.com", "name": "Carol"}, "name"),
        ("POST", "/clock", {}, "advanceSeconds"),
        ("POST", "/clock", {"advanceSeconds": "5"}, "advanceSeconds"),
        ("POST", "/clock", {"advanceSeconds": True}, "advanceSeconds"),
        ("POST", "/clock", {"advanceSeconds": -1}, "advanceSeconds"),
        ("POST", "/clock", b'{"advanceSeconds": 1e999}', "advanceSeconds"),
        ("POST", "/faults", {"method": "conferences.list"}, "status"),
        ("POST", "/faults", {"method": "conferences.list", "status": 500, "host": "x"}, "host"),
        ("GET", "/calls?since=-1", None, "since"),
        ("GET", "/calls?since=x", None, "since"),
        ("GET", "/calls?source=gossip", None, "source"),
        ("GET", "/calls?from=1", None, "from"),
        ("PUT", "/conferences/key", {"key": ""}, "key"),
        ("PUT", "/properties/s/script", {}, "properties"),
        ("PUT", "/properties/s/script", {"properties": {"a": 1}}, "properties.a"),
        ("POST", "/installs", {"user": ALICE}, "scriptId"),
        ("POST", "/drafts/1/save", {"event": []}, "event"),
        (
            "POST",
            "/executions",
            {"user": ALICE, "scriptId": "s", "function": "f", "arguments": {}},
            "arguments",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named(world: World, method: str, path: str, body: Any, key: str) -> None:
    assert f'"{key}"' in message(ask(world, method, path, body))


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"', b"[" * 100_000])
def test_what_is_no_json_object_is_refused(world: World, body: bytes) -> None:
    assert "JSON" in message(ask(world, "POST", "/users", body))


def test_other_routes_and_verbs_are_refused(world: World) -> None:
    for path in ("/nothing", "/users/alice", "x", "/"):
        assert ask(world, "GET", path)[0] == 404
    assert ask(world, "DELETE", "/users")[0] == 405
    assert world.request("DELETE", "/emulator/users").headers["allow"] == "GET, POST"


def test_no_two_routes_are_the_same() -> None:
    names = [(route.verb, route.path) for route in ROUTES]
    assert len(set(names)) == len(names)
