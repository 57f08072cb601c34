"""Snapshots: everything is as it was, whatever happened since."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

ALICE, BOB = "alice@example.com", "bob@example.com"
DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


@pytest.fixture(params=["memory", "file"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A local Google in memory, and one in a file."""
    data = tmp_path / "state" if request.param == "file" else None
    made = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE, BOB], data=data)
    yield made
    made.close()


@pytest.fixture
def events(world: World) -> Any:
    """Alice's events, through Google's client."""
    return build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True).events()


def titles(events: Any) -> list[str]:
    """Return the titles of Alice's events."""
    return sorted(item["summary"] for item in events.list(calendarId="primary").execute()["items"])


def made(events: Any, title: str) -> dict[str, Any]:
    """Make an event."""
    event: dict[str, Any] = events.insert(calendarId="primary", body={**DAY, "summary": title}).execute()
    return event


def test_everything_is_as_it_was(world: World, events: Any) -> None:
    kept = made(events, "Kept")
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    world.switches.change({"tombstones": "full"})
    rule = world.faults.add({"method": "calendar.acl.list", "status": 500, "times": 3, "chance": 0.5})
    world.clock.advance(90_000_000)
    world.snapshot("before")
    events.delete(calendarId="primary", eventId=kept["id"]).execute()
    made(events, "New")
    world.oauth.add_user("carol@example.com")
    world.clock.advance(90_000_000)
    world.switches.change({"tombstones": "minimal"})
    world.faults.clear()
    world.restore("before")
    assert titles(events) == ["Kept"]
    assert events.get(calendarId="primary", eventId=kept["id"]).execute() == kept
    assert events.list(calendarId="primary", syncToken=token).execute()["items"] == []
    assert world.oauth.users() == [ALICE, BOB]
    assert world.clock.now_us() == VIRTUAL_START_US + 90_000_000
    assert world.switches.tombstones == "full"
    assert [one.as_json() for one in world.faults.list()] == [rule.as_json()]


def test_the_same_things_happen_again_in_the_same_way(world: World, events: Any) -> None:
    made(events, "First")
    world.faults.add({"method": "calendar.acl.list", "status": 500, "times": None, "chance": 0.5})
    world.snapshot("here")
    acl = f"/calendar/v3/calendars/{ALICE}/acl"

    def play() -> list[Any]:
        statuses = [world.request("GET", acl, {"authorization": f"Bearer {ALICE}"}).status for _ in range(20)]
        return [made(events, "Again"), world.oauth.mint(BOB, None), statuses]

    first = play()
    for _ in range(2):
        world.restore("here")
        assert play() == first


def test_stamps_never_go_back_to_those_that_are_there(world: World, events: Any) -> None:
    world.snapshot("empty")
    etags = [made(events, str(number))["etag"] for number in range(5)]
    world.snapshot("five")
    world.restore("empty")
    assert [made(events, str(number))["etag"] for number in range(3)] == etags[:3]
    world.restore("five")
    assert made(events, "6")["etag"] > max(etags)


def test_a_text_shown_before_is_not_shown_for_what_came_after(world: World, events: Any) -> None:
    event = made(events, "One")
    world.snapshot("one")
    change = {"calendarId": "primary", "eventId": event["id"]}
    for title in ("Two", "Three"):
        events.patch(**change, body={"summary": title}).execute()
        assert titles(events) == [title]
        world.restore("one")
        assert titles(events) == ["One"]


def test_snapshots_stay_when_the_world_starts_over(world: World, events: Any) -> None:
    made(events, "Kept")
    world.snapshot("kept")
    world.reset()
    assert titles(events) == []
    world.restore("kept")
    assert titles(events) == ["Kept"]


def test_one_of_the_same_name_is_replaced_and_one_that_is_gone_cannot_be_restored(
    world: World, events: Any
) -> None:
    world.snapshot("a")
    made(events, "Later")
    world.snapshot("a")
    assert [found["name"] for found in world.snapshots.list()] == ["a"]
    world.restore("a")
    assert titles(events) == ["Later"]
    world.snapshots.delete("a")
    with pytest.raises(EmulatorError, match='no snapshot "a"') as caught:
        world.restore("a")
    assert caught.value.next_step == "There are: none."
    assert titles(events) == ["Later"]


def test_what_was_restored_is_what_is_kept(tmp_path: Path) -> None:
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE], data=tmp_path / "state")
    world.clock.advance(1_000_000)
    world.snapshot("a")
    world.oauth.add_user(BOB)
    world.clock.advance(1_000_000)
    world.restore("a")
    world.store.close()  # as a killed process leaves it
    again = World(clock=Clock(start_us=VIRTUAL_START_US), data=tmp_path / "state")
    assert (again.oauth.users(), again.clock.moved_us) == ([ALICE], 1_000_000)
    again.close()


def test_the_trace_goes_on(world: World) -> None:
    world.request("GET", "/emulator/clock")
    world.snapshot("a")
    world.request("GET", "/emulator/users")
    world.restore("a")
    assert [entry.arguments["target"] for entry in world.trace.since(0)] == [
        "/emulator/clock",
        "/emulator/users",
    ]


def test_not_while_a_request_is_being_answered(world: World) -> None:
    world.snapshot("a")
    with world.store.turn():
        for action in (world.snapshot, world.restore):
            with pytest.raises(EmulatorError, match="while a request is being answered"):
                action("a")
    assert world.oauth.users() == [ALICE, BOB]


def test_the_control_routes_do_the_same(world: World, events: Any) -> None:
    def ask(method: str, path: str) -> tuple[int, Any]:
        response = world.request(method, f"/emulator/snapshots{path}")
        return response.status, response.json()

    taken = {"name": "a b", "atUs": VIRTUAL_START_US}
    assert ask("POST", "/a%20b") == (200, taken)
    assert ask("GET", "") == (200, {"snapshots": [taken]})
    made(events, "New")
    status, about = ask("POST", "/a%20b/restore")
    assert (status, about["users"], titles(events)) == (200, [ALICE, BOB], [])
    assert ask("DELETE", "/a%20b") == (200, {})
    for method, path in (("POST", "/a%20b/restore"), ("DELETE", "/a%20b")):
        status, body = ask(method, path)
        assert (status, 'no snapshot "a b"' in body["error"]["message"]) == (400, True)
    assert ask("POST", "/")[0] == 400


def test_a_deleted_event_is_deleted_again_only_after_a_restore(world: World, events: Any) -> None:
    event = made(events, "Once")
    world.snapshot("a")
    for _ in range(2):
        events.delete(calendarId="primary", eventId=event["id"]).execute()
        with pytest.raises(HttpError, match="410"):
            events.delete(calendarId="primary", eventId=event["id"]).execute()
        world.restore("a")
