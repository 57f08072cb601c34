"""ScriptApp beyond triggers that repeat, and where it refuses to make them."""

from typing import Any

import pytest

from confsync.emulator.appsscript.executions import ExecutionRecord

from .conftest import ALICE, MANIFEST, Script

TOO_OFTEN = "The recurrence interval for an Add-on trigger must be at least one hour."
CREATE = """function main(name, value) { ScriptApp.newTrigger("main").timeBased()[name](value).create(); return "made"; }
function doGet() { return ContentService.createTextOutput(main("everyMinutes", 30)); }"""


def test_a_trigger_can_wait_for_a_date(script: Script) -> None:
    source = """function begin() { ScriptApp.newTrigger("main").timeBased().atDate(2026, 3, 4).create(); }
      function main() { return [new Date().getDate(), new Date().getHours()]; }"""
    script.push(source)
    script.world.appsscript.run(ALICE, script.id, "begin")
    assert script.world.appsscript.advance(86_400) == []
    (record,) = script.world.appsscript.advance(86_400)
    assert record.result == [4, 0]


def created(script: Script, kind: str, *schedule: Any) -> ExecutionRecord:
    return script.world.appsscript.run(ALICE, script.id, "main", schedule, kind)


@pytest.mark.parametrize("kind", ["ADD_ON", "TRIGGER", "TIME_DRIVEN", "WEBAPP"])
def test_an_add_on_s_clock_ticks_once_an_hour_at_most(script: Script, kind: str) -> None:
    script.push(CREATE, MANIFEST | {"addOns": {"common": {"name": "x"}}})
    for minutes in (1, 30):
        refused = created(script, kind, "everyMinutes", minutes)
        assert refused.error and refused.error["message"] == TOO_OFTEN
    for schedule in (("everyHours", 1), ("everyDays", 1), ("after", 60_000)):
        assert created(script, kind, *schedule).result == "made"
    assert len(script.world.appsscript.triggers()) == 3


def test_other_scripts_and_the_editor_may_have_it_more_often(script: Script) -> None:
    script.push(CREATE, MANIFEST | {"addOns": {"common": {"name": "x"}}})
    assert created(script, "EDITOR", "everyMinutes", 1).result == "made"
    script.push(CREATE)
    assert created(script, "TIME_DRIVEN", "everyMinutes", 1).result == "made"


def test_a_script_that_is_run_over_the_api_makes_no_triggers(script: Script) -> None:
    script.push(
        CREATE + "function count() { return ScriptApp.getProjectTriggers().length; }",
        MANIFEST | {"executionApi": {"access": "MYSELF"}},
    )

    def run(function: str, *parameters: Any) -> Any:
        body = {"function": function, "parameters": parameters, "devMode": True}
        return script.api.scripts().run(scriptId=script.id, body=body).execute()

    error = run("main", "everyHours", 1)["error"]
    assert error["details"][0]["errorMessage"] == (
        "Script has attempted to perform an action that is not allowed when invoked through the Google Apps Script "
        "Execution API."
    )
    assert run("count")["response"]["result"] == 0
    assert created(script, "EDITOR", "everyHours", 1).result == "made"
    assert run("count")["response"]["result"] == 1


def test_a_script_has_no_triggers_of_documents(script: Script) -> None:
    signature = "don't match the method signature for ScriptApp.getUserTriggers."
    assert script.error("ScriptApp.getUserTriggers()").endswith(f"The parameters () {signature}")
    assert script.error("ScriptApp.getUserTriggers(null)").endswith(f"The parameters (null) {signature}")
    assert script.error("ScriptApp.getUserTriggers('x')").endswith(f"The parameters (String) {signature}")


def test_a_script_has_a_key_of_its_own(script: Script) -> None:
    other = script.api.projects().create(body={"title": "Other"}).execute()["scriptId"]
    keys = {script.value("return ScriptApp.getProjectKey()") for _ in range(2)}
    keys.add(Script(script.world, script.api, other).value("return ScriptApp.getProjectKey()"))
    assert len(keys) == 2 and {len(key) for key in keys} == {33}
