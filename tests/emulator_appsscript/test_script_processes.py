"""Executions as the Apps Script API tells of them: processes, with filters and in pages, and metrics."""

from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

from .conftest import ALICE, BOB, Script

SOURCE = """
function fine() { Utilities.sleep(1233); }
function broken() { throw new Error("no"); }
function endless() { for (;;) Utilities.sleep(60000); }
"""


@pytest.fixture
def ran(script: Script) -> Script:
    """A script of Alice's that she ran three times, a minute apart, and Bob once."""
    script.push(SOURCE)
    for user, function in ((ALICE, "fine"), (ALICE, "broken"), (BOB, "fine"), (ALICE, "endless")):
        script.world.appsscript.run(user, script.id, function)
        script.world.clock.advance(60 * MICROSECONDS)
    return script


def listed(script: Script, **filters: Any) -> list[str]:
    """Return functions and statuses of Alice's processes that pass the filters of `processes.list`."""
    named = {f"userProcessFilter_{name}": value for name, value in filters.items()}
    answer = script.api.processes().list(**named).execute()
    return [f"{one['functionName']} {one['processStatus']}" for one in answer.get("processes", [])]


def test_a_process_tells_of_its_execution(ran: Script) -> None:
    *_, first = ran.api.processes().list().execute()["processes"]
    assert first == {
        "projectName": "Test",
        "functionName": "fine",
        "processType": "EDITOR",
        "processStatus": "COMPLETED",
        "userAccessLevel": "OWNER",
        "startTime": "2026-03-02T08:00:00.000Z",
        "duration": "1.234s",
        "runtimeVersion": "V8",
    }


def test_a_user_sees_their_own_processes_the_newest_first(ran: Script) -> None:
    assert listed(ran) == ["endless TIMED_OUT", "broken FAILED", "fine COMPLETED"]
    bobs = build("script", "v1", http=TwinHttp(ran.world, BOB), static_discovery=True)
    [process] = bobs.processes().list().execute()["processes"]
    assert (process["functionName"], process["userAccessLevel"]) == ("fine", "NONE")


def test_a_script_s_processes_are_everybody_s_but_for_its_owner_only(ran: Script) -> None:
    answer = ran.api.processes().listScriptProcesses(scriptId=ran.id).execute()
    levels = [process["userAccessLevel"] for process in answer["processes"]]
    assert levels == ["OWNER", "NONE", "OWNER", "OWNER"]
    bobs = build("script", "v1", http=TwinHttp(ran.world, BOB), static_discovery=True)
    with pytest.raises(HttpError, match="Requested entity was not found"):
        bobs.processes().listScriptProcesses(scriptId=ran.id).execute()
    with pytest.raises(HttpError, match="Request contains an invalid argument"):
        ran.api.processes().listScriptProcesses().execute()


@pytest.mark.parametrize(
    ("filters", "functions"),
    [
        ({"functionName": "broken"}, ["broken FAILED"]),
        ({"projectName": "es"}, ["endless TIMED_OUT", "broken FAILED", "fine COMPLETED"]),
        ({"projectName": "other"}, []),
        ({"scriptId": "other"}, []),
        ({"deploymentId": "other"}, []),
        ({"statuses": ["FAILED", "TIMED_OUT"]}, ["endless TIMED_OUT", "broken FAILED"]),
        ({"statuses": ["FAILED"], "types": ["TRIGGER"]}, []),
        ({"types": ["EDITOR", "TRIGGER"], "functionName": "fine"}, ["fine COMPLETED"]),
        ({"userAccessLevels": ["OWNER"], "functionName": "fine"}, ["fine COMPLETED"]),
        ({"userAccessLevels": ["READ"]}, []),
        ({"startTime": "2026-03-02T09:01:01.234+01:00"}, ["endless TIMED_OUT", "broken FAILED"]),
        ({"startTime": "2026-03-02T08:01:01.235Z"}, ["endless TIMED_OUT"]),
        ({"endTime": "2026-03-02T08:00:01.234Z"}, ["fine COMPLETED"]),
        ({"endTime": "2026-03-02T08:00:01.233Z"}, []),
    ],
)
def test_each_filter_limits_the_list(ran: Script, filters: Any, functions: list[str]) -> None:
    assert listed(ran, **filters) == functions


def test_pages_stay_in_step_while_more_executions_come(ran: Script) -> None:
    processes, found = ran.api.processes(), []
    request = processes.list(pageSize=2)
    while request is not None:
        page = request.execute()
        found.append([process["functionName"] for process in page["processes"]])
        ran.world.appsscript.run(ALICE, ran.id, "fine")
        request = processes.list_next(request, page)
    assert found == [["endless", "broken"], ["fine"]]


def test_a_filter_knows_the_deployment_and_the_kind(script: Script) -> None:
    script.push(SOURCE)
    deployment = script.deploy()
    script.world.appsscript.install(ALICE, script.id, deployment)
    script.world.appsscript.run(ALICE, script.id, "fine", kind="ADD_ON")
    assert listed(script, deploymentId=deployment, types=["ADD_ON"]) == ["fine COMPLETED"]


def test_an_execution_under_way_has_no_duration(script: Script) -> None:
    asking = """function fine() {
      const url = "https://script.googleapis.com/v1/processes";
      const headers = {Authorization: "Bearer alice@example.com"};
      return UrlFetchApp.fetch(url, {headers}).getContentText();
    }"""
    manifest = {"timeZone": "Etc/UTC"}
    script.push(asking, manifest)
    record = script.world.appsscript.run(ALICE, script.id, "fine")
    assert record.status == "COMPLETED" and '"RUNNING"' in record.result and "duration" not in record.result


def test_metrics_count_by_day_and_by_week(ran: Script, world: World) -> None:
    world.clock.advance(24 * 3600 * MICROSECONDS)
    ran.world.appsscript.run(ALICE, ran.id, "fine")
    metrics = ran.api.projects().getMetrics(scriptId=ran.id, metricsGranularity="DAILY").execute()
    counts = {name: [value["value"] for value in values] for name, values in metrics.items()}
    assert counts == {
        "activeUsers": ["1", "2", "0", "0", "0", "0", "0"],
        "totalExecutions": ["1", "4", "0", "0", "0", "0", "0"],
        "failedExecutions": ["0", "2", "0", "0", "0", "0", "0"],
    }
    today, yesterday = metrics["activeUsers"][:2]
    assert today["startTime"] == yesterday["endTime"] == "2026-03-02T08:10:03.703Z"
    weekly = ran.api.projects().getMetrics(scriptId=ran.id, metricsGranularity="WEEKLY").execute()
    assert [value["value"] for value in weekly["totalExecutions"]] == ["5", "0", "0", "0"]
    none = {"metricsGranularity": "DAILY", "metricsFilter_deploymentId": "other"}
    other = ran.api.projects().getMetrics(scriptId=ran.id, **none).execute()
    assert {value["value"] for values in other.values() for value in values} == {"0"}


def test_metrics_without_a_granularity_are_refused(script: Script) -> None:
    for given in ({}, {"metricsGranularity": "UNSPECIFIED_GRANULARITY"}):
        with pytest.raises(HttpError, match="Request contains an invalid argument"):
            script.api.projects().getMetrics(scriptId=script.id, **given).execute()
