"""Triggers: made by scripts, fired by calendars and by the clock, run as who made them."""

import threading
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World
from confsync.errors import EmulatorError

from .conftest import ALICE, BOB, Script

HANDLER = "function fired(e) { return e; }\n"
WATCH = (
    HANDLER
    + "function main(id) { ScriptApp.newTrigger('fired').forUserCalendar(id).onEventUpdated().create(); }"
)


@pytest.fixture
def calendar(world: World) -> Any:
    return build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True)


def insert(calendar: Any) -> dict[str, Any]:
    body = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}
    event: dict[str, Any] = calendar.events().insert(calendarId="primary", body=body).execute()
    return event


def run(script: Script, function: str = "main", *arguments: Any, user: str = ALICE) -> Any:
    record = script.world.appsscript.run(user, script.id, function, arguments)
    assert record.status == "COMPLETED", record.error
    return record.result


def test_a_change_of_a_calendar_fires_its_triggers(script: Script, calendar: Any) -> None:
    script.push(WATCH)
    for user in (ALICE, BOB):
        run(script, "main", user, user=user)
    insert(calendar)
    (record,) = script.world.appsscript.deliver()
    trigger = next(trigger for trigger in script.world.appsscript.triggers() if trigger.user == ALICE)
    assert (record.user, record.kind, record.trigger, record.status) == (
        ALICE,
        "TRIGGER",
        trigger.uid,
        "COMPLETED",
    )
    assert record.result == {"authMode": "FULL", "calendarId": ALICE, "triggerUid": trigger.uid}
    assert script.world.appsscript.deliver() == []


def test_several_changes_before_a_delivery_fire_once(script: Script, calendar: Any) -> None:
    script.push(WATCH)
    run(script, "main", ALICE)
    event = insert(calendar)
    calendar.events().patch(calendarId="primary", eventId=event["id"], body={"summary": "x"}).execute()
    calendar.events().delete(calendarId="primary", eventId=event["id"]).execute()
    assert len(script.world.appsscript.deliver()) == 1
    insert(calendar)
    assert len(script.world.appsscript.deliver()) == 1


def test_scripts_see_and_delete_their_own_triggers_only(script: Script) -> None:
    script.push(
        WATCH
        + """function list() { return ScriptApp.getProjectTriggers().map((t) => [t.getHandlerFunction(), t.getTriggerSourceId(),
               t.getEventType() === ScriptApp.EventType.ON_EVENT_UPDATED, t.getTriggerSource() === ScriptApp.TriggerSource.CALENDAR,
               /^[0-9]{19}$/.test(t.getUniqueId())]); }
             function clear() { ScriptApp.getProjectTriggers().forEach((t) => ScriptApp.deleteTrigger(t)); }"""
    )
    run(script, "main", "primary")
    run(script, "main", "team@group.calendar.google.com", user=BOB)
    assert run(script, "list") == [["fired", ALICE, True, True, True]]
    run(script, "clear")
    assert run(script, "list") == []
    assert len(run(script, "list", user=BOB)) == 1


def test_a_deleted_trigger_does_not_fire_though_it_was_queued(script: Script, calendar: Any) -> None:
    script.push(WATCH + "function clear() { ScriptApp.deleteTrigger(ScriptApp.getProjectTriggers()[0]); }")
    run(script, "main", ALICE)
    insert(calendar)
    run(script, "clear")
    assert script.world.appsscript.deliver() == []


def test_a_user_has_twenty_triggers_of_a_script(script: Script) -> None:
    script.push(
        HANDLER
        + "function main() { for (let i = 0; i < a(); i++) ScriptApp.newTrigger('fired').timeBased().everyHours(1).create(); }"
        + "function a() { return 20 - ScriptApp.getProjectTriggers().length; }"
        + "function more() { ScriptApp.newTrigger('fired').forUserCalendar('x@example.com').onEventUpdated().create(); }"
    )
    for _ in range(5):
        run(script)
    assert len(script.world.appsscript.triggers()) == 20
    record = script.world.appsscript.run(ALICE, script.id, "more")
    assert record.error and record.error["message"] == (
        "This script has too many triggers. Triggers must be deleted from the script before more can be added."
    )
    script.world.appsscript.run(BOB, script.id, "more")
    assert len(script.world.appsscript.triggers()) == 21


