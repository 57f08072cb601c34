"""How triggers come: once for several changes, or late, twice, out of order, or never, as fault rules say."""

from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World
from confsync.errors import EmulatorError

from .conftest import ALICE, BOB, Script

TRIGGER = "script.trigger"
TIMES = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}


def change(world: World, user: str = ALICE) -> None:
    """Make an event in a user's calendar."""
    calendar: Any = build("calendar", "v3", http=TwinHttp(world, user), static_discovery=True)
    calendar.events().insert(calendarId="primary", body=TIMES).execute()


@pytest.fixture
def watched(script: Script) -> World:
    """A world in which Alice's and Bob's calendars have a trigger each, of their own."""
    script.push("function fired(e) { return e.calendarId; }")
    for user in (ALICE, BOB):
        script.world.appsscript.leave_trigger(user, script.id, "fired", user)
        script.world.clock.advance(1)
    return script.world


def came(world: World, seconds: float = 0) -> list[str]:
    """Return whose triggers come in that time."""
    return [record.result for record in world.appsscript.advance(seconds)]


def test_several_changes_come_as_one(watched: World) -> None:
    for _ in range(3):
        change(watched)
    assert came(watched) == [ALICE]
    change(watched)
    assert came(watched) == [ALICE]


def test_each_change_comes_when_the_switch_says_so(watched: World) -> None:
    watched.switches.change({"triggersCoalesce": False})
    for user in (ALICE, BOB, ALICE):
        change(watched, user)
    assert came(watched) == [ALICE, BOB, ALICE]


def test_a_change_may_never_come(watched: World) -> None:
    watched.faults.add({"method": TRIGGER, "action": "drop", "user": ALICE})
    change(watched)
    change(watched, BOB)
    assert came(watched, 86_400) == [BOB]
    change(watched)
    assert came(watched) == [ALICE]


def test_a_change_may_come_twice(watched: World) -> None:
    watched.faults.add({"method": TRIGGER, "action": "repeat", "calendar": BOB})
    change(watched)
    change(watched, BOB)
    assert came(watched) == [ALICE, BOB, BOB]


def test_a_change_may_come_late_and_be_overtaken(watched: World) -> None:
    watched.faults.add({"method": TRIGGER, "delaySeconds": 600})
    change(watched)
    change(watched, BOB)
    assert came(watched, 599) == [BOB]
    start_us = watched.clock.now_us()
    [late] = watched.appsscript.advance(60)
    assert late.result == ALICE and late.startedAtUs - start_us <= 1_000_000


def test_a_late_firing_does_not_swallow_the_next_change(watched: World) -> None:
    watched.faults.add({"method": TRIGGER, "delaySeconds": 600})
    change(watched)
    change(watched)
    assert came(watched) == [ALICE]
    assert came(watched, 600) == [ALICE]


def test_only_what_is_due_is_delivered_on_demand(watched: World) -> None:
    watched.faults.add({"method": TRIGGER, "delaySeconds": 600})
    change(watched)
    assert watched.appsscript.deliver() == watched.appsscript.deliver(together=True) == []
    watched.clock.advance(600_000_000)
    assert [record.result for record in watched.appsscript.deliver(together=True)] == [ALICE]


def test_what_waits_may_be_lost_late_ones_too(watched: World) -> None:
    watched.faults.add({"method": TRIGGER, "delaySeconds": 600})
    change(watched)
    change(watched, BOB)
    watched.appsscript.drop_firings()
    assert came(watched, 86_400) == []


def test_the_clock_s_triggers_may_be_late_too(script: Script) -> None:
    script.push(
        "function fired() { return Date.now(); }"
        "function main() { ScriptApp.newTrigger('fired').timeBased().everyHours(1).create(); }"
    )
    script.world.appsscript.run(ALICE, script.id, "main")
    script.world.faults.add({"method": TRIGGER, "delaySeconds": 5400, "times": 1})
    start_us = script.world.clock.now_us()
    records = script.world.appsscript.advance(3 * 3600)
    assert [(record.startedAtUs - start_us) // 60_000_000 for record in records] == [119, 149, 179]


def test_chance_is_drawn_from_the_seed(watched: World) -> None:
    watched.faults.add({"method": TRIGGER, "action": "drop", "chance": 0.5, "times": None})
    watched.snapshot("before")
    runs = []
    for _ in range(2):
        watched.restore("before")
        outcomes = []
        for _ in range(20):
            change(watched)
            outcomes.append(len(came(watched)))
        runs.append(outcomes)
    assert runs[0] == runs[1] and set(runs[0]) == {0, 1}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"action": "html"}, '"action" of a fault of script.trigger must be one of drop, delay, repeat'),
        ({"status": 500}, '"action" of a fault of script.trigger must be one of drop, delay, repeat'),
        ({"action": "drop", "when": "after"}, '"when" of a fault of script.trigger must be before'),
    ],
)
def test_rules_that_triggers_cannot_have(world: World, rule: dict[str, Any], text: str) -> None:
    with pytest.raises(EmulatorError, match=text):
        world.faults.add({"method": TRIGGER, **rule})


def test_a_rule_for_the_api_s_methods_is_none_for_triggers(watched: World) -> None:
    watched.faults.add({"method": "script.*", "action": "drop", "times": None})
    change(watched)
    assert came(watched) == [ALICE]
