"""The seed's own add-on, a user's store to note events in, and an execution that needs nobody."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from confsync.addon import Addon, config_of, load
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.sync.run import Run
from confsync.sync.store import PRIMARY, Calendar, Store

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def addon() -> Addon:
    return load(ROOT / "addon.toml")


@pytest.fixture(scope="session")
def v8() -> Iterator[V8Runtime]:
    """Engine processes for all tests: a world does not close a runtime that it was given."""
    runtime = V8Runtime()
    yield runtime
    runtime.close()


@pytest.fixture
def config(addon: Addon) -> dict[str, Any]:
    return config_of(addon)


@pytest.fixture
def store() -> Store:
    """Alice's store: her own calendar is number 0, a team's number 1."""
    calendars = [Calendar("alice@example.com", PRIMARY), Calendar("team@group.calendar.google.com")]
    return Store({}, calendars, "alices-id", "alices-key")


@pytest.fixture
def run(config: dict[str, Any], store: Store) -> Run:
    """An execution that asks nothing: whoever uses one of its ports fails."""
    ports: Any = SimpleNamespace()
    return Run(ports, config, 0, store)
