"""A world runs executions of any wing: here one of a few lines of Python."""

from pathlib import Path
from typing import Any

from googleapiclient.discovery import build

from confsync.emulator.clock import Clock
from confsync.emulator.execution import Answer, Call, Ended, LogLine, ScriptError, Start
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .conftest import ALICE, Script


class Wing:
    """Executions that make the calls that they were given as arguments, and return the answers."""

    def start(self, start: Start) -> "WingExecution":
        return WingExecution(start)

    def close(self) -> None:
        raise AssertionError("a runtime belongs to whoever made it")


class WingExecution:
    def __init__(self, start: Start) -> None:
        self._start, self._answers = start, list[Any]()
        self._left = [call for call in start.arguments if isinstance(call, list)]
        self.killed = False

    def next_call(self) -> Call | Ended:
        if self._start.function == "fail":
            return Ended(error=ScriptError("WingError", "no"), log=(LogLine("INFO", "x"),))
        return Call(*self._left.pop(0)) if self._left else Ended(self._answers)

    def answer(self, answer: Answer) -> None:
        self._answers.append(answer.error.message if answer.error else answer.value)

    def kill(self) -> None:
        self.killed = True


def made(data: Path | None = None) -> tuple[World, Script]:
    world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=Wing(), users=[ALICE], data=data)
    api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
    script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
    script.push("function main() {}")
    return world, script


def test_it_asks_as_scripts_do() -> None:
    world, script = made()
    calls = [
        [
            "Properties",
            "setProperties",
            {"store": "user", "properties": {"a": "1"}, "deleteAllOthers": False},
        ],
        ["Properties", "getProperties", {"store": "user"}],
        ["LockService", "tryLock", {"lock": "user", "milliseconds": 0}],
        ["calendar.events", "get", {"calendarId": "primary", "eventId": "none"}],
        ["Nothing", "much", {}],
    ]
    record = world.appsscript.run(ALICE, script.id, "main", calls)
    assert record.result == [
        None,
        {"a": "1"},
        True,
        "API call to calendar.events.get failed with error: Not Found",
        "Nothing.much is not emulated",
    ]
    assert (record.calls, record.durationMs) == (5, 5 + 5 + 5 + 100 + 1)
    failed = world.appsscript.run(ALICE, script.id, "fail")
    assert failed.status == "FAILED" and failed.error == {"name": "WingError", "message": "no"}
    assert failed.log == [{"severity": "INFO", "message": "x"}]
    world.close()


def test_it_can_be_killed() -> None:
    world, script = made()
    world.faults.add({"method": "LockService.tryLock", "action": "kill"})
    calls = [["LockService", "tryLock", {"lock": "user", "milliseconds": 0}]]
    assert world.appsscript.run(ALICE, script.id, "main", calls).status == "KILLED"
    world.close()


def test_the_state_is_kept_in_a_file(tmp_path: Path) -> None:
    world, script = made(tmp_path / "state")
    trigger = {"handlerFunction": "main", "triggerSource": "CLOCK", "everyHours": 1}
    world.appsscript.install(ALICE, script.id, script.deploy())
    world.appsscript.run(ALICE, script.id, "main", [["ScriptApp", "createTrigger", trigger]])
    world.appsscript.set_properties(script.id, "script", {"k": "v"})
    before = (world.appsscript.triggers(), world.appsscript.installs(), world.appsscript.executions())
    world.close()
    again = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=Wing(), data=tmp_path / "state")
    assert (again.appsscript.triggers(), again.appsscript.installs(), again.appsscript.executions()) == before
    assert again.appsscript.properties(script.id, "script") == {"k": "v"}
    assert [project["title"] for project in again.appsscript.projects(ALICE)] == ["x"]
    assert len(again.appsscript.advance(3601)) == 1
    again.close()
