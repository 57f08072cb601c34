"""What the documents say of failures is what happens, and the next run finishes what was begun."""

import json

import pytest

from .failing import CASES, RECORD, Case, recorded

# What nothing but deleting something in the editor ends.
STAYS = ("all 200 versions are used", "all 20 deployments are used, and one is to be made")
WRITTEN = {one["cause"]: one for one in json.loads(RECORD.read_text())}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.cause)
def test_a_failure_is_what_is_written_of_it(case: Case) -> None:
    found = recorded(case)
    assert found == WRITTEN[case.cause], "write it anew: python -m tests.cli.failing"
    if case.cause not in STAYS:
        assert (found["againExitCode"], found["againServes"]) == (0, "what was planned")


def test_every_failure_names_a_next_step() -> None:
    assert list(WRITTEN) == [case.cause for case in CASES]
    assert [one["cause"] for one in WRITTEN.values() if one["exitCode"] and not one["nextStep"]] == []
