"""Consent: who is asked before a script runs, what it has when only some scopes are granted, and taking it back."""

import json
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.appsscript.executions import ExecutionRecord
from confsync.emulator.twin import TwinHttp

from .conftest import ALICE, BOB, MANIFEST, SCOPES, Script

REQUIRED = "Authorization is required to perform that action."
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
TRIGGERS = "https://www.googleapis.com/auth/script.scriptapp"
OPENID = "openid"
HOME = "Home\n  [Again]"
ADD_ON = {
    "common": {"name": "Rooms", "logoUrl": "https://lh3.googleusercontent.com/x"},
    "calendar": {
        "homepageTrigger": {"runFunction": "home"},
        "conferenceSolution": [{"id": "r", "name": "Rooms", "onCreateFunction": "make"}],
    },
}
SOURCE = """
function main() { return "ran"; }
function who() { return Session.getEffectiveUser().getEmail(); }
function home() {
  const again = CardService.newTextButton().setText("Again").setOnClickAction(CardService.newAction().setFunctionName("home"));
  return CardService.newCardBuilder().setHeader(CardService.newCardHeader().setTitle("Home"))
    .addSection(CardService.newCardSection().addWidget(again)).build();
}
function make() {
  const point = ConferenceDataService.newEntryPoint().setEntryPointType(ConferenceDataService.EntryPointType.VIDEO)
    .setUri("https://rooms.example/1");
  return ConferenceDataService.newConferenceDataBuilder().addEntryPoint(point).build();
}
function watch() { ScriptApp.newTrigger("who").forUserCalendar("primary").onEventUpdated().create(); }
function doGet() { return ContentService.createTextOutput("page"); }
function info(scopes) {
  const about = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL, scopes);
  return [String(about.getAuthorizationStatus()), about.getAuthorizationUrl(), about.getAuthorizedScopes()];
}
function other() { return String(ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.NONE).getAuthorizationStatus()); }
function need(scopes) {
  try { ScriptApp.requireScopes(ScriptApp.AuthMode.FULL, scopes); }
  catch (error) { console.log("caught"); }
  finally { console.log("finally"); }
  return "went on";
}
function needAll() { ScriptApp.requireAllScopes(ScriptApp.AuthMode.FULL); return "went on"; }
function forget() { ScriptApp.invalidateAuth(); return info(); }
"""


def pushed(script: Script, *more: str, **manifest: Any) -> Script:
    """Push and install the add-on, with more scopes than those of all tests."""
    script.push(SOURCE, MANIFEST | {"addOns": ADD_ON, "oauthScopes": [*SCOPES, *more]} | manifest)
    script.world.appsscript.install(ALICE, script.id)
    return script


def ran(script: Script, function: str, *arguments: Any, user: str = ALICE) -> ExecutionRecord:
    return script.world.appsscript.run(user, script.id, function, arguments)


def problem(record: ExecutionRecord) -> str:
    """Return what an execution failed with, or its status."""
    return str(record.error["message"]) if record.error else record.status


def asked(script: Script, verb: str, path: str, **keys: Any) -> Any:
    response = script.world.request(verb, f"/emulator/{path}", {}, json.dumps(keys).encode() if keys else b"")
    return response.json()


def changed(script: Script) -> None:
    calendar = build("calendar", "v3", http=TwinHttp(script.world, ALICE), static_discovery=True)
    body = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
    calendar.events().insert(calendarId="primary", body=body).execute()


def fired(script: Script) -> str:
    """Change Alice's calendar and return what became of the trigger's execution."""
    changed(script)
    (record,) = script.world.appsscript.deliver()
    return problem(record)


def test_everybody_consents_until_something_else_is_said(script: Script) -> None:
    pushed(script)
    assert asked(script, "GET", "consents") == {"consents": []}
    assert ran(script, "info").result == ["NOT_REQUIRED", None, sorted(SCOPES)]
    pushed(script, OPENID)
    assert problem(ran(script, "main")) == "COMPLETED"


def test_the_editor_asks_who_has_not_consented(script: Script) -> None:
    pushed(script)
    script.world.appsscript.withdraw_consent(ALICE, script.id)
    record = ran(script, "main")
    assert (record.status, problem(record), record.calls, record.log) == ("FAILED", REQUIRED, 0, [])
    assert record.error
    consent = record.error["properties"]["consent"]
    assert consent["scopes"] == sorted(SCOPES) and script.id in consent["authorizationUrl"]
    assert ran(script, "main", user=BOB).result == "ran"
    given = asked(script, "POST", "consents", user=ALICE, scriptId=script.id)
    assert given == {
        "user": ALICE,
        "scriptId": script.id,
        "asked": sorted(SCOPES),
        "granted": sorted(SCOPES),
    }
    assert ran(script, "main").result == "ran"
    taken = asked(script, "DELETE", f"consents/{script.id}/{ALICE}")
    assert taken == {"user": ALICE, "scriptId": script.id, "asked": [], "granted": []}
    assert asked(script, "GET", "consents") == {"consents": [taken]}
    assert problem(ran(script, "main")) == REQUIRED


