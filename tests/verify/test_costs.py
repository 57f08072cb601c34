"""What counts as waste: what an execution asks although nothing had to be done."""

from typing import Any

from confsync.verify.costs import wasteful
from confsync.verify.happened import Happened

ALICE, BOB = "alice@example.com", "bob@example.com"


def step(first: int, last: int, **told: Any) -> Happened:
    return Happened(told, "", (first, last))


def calls(execution: int, *names: str, user: str = ALICE) -> list[dict[str, Any]]:
    parts = [name.rpartition(".") for name in names]
    return [
        {"execution": execution, "user": user, "service": service, "method": method}
        for service, _, method in parts
    ]


DELIVER = {"do": "deliver"}
QUIET = [step(1, 1, **DELIVER), step(2, 1, do="fire"), step(2, 2, **DELIVER)]
LISTING = "calendar.events.list"


def found(happened: list[Happened], *asked: list[dict[str, Any]]) -> list[str]:
    return [broken.how for broken in wasteful(happened, [call for some in asked for call in some])]


def test_an_idle_execution_asks_once_and_writes_nothing() -> None:
    assert found(QUIET, calls(1, LISTING), calls(2, LISTING)) == []
    assert found(QUIET, calls(2, LISTING, LISTING)) == ["execution 2 asked Calendar 2 times"]
    assert found(QUIET, calls(2, "Properties.setProperties")) == ["execution 2 wrote properties 1 times"]
    assert found(QUIET, calls(2, "UrlFetch.fetchAll")) == ["execution 2 asked the third party after fire"]


def test_an_answer_may_cost_a_token() -> None:
    answer = [QUIET[0], step(2, 1, do="answer"), QUIET[2]]
    colour = [QUIET[0], step(2, 1, do="change", **{"with": {"colorId": "3"}}), QUIET[2]]
    for happened in (answer, colour):
        assert found(happened, calls(2, LISTING, "Properties.setProperties")) == []
        assert len(found(happened, calls(2, *2 * ["Properties.setProperties"]))) == 1


def test_what_matters_may_cost_more() -> None:
    happened = [QUIET[0], step(2, 1, do="change", **{"with": {"summary": "Review"}}), QUIET[2]]
    assert found(happened, calls(2, LISTING, "UrlFetch.fetchAll")) == []


def test_what_falls_due_as_time_passes_is_no_waste() -> None:
    passed = [step(1, 1, do="advance"), step(2, 1, **DELIVER), step(2, 1, do="fire"), step(2, 3, **DELIVER)]
    deleting = calls(2, LISTING, LISTING, "UrlFetch.fetchAll")
    assert found(passed, calls(1, LISTING), deleting) == []
    settled = [passed[0], step(2, 2, **DELIVER), step(3, 2, do="fire"), step(3, 4, **DELIVER)]
    again = calls(3, "UrlFetch.fetchAll"), calls(4, "UrlFetch.fetchAll", user=BOB)
    assert found(settled, deleting, *again) == ["execution 3 asked the third party after fire"]


def test_nothing_is_counted_once_access_has_changed() -> None:
    taken = [step(1, 0, do="take-role"), *QUIET]
    assert found(taken, calls(2, LISTING, LISTING)) == []


def test_what_a_deletion_met_in_other_calendars_is_left_to_the_next_execution() -> None:
    deleting = calls(1, LISTING, "calendar.calendarList.list", LISTING, "UrlFetch.fetchAll")
    telling = calls(2, LISTING, "calendar.events.get", "UrlFetch.fetchAll")
    assert found(QUIET, deleting, telling) == []
    others = [{**call, "user": BOB} for call in deleting]
    assert found(QUIET, others, telling) != []
