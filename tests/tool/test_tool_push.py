"""Channels: which messages count, when a channel is replaced, and that none is left behind."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from confsync.addon import load
from confsync.cli.places import Place
from confsync.tool.push import Channels, Receiver
from confsync.tool.state import State
from confsync.tool.ways import Ways

from .conftest import ALICE, Ground

LONGEST_WAIT_S = 20


class Watched:
    """Channels of a local Google, and what the receiver hears and the channels tell."""

    def __init__(self, state: State, ways: Ways) -> None:
        self.heard: SimpleQueue[tuple[str, str, str]] = SimpleQueue()
        self.fresh: list[str] = []
        self.ways = ways
        self.receiver = Receiver(0, lambda *told: self.heard.put(told))
        self.channels = Channels(state, ways, f"http://127.0.0.1:{self.receiver.port}/", self.fresh.append)


@pytest.fixture
def watched(ground: Ground) -> Iterator[Watched]:
    place = Place("local", Path("addon.toml"), ALICE, ground.url, None)
    with contextlib.closing(State(ground.folder / "state.db")) as state:
        ways, _ = place.ways(load(Path("addon.toml")))
        ways.clock.refresh()
        watched = Watched(state, ways)
        yield watched
        watched.receiver.close()


def channels(ground: Ground) -> dict[str, Any]:
    """Return channel → status."""
    return {one["id"]: one["status"] for one in ground.ask("GET", "/emulator/channels")["channels"]}


def message(ground: Ground, watched: Watched) -> tuple[str, str, str]:
    """Deliver what waits, and return the first message that came in."""
    ground.ask("POST", "/emulator/channels/deliver")
    return watched.heard.get(timeout=LONGEST_WAIT_S)


def test_a_message_counts_with_its_token_alone(ground: Ground, watched: Watched) -> None:
    assert watched.channels.keep(ALICE)
    assert watched.fresh == [ALICE]
    channel_id, token, state = message(ground, watched)
    assert state == "sync"
    assert watched.channels.calendar_of(channel_id, token) == ALICE
    for stranger in ((channel_id, ""), (channel_id, "guessed"), ("", token), ("another", token)):
        assert watched.channels.calendar_of(*stranger) == ""


def test_a_channel_is_replaced_in_its_last_day(ground: Ground, watched: Watched) -> None:
    watched.channels.keep(ALICE)
    ground.advance(24 * 5)
    watched.ways.clock.refresh()
    watched.channels.keep(ALICE)
    assert [*channels(ground).values()] == ["live"]
    (first,) = channels(ground)
    ground.advance(24 * 1.5)
    watched.ways.clock.refresh()
    watched.channels.keep(ALICE)
    found = channels(ground)
    assert (found.pop(first), [*found.values()]) == ("stopped", ["live"])
    assert watched.fresh == [ALICE, ALICE]
    watched.channels.stop_all()
    assert set(channels(ground).values()) == {"stopped"}


def test_where_calendar_refuses_there_is_none(ground: Ground, watched: Watched) -> None:
    ground.fail("calendar.events.watch", reason="forbidden")
    assert not watched.channels.keep(ALICE)
    assert (channels(ground), watched.fresh) == ({}, [])


def test_one_whose_answer_was_lost_is_stopped_by_the_next(ground: Ground, watched: Watched) -> None:
    ground.fail("calendar.events.watch", action="drop", when="after")
    assert not watched.channels.keep(ALICE)
    (lost,) = channels(ground)
    assert watched.channels.keep(ALICE)
    found = channels(ground)
    assert (found.pop(lost), [*found.values()]) == ("stopped", ["live"])
