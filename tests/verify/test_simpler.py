"""What counts as simpler."""

from confsync.verify.history import History
from confsync.verify.simpler import simpler_fault, simpler_histories, simpler_step

ALICE, BOB = "alice@example.com", "bob@example.com"


def test_a_step_loses_one_thing_at_a_time() -> None:
    body = {"summary": "Review", "start": {}, "end": {}, "visibility": "private", "colorId": "3"}
    step = {
        "do": "create",
        "event": "a",
        "with": body,
        "solution": "Second",
        "calendar": "team",
        "mayFail": True,
    }
    simpler = list(simpler_step(step, "First"))
    assert step | {"solution": "First"} in simpler
    assert {key: step[key] for key in step if key != "calendar"} in simpler
    assert {key: step[key] for key in step if key != "mayFail"} in simpler
    assert step | {"with": {key: body[key] for key in body if key != "colorId"}} in simpler
    assert all({"summary", "start", "end"} <= set(each["with"]) for each in simpler)
    assert len(simpler) == 5


def test_times_go_as_a_whole() -> None:
    change = {"do": "change", "with": {"summary": "Review", "start": {}, "end": {}}}
    assert {"do": "change", "with": {"summary": "Review"}} in simpler_step(change, "First")
    copy = {"do": "copy", "event": "a", "as": "b", "with": {"start": {}, "end": {}}}
    assert list(simpler_step(copy, "First")) == [{"do": "copy", "event": "a", "as": "b"}]


def test_time_is_shorter_and_triggers_come_in_order() -> None:
    assert [step["seconds"] for step in simpler_step({"do": "advance", "seconds": 3600}, "")] == [
        60,
        600,
        1800,
    ]
    assert list(simpler_step({"do": "deliver-together"}, "")) == [{"do": "deliver"}]
    assert list(simpler_step({"do": "deliver"}, "")) == []


def test_fewer_and_shorter_turns_are_simpler() -> None:
    beside = {"do": "create", "beside": True, "turns": [2, 0]}
    assert list(simpler_step(beside, "")) == [
        {"do": "create"},
        {"do": "create", "beside": True},
        beside | {"turns": [2]},
        beside | {"turns": [0]},
        beside | {"turns": [1, 0]},
    ]


def test_an_earlier_occurrence_is_simpler() -> None:
    step = {"do": "cancel-occurrence", "who": ALICE, "event": "a", "occurrence": 3}
    assert list(simpler_step(step, "")) == [step | {"occurrence": 0}]


def test_a_fault_strikes_once_and_earlier() -> None:
    fault = {"method": "*", "action": "kill", "skip": 9, "times": 3}
    simpler = list(simpler_fault(fault))
    assert [each["skip"] for each in simpler] == [9, 0, 4, 8]
    assert ["times" in each for each in simpler] == [False, True, True, True]
    assert list(simpler_fault({"method": "*", "action": "kill", "skip": 0})) == []
    step = {"do": "fault", "with": {"method": "*", "action": "kill", "skip": 1}}
    assert list(simpler_step(step, "")) == [{"do": "fault", "with": step["with"] | {"skip": 0}}]


def test_fewer_people_and_calendars_are_simpler() -> None:
    steps = [
        {"do": "share", "who": ALICE, "calendar": "team", "with": BOB},
        {"do": "delete", "who": BOB, "event": "a"},
    ]
    alone, at_home = simpler_histories(History(1, steps))
    assert alone.steps == [steps[0], steps[1] | {"who": ALICE}]
    assert at_home.steps == [steps[0] | {"calendar": ""}, steps[1]]
