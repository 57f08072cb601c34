"""One local Google with two users and a virtual clock, for each test its own."""

from collections.abc import Iterator

import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.world import VIRTUAL_START_US, World

USERS = ("alice@example.com", "bob@example.com")


@pytest.fixture
def world() -> Iterator[World]:
    """A local Google in memory."""
    made = World(clock=Clock(start_us=VIRTUAL_START_US), users=USERS)
    yield made
    made.close()
