"""Quotas: what a day holds for each kind of account, how many run at once, and how long they may."""

import json
from collections.abc import Iterator

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.appsscript.quotas import DailyQuotas
from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.execution import Answer, Call, Ended, Start
from confsync.emulator.switches import Switches
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .conftest import ALICE, BOB, Script

DAY_S = 24 * 3600
FETCH, TWO = Call("UrlFetch", "fetch", {"request": {}}), Call("UrlFetch", "fetchAll", {"requests": [{}, {}]})
READ, INSERT = Call("Properties", "getProperty", {"key": "k"}), Call("calendar.events", "insert", {})
DAYS = [
    (FETCH, "consumer", 20_000, "urlfetch"),
    (FETCH, "workspace", 100_000, "urlfetch"),
    (READ, "consumer", 50_000, "properties"),
    (READ, "workspace", 500_000, "properties"),
    (INSERT, "consumer", 5_000, "calendar"),
    (INSERT, "workspace", 10_000, "calendar"),
]


@pytest.mark.parametrize(("call", "account", "most", "service"), DAYS)
def test_a_day_s_calls_are_those_of_the_account(call: Call, account: str, most: int, service: str) -> None:
    quotas = DailyQuotas(Switches(account_kind=account), Clock(start_us=0))
    for _ in range(most):
        quotas.charge(ALICE, call)
    with pytest.raises(Refusal, match=f"^Service invoked too many times for one day: {service}\\.$"):
        quotas.charge(ALICE, call)
    quotas.charge(BOB, call)


@pytest.mark.parametrize(("account", "most_s"), [("consumer", 90 * 60), ("workspace", 6 * 3600)])
def test_a_day_s_trigger_time_is_that_of_the_account(account: str, most_s: int) -> None:
    quotas = DailyQuotas(Switches(account_kind=account), Clock(start_us=0))
    quotas.triggered(ALICE, most_s * MICROSECONDS - 1)
    assert quotas.trigger_time_us(ALICE) == 1
    quotas.triggered(ALICE, 2)
    assert (quotas.trigger_time_us(ALICE), quotas.trigger_time_us(BOB)) == (0, most_s * MICROSECONDS)


def test_a_day_begins_with_the_first_use_and_ends_24_hours_later() -> None:
    clock = Clock(start_us=5 * 3600 * MICROSECONDS)
    quotas = DailyQuotas(Switches(url_fetch_calls_a_day=3), clock)
    quotas.charge(ALICE, FETCH)
    clock.advance((DAY_S - 1) * MICROSECONDS)
    quotas.charge(ALICE, TWO)
    with pytest.raises(Refusal):
        quotas.charge(ALICE, FETCH)
    clock.advance(1 * MICROSECONDS)
    quotas.charge(ALICE, FETCH)
    quotas.charge(ALICE, TWO)
    with pytest.raises(Refusal):
        quotas.charge(ALICE, FETCH)


STATEMENTS = [
    ("urlFetchCallsADay", "UrlFetchApp.fetch('https://conferences.example/v1/', {muteHttpExceptions: true})", "urlfetch"),
    ("urlFetchCallsADay", "UrlFetchApp.fetchAll([{url: 'https://conferences.example/v1/', muteHttpExceptions: true}])", "urlfetch"),
    ("propertyCallsADay", "PropertiesService.getUserProperties().setProperty('k', 'v')", "properties"),
    ("propertyCallsADay", "PropertiesService.getScriptProperties().getProperties()", "properties"),
    ("scriptEventsADay", "Calendar.Events.quickAdd('primary', 'Tea tomorrow at 5pm')", "calendar"),
]  # fmt: skip


@pytest.mark.parametrize(("switch", "statement", "service"), STATEMENTS)
def test_a_script_meets_the_quota_of_its_user(
    script: Script, switch: str, statement: str, service: str
) -> None:
    script.world.switches.change({switch: 2})
    text = f"Exception: Service invoked too many times for one day: {service}."
    script.value(f"{statement}; {statement}")
    assert script.error(statement) == text
    assert script.run(statement, user=BOB).status == "COMPLETED"
    script.world.appsscript.advance(DAY_S)
    script.value(statement)


