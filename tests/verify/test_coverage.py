"""Whether a large campaign met everything: the floor, and what falls below it."""

from collections import Counter

from confsync.verify.answers import ANSWERS, answers
from confsync.verify.coverage import least, rare
from confsync.verify.fault_kinds import FAULTS
from confsync.verify.rows import ROWS
from confsync.verify.statistics import ACTIONS, Statistics


def met(times: int, **seldom: int) -> Statistics:
    """Return statistics in which every kind was met so often, but for some."""
    found = Statistics()
    for counter, kinds in (
        (found.actions, ACTIONS),
        (found.struck, FAULTS),
        (found.rows, ROWS),
        (found.answers, ANSWERS),
    ):
        counter.update(dict.fromkeys(kinds, times))
    found.actions.update({kind.replace("_", " "): count - times for kind, count in seldom.items()})
    return found


def test_the_floor_is_a_hundred_in_twenty_thousand_and_small_campaigns_have_none() -> None:
    assert [least(histories) for histories in (100, 1999, 2000, 20_000, 40_000)] == [0, 0, 10, 100, 200]


def test_what_is_met_too_seldom_is_named() -> None:
    assert list(rare(met(100), 20_000, faults=True, rows=True)) == []
    assert list(rare(met(100, rename=99), 20_000, faults=True, rows=True)) == [("rename", 99)]
    assert len(list(rare(met(99), 20_000, faults=True, rows=True))) == len(
        {*ACTIONS, *FAULTS, *ROWS, *ANSWERS}
    )


def test_what_could_not_be_done_was_not_met() -> None:
    found = met(100)
    found.refused["rename"] = 1
    assert list(rare(found, 20_000, faults=True, rows=True)) == [("rename", 99)]


def test_only_what_can_be_met_is_expected() -> None:
    found = met(100)
    found.struck, found.rows, found.answers = Counter(), Counter(), Counter()
    assert list(rare(found, 20_000, faults=False, rows=False)) == []
    assert {kind for kind, _ in rare(found, 20_000, faults=True, rows=False)} == {*FAULTS, *ANSWERS}


def test_answers_are_those_that_somebody_heard() -> None:
    requests = [{"method": "PATCH"}, {"method": "DELETE"}]

    def call(outcome: object) -> dict[str, object]:
        return {"service": "UrlFetch", "outcome": outcome, "arguments": {"requests": requests}}

    heard = [
        call([200, 404]),
        call([429, 503]),
        call("Timeout: https://conferences.example"),
        call([403, 204]),
    ]
    calls = [*heard, call("killed after"), {"service": "Properties", "outcome": "ok"}]
    assert list(answers(calls)) == [
        *("update: done", "delete: not there any more"),
        *("update: later, please", "delete: a failure"),
        *("update: no answer", "delete: no answer"),
        *("update: a refusal", "delete: done"),
    ]
