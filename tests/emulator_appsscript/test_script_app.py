"""ScriptApp beyond triggers that repeat."""

from .conftest import ALICE, Script


def test_a_trigger_can_wait_for_a_date(script: Script) -> None:
    source = """function begin() { ScriptApp.newTrigger("main").timeBased().atDate(2026, 3, 4).create(); }
      function main() { return [new Date().getDate(), new Date().getHours()]; }"""
    script.push(source)
    script.world.appsscript.run(ALICE, script.id, "begin")
    assert script.world.appsscript.advance(86_400) == []
    (record,) = script.world.appsscript.advance(86_400)
    assert record.result == [4, 0]
