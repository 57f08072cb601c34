"""Every known mutant dies, in each wing, of what the table in the documents says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.verify.known_mutants import KNOWN
from confsync.verify.mutant_table import WINGS, Hunt, Killed, markdown, read
from confsync.verify.mutants import Mutant, Replacement

ROOT = Path(__file__).parents[2]
TABLE = read(ROOT / "docs" / "mutants.json")
# Whoever falls over their own feet has not been killed.
STUMBLING = Mutant(
    "every execution of a trigger fails",
    [Replacement("Sync.js", "run.listed = new Map();", "run.listed = nothing;")],
    [Replacement("confsync.sync.engine", "run.listed = {}", "run.listed = nothing")],
)


@pytest.fixture(scope="module")
def hunt() -> Iterator[Hunt]:
    hunt = Hunt(load(ROOT / "addon.toml"))
    yield hunt
    hunt.close()


def test_the_table_is_about_all_mutants() -> None:
    assert list(TABLE) == [mutant.name for mutant in KNOWN], "Run: make mutants"
    assert len(set(TABLE)) == len(KNOWN)


@pytest.mark.parametrize("wing", WINGS)
@pytest.mark.parametrize("mutant", KNOWN, ids=lambda mutant: mutant.name)
def test_it_dies(hunt: Hunt, mutant: Mutant, wing: str) -> None:
    killed = TABLE[mutant.name][wing]
    assert killed, "it survives"
    assert hunt.dies(mutant, wing, killed.history) == killed.by, "Run: make mutants"


@pytest.mark.parametrize("wing", WINGS)
def test_what_changes_nothing_survives(hunt: Hunt, wing: str) -> None:
    same = Mutant("nothing is wrong", [], [])
    assert hunt.hunt(same, wing, histories=2) is None


@pytest.mark.parametrize("wing", WINGS)
def test_an_error_of_its_own_is_no_kill(hunt: Hunt, wing: str) -> None:
    assert hunt.hunt(STUMBLING, wing, histories=2) is None


def test_a_survivor_is_told() -> None:
    table = {"all is well": {"apps-script": Killed("P1", 7), "python": None}}
    assert markdown(table).splitlines()[-1] == "| all is well | P1, 7 | **survives** |"
