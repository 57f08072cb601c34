"""Each defect of Google's sample, put back into either wing, makes the named scenario fail."""

from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.rehearsal.scenario import Scenario, failures
from confsync.render import render
from confsync.verify.mutants import MutantError, Replacement, mutated_files, mutated_wing
from confsync.verify.sample_defects import SAMPLE_DEFECTS

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "tests" / "wings" / "scenarios"

NOTICED_BY = {
    "the error's message decides": "token-expired",
    "events without a conference are not expected": "ordinary-event",
    "a live conference counts as cancelled": "renamed-and-moved",
    "a removed conference is ignored": "conference-removed",
    "a cancelled event tells its conference itself": "event-deleted",
    "one token for all calendars": "two-calendars",
    "any trigger on the calendar will do": "stale-trigger",
    "the full listing is ordered": "token-kept",
    "a 410 starts over without bound": "token-expired-again",
    "no lock": "two-at-once",
    "a guest's copy counts as one's own": "guest-copy",
}


@pytest.fixture(scope="module")
def addon():
    return load(ROOT / "addon.toml")


@pytest.mark.parametrize("wing", ["python", "v8"])
@pytest.mark.parametrize("defect", SAMPLE_DEFECTS, ids=lambda defect: defect.name)
def test_defect_is_noticed(addon, defect, wing):
    files, named = render(addon), NOTICED_BY[defect.name]
    scenario = Scenario.load(SCENARIOS / f"{named}.json")
    if wing == "python":
        found = failures(addon, files, scenario, mutated_wing(config_of(addon), defect.python))
    else:
        found = failures(addon, mutated_files(files, defect.apps_script), scenario, None)
    assert found, f"{named} does not notice that {defect.name}"


def test_replacement_must_match_exactly_once():
    with pytest.raises(MutantError, match="2 times"):
        Replacement("Note.js", "a", "b").applied("aa")
    with pytest.raises(MutantError, match="0 times"):
        Replacement("Note.js", "a", "b").applied("")
