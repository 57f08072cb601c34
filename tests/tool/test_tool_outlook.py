"""What an explanation foretells comes true: nothing before that minute, and that very thing from then on."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from confsync.addon import config_of, load
from confsync.tool.outlook import next_moment, store_of
from confsync.tool.state import State

from .conftest import ROOT, Ground


def put_off(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("conferences.update", status=429, retryAfterSeconds=600)


def refused(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("conferences.update", status=400)


def cancelled(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    ground.cancel("meeting")


def never_saved(ground: Ground) -> None:
    ground.conference("conference-1")
    ground.sync()
    with_state = State(ground.folder / ".confsync" / "sync-local-alice@example.com.db")
    since = int(ground.world.clock.now().timestamp()) // 60
    entry = json.dumps(["web", "alice@example.com", since, 1, "conference-1", "meeting"])
    with_state.set_properties(0, {"unsaved:conference-1:meeting": entry})
    with_state.close()


def ended(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")


DONE = {"update": "updated", "delete": "deleted", "forget": "forgotten"}


@pytest.mark.parametrize(
    ("prepare", "action"),
    [
        (put_off, "update"),
        (refused, "update"),
        (cancelled, "delete"),
        (never_saved, "delete"),
        (ended, "forget"),
    ],
)
def test_it_comes_true(ground: Ground, prepare: Callable[[Ground], None], action: str) -> None:
    prepare(ground)
    ground.run("sync", "--target", "local")
    (told,) = ground.explain("meeting")
    assert told["next"]["action"] == action
    moment = datetime.fromisoformat(told["next"]["at"])
    ground.advance((moment - timedelta(minutes=1) - ground.world.clock.now()).total_seconds() / 3600)
    assert DONE[action] not in ground.steps()
    ground.advance(1 / 60)
    (told,) = ground.explain("meeting")
    assert told["then"].startswith("The next execution")
    assert DONE[action] in ground.steps()


@pytest.mark.parametrize(
    ("prepare", "minutes"), [(put_off, 11), (refused, 1440), (cancelled, 1440), (ended, None)]
)
def test_a_watcher_wakes_for_what_waits(
    ground: Ground, prepare: Callable[[Ground], None], minutes: int | None
) -> None:
    prepare(ground)
    ground.run("sync", "--target", "local")
    state = State(ground.folder / ".confsync" / "sync-local-alice@example.com.db", read_only=True)
    store, config = store_of(state.properties()), config_of(load(ROOT / "addon.toml"))
    state.close()
    now = int(ground.world.clock.now().timestamp()) // 60
    moment = next_moment(store, config, now)
    assert (moment and moment - now) == minutes
    if moment:
        assert next_moment(store, config, moment) is None