def test_triggers_without_time_fail_until_the_day_is_over(script: Script) -> None:
    script.world.switches.change({"triggerSecondsADay": 60})
    script.push("function main() { Utilities.sleep(29999); }")  # and a millisecond for the call
    for user in (ALICE, BOB):
        script.world.appsscript.leave_trigger(user, script.id, "main", user)

    def fired() -> dict[str, str]:
        script.world.appsscript.fire_triggers()
        records = script.world.appsscript.deliver()
        assert all(record.error is None or record.log == [] for record in records)
        return {record.user: (record.error or {}).get("message", record.status) for record in records}

    text = "Service using too much computer time for one day."
    assert [fired()[ALICE] for _ in range(3)] == ["COMPLETED", "COMPLETED", text]
    assert fired() == {ALICE: text, BOB: text}
    assert script.world.appsscript.run(ALICE, script.id, "main").status == "COMPLETED"
    script.world.appsscript.advance(DAY_S)
    assert fired() == {ALICE: "COMPLETED", BOB: "COMPLETED"}


def test_a_trigger_ends_with_the_time_that_the_day_has_left(script: Script) -> None:
    script.world.switches.change({"triggerSecondsADay": 60})
    source = """function main() {
      LockService.getUserLock().tryLock(0);
      try { for (;;) Utilities.sleep(20000); }
      catch (error) { console.log("caught"); } finally { console.log("finally"); }
    }
    function brief() { Utilities.sleep(19999); }"""
    script.push(source)
    platform = script.world.appsscript
    platform.leave_trigger(ALICE, script.id, "brief", ALICE)
    platform.fire_triggers()
    assert [record.durationMs for record in platform.deliver()] == [20_000]
    platform.leave_trigger(ALICE, script.id, "main", "team@group.calendar.google.com")
    platform.calendar_changed("team@group.calendar.google.com")
    (record,) = platform.deliver()
    assert (record.status, record.log, record.error) == (
        "FAILED",
        [],
        {"name": "Exception", "message": "Service using too much computer time for one day."},
    )
    assert 40_000 <= record.durationMs <= 40_001
    processes = script.api.processes().list(userProcessFilter_types="TRIGGER").execute()["processes"]
    assert [process["processStatus"] for process in processes] == ["FAILED", "COMPLETED"]
    assert script.value("return LockService.getUserLock().tryLock(0)") is True
    platform.advance(DAY_S)
    script.push(source)
    platform.calendar_changed("team@group.calendar.google.com")
    (record,) = platform.deliver()
    assert 60_000 <= record.durationMs <= 60_001


def test_a_user_makes_fifty_projects_a_day(world: World) -> None:
    alices, bobs = (
        build("script", "v1", http=TwinHttp(world, user), static_discovery=True).projects()
        for user in (ALICE, BOB)
    )
    for number in range(50):
        alices.create(body={"title": f"Project {number}"}).execute()
    with pytest.raises(HttpError) as refused:
        alices.create(body={"title": "One more"}).execute()
    error = json.loads(refused.value.content)["error"]
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"] == "Resource has been exhausted (e.g. check quota)."
    assert error["errors"][0]["reason"] == "rateLimitExceeded"
    assert len(world.appsscript.projects(ALICE)) == 50
    bobs.create(body={"title": "Bob's"}).execute()
    world.switches.change({"scriptProjectsADay": 51})
    alices.create(body={"title": "One more"}).execute()
    world.appsscript.advance(DAY_S)
    alices.create(body={"title": "The next day's"}).execute()


class Quick:
    """A wing whose executions make one call and end."""

    def start(self, start: Start) -> "QuickExecution":
        return QuickExecution()

    def close(self) -> None:
        """Nothing is held."""


