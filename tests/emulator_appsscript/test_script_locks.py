"""LockService: who waits, who does not, and that no lock outlives its execution."""

import threading

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.locks import Locks
from confsync.emulator.clock import Clock

from .conftest import ALICE, BOB, Script


def context(number: int, user: str = ALICE) -> Context:
    return Context(number, user, "script", None, {}, "Etc/UTC", 0, 1)


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


def test_wait_lock_throws_the_platform_s_text(script: Script) -> None:
    script.push("""function hold() { LockService.getUserLock().tryLock(0); nested(); }
      function main() { LockService.getUserLock().waitLock(100); }""")
    assert script.world.appsscript.run(ALICE, script.id, "main").status == "COMPLETED"
    # Ending gives the lock back, so that the next one gets it.
    assert script.world.appsscript.run(ALICE, script.id, "hold").status == "FAILED"
    assert script.world.appsscript.run(ALICE, script.id, "main").status == "COMPLETED"


def test_a_killed_execution_leaves_no_lock(script: Script) -> None:
    script.world.faults.add({"method": "Utilities.getUuid", "action": "kill"})
    assert script.run("LockService.getUserLock().tryLock(0); Utilities.getUuid()").status == "KILLED"
    assert script.value("return LockService.getUserLock().tryLock(0)") is True