def test_scopes_that_came_later_are_asked_for(script: Script) -> None:
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id)
    assert ran(script, "main").result == "ran"
    pushed(script, OPENID)
    assert problem(ran(script, "main")) == REQUIRED
    script.world.appsscript.give_consent(ALICE, script.id)
    assert ran(script, "main").result == "ran"
    pushed(script)
    assert ran(script, "main").result == "ran"


def test_a_deployment_asks_for_what_its_version_lists(script: Script) -> None:
    pushed(script)
    deployment = script.deploy()
    script.world.appsscript.install(ALICE, script.id, deployment)
    script.world.appsscript.give_consent(ALICE, script.id)
    script.push(SOURCE, MANIFEST | {"addOns": ADD_ON, "oauthScopes": [*SCOPES, OPENID]})
    assert ran(script, "main").result == "ran"
    script.deploy(deployment)
    assert problem(ran(script, "main")) == REQUIRED


def test_an_add_on_asks_before_its_cards_and_its_conferences(script: Script) -> None:
    pushed(script)
    script.world.appsscript.withdraw_consent(ALICE, script.id)
    panel = asked(script, "POST", "panels", user=ALICE, scriptId=script.id)
    assert panel["cards"] == [] and script.id in panel["authorization"]["authorizationUrl"]
    assert (panel["execution"]["status"], panel["execution"]["calls"]) == ("FAILED", 0)
    draft = asked(script, "POST", "drafts", user=ALICE)
    outcome = asked(script, "POST", f"drafts/{draft['id']}/conference", solution="Rooms")
    assert outcome["error"]["type"] == "AUTHENTICATION" and "conferenceData" not in outcome
    assert outcome["error"]["authenticationUrl"] == panel["authorization"]["authorizationUrl"]
    script.world.appsscript.give_consent(ALICE, script.id)
    assert asked(script, "POST", "panels", user=ALICE, scriptId=script.id)["text"] == HOME
    outcome = asked(script, "POST", f"drafts/{draft['id']}/conference", solution="Rooms")
    assert outcome["conferenceData"]["conferenceSolution"]["name"] == "Rooms"


def test_an_add_on_asks_again_when_a_new_version_wants_more(script: Script) -> None:
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id)
    panel = asked(script, "POST", "panels", user=ALICE, scriptId=script.id)
    pushed(script, OPENID)
    asks = asked(script, "POST", f"panels/{panel['id']}/press", label="Again")
    assert OPENID in asks["authorization"]["scopes"] and asks["cards"] == panel["cards"]
    script.world.appsscript.give_consent(ALICE, script.id)
    again = asked(script, "POST", f"panels/{panel['id']}/press", label="Again")
    assert "authorization" not in again and len(again["cards"]) == 2


@pytest.mark.parametrize(("where", "shown"), [("editor", ""), ("everywhere", HOME)])
def test_some_of_the_scopes_are_enough_where_the_switch_says_so(
    script: Script, where: str, shown: str
) -> None:
    script.world.switches.change({"granularConsent": where})
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id, [EVENTS])
    assert ran(script, "main").result == "ran"
    panel = asked(script, "POST", "panels", user=ALICE, scriptId=script.id)
    assert (panel["text"], "authorization" in panel) == (shown, not shown)


def test_a_web_app_asks_whoever_it_runs_as(script: Script) -> None:
    pushed(script, webapp={"access": "ANYONE", "executeAs": "USER_ACCESSING"})
    head = script.api.projects().deployments().list(scriptId=script.id).execute()["deployments"][0]
    path = f"/macros/s/{head['deploymentId']}/dev?authuser={ALICE}"
    assert script.world.request("GET", path).body == b"page"
    script.world.appsscript.withdraw_consent(ALICE, script.id)
    assert REQUIRED in script.world.request("GET", path).body.decode()


def test_a_trigger_runs_with_what_is_granted_and_not_without_anything(script: Script) -> None:
    pushed(script)
    ran(script, "watch")
    assert fired(script) == "COMPLETED"
    script.world.appsscript.give_consent(ALICE, script.id, [EVENTS, TRIGGERS])
    assert fired(script) == (
        f"Specified permissions are not sufficient to call Session.getEffectiveUser. Required permissions: {EMAIL}"
    )
    script.world.appsscript.withdraw_consent(ALICE, script.id)
    assert fired(script) == REQUIRED
    processes = script.api.processes().list(userProcessFilter_types="TRIGGER").execute()["processes"]
    assert [process["processStatus"] for process in processes] == ["FAILED", "FAILED", "COMPLETED"]
    assert len(script.world.appsscript.triggers()) == 1
    script.world.appsscript.give_consent(ALICE, script.id)
    assert fired(script) == "COMPLETED"


