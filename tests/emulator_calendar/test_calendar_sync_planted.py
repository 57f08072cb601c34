"""Random histories find mistakes that are planted into the emulator."""

import pytest

from . import operations
from .history import Tally, draw, play
from .planted import PLANTS, Plant

LENGTH, AT_MOST = 150, 4_000


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