class QuickExecution:
    def __init__(self) -> None:
        self._asked = False

    def next_call(self) -> Call | Ended:
        asked, self._asked = self._asked, True
        return Ended() if asked else Call("Session", "getActiveUser", {})

    def answer(self, answer: Answer) -> None:
        """Nothing is wanted of it."""

    def kill(self) -> None:
        """Nothing runs on."""


@pytest.fixture
def crowd() -> Iterator[Script]:
    """A script in a world of 36 users whose executions cost no engine."""
    users = [ALICE, *(f"user{number}@example.com" for number in range(35))]
    world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=Quick(), users=users)
    api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
    script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
    script.push("function main() {}")
    yield script
    world.close()


AT_ONCE = "There are too many scripts running simultaneously for this Google user account."


def fired_together(script: Script) -> list[str]:
    """Fire every trigger at the same moment; return each status, or the error's text."""
    script.world.appsscript.fire_triggers()
    records = script.world.appsscript.deliver(together=True)
    return [record.error["message"] if record.error else record.status for record in records]


def test_thirty_executions_of_a_user_run_at_once(crowd: Script) -> None:
    for _ in range(30):
        crowd.world.appsscript.leave_trigger(ALICE, crowd.id, "main", ALICE)
    assert fired_together(crowd) == ["COMPLETED"] * 30
    crowd.world.clock.advance(1)
    crowd.world.appsscript.leave_trigger(ALICE, crowd.id, "main", ALICE)
    crowd.world.appsscript.leave_trigger("user1@example.com", crowd.id, "main", "user1@example.com")
    outcomes = fired_together(crowd)
    assert sorted(outcomes) == ["COMPLETED"] * 31 + [AT_ONCE]
    assert crowd.world.appsscript.run(ALICE, crowd.id, "main").status == "COMPLETED"


def test_a_thousand_executions_of_a_script_run_at_once(crowd: Script) -> None:
    for number in range(1000):
        user = f"user{number % 35}@example.com"
        crowd.world.appsscript.leave_trigger(user, crowd.id, "main", user)
    assert set(fired_together(crowd)) == {"COMPLETED"}
    crowd.world.appsscript.leave_trigger(ALICE, crowd.id, "main", ALICE)
    outcomes = fired_together(crowd)
    assert (outcomes.count("COMPLETED"), outcomes.count(AT_ONCE)) == (1000, 1)


LIMITS_S = [("ADD_ON", 30), ("EDITOR", 360), ("TRIGGER", 360), ("TIME_DRIVEN", 360)]


@pytest.mark.parametrize(("kind", "limit_s"), LIMITS_S)
def test_an_execution_ends_at_its_time_limit(script: Script, kind: str, limit_s: int) -> None:
    script.push("""function main(ms) {
      LockService.getUserLock().tryLock(0);
      try { for (; ms > 0; ms -= 100000) Utilities.sleep(Math.min(ms, 100000)); return "in time"; }
      catch (error) { console.log("caught"); } finally { console.log("finally"); }
    }""")
    platform = script.world.appsscript
    # The lock takes 5 ms, each sleep one more.
    inside = platform.run(ALICE, script.id, "main", [limit_s * 1000 - 5 - -(-limit_s // 100)], kind)
    outside = platform.run(ALICE, script.id, "main", [limit_s * 1000], kind)
    assert (inside.status, inside.result, inside.durationMs) == ("COMPLETED", "in time", limit_s * 1000)
    assert (outside.status, outside.result, outside.log) == ("TIMED_OUT", None, [])
    assert outside.error == {"name": "Exception", "message": "Exceeded maximum execution time"}
    processes = script.api.processes().list(userProcessFilter_types=kind).execute()["processes"]
    shown = [(process["processStatus"], process["duration"]) for process in processes]
    assert shown == [
        ("TIMED_OUT", f"{outside.durationMs / 1000:.3f}s"),
        ("COMPLETED", f"{limit_s}.000s"),
    ]
    timed_out = script.api.processes().list(userProcessFilter_statuses="TIMED_OUT").execute()["processes"]
    assert [process["processType"] for process in timed_out] == [kind]
    assert script.value("return LockService.getUserLock().tryLock(0)") is True
