"""What goes wrong in random histories: each kind is drawn, has words, and is counted."""

import random
from collections import Counter

from confsync.emulator.faults import Faults
from confsync.verify.chance_faults import AT_LEAST, faults_of
from confsync.verify.fault_kinds import FAULTS, fault_kind
from confsync.verify.tell_names import Names
from confsync.verify.tell_steps import fault_sentence

DRAWN = [fault for seed in range(2000) for fault in faults_of(random.Random(seed))]


def test_every_kind_that_is_expected_is_drawn_and_no_other() -> None:
    counts = Counter(map(fault_kind, DRAWN))
    assert set(counts) == set(FAULTS)
    assert min(counts.values()) > 40


def test_a_history_with_faults_has_at_least_three() -> None:
    assert min(len(faults_of(random.Random(seed))) for seed in range(200)) == AT_LEAST == 3


def test_the_local_google_takes_every_rule() -> None:
    rules = Faults()
    for fault in DRAWN[:500]:
        rules.add(fault)
    assert len(rules.list()) == 500


def test_every_kind_is_told() -> None:
    told = {fault_kind(fault): fault_sentence(fault, Names([], [])) for fault in DRAWN}
    assert not [words for words in told.values() if "None" in words or "{" in words]
    assert told["the third party answers late"].endswith("longer")
    assert told["a trigger comes twice"].endswith(": comes twice")
    assert "is answered a web page" in told["Calendar answers a web page"]


def test_a_fault_after_the_effect_says_so() -> None:
    rule = {"method": "conferences.update", "status": 500, "when": "after"}
    assert fault_kind(rule) == "the third party answers 500 after doing it"
    assert (
        fault_kind({"method": "calendar.events.list", "action": "truncate"}) == "Calendar answers only half"
    )


def test_only_full_listings_come_without_items() -> None:
    lies = [fault for fault in DRAWN if fault.get("action") == "no-items"]
    assert lies
    assert all(fault["full"] and fault["scripts"] for fault in lies)
    assert fault_kind(lies[0]) == "Calendar answers that there is nothing"
    assert "of everything is answered that there is nothing" in fault_sentence(lies[0], Names([], []))