def test_a_trigger_goes_on_when_the_manifest_asks_for_more(script: Script) -> None:
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id)
    ran(script, "watch")
    pushed(script, OPENID)
    assert problem(ran(script, "main")) == REQUIRED
    assert fired(script) == "COMPLETED"


def test_calendar_refuses_what_was_not_granted(script: Script) -> None:
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id, [EMAIL])
    script.push(
        SOURCE + "function read() { return Calendar.Events.list('primary').items.length; }",
        MANIFEST | {"oauthScopes": SCOPES},
    )
    assert "insufficient authentication scopes" in problem(ran(script, "read"))
    script.world.appsscript.give_consent(ALICE, script.id, [EVENTS])
    assert ran(script, "read").result == 0


def test_calendar_app_knows_what_was_not_granted(script: Script) -> None:
    calendar = "https://www.googleapis.com/auth/calendar"
    pushed(script, calendar)
    script.push(
        "function own() { return CalendarApp.getDefaultCalendar().getId(); }",
        MANIFEST | {"oauthScopes": [EMAIL, calendar]},
    )
    script.world.appsscript.give_consent(ALICE, script.id, [EMAIL])
    assert problem(ran(script, "own")).startswith(
        "Specified permissions are not sufficient to call CalendarApp."
    )
    script.world.appsscript.give_consent(ALICE, script.id)
    assert ran(script, "own").result == ALICE


def test_a_script_learns_which_scopes_it_has(script: Script) -> None:
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id, [EVENTS])
    status, url, scopes = ran(script, "info").result
    assert (status, scopes) == ("REQUIRED", [EVENTS])
    assert url.startswith("https://") and script.id in url
    assert ran(script, "info", [EVENTS]).result == ["NOT_REQUIRED", None, [EVENTS]]
    assert ran(script, "info", [EVENTS, EMAIL]).result[0] == "REQUIRED"
    assert ran(script, "other").result == "NOT_REQUIRED"


def test_a_scope_that_is_required_ends_the_execution_in_the_editor(script: Script) -> None:
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id, [EVENTS])
    assert ran(script, "need", [EVENTS]).result == "went on"
    record = ran(script, "need", [EVENTS, EMAIL])
    assert (record.status, problem(record), record.log) == ("FAILED", REQUIRED, [])
    assert problem(ran(script, "needAll")) == REQUIRED
    script.world.appsscript.give_consent(ALICE, script.id)
    assert ran(script, "needAll").result == "went on"


@pytest.mark.parametrize(("where", "outcome"), [("editor", "COMPLETED"), ("everywhere", REQUIRED)])
def test_a_required_scope_ends_a_trigger_where_the_switch_says_so(
    script: Script, where: str, outcome: str
) -> None:
    script.world.switches.change({"granularConsent": where})
    pushed(script)
    script.world.appsscript.give_consent(ALICE, script.id, [EVENTS])
    script.world.appsscript.leave_trigger(ALICE, script.id, "needAll", ALICE)
    assert fired(script) == outcome


def test_a_script_can_give_its_consent_back(script: Script) -> None:
    pushed(script)
    status, _, scopes = ran(script, "forget").result
    assert (status, scopes) == ("REQUIRED", [])
    assert problem(ran(script, "main")) == REQUIRED


def test_a_manifest_without_scopes_asks_for_what_its_code_needs(script: Script) -> None:
    bare = {key: value for key, value in MANIFEST.items() if key != "oauthScopes"}
    script.push(SOURCE, bare)
    script.world.appsscript.withdraw_consent(ALICE, script.id)
    assert problem(ran(script, "main")) == REQUIRED
    script.world.appsscript.give_consent(ALICE, script.id, [EMAIL])
    assert ran(script, "who").result == ALICE
    assert "script.scriptapp" in problem(ran(script, "watch"))
    given = script.world.appsscript.give_consent(ALICE, script.id)
    assert given.as_json() == {"user": ALICE, "scriptId": script.id}
    assert problem(ran(script, "watch")) == "COMPLETED"


def test_nobody_consents_to_what_is_not_asked_for(script: Script) -> None:
    pushed(script)
    refused = asked(script, "POST", "consents", user=ALICE, scriptId=script.id, scopes=[EVENTS, "x"])
    assert refused["error"]["message"] == "the manifest does not ask for x"
    refused = asked(script, "POST", "consents", user=ALICE, scriptId=script.id, scopes=[1])
    assert refused["error"]["message"] == '"scopes" must be a list of strings'
    assert "there is no script" in asked(script, "DELETE", f"consents/none/{ALICE}")["error"]["message"]
    assert "no user" in asked(script, "DELETE", f"consents/{script.id}/x@y.zz")["error"]["message"]
    assert asked(script, "GET", "consents") == {"consents": []}
