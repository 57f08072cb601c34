"""A world as a whole: its clock, its chance, its trace, and starting over."""

from pathlib import Path

import pytest

from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.trace import Trace
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

START = "2026-03-02T08:00:00+00:00"


def virtual() -> Clock:
    """Return a virtual clock at its start."""
    return Clock(start_us=VIRTUAL_START_US)


def test_closing_twice_does_nothing(world: World) -> None:
    world.close()
    world.close()


def test_a_virtual_clock_goes_on_where_it_was(tmp_path: Path) -> None:
    first = World(clock=virtual(), data=tmp_path / "state")
    assert first.clock.now().isoformat() == START
    first.clock.advance(90 * MICROSECONDS)
    first.close()
    again = World(clock=virtual(), data=tmp_path / "state")
    assert again.clock.now_us() - VIRTUAL_START_US == 90 * MICROSECONDS
    again.close()


def test_a_clock_that_moved_is_kept_with_each_request(tmp_path: Path) -> None:
    first = World(clock=virtual(), data=tmp_path / "state")
    first.clock.advance(90 * MICROSECONDS)
    first.request("GET", "/emulator/clock")
    first.store.close()  # as a killed process leaves it
    again = World(clock=virtual(), data=tmp_path / "state")
    assert again.clock.moved_us == 90 * MICROSECONDS
    again.close()


def test_a_real_clock_stays_ahead(tmp_path: Path) -> None:
    first = World(data=tmp_path / "state")
    first.clock.advance(3600 * MICROSECONDS)
    first.close()
    again = World(data=tmp_path / "state")
    assert again.clock.moved_us == 3600 * MICROSECONDS
    again.close()


def test_a_clock_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        virtual().advance(-1)


def test_equal_seeds_draw_equal_lots_and_a_reopened_file_draws_new_ones(tmp_path: Path) -> None:
    lots = []
    for seed, data in ((1, None), (1, tmp_path / "state"), (2, None), (1, tmp_path / "state")):
        world = World(seed=seed, data=data)
        lots.append(world.random.getrandbits(64))
        world.close()
    assert lots[0] == lots[1]
    assert len(set(lots)) == 3


def test_a_first_user_who_is_none_leaves_the_file_free(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="e-mail"):
        World(data=tmp_path / "state", users=["alice"])
    World(data=tmp_path / "state").close()


def test_starting_over_forgets_all_but_the_first_users(world: World) -> None:
    first = world.oauth.mint("alice@example.com", frozenset())
    world.conferences.replace_key("other")
    world.oauth.add_user("carol@example.com")
    world.faults.add({"method": "conferences.list", "status": 500})
    world.clock.advance(MICROSECONDS)
    world.request("POST", "/emulator/reset")
    assert world.oauth.users() == ["alice@example.com", "bob@example.com"]
    assert world.conferences.key != "other"
    assert not world.faults.list()
    assert world.clock.now().isoformat() == START
    assert [entry.arguments["target"] for entry in world.trace.since(0)] == ["/emulator/reset"]
    assert world.oauth.mint("alice@example.com", frozenset()) == first


def test_a_trace_forgets_its_oldest_entries_but_keeps_counting() -> None:
    trace = Trace(limit=20)
    for _ in range(50):
        trace.add(at_us=0, source="http", service="s", method="GET", arguments={}, outcome=200)
    assert len(trace.entries) <= 20
    assert [entry.number for entry in trace.since(47)] == [48, 49, 50]
    assert trace.count == 50
