"""Notifications that are lost, repeated, or late."""

from typing import Any

import pytest

from confsync.emulator.world import World
from confsync.errors import EmulatorError

from .push_receiver import ALICE, Receiver, advance, deliver, insert

NOTIFICATION = "calendar.notification"


def test_a_fault_loses_a_message(world: World, alice: Any, watched: Receiver) -> None:
    rule = {"method": NOTIFICATION, "action": "drop", "calendar": ALICE, "user": ALICE, "skip": 1}
    world.faults.add(rule)
    for _ in range(3):
        insert(alice)
    assert deliver(world) == [200, "lost", 200]
    assert watched.states == ["exists", "exists"]
    advance(world, 3600)
    assert len(watched.messages) == 2


def test_a_fault_repeats_a_message(world: World, alice: Any, watched: Receiver) -> None:
    world.faults.add({"method": NOTIFICATION, "action": "repeat"})
    insert(alice)
    insert(alice)
    assert deliver(world) == [200, 200, 200]
    first, second, third = watched.numbers
    assert first == second < third


def test_a_fault_delays_a_message_and_later_ones_overtake_it(
    world: World, alice: Any, watched: Receiver
) -> None:
    world.faults.add({"method": NOTIFICATION, "action": "delay", "delaySeconds": 30, "times": None})
    insert(alice)
    assert deliver(world) == ["delayed"]
    world.faults.clear()
    insert(alice)
    assert deliver(world) == [200]
    advance(world, 29)
    assert len(watched.messages) == 1
    advance(world, 1)
    late, early = watched.numbers[1], watched.numbers[0]
    assert late < early


def test_a_delayed_message_is_not_delayed_for_ever(world: World, alice: Any, watched: Receiver) -> None:
    world.faults.add({"method": NOTIFICATION, "action": "delay", "delaySeconds": 0, "times": None})
    insert(alice)
    assert deliver(world) == ["delayed", 200]


@pytest.mark.parametrize(("when", "arrived"), [("before", 1), ("after", 2)])
def test_a_fault_answers_for_the_receiver(
    world: World, alice: Any, watched: Receiver, when: str, arrived: int
) -> None:
    world.faults.add({"method": NOTIFICATION, "when": when, "status": 503})
    insert(alice)
    assert deliver(world) == [503]
    advance(world, 5)
    assert len(watched.messages) == arrived
    assert len(set(watched.numbers)) == 1


def test_a_lost_answer_makes_a_message_come_twice(world: World, alice: Any, watched: Receiver) -> None:
    world.faults.add({"method": NOTIFICATION, "when": "after", "action": "drop"})
    insert(alice)
    assert deliver(world) == ["no answer"]
    advance(world, 5)
    assert len(watched.messages) == 2


@pytest.mark.parametrize(
    "rule",
    [
        {"method": "calendar.events.list", "action": "repeat"},
        {"method": NOTIFICATION, "action": "delay", "when": "after", "delaySeconds": 1},
        {"method": NOTIFICATION, "action": "delay", "delaySeconds": -1},
    ],
)
def test_faults_that_make_no_sense_are_refused(world: World, rule: dict[str, Any]) -> None:
    with pytest.raises(EmulatorError):
        world.faults.add(rule)
