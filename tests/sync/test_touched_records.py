"""Only touched records are formatted and written: none that has changed may be left out."""

import pytest

from confsync.addon import config_of
from confsync.verify import chance, play
from confsync.verify.ground import Wing, hastened, python_wing
from confsync.verify.mutants import Replacement, mutated_wing

WRITTEN = "    run.store.touched = {}\n"
CHECKED = (
    WRITTEN
    + """    for conference_id, record in run.store.records.items():
        assert run.store.raw[record_key(conference_id)] == format_record(record), "a changed record is not written"
    assert set(map(record_key, run.store.records)) == {k for k in run.store.raw if k.startswith("conference:")}
"""
)


def failures(addon, seeds, *replacements):
    """Play histories with a wing that looks, after each write, whether all is written as it is."""
    addon = hastened(addon)
    checked = Replacement("confsync.sync.saving", WRITTEN, CHECKED)
    wing = Wing("python", mutated_wing(config_of(addon), [checked, *replacements]), python_wing(addon).files)
    solutions = tuple(solution.name for solution in addon.solutions)
    for seed in seeds:
        history = chance.history(seed, solutions, faults=seed % 2 == 1)
        (played,) = play.play(addon, [wing], history).played
        for execution in played.executions:
            yield (execution.get("error") or {}).get("name", "")


def test_nothing_that_changed_is_left_unwritten(addon):
    assert "AssertionError" not in failures(addon, range(300, 312))


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("links", "    touch(store, conference_id)\n"),
        ("send", "    touch(run.store, conference_id)\n"),
    ],
)
def test_a_touch_that_is_missing_is_noticed(addon, module, line):
    missing = Replacement(f"confsync.sync.{module}", line, "")
    assert "AssertionError" in failures(addon, range(300, 312), missing)
