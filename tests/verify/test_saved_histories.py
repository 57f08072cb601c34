"""Saved histories: directed stories, and what random ones found, played by both wings; all of them end well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.addon import Addon, load
from confsync.verify.ground import Wing, apps_script_wing, hastened, python_wing
from confsync.verify.history import History
from confsync.verify.play import play
from confsync.verify.tell import tell

ROOT = Path(__file__).parents[2]
HISTORIES = sorted((ROOT / "tests" / "histories").glob("*.json"))


@pytest.fixture(scope="module")
def addon() -> Addon:
    return hastened(load(ROOT / "addon.toml"))


@pytest.fixture(scope="module")
def wings(addon: Addon) -> Iterator[list[Wing]]:
    both = [apps_script_wing(addon), python_wing(addon)]
    yield both
    for wing in both:
        wing.close()


@pytest.mark.parametrize("path", HISTORIES, ids=[path.stem for path in HISTORIES])
def test_it_ends_well(addon: Addon, wings: list[Wing], path: Path) -> None:
    outcome = play(addon, wings, History.load(path))
    assert outcome.well, "\n".join(tell(outcome))
    assert outcome.history.tells
    refused = [happened for played in outcome.played for happened in played.happened if happened.refused]
    assert refused == [], "every step of a saved history is possible"


def test_there_are_histories() -> None:
    assert len(HISTORIES) > 20
