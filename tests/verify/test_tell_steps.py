"""What people did, said so that everybody understands it."""

from pathlib import Path
from typing import Any

import pytest

from confsync.verify.chance import history
from confsync.verify.happened import Happened
from confsync.verify.history import History
from confsync.verify.tell_names import Names
from confsync.verify.tell_steps import fault_sentence, ordinal, sentence

ALICE, BOB = "alice@example.com", "bob@example.com"
NAMES = Names([], [])
HISTORIES = Path(__file__).parents[1] / "histories"


def said(do: str, **step: Any) -> str:
    return sentence(Happened({"do": do, "who": ALICE, "event": "event1", **step}, "", (1, 0)), NAMES)


def test_nothing_that_people_do_is_without_words() -> None:
    histories = [history(seed, ("Web",), faults=True) for seed in range(60)]
    histories += [History.load(path) for path in HISTORIES.glob("*.json")]
    steps = [step for told in histories for step in told.steps]
    told = {step["do"]: sentence(Happened(step, "", (1, 0)), NAMES) for step in steps}
    assert len(told) > 25
    assert {do: words for do, words in told.items() if words.endswith(f": {do}")} == {}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"do": "answer", "answer": "declined"}, "Alice answers “declined” to event1"),
        ({"do": "cancel-occurrence", "occurrence": 2}, "Alice cancels the 3rd occurrence of event1"),
        ({"do": "undo", "occurrence": 0}, "Alice undoes the deletion of the 1st occurrence of event1"),
        ({"do": "undo"}, "Alice undoes the deletion of event1"),
        ({"do": "move", "calendar": "team"}, "Alice moves event1 to the team calendar"),
        ({"do": "unsubscribe", "calendar": "team"}, "Alice takes the team calendar off the list"),
        ({"do": "subscribe", "calendar": "team"}, "Alice puts the team calendar on the list"),
        (
            {"do": "take-role", "calendar": "team", "with": BOB},
            "Alice shares the team calendar with Bob no longer",
        ),
        (
            {"do": "give-role", "calendar": "team", "with": BOB},
            "Alice shares the team calendar with Bob again",
        ),
        ({"do": "move", "calendar": ""}, "Alice moves event1 to Alice's calendar"),
        ({"do": "copy", "as": "event2"}, "Alice copies event1 to Alice's calendar as event2"),
        ({"do": "change", "with": {"recurrence": []}}, "Alice changes event1: no longer recurring"),
        ({"do": "change", "with": {"attendees": [{"email": BOB}]}}, "Alice changes event1: guests Bob"),
        ({"do": "advance", "seconds": 5400}, "1:30:00 passes"),
        ({"do": "open-editor", "solution": "Web"}, "Alice opens event1 and chooses “Web”"),
    ],
)
def test_a_step_in_words(step: dict[str, Any], words: str) -> None:
    assert said(**step) == words


def test_triggers_may_come_meanwhile() -> None:
    assert said("replace-conference", solution="Web", beside=True) == (
        "Alice opens event1, chooses “Web”, and saves it; meanwhile the waiting triggers come"
    )


def test_turns_are_told() -> None:
    assert said("deliver-together", turns=[3, 2]) == (
        "the waiting triggers come all at the same time, in turns of 3, 2 steps and then to their ends"
    )
    assert said("deliver-together", turns=[]) == (
        "the waiting triggers come all at the same time, one after the other"
    )
    assert said("fire-clock") == "the safety net comes before its hour"


def test_all_day_times_are_dates() -> None:
    change = {"start": {"date": "2026-03-10"}, "end": {"date": "2026-03-12"}}
    assert said("change", **{"with": change}) == "Alice changes event1: 2026-03-10 to 2026-03-12"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            {"method": "*", "action": "kill", "skip": 21},
            "the 22nd call of executions kills its execution, before",
        ),
        (
            {"method": "conferences.update", "action": "drop", "when": "after", "times": 3},
            "the 1st conferences.update and 2 more gets no answer, though it takes effect",
        ),
        (
            {"method": "calendar.events.list", "status": 503, "times": None, "calendar": BOB},
            "the 1st calendar.events.list of Bob's calendar and every later one is answered 503",
        ),
    ],
)
def test_a_fault_in_words(fault: dict[str, Any], words: str) -> None:
    assert fault_sentence(fault, NAMES).startswith(words)


def test_ordinals() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 21, 112)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "112th"]
    )
