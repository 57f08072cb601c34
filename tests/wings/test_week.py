"""What a week of a busy user costs: exactly what the protocol promises, in both wings, whichever week is drawn."""

from pathlib import Path

import pytest

from confsync.addon import load
from confsync.verify.ground import apps_script_wing, hastened, python_wing
from tests.benchmark.sample_rules import sample_wing
from tests.benchmark.week import lived

ADDON = hastened(load(Path(__file__).parents[2] / "addon.toml"))


def week(make, seed):
    wing = make(ADDON)
    try:
        return lived(ADDON, wing, seed)
    finally:
        wing.close()


@pytest.mark.parametrize(("make", "seed"), [(apps_script_wing, 11), (python_wing, 11), (python_wing, 12)])
def test_a_change_costs_what_is_promised(make, seed):
    counts = week(make, seed)
    irrelevant = counts.total(counts.changes, relevant=False)
    relevant = counts.total(counts.changes, relevant=True)
    assert irrelevant > 80
    assert relevant > 10
    assert counts.total(counts.fetches, relevant=False) == 0
    assert counts.total(counts.writes, relevant=False) == irrelevant
    assert counts.total(counts.fetches, relevant=True) == relevant
    assert counts.total(counts.calendar) == counts.total(counts.pages) == irrelevant + relevant
    assert counts.fetches["the hourly net"] == 0
    assert counts.fetches["meetings deleted"] == counts.deleted
    assert counts.broken == 0


def test_the_samples_rules_ask_more_and_keep_less():
    counts = week(sample_wing, 11)
    assert counts.total(counts.fetches, relevant=False) > counts.total(counts.changes)
    assert counts.broken >= counts.deleted
