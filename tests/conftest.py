"""What every test can count on: nothing of the developer's own settings, and the same examples every time."""

import os

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove `CONFSYNC_…` from the environment."""
    for name in [name for name in os.environ if name.startswith("CONFSYNC_")]:
        monkeypatch.delenv(name)
