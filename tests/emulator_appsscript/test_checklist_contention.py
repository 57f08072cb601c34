"""Executions side by side: who waits for a lock, who does not, and that a seed tells all that happens.

`REPEATS=1000 pytest tests/emulator_appsscript/test_checklist_contention.py` plays the same a thousand times.
"""

import os
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .conftest import ALICE, BOB, MANIFEST, Script

REPEATS = int(os.environ.get("REPEATS", "30"))
CAROL = "carol@example.com"

WORK = """
  function work(wait, kind) {
    const lock = kind === "script" ? LockService.getScriptLock() : LockService.getUserLock();
    const store = PropertiesService.getUserProperties(), began = Date.now();
    if (!lock.tryLock(wait)) { console.log("busy after " + (Date.now() - began)); return "busy"; }
    const count = Number(store.getProperty("count") || 0);
    Utilities.sleep(1000);
    store.setProperty("count", count + 1);
    console.log("done after " + (Date.now() - began) + " " + Utilities.getUuid());
    return "done";
  }
"""


@pytest.fixture
def three(runtime: V8Runtime) -> Any:
    world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=runtime, users=[ALICE, BOB, CAROL])
    api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
    yield Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
    world.close()


def prepared(script: Script, wait: int, *users: str, kind: str = "user") -> None:
    """Push handlers that wait so long for a lock, and queue one trigger for each of the users."""
    handlers = "".join(
        f"function by{number}() {{ return work({wait}, '{kind}'); }}\n" for number in range(len(users))
    )
    script.push(WORK + handlers)
    for number, user in enumerate(users):
        script.world.appsscript.leave_trigger(user, script.id, f"by{number}", user)
        script.world.clock.advance(1)
    script.world.appsscript.fire_triggers()


def played(script: Script) -> list[tuple[str, str, str | None, int]]:
    """Run what is queued side by side: user, status, result and duration of each, in the order they began."""
    records = script.world.appsscript.deliver(together=True)
    return [(record.user, record.status, record.result, record.durationMs) for record in records]


def counts(script: Script) -> list[str]:
    return [script.world.appsscript.properties(script.id, user).get("count", "") for user in (ALICE, BOB)]


def test_two_executions_of_one_user_take_turns(script: Script) -> None:
    prepared(script, 30_000, ALICE, ALICE)
    first, second = played(script)
    assert first[:3] == second[:3] == (ALICE, "COMPLETED", "done")
    assert second[3] >= first[3] + 1000
    assert counts(script) == ["2", ""]


def test_who_waits_too_short_goes_without(script: Script) -> None:
    prepared(script, 500, ALICE, ALICE)
    assert [one[1:3] for one in played(script)] == [("COMPLETED", "done"), ("COMPLETED", "busy")]
    assert counts(script) == ["1", ""]


def test_two_users_do_not_wait_for_each_other(script: Script) -> None:
    prepared(script, 0, ALICE, BOB)
    assert {one[1:3] for one in played(script)} == {("COMPLETED", "done")}
    assert counts(script) == ["1", "1"]


