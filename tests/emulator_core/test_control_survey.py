"""What only an operator can see or do: the survey of calendars, the third party's journal, triggers gone astray."""

import json
from typing import Any

from confsync.emulator.world import World

ALICE, BOB = "alice@example.com", "bob@example.com"
EVENTS = f"/calendar/v3/calendars/{ALICE}/events"
DAY = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
MANIFEST = {
    "timeZone": "Etc/UTC",
    "runtimeVersion": "V8",
    "oauthScopes": [
        "https://www.googleapis.com/auth/calendar.events.readonly",
        "https://www.googleapis.com/auth/script.external_request",
        "https://www.googleapis.com/auth/script.scriptapp",
    ],
}
CODE = """
function watch() { ScriptApp.newTrigger('changed').forUserCalendar('alice@example.com').onEventUpdated().create(); }
function changed(event) { return Calendar.Events.list(event.calendarId).items.length; }
"""


def ask(world: World, method: str, target: str, body: Any = None, token: str = ALICE) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    response = world.request(method, target, {"Authorization": f"Bearer {token}"}, data)
    assert response.status < 300, response.body
    return response.json()


def installed(world: World) -> str:
    advanced = {"userSymbol": "Calendar", "serviceId": "calendar", "version": "v3"}
    manifest = MANIFEST | {"dependencies": {"enabledAdvancedServices": [advanced]}}
    script_id = str(ask(world, "POST", "/v1/projects", {"title": "Sample"})["scriptId"])
    files = [
        {"name": "appsscript", "type": "JSON", "source": json.dumps(manifest)},
        {"name": "Code", "type": "SERVER_JS", "source": CODE},
    ]
    ask(world, "PUT", f"/v1/projects/{script_id}/content", {"files": files})
    ask(world, "POST", "/emulator/installs", {"user": ALICE, "scriptId": script_id})
    body = {"user": ALICE, "scriptId": script_id, "function": "watch"}
    assert ask(world, "POST", "/emulator/executions", body)["status"] == "COMPLETED"
    return script_id


def deliver(world: World, order: str = "one-by-one") -> Any:
    return ask(world, "POST", "/emulator/triggers/deliver", {"order": order})["executions"]


def test_the_survey_shows_roles_and_deleted_events(world: World) -> None:
    event = ask(world, "POST", EVENTS, {"summary": "Planning", **DAY})
    ask(world, "DELETE", f"{EVENTS}/{event['id']}")
    ask(
        world,
        "POST",
        f"/calendar/v3/calendars/{ALICE}/acl",
        {"role": "reader", "scope": {"type": "user", "value": BOB}},
    )
    surveyed = {
        calendar["id"]: calendar for calendar in ask(world, "GET", "/emulator/calendars")["calendars"]
    }
    assert surveyed[ALICE]["roles"] == {ALICE: "owner", BOB: "reader"}
    assert surveyed[BOB]["roles"] == {ALICE: "none", BOB: "owner"}
    assert (surveyed[ALICE]["listedBy"], surveyed[BOB]["listedBy"]) == ([ALICE, BOB], [BOB])
    assert [(event["summary"], event["status"]) for event in surveyed[ALICE]["events"]] == [
        ("Planning", "cancelled")
    ]


def test_the_journal_knows_also_what_nobody_heard_of(world: World) -> None:
    key = ask(world, "GET", "/emulator/conferences/key")["key"]
    ask(
        world, "POST", "/emulator/faults", {"method": "conferences.create", "when": "after", "action": "drop"}
    )
    moment = "2026-03-02T08:00:00Z"
    body = {"id": "c1", "title": "A", "startTime": moment, "endTime": moment, "timeZone": "UTC"}
    data = json.dumps(body).encode()
    world.request("POST", "/conferences/v1/conferences", {"Authorization": f"Bearer {key}"}, data)
    ask(world, "DELETE", "/conferences/v1/conferences/c1", token=key)
    writes = ask(world, "GET", "/emulator/conferences/journal")["writes"]
    assert [(write["operation"], write["id"]) for write in writes] == [("create", "c1"), ("delete", "c1")]


def test_triggers_fire_without_a_change_and_get_lost(world: World) -> None:
    installed(world)
    ask(world, "POST", EVENTS, {"summary": "Planning", **DAY})
    ask(world, "POST", "/emulator/triggers/drop")
    assert deliver(world) == []
    ask(world, "POST", "/emulator/triggers/fire")
    assert [execution["result"] for execution in deliver(world)] == [1]


def test_a_trigger_of_another_version_is_left_behind(world: World) -> None:
    script_id = installed(world)
    left = {"user": ALICE, "scriptId": script_id, "handlerFunction": "old"}
    assert ask(world, "POST", "/emulator/triggers", left)["triggerSourceId"] == ALICE
    ask(world, "POST", EVENTS, {"summary": "Planning", **DAY})
    failed = {execution["function"]: execution["status"] for execution in deliver(world)}
    assert failed == {"changed": "COMPLETED", "old": "FAILED"}


def test_side_by_side_executions_take_turns_call_by_call(world: World) -> None:
    script_id = installed(world)
    ask(
        world,
        "POST",
        "/emulator/triggers",
        {"user": ALICE, "scriptId": script_id, "handlerFunction": "changed"},
    )
    ask(world, "POST", EVENTS, {"summary": "Planning", **DAY})
    one, other = deliver(world, "together")
    assert one["status"] == other["status"] == "COMPLETED"
    assert one["startedAtUs"] == other["startedAtUs"]


def test_a_fault_may_strike_any_call_of_scripts_and_nobody_else(world: World) -> None:
    installed(world)
    ask(world, "POST", "/emulator/faults", {"method": "calendar.events.list", "status": 410, "scripts": True})
    ask(world, "GET", EVENTS)
    ask(world, "POST", "/emulator/triggers/fire")
    (execution,) = deliver(world)
    assert execution["error"]["properties"]["details"]["code"] == 410
    ask(world, "POST", "/emulator/faults", {"method": "*", "action": "kill"})
    ask(world, "GET", EVENTS)
    ask(world, "POST", "/emulator/triggers/fire")
    assert [execution["status"] for execution in deliver(world)] == ["KILLED"]
