"""Where faults struck, found again in the trace."""

from typing import Any

from confsync.verify.happened import Happened
from confsync.verify.strikes import strikes

ALICE = "alice@example.com"


def call(number: int, execution: int, name: str, **arguments: Any) -> dict[str, Any]:
    service, _, method = name.rpartition(".")
    told = {"number": number, "execution": execution, "service": service, "method": method}
    return told | {"user": ALICE, "arguments": arguments, "outcome": "ok"}


def requests(*methods: str) -> list[dict[str, str]]:
    return [{"method": method, "url": "https://conferences.example/v1/conferences/a"} for method in methods]


CALLS = [
    call(1, 1, "LockService.tryLock"),
    call(2, 1, "calendar.events.list", calendarId=ALICE),
    call(3, 2, "calendar.events.list", calendarId="team@group.calendar.google.com"),
    call(4, 2, "calendar.events.list", calendarId="primary"),
    call(5, 2, "UrlFetch.fetchAll", requests=requests("DELETE", "PATCH", "PATCH")),
    call(6, 3, "UrlFetch.fetchAll", requests=requests("PATCH")),
]
DELIVER = [Happened({"do": "deliver"}, "", (1, 1)), Happened({"do": "deliver"}, "", (2, 3))]


def places(
    *rules: dict[str, Any], happened: list[Happened] = DELIVER
) -> list[tuple[int, int, int, int, int]]:
    struck = strikes(rules, happened, CALLS)
    return [(each.call, each.request, each.rule, each.step, each.skip) for each in struck]


def test_any_call_is_counted() -> None:
    assert places({"method": "*", "action": "kill", "skip": 3}) == [(4, -1, 0, 1, 1)]


def test_a_listing_of_one_calendar_is_counted() -> None:
    rule = {"method": "calendar.events.list", "status": 410, "skip": 1, "scripts": True, "calendar": ALICE}
    assert places(rule) == [(4, 0, 0, 1, 0)]


def test_each_request_to_the_third_party_is_counted() -> None:
    lost = {"method": "conferences.update", "action": "drop", "when": "after", "skip": 1, "times": 2}
    assert places(lost) == [(5, 2, 0, 1, 1), (6, 0, 0, 1, 2)]


def test_what_is_killed_before_never_reaches_the_third_party() -> None:
    kill = {"method": "UrlFetch.fetchAll", "action": "kill"}
    assert places({"method": "conferences.update", "status": 503}, kill) == [
        (5, -1, 1, 1, 0),
        (6, 0, 0, 1, 0),
    ]


def test_a_fault_counts_from_the_step_that_adds_it() -> None:
    fault = Happened({"do": "fault", "with": {"method": "*", "action": "kill"}}, "", (2, 1))
    clear = Happened({"do": "clear-faults"}, "", (2, 1))
    happened = [DELIVER[0], fault, DELIVER[1]]
    assert places({"method": "*", "action": "kill", "skip": 99}, happened=happened) == [(3, -1, 1, 2, 0)]
    assert places(happened=[DELIVER[0], fault, clear, DELIVER[1]]) == []
