"""The truth table holds together: every claim rests on something and is tested, or says why not."""

import ast
import functools
import re
from collections import Counter
from pathlib import Path

import methods_asked
import pytest
import truth

from confsync.emulator.switches import SWITCHES
from confsync.platform.discovery import Method, discovery

ROOT = Path(__file__).parents[2]
METHODS = {**discovery("calendar").methods, **discovery("script").methods}
# What alone makes nothing more than inferred.
GUESSES = {"choice", "google-practice", "itip", "recorded-values"}

every_claim = pytest.mark.parametrize("claim", truth.claims(), ids=lambda claim: claim.id)


@functools.cache
def names_in(path: Path) -> set[str]:
    """Return the names of the test functions of a file."""
    nodes = ast.parse(path.read_text()).body if path.is_file() else []
    return {
        node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@every_claim
def test_a_claim_is_one_sentence_with_a_name(claim: truth.Claim) -> None:
    assert re.fullmatch(r"[a-z-]+\.[a-z0-9-]+", claim.id)
    assert re.fullmatch(r"[A-Z`0-9].{15,250}[.`]", claim.claim), "a claim is one plain sentence"
    assert "|" not in claim.claim, "it stands in a table"


@every_claim
def test_a_claim_rests_on_something(claim: truth.Claim) -> None:
    assert claim.confidence in truth.CONFIDENCE
    assert claim.source and set(claim.source) <= truth.sources().keys()
    if set(claim.source) <= GUESSES:
        assert claim.confidence == "inferred"


@every_claim
def test_a_claim_is_tested_or_says_why_not(claim: truth.Claim) -> None:
    assert bool(claim.tests) != bool(claim.untested)
    assert len(set(claim.tests)) == len(claim.tests)
    for test in claim.tests:
        path, _, name = test.partition("::")
        assert name in names_in(ROOT / path), f"there is no test {test}"


@every_claim
def test_a_claim_names_what_there_is(claim: truth.Claim) -> None:
    assert set(claim.methods) <= METHODS.keys()
    assert set(claim.switch) <= SWITCHES.keys()


def test_no_claim_is_made_twice() -> None:
    said = Counter(claim.claim.lower() for claim in truth.claims())
    assert [claim for claim, times in said.items() if times > 1] == []


def test_every_method_has_a_claim() -> None:
    assert {method for claim in truth.claims() for method in claim.methods} == set(METHODS)


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.id)
def test_a_method_is_answered_and_checked(method: Method) -> None:
    assert methods_asked.is_answered(method)
    body = ["body"] if method.request_schema else []
    assert methods_asked.checks(method) == ["parameters", *body, "scopes"]
    assert any(claim.tests for claim in truth.claims_of(method.id))


def test_every_switch_has_a_claim() -> None:
    assert {name for claim in truth.claims() for name in claim.switch} == set(SWITCHES)


def test_every_source_is_used_and_told_apart() -> None:
    assert {name for claim in truth.claims() for name in claim.source} == truth.sources().keys()
    words = [source.words for source in truth.sources().values()]
    assert len(set(words)) == len(words)
    assert all(source.url.startswith("https://") for source in truth.sources().values() if source.url)


def test_a_table_of_claims_shows_how_each_is_known() -> None:
    tables = truth.tables()
    for claim in truth.claims():
        [row] = [line for line in tables.splitlines() if line.startswith(f"| `{claim.id}` |")]
        assert f"| {claim.confidence}: " in row
        assert row.count(" | ") == 3
