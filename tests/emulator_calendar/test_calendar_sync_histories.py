"""Many random histories: what a client makes of deltas is always what a fresh listing says, whatever happens and whenever."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from . import operations
from .history import Tally, draw, play, shortened
from .reader import applied

# So many writings are tried, in histories of this length, and each kind must succeed so often.
WRITINGS, LENGTH, OF_EACH_KIND = 14_000, 250, 200


def favoured(weights: Mapping[str, float], tally: Tally) -> dict[str, float]:
    """Return weights that are the larger, the further a kind is behind the pace at which it would be done often enough."""
    pace = 1.2 * OF_EACH_KIND * (tally.steps + LENGTH) / WRITINGS
    behind = {kind: max(1, pace / (tally.done[kind] + 1)) for kind in weights}
    return {kind: weight * min(20, behind[kind] ** 8) for kind, weight in weights.items()}


def test_deltas_add_up_to_a_fresh_listing(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "googleapiclient.http")
    weights, tally, seed = operations.weights(), Tally(), 0
    while tally.steps < WRITINGS:
        failure = play(seed, draw(seed, LENGTH, favoured(weights, tally)), tally)
        if failure:
            pytest.fail(shortened(seed, failure).story(seed), pytrace=False)
        seed += 1
    with capsys.disabled():
        sys.stdout.write(f"\n{tally.table()}\n")
    assert [kind for kind in operations.OPERATIONS if tally.done[kind] < OF_EACH_KIND] == []


@pytest.mark.parametrize(
    "switches",
    [
        {"emptyPageEvery": 2},
        {"shuffledPages": True},
        {"tokenSlackSeconds": 3600},
        {"tombstones": "full"},
        {"exceptionTombstones": True},
        {"copyLagSeconds": 60},
        {"remindersChangeEtag": True},
    ],
    ids=lambda switches: next(iter(switches)),
)
def test_they_add_up_under_switches_too(switches: dict[str, Any]) -> None:
    weights = operations.weights()
    for seed in range(2):
        failure = play(seed, draw(seed, LENGTH, weights), switches=switches)
        assert not failure, shortened(seed, failure, switches=switches).story(seed)


def test_by_default_occurrences_of_a_deleted_series_are_told_of_for_half_a_year(
    world: Any, alice: Any
) -> None:
    query = {"calendarId": "primary", "singleEvents": True}
    body = {
        "start": {"date": "2026-03-02"},
        "end": {"date": "2026-03-03"},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=40"],
    }
    event = alice.insert(calendarId="primary", body=body).execute()["id"]
    first = alice.list(**query).execute()
    alice.delete(calendarId="primary", eventId=event).execute()
    delta = alice.list(**query, syncToken=first["nextSyncToken"]).execute()
    known = {item["id"]: item for item in first["items"]}
    left = applied(known, delta["items"], {"singleEvents": True})
    assert len(known) == 40
    # 183 days from the second of March.
    assert min(item["start"]["date"] for item in left.values()) == "2026-09-07"
    assert alice.list(**query).execute()["items"] == []
