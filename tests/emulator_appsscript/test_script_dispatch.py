"""Dispatch: the trace, latency, faults and limits, the same for whoever asks."""

import itertools
from typing import Any

import pytest

from .conftest import ALICE, Script

TWO = """PropertiesService.getUserProperties().setProperty("a", "1");
  try { PropertiesService.getUserProperties().setProperty("b", "2"); }
  catch (e) { PropertiesService.getUserProperties().setProperty("caught", e.message); }
  finally { PropertiesService.getUserProperties().setProperty("c", "3"); }"""


def stored(script: Script) -> dict[str, str]:
    return script.world.appsscript.properties(script.id, ALICE)


def test_every_call_is_in_the_trace_with_its_time(script: Script) -> None:
    record = script.run("Utilities.getUuid(); PropertiesService.getUserProperties().getProperties();")
    first, second = script.calls()
    assert (first.service, first.method, first.arguments) == ("Utilities", "getUuid", {})
    assert (second.service, second.method, second.arguments) == (
        "Properties",
        "getProperties",
        {"store": "user"},
    )
    assert (first.execution, first.call, second.call, first.user) == (record.number, 1, 2, ALICE)
    assert second.at_us - first.at_us == 1_000
    assert (record.calls, record.durationMs) == (2, 6)


def test_latencies_are_those_of_the_services(script: Script) -> None:
    script.run("""LockService.getUserLock().hasLock(); ScriptApp.getProjectTriggers(); Calendar.Events.list("primary");
      UrlFetchApp.fetch("https://conferences.example/", { muteHttpExceptions: true }); Utilities.getUuid();""")
    times = [call.at_us for call in script.calls()]
    assert [after - before for before, after in itertools.pairwise(times)] == [
        5000,
        50_000,
        100_000,
        200_000,
    ]


def test_keys_are_not_shown(script: Script) -> None:
    script.run("""const store = PropertiesService.getScriptProperties();
      store.setProperty("secret.key", "hidden-1"); store.setProperties({ "secret.other": "hidden-2", plain: "seen" });
      UrlFetchApp.fetchAll([{ url: "https://conferences.example/", headers: { authorization: "Bearer hidden-3" },
        muteHttpExceptions: true }]);""")
    shown = str([call.as_json() for call in script.calls()])
    assert "hidden" not in shown and "seen" in shown and shown.count("•••") == 3


@pytest.mark.parametrize(("when", "left"), [("before", {"a": "1"}), ("after", {"a": "1", "b": "2"})])
def test_a_kill_strikes_before_or_after_the_effect_and_no_handler_runs(
    script: Script, when: str, left: dict[str, str]
) -> None:
    script.world.faults.add({"method": "Properties.setProperty", "action": "kill", "when": when, "skip": 1})
    record = script.run(TWO)
    assert (record.status, record.calls, stored(script)) == ("KILLED", 2, left)
    assert script.calls()[-1].outcome == f"killed {when}"


def test_a_service_that_fails_is_an_exception(script: Script) -> None:
    script.world.faults.add(
        {"method": "Properties.setProperty", "status": 500, "message": "Not today.", "skip": 1}
    )
    assert script.run(TWO).status == "COMPLETED"
    assert stored(script) == {"a": "1", "caught": "Not today.", "c": "3"}


@pytest.mark.parametrize("method", ["UrlFetch.fetchAll", "conferences.list"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_never_comes_is_a_timeout(script: Script, method: str, when: str) -> None:
    script.world.faults.add({"method": method, "action": "drop", "when": when})
    script.world.appsscript.set_properties(script.id, "script", {"k": script.world.conferences.key})
    url = "https://conferences.example/v1/conferences"
    body = f"""const k = PropertiesService.getScriptProperties().getProperty("k");
      return UrlFetchApp.fetchAll([{{ url: "{url}", headers: {{ Authorization: "Bearer " + k }},
        muteHttpExceptions: true }}]).length"""
    assert script.error(body) == f"Exception: Timeout: {url}"
    assert script.value(body) == 1


def test_a_fetch_may_be_answered_with_an_error(script: Script) -> None:
    script.world.faults.add({"method": "UrlFetch.fetch", "status": 503})
    body = "return UrlFetchApp.fetch('https://conferences.example/', {muteHttpExceptions: true}).getResponseCode()"
    assert [script.value(body), script.value(body)] == [503, 404]


def test_calendar_s_faults_count_once(script: Script) -> None:
    script.world.faults.add({"method": "calendar.events.list", "status": 429, "skip": 1})
    body = "const seen = []; for (let i = 0; i < 3; i++) { try { Calendar.Events.list('primary'); seen.push(200); } "
    body += "catch (e) { seen.push(e.details.code); } } return seen"
    assert script.value(body) == [200, 429, 200]


def test_a_kill_at_a_calendar_call_of_one_user(script: Script) -> None:
    rule: dict[str, Any] = {
        "method": "calendar.events.list",
        "action": "kill",
        "user": ALICE,
        "calendar": ALICE,
    }
    script.world.faults.add(rule)
    script.push("function main() { Calendar.Events.list('primary'); }")
    statuses = [
        script.world.appsscript.run(user, script.id, "main").status for user in ("bob@example.com", ALICE)
    ]
    assert statuses == ["COMPLETED", "KILLED"]


@pytest.mark.parametrize(("kind", "seconds"), [("ADD_ON", 30), ("EDITOR", 360)])
def test_the_time_limit_kills_without_a_handler(script: Script, kind: str, seconds: int) -> None:
    script.push("""function main(ms) { try { Utilities.sleep(1); for (let t = ms; t > 0; t -= 1e5) Utilities.sleep(Math.min(t, 1e5)); }
      finally { console.log("done"); } }""")
    inside = script.world.appsscript.run(ALICE, script.id, "main", [seconds * 1000 - 10], kind)
    outside = script.world.appsscript.run(ALICE, script.id, "main", [seconds * 1000], kind)
    assert (inside.status, len(inside.log)) == ("COMPLETED", 1)
    assert (outside.status, outside.log) == ("TIMED_OUT", [])
    assert outside.error and outside.error["message"] == "Exceeded maximum execution time"
    assert outside.durationMs - seconds * 1000 <= 1


def test_executions_are_remembered(script: Script) -> None:
    first = script.run("console.log('x'); return {a: 1}")
    script.run("null.x")
    found = script.world.appsscript.executions()
    assert found[0] == first and found[0].as_json()["result"] == {"a": 1}
    assert [record.status for record in found] == ["COMPLETED", "FAILED"]
    assert script.world.appsscript.executions(first.number) == found[1:]
    assert found[1].error and "Code:1" in found[1].error["stack"]