def test_who_sleeps_lets_the_others_go_on(script: Script) -> None:
    prepared(script, 0, ALICE, BOB)
    start_us = script.world.clock.now_us()
    assert [one[3] // 1000 for one in played(script)] == [1, 1]
    assert script.world.clock.now_us() - start_us < 2_000_000


def test_the_script_s_lock_makes_users_wait(script: Script) -> None:
    prepared(script, 0, ALICE, BOB, kind="script")
    assert [one[2] for one in played(script)] == ["done", "busy"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_execution_lets_the_other_have_the_lock(script: Script, when: str) -> None:
    prepared(script, 30_000, ALICE, ALICE)
    script.world.faults.add({"method": "Properties.setProperty", "action": "kill", "when": when})
    assert [one[1:3] for one in played(script)] == [("KILLED", None), ("COMPLETED", "done")]
    assert counts(script) == ["1" if when == "before" else "2", ""]


def test_an_execution_that_ran_too_long_lets_the_other_have_the_lock(script: Script) -> None:
    solution = {"id": "web", "name": "Web", "logoUrl": "https://lh3.googleusercontent.com/a"}
    add_on = {
        "common": {"name": "Conf", "logoUrl": "https://lh3.googleusercontent.com/a"},
        "calendar": {"conferenceSolution": [solution | {"onCreateFunction": "create"}]},
    }
    source = """
      function create() { LockService.getUserLock().tryLock(0); try { Utilities.sleep(60000); } finally { console.log("seen"); } }
      function fired() { return LockService.getUserLock().tryLock(60000); }
    """
    script.push(source, MANIFEST | {"addOns": add_on})
    platform = script.world.appsscript
    platform.install(ALICE, script.id)
    platform.leave_trigger(ALICE, script.id, "fired", ALICE)
    platform.fire_triggers()
    draft = platform.open_draft(ALICE)
    assert platform.choose_conference(draft.id, "web", together=True)["execution"]["status"] == "TIMED_OUT"
    create, fired = platform.executions()
    assert (create.status, create.log, fired.status, fired.result) == ("TIMED_OUT", [], "COMPLETED", True)
    assert create.durationMs in (30_000, 30_001) and fired.durationMs >= 30_000


def test_waiting_ends_at_the_time_limit(script: Script) -> None:
    script.push("""
      function main() { LockService.getUserLock().tryLock(0); Utilities.sleep(300000); Utilities.sleep(59980); return 1; }
      function late() { try { LockService.getUserLock().tryLock(900000); Utilities.sleep(1000); } finally { console.log("x"); } }
    """)
    for handler in ("main", "late"):
        script.world.appsscript.leave_trigger(ALICE, script.id, handler, ALICE)
        script.world.clock.advance(1)
    script.world.appsscript.fire_triggers()
    holder, waiting = script.world.appsscript.deliver(together=True)
    assert (holder.status, holder.result) == ("COMPLETED", 1)
    assert (waiting.status, waiting.log) == ("TIMED_OUT", [])
    assert waiting.durationMs in (360_000, 360_001)


def everything(script: Script) -> Any:
    """Play a morning with waiting, giving up and a kill; return all that can be seen of it."""
    world = script.world
    since = world.trace.count
    world.faults.add({"method": "Properties.setProperty", "action": "kill", "user": CAROL})
    world.appsscript.fire_triggers()
    records = world.appsscript.deliver(together=True)
    calls = [
        (entry.at_us, entry.service, entry.method, entry.arguments, entry.outcome, entry.user)
        for entry in world.trace.since(since, "execution")
    ]
    stores = [world.appsscript.properties(script.id, user) for user in (ALICE, BOB, CAROL)]
    return records, calls, stores, world.clock.now_us()


def test_the_same_seed_tells_the_same_each_time(three: Script) -> None:
    prepared(three, 1500, ALICE, ALICE, ALICE, BOB, CAROL, CAROL)
    three.world.snapshot("before")
    first = everything(three)
    records, _, stores, _ = first
    assert [(record.user, record.status, record.result) for record in records] == [
        (ALICE, "COMPLETED", "done"),
        (ALICE, "COMPLETED", "done"),
        (ALICE, "COMPLETED", "busy"),
        (BOB, "COMPLETED", "done"),
        (CAROL, "KILLED", None),
        (CAROL, "COMPLETED", "done"),
    ]
    assert stores == [{"count": "2"}, {"count": "1"}, {"count": "1"}]
    for _ in range(REPEATS):
        three.world.restore("before")
        assert everything(three) == first


def test_another_seed_tells_something_else(runtime: V8Runtime) -> None:
    logs = []
    for seed in (1, 1, 2):
        world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=runtime, users=[ALICE], seed=seed)
        api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
        script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
        prepared(script, 0, ALICE)
        logs.append([record.log for record in world.appsscript.deliver(together=True)])
        world.close()
    assert logs[0] == logs[1] != logs[2]
