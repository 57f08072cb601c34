"""The user's lock: whoever does not get it leaves a flag, and whoever holds it does that work too."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from confsync.addon import config_of
from confsync.emulator.execution import Call
from confsync.rehearsal.setting import ALICE, in_process
from confsync.render import render
from confsync.verify.people import People
from confsync.verify.wing import PythonWing

TIMES = {
    "start": {"dateTime": "2026-03-10T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-10T10:00:00", "timeZone": "Europe/Berlin"},
}


@dataclass
class Interrupted:
    """A runtime in which something happens right before one call of the next execution that is started."""

    runtime: Any
    call: int = -1
    interrupt: Any = None
    asked: list[str] = field(default_factory=list)

    def start(self, start):
        execution = self.runtime.start(start)
        if self.interrupt is None:
            return execution
        self.asked, interrupt, self.interrupt = [], self.interrupt, None
        return InterruptedExecution(self, execution, interrupt)

    def close(self):
        self.runtime.close()


@dataclass
class InterruptedExecution:
    """Passes everything on."""

    owner: Interrupted
    execution: Any
    interrupt: Any

    def next_call(self):
        asked = self.execution.next_call()
        if isinstance(asked, Call):
            if len(self.owner.asked) == self.owner.call:
                self.interrupt()
            self.owner.asked.append(asked.name)
        return asked

    def answer(self, answer):
        self.execution.answer(answer)

    def kill(self):
        self.execution.kill()


class Office:
    """Alice has a meeting in her own calendar and one in the team's; both have triggers."""

    def __init__(self, setting, runtime):
        self.stage, self.runtime = setting.stage, runtime
        self._people = People(setting.stage)
        self.act("add-calendar", "team")
        self.create("own", "")
        self.create("shared", "team")
        self.stage.deliver()

    def act(self, action, event, **more):
        self._people.act({"do": action, "who": ALICE, "event": event, **more})

    def create(self, event, calendar):
        made = {"summary": event, **TIMES}
        self.act("create", event, calendar=calendar, solution="My Web Conference", **{"with": made})

    def rename(self, event, title):
        self.act("change", event, **{"with": {"summary": title}})

    def titles(self):
        return sorted(held["title"] for held in self.stage.conferences())

    def renamed_meanwhile(self, first, second, call):
        """Rename one event, and right before a call of its execution another one, whose trigger runs at once.

        Return what the interrupted execution asked, and the executions that came in between.
        """
        between = []

        def meanwhile():
            self.rename(second, f"{second} III")
            between.extend(self.stage.deliver())

        self.runtime.call, self.runtime.interrupt = call, meanwhile
        self.rename(first, f"{first} II")
        executions = [*self.stage.deliver(), *between]
        assert {execution["status"] for execution in executions} == {"COMPLETED"}
        return self.runtime.asked, between

    def calls_of(self, execution):
        """Return what an execution asked: the calls' names, and the arguments of each."""
        calls = [call for call in self.stage.calls() if call["execution"] == execution["number"]]
        return [f"{call['service']}.{call['method']}" for call in calls], [
            call["arguments"] for call in calls
        ]


@pytest.fixture(params=["python", "v8"])
def office(request, addon, v8):
    inner = PythonWing(config_of(addon)) if request.param == "python" else v8
    runtime = Interrupted(inner)
    with in_process(addon, render(addon), 1, runtime) as setting:
        yield Office(setting, runtime)


@pytest.mark.parametrize(("first", "second"), [("own", "shared"), ("own", "own")])
def test_no_change_is_left_to_the_safety_net_whenever_it_comes(office, first, second):
    renamed = {"own": "own", "shared": "shared", first: f"{first} II"} | {second: f"{second} III"}
    call, asked = 0, ["the first call"]
    while call < len(asked):
        asked, _ = office.renamed_meanwhile(first, second, call)
        assert office.titles() == sorted(renamed.values())
        for event in ("own", "shared"):
            office.rename(event, event)
        office.stage.deliver()
        call += 1
    assert call > 10
    assert not any(key.startswith("changed:") for key in office.stage.properties(ALICE))


def test_who_does_not_get_the_lock_leaves_a_flag_and_goes(office):
    asked, (other,) = office.renamed_meanwhile("own", "shared", 4)
    names, arguments = office.calls_of(other)
    assert names == [
        "LockService.tryLock",
        "Properties.getProperties",
        "Properties.setProperties",
        "LockService.tryLock",
    ]
    (flag,) = arguments[2]["properties"]
    assert flag.startswith("changed:") and flag.endswith("@group.calendar.google.com")
    assert [arguments[0]["milliseconds"], arguments[3]["milliseconds"]] == [0, 1000]
    assert asked.count("calendar.events.list") == 2
    assert asked.count("LockService.releaseLock") == 1


def test_a_calendar_that_is_flagged_already_is_not_flagged_again(office):
    def meanwhile():
        for turn in ("flags", "leaves"):
            office.act("fire", "")
            ran[turn] = office.stage.deliver()

    ran: dict[str, Any] = {}
    office.runtime.call, office.runtime.interrupt = 4, meanwhile
    office.rename("own", "own II")
    office.stage.deliver()
    assert [len(office.calls_of(execution)[0]) for execution in ran["flags"]] == [4, 4]
    at_once = ["LockService.tryLock", "Properties.getProperties"]
    assert [office.calls_of(execution)[0] for execution in ran["leaves"]] == [at_once, at_once]