def test_clock_triggers_fire_on_the_way(script: Script) -> None:
    script.push(
        "function fired(e) { return [Date.now(), e.hour, e.minute, e.authMode === ScriptApp.AuthMode.FULL]; }"
        "function main() { ScriptApp.newTrigger('fired').timeBased().everyHours(2).create();"
        " ScriptApp.newTrigger('fired').timeBased().after(5400000).create(); }"
    )
    run(script)
    start_us = script.world.clock.now_us()
    records = script.world.appsscript.advance(4 * 3600)
    assert [record.result[1:] for record in records] == [[9, 30, True], [10, 0, True], [12, 0, True]]
    assert {record.kind for record in records} == {"TIME_DRIVEN"}
    assert script.world.clock.now_us() == start_us + 4 * 3600 * 1_000_000


def test_a_rule_that_the_platform_refuses(script: Script) -> None:
    error = script.error("ScriptApp.newTrigger('main').timeBased().everyMinutes(7).create()")
    assert error.endswith("It must be one of 1, 5, 10, 15 or 30.")
    assert "no schedule" in script.error("ScriptApp.newTrigger('main').timeBased().create()")


def test_a_trigger_runs_the_version_of_its_deployment(script: Script, calendar: Any) -> None:
    def version(name: str) -> str:
        return f"function fired() {{ return '{name}'; }}" + WATCH.replace(HANDLER, "")

    def delivered() -> list[Any]:
        insert(calendar)
        return sorted(record.result for record in script.world.appsscript.deliver())

    script.push(version("one"))
    deployment = script.deploy()
    script.world.appsscript.install(ALICE, script.id, deployment)
    run(script, "main", ALICE)
    script.push(version("head"))
    run(script, "main", ALICE, user=BOB)
    assert delivered() == ["head", "one"]
    script.push(version("two"))
    script.deploy(deployment)
    script.push(version("later"))
    assert delivered() == ["later", "two"]
    script.api.projects().deployments().delete(scriptId=script.id, deploymentId=deployment).execute()
    assert delivered() == ["later"]


@pytest.mark.parametrize(("fires", "executions"), [(True, 1), (False, 0)])
def test_a_script_s_own_writes_fire_when_the_switch_says_so(
    script: Script, fires: bool, executions: int
) -> None:
    script.world.appsscript.fire_on_script_writes = fires
    script.push(
        WATCH
        + """function write() { Calendar.Events.insert({ start: { date: "2026-03-03" }, end: { date: "2026-03-04" } }, "primary"); }"""
    )
    run(script, "main", ALICE)
    run(script, "write")
    assert len(script.world.appsscript.deliver()) == executions


@pytest.mark.parametrize("together", [False, True])
def test_a_function_that_fires_itself_is_stopped(script: Script, together: bool) -> None:
    write = """Calendar.Events.insert({ start: { date: "2026-03-03" }, end: { date: "2026-03-04" } }, "primary");"""
    script.push(WATCH.replace("return e;", write))
    run(script, "main", ALICE)
    run(script, "fired")
    with pytest.raises(EmulatorError, match="5 triggers fired one after the other"):
        script.world.appsscript.deliver(most=5, together=together)


def test_in_the_background_a_change_is_delivered_as_it_happens() -> None:
    world = World(clock=Clock(), users=[ALICE])
    try:
        api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
        script = Script(world, api, api.projects().create(body={"title": "x"}).execute()["scriptId"])
        script.push(WATCH)
        run(script, "main", ALICE)
        world.appsscript.delivery = "background"
        assert world.appsscript.delivery == "background"
        insert(build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True))
        ended = threading.Event()
        for _ in range(200):
            if any(record.status == "COMPLETED" for record in world.appsscript.executions(1)):
                ended.set()
                break
            ended.wait(0.05)
        assert ended.is_set()
        world.appsscript.delivery = "on_demand"
        assert world.appsscript.delivery == "on_demand"
    finally:
        world.close()
