"""Random histories find mistakes that are planted into the emulator."""

import pytest

from . import operations
from .history import Tally, draw, play, shortened
from .planted import PLANTS, Plant, vanished_missing

LENGTH, AT_MOST = 150, 3_000


@pytest.mark.parametrize("seed", [1_000, 2_000, 3_000])
@pytest.mark.parametrize("plant", PLANTS)
def test_histories_find_a_planted_mistake(plant: Plant, seed: int) -> None:
    weights, tally, failure = operations.weights(), Tally(), None
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        while failure is None and tally.steps < AT_MOST:
            failure = play(seed, draw(seed, LENGTH, weights), tally)
            seed += 1
    assert failure and failure.kind.startswith("a copy by "), failure


def test_a_history_is_told_in_a_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    vanished_missing(monkeypatch)
    failure = play(1_000, draw(1_000, LENGTH, operations.weights()))
    assert failure
    short = shortened(1_000, failure)
    assert len(short.steps) < 12 < len(failure.steps)
    assert play(1_000, short.steps) == short
    assert "only the copy has" in short.story(1_000)
