"""Ten mutants drawn by the commit, hunted with seeds drawn anew: no kill is one history's luck."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.verify.known_mutants import KNOWN
from confsync.verify.mutant_table import HISTORIES, WINGS, Hunt, drawn
from confsync.verify.mutants import Mutant

ROOT = Path(__file__).parents[2]


def commit() -> str:
    """Return the hash of what is checked out; outside of a repository the table's own text draws."""
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or (ROOT / "docs" / "mutants.json").read_text(encoding="utf-8")


DRAWN, AFTER = drawn(commit(), 10)
# A few mutants need a hundred histories on average: in so many, one that lives is no bad luck any more.
MOST = 3 * HISTORIES


@pytest.fixture(scope="module")
def hunt() -> Iterator[Hunt]:
    hunt = Hunt(load(ROOT / "addon.toml"), AFTER)
    yield hunt
    hunt.close()


@pytest.mark.parametrize("wing", WINGS)
@pytest.mark.parametrize("mutant", DRAWN, ids=lambda mutant: mutant.name)
def test_it_dies(hunt: Hunt, mutant: Mutant, wing: str) -> None:
    assert hunt.kill(mutant, wing, MOST), f"it survives {MOST} histories after seed {AFTER}"


def test_another_commit_draws_others() -> None:
    one, other = drawn("one", 10), drawn("other", 10)
    assert one == drawn("one", 10) != other
    assert len({mutant.name for mutant in one[0]}) == 10
    assert {mutant.name for mutants, _ in (one, other) for mutant in mutants} < {
        mutant.name for mutant in KNOWN
    }
