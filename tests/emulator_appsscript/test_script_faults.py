"""What a script sees when an answer is late, cut off, or no JSON: never half a value."""

import pytest

from confsync.emulator.world import VIRTUAL_START_US

from .conftest import ALICE, Script

LIST = "calendar.events.list"
EMPTY = f"GoogleJsonResponseException: API call to {LIST} failed with error: Empty response"
URL = "https://conferences.example/v1/conferences"


@pytest.mark.parametrize(
    "rule", [{"action": "truncate"}, {"action": "garbage"}, {"action": "empty"}, {"action": "html"}]
)
def test_an_answer_that_is_no_json_is_an_empty_response(script: Script, rule: dict[str, object]) -> None:
    script.world.faults.add({"method": LIST, "user": ALICE, **rule})
    assert script.error("Calendar.Events.list('primary')") == EMPTY
    assert script.value("return Calendar.Events.list('primary').items") == []


def test_a_truncated_fetch_is_a_timeout(script: Script) -> None:
    script.world.faults.add({"method": "conferences.list", "action": "truncate"})
    assert script.error(f"UrlFetchApp.fetch('{URL}')") == f"Exception: Timeout: {URL}"


@pytest.mark.parametrize(
    ("method", "body"),
    [
        (LIST, "Calendar.Events.list('primary')"),
        ("conferences.list", f"UrlFetchApp.fetch('{URL}', {{muteHttpExceptions: true}})"),
        ("UrlFetch.fetch", f"UrlFetchApp.fetch('{URL}', {{muteHttpExceptions: true}})"),
        ("Properties.getKeys", "PropertiesService.getUserProperties().getKeys()"),
    ],
)
def test_a_late_answer_moves_the_clock_of_the_execution(script: Script, method: str, body: str) -> None:
    script.world.faults.add({"method": method, "delaySeconds": 30})
    late, usual = (
        script.value(f"const before = Date.now(); {body}; return Date.now() - before") for _ in range(2)
    )
    assert late - usual == 30_000


def test_a_late_answer_can_reach_the_time_limit(script: Script) -> None:
    script.world.faults.add({"method": LIST, "delaySeconds": 361})
    record = script.run("Calendar.Events.list('primary'); return 1")
    assert (record.status, script.world.clock.now_us() > VIRTUAL_START_US + 361_000_000) == (
        "TIMED_OUT",
        True,
    )


def test_a_service_can_fail_late(script: Script) -> None:
    script.world.faults.add(
        {"method": "Properties.getKeys", "status": 500, "message": "No.", "delaySeconds": 30}
    )
    body = "try { PropertiesService.getUserProperties().getKeys(); } catch (e) { return [e.message, Date.now() - before]; }"
    message, took = script.value(f"const before = Date.now(); {body}")
    assert (message, took >= 30_000) == ("No.", True)
