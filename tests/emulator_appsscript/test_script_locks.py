"""LockService: who waits, who does not, and that no lock outlives its execution."""

import threading

from googleapiclient.discovery import build

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.locks import Locks
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.execution import Answer, Call, Ended, Start
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

from .conftest import ALICE, BOB, Script


def context(number: int, user: str = ALICE) -> Context:
    return Context(number, user, "script", None, {}, "Etc/UTC", 0, 360_000_000)


def ask(locks: Locks, who: Context, method: str, kind: str = "user", milliseconds: int = 0) -> object:
    return locks.call(who, method, {"lock": kind, "milliseconds": milliseconds})


def test_on_demand_waiting_in_vain_only_moves_the_clock() -> None:
    clock = Clock(start_us=0)
    locks = Locks(clock, lambda: False)
    assert ask(locks, context(1), "tryLock") is True
    assert ask(locks, context(1), "tryLock") is True
    assert ask(locks, context(2), "tryLock", milliseconds=1500) is False
    assert clock.now_us() == 1_500_000
    assert ask(locks, context(2, BOB), "tryLock") is True
    assert ask(locks, context(2), "releaseLock") is None
    assert ask(locks, context(1), "hasLock") is True
    ask(locks, context(1), "releaseLock")
    assert ask(locks, context(3), "tryLock") is True


def test_the_script_s_lock_is_everybody_s() -> None:
    locks = Locks(Clock(start_us=0), lambda: False)
    assert ask(locks, context(1), "tryLock", "script") is True
    assert ask(locks, context(2, BOB), "tryLock", "script") is False
    assert ask(locks, context(2, BOB), "tryLock", "user") is True


def test_in_the_background_an_execution_waits_until_the_other_ends() -> None:
    locks = Locks(Clock(), lambda: True)
    ask(locks, context(1), "tryLock")
    got: list[object] = []
    waiting = threading.Thread(
        target=lambda: got.append(ask(locks, context(2), "tryLock", milliseconds=60_000))
    )
    waiting.start()
    locks.release_all(1)
    waiting.join(30)
    assert got == [True]
    assert ask(locks, context(3), "tryLock", milliseconds=1) is False


def test_executions_of_one_user_take_turns_in_real_time() -> None:
    world = World(clock=Clock(), users=[ALICE])
    try:
        api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
        script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
        script.push("""function main(wait) { const lock = LockService.getUserLock(); if (!lock.tryLock(wait)) return "busy";
          const store = PropertiesService.getUserProperties(), count = Number(store.getProperty("n") || 0);
          Utilities.sleep(5); store.setProperty("n", count + 1); return "done"; }""")
        world.appsscript.delivery = "background"
        results: list[object] = []
        threads = [
            threading.Thread(
                target=lambda: results.append(world.appsscript.run(ALICE, script.id, "main", [60_000]).result)
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert results == ["done"] * 4
        assert world.appsscript.properties(script.id, ALICE) == {"n": "4"}
    finally:
        world.close()


def test_wait_lock_throws_the_platform_s_text(runtime: V8Runtime) -> None:
    source = (
        "function main() { LockService.getScriptLock().waitLock(7); return LockService.getDocumentLock(); }"
    )
    for got, message in (
        (True, ""),
        (False, "Lock timeout: another process was holding the lock for too long."),
    ):
        execution = runtime.start(Start([("Code", source)], {}, "main", [], 0, 1, ALICE))
        assert execution.next_call() == Call("LockService", "tryLock", {"lock": "script", "milliseconds": 7})
        execution.answer(Answer(0, got))
        ended = execution.next_call()
        assert isinstance(ended, Ended) and (ended.error.message if ended.error else "") == message


def test_a_failed_execution_leaves_no_lock(script: Script) -> None:
    assert script.run("LockService.getUserLock().tryLock(0); null.x").status == "FAILED"
    assert script.value("return LockService.getUserLock().tryLock(0)") is True


def test_a_killed_execution_leaves_no_lock(script: Script) -> None:
    script.world.faults.add({"method": "Utilities.getUuid", "action": "kill"})
    assert script.run("LockService.getUserLock().tryLock(0); Utilities.getUuid()").status == "KILLED"
    assert script.value("return LockService.getUserLock().tryLock(0)") is True
