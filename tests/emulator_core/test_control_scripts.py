"""The control routes that run scripts: installs, executions, triggers, properties, drafts, and the clock."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.world import VIRTUAL_START_US, World

ALICE = "alice@example.com"
EVENTS = f"/calendar/v3/calendars/{ALICE}/events"

CODE = """
function double(value) { console.log('doubling'); return value * 2; }
function watch() {
  ScriptApp.newTrigger('changed').forUserCalendar(Session.getActiveUser().getEmail()).onEventUpdated().create();
  ScriptApp.newTrigger('hourly').timeBased().everyHours(1).create();
}
function changed(event) { return event.calendarId; }
function hourly() { return Utilities.getUuid(); }
function fetch() { return UrlFetchApp.fetch('https://conferences.example/v1/conferences').getContentText(); }
function createConference(arg) {
  return ConferenceDataService.newConferenceDataBuilder()
      .setConferenceId('of-' + arg.eventData.eventId)
      .addEntryPoint(ConferenceDataService.newEntryPoint()
          .setEntryPointType(ConferenceDataService.EntryPointType.VIDEO)
          .setUri('https://conferences.example/join/1'))
      .build();
}
"""

SCOPES = [
    "https://www.googleapis.com/auth/calendar.addons.execute",
    "https://www.googleapis.com/auth/calendar.events.readonly",
    "https://www.googleapis.com/auth/script.scriptapp",
    "https://www.googleapis.com/auth/script.external_request",
    "https://www.googleapis.com/auth/userinfo.email",
]

MANIFEST = {
    "timeZone": "Etc/UTC",
    "runtimeVersion": "V8",
    "oauthScopes": SCOPES,
    "urlFetchWhitelist": ["https://conferences.example/v1/"],
    "addOns": {
        "common": {"name": "Sample", "logoUrl": "https://lh3.googleusercontent.com/logo"},
        "calendar": {
            "conferenceSolution": [
                {
                    "id": "web",
                    "name": "My Web Conference",
                    "logoUrl": "https://lh3.googleusercontent.com/logo",
                    "onCreateFunction": "createConference",
                }
            ]
        },
    },
}


def ask(world: World, method: str, target: str, body: Any = None) -> Any:
    """Send a request as Alice; return the JSON of a 200."""
    data = b"" if body is None else json.dumps(body).encode()
    response = world.request(method, target, {"Authorization": f"Bearer {ALICE}"}, data)
    assert response.status == 200, response.body
    return response.json()


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """One world for this file: V8 starts once."""
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE])
    yield world
    world.close()


@pytest.fixture
def world(shared: World) -> World:
    """The world as it was at its start."""
    ask(shared, "POST", "/emulator/reset")
    return shared


@pytest.fixture
def script(world: World) -> str:
    """A script project with the code above, installed for Alice."""
    script_id = ask(world, "POST", "/v1/projects", {"title": "Sample"})["scriptId"]
    files = [
        {"name": "appsscript", "type": "JSON", "source": json.dumps(MANIFEST)},
        {"name": "Code", "type": "SERVER_JS", "source": CODE},
    ]
    ask(world, "PUT", f"/v1/projects/{script_id}/content", {"files": files})
    ask(world, "POST", "/emulator/installs", {"user": ALICE, "scriptId": script_id})
    return str(script_id)


def run(world: World, script: str, function: str, *arguments: Any) -> Any:
    """Run a function over the control route; return the record."""
    body = {"user": ALICE, "scriptId": script, "function": function, "arguments": list(arguments)}
    return ask(world, "POST", "/emulator/executions", body)


def test_a_function_runs_and_is_remembered(world: World, script: str) -> None:
    record = run(world, script, "double", 21)
    assert (record["status"], record["result"], record["kind"]) == ("COMPLETED", 42, "EDITOR")
    assert [line["message"] for line in record["log"]] == ["doubling"]
    listed = ask(world, "GET", "/emulator/executions")["executions"]
    assert listed == [record]
    assert ask(world, "GET", f"/emulator/executions?since={record['number']}")["executions"] == []
    assert ask(world, "GET", "/emulator/installs")["installs"] == [{"user": ALICE, "scriptId": script}]


def test_triggers_wait_until_they_are_delivered(world: World, script: str) -> None:
    run(world, script, "watch")
    waiting = ask(world, "GET", "/emulator/triggers")["triggers"]
    assert {trigger["handlerFunction"] for trigger in waiting} == {"changed", "hourly"}
    times = {name: {"dateTime": f"2026-03-02T1{hour}:00:00Z"} for name, hour in (("start", 0), ("end", 1))}
    ask(world, "POST", EVENTS, {"summary": "Planning", **times})
    delivered = ask(world, "POST", "/emulator/triggers/deliver")["executions"]
    assert [(record["function"], record["result"]) for record in delivered] == [("changed", ALICE)]
    assert ask(world, "POST", "/emulator/triggers/deliver")["executions"] == []


def test_the_clock_walks_to_what_falls_due(world: World, script: str) -> None:
    run(world, script, "watch")
    moved = ask(world, "POST", "/emulator/clock", {"advanceSeconds": 2.5 * 3600})
    assert [record["function"] for record in moved["executions"]] == ["hourly", "hourly"]
    assert moved["now"] == ask(world, "GET", "/emulator/clock")["now"]
    assert moved["now"].startswith("2026-03-02T10:30:0")


def test_a_draft_gets_a_conference_and_is_saved(world: World, script: str) -> None:
    draft = ask(world, "POST", "/emulator/drafts", {"user": ALICE})
    chosen = ask(
        world, "POST", f"/emulator/drafts/{draft['id']}/conference", {"solution": "My Web Conference"}
    )
    assert chosen["conferenceData"]["conferenceId"] == f"of-{draft['eventId']}"
    event = {"summary": "Planning", "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
    ask(world, "POST", f"/emulator/drafts/{draft['id']}/save", {"event": event})
    saved = ask(world, "GET", f"{EVENTS}/{draft['eventId']}")
    assert saved["conferenceData"]["conferenceId"] == f"of-{draft['eventId']}"


def test_a_draft_is_discarded(world: World, script: str) -> None:
    draft = ask(world, "POST", "/emulator/drafts", {"user": ALICE, "eventId": "none"})
    ask(world, "DELETE", f"/emulator/drafts/{draft['id']}")
    assert world.request("DELETE", f"/emulator/drafts/{draft['id']}").status == 400


def test_properties_are_merged_and_secrets_are_not_shown(world: World, script: str) -> None:
    path = f"/emulator/properties/{script}/script"
    ask(world, "PUT", path, {"properties": {"a": "1", "secret.key": "hush"}})
    assert ask(world, "PUT", path, {"properties": {"b": "2"}}) == {
        "properties": {"a": "1", "b": "2", "secret.key": "•••"}
    }
    assert world.appsscript.properties(script, "script")["secret.key"] == "hush"
    assert ask(world, "GET", f"/emulator/properties/{script}/{ALICE}") == {"properties": {}}


def test_what_a_script_asks_meets_the_faults_of_the_third_party_and_is_traced(
    world: World, script: str
) -> None:
    ask(world, "POST", "/emulator/faults", {"method": "conferences.list", "status": 503})
    record = run(world, script, "fetch")
    assert record["status"] == "FAILED"
    assert "503" in record["error"]["message"]
    calls = ask(world, "GET", "/emulator/calls?source=execution")["calls"]
    assert [(call["service"], call["method"], call["execution"]) for call in calls] == [
        ("UrlFetch", "fetch", record["number"])
    ]


def test_an_execution_is_killed_at_its_call(world: World, script: str) -> None:
    ask(world, "POST", "/emulator/faults", {"method": "UrlFetch.fetch", "action": "kill", "when": "after"})
    assert run(world, script, "fetch")["status"] == "KILLED"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/installs", {"user": ALICE, "scriptId": "none"}),
        ("/executions", {"user": ALICE, "scriptId": "none", "function": "f"}),
        ("/executions", {"user": "carol@example.com", "scriptId": "none", "function": "f"}),
        ("/drafts", {"user": "carol@example.com"}),
        ("/drafts/none/save", {"event": {}}),
        ("/drafts/none/conference", {"solution": "web"}),
    ],
)
def test_what_is_not_there_is_said(world: World, path: str, body: Any) -> None:
    response = world.request("POST", f"/emulator{path}", {}, json.dumps(body).encode())
    assert (response.status, bool(response.json()["error"]["message"])) == (400, True)


def test_an_unknown_calendar_is_not_found(world: World) -> None:
    assert world.request("POST", "/emulator/calendars/none/expire-tokens").status == 404
    assert ask(world, "POST", f"/emulator/calendars/{ALICE}/expire-tokens") == {}
