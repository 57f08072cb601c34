"""The event editor: choosing a conference solution, saving, and what Calendar shows when it fails."""

from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World
from confsync.errors import EmulatorError

from .conftest import ALICE, BOB, MANIFEST, Script

ADD_ON = {
    "common": {"name": "My Conf", "logoUrl": "https://lh3.googleusercontent.com/a"},
    "calendar": {
        "conferenceSolution": [
            {"id": "web", "name": "My Web Conference", "onCreateFunction": "createWeb"},
            {"id": 2, "name": "Other", "logoUrl": "https://lh3.googleusercontent.com/b", "onCreateFunction": "createOther"},
        ]
    },
}  # fmt: skip
SOURCE = """
function createWeb(arg) {
  const point = ConferenceDataService.newEntryPoint().setEntryPointType(ConferenceDataService.EntryPointType.VIDEO)
    .setUri("https://conferences.example/join/" + arg.eventData.eventId);
  return ConferenceDataService.newConferenceDataBuilder().setConferenceId("c-" + arg.eventData.calendarId)
    .addEntryPoint(point).build();
}
function createOther() { %s }
"""
TIMES = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}


@pytest.fixture
def calendar(world: World) -> Any:
    return build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True)


def installed(script: Script, other: str = "") -> None:
    script.push(SOURCE % other, MANIFEST | {"addOns": ADD_ON})
    script.world.appsscript.install(ALICE, script.id, script.deploy())


def test_a_chosen_conference_is_saved_with_the_event(script: Script, calendar: Any) -> None:
    installed(script)
    platform = script.world.appsscript
    draft = platform.open_draft(ALICE)
    assert draft.calendarId == ALICE and len(draft.eventId) == 26
    result = platform.choose_conference(draft.id, "My Web Conference")
    assert result["conferenceData"]["conferenceId"] == f"c-{ALICE}"
    assert (result["execution"]["kind"], result["execution"]["status"]) == ("ADD_ON", "COMPLETED")
    saved = platform.save_draft(draft.id, {"summary": "Weekly", **TIMES})
    assert saved["id"] == draft.eventId
    event = calendar.events().get(calendarId="primary", eventId=draft.eventId).execute()
    data = event["conferenceData"]
    assert event["summary"] == "Weekly" and data["conferenceId"] == f"c-{ALICE}" and data["signature"]
    assert data["conferenceSolution"] == {
        "key": {"type": "addOn"}, "name": "My Web Conference", "iconUri": "https://lh3.googleusercontent.com/a",
    }  # fmt: skip
    assert data["entryPoints"][0]["uri"] == f"https://conferences.example/join/{draft.eventId}"
    with pytest.raises(EmulatorError, match="there is no draft"):
        platform.save_draft(draft.id, TIMES)


def test_an_event_that_exists_gets_the_conference(script: Script, calendar: Any) -> None:
    installed(script)
    event = calendar.events().insert(calendarId="primary", body={"summary": "Old", **TIMES}).execute()
    draft = script.world.appsscript.open_draft(ALICE, "primary", event["id"])
    script.world.appsscript.choose_conference(draft.id, "web")
    saved = script.world.appsscript.save_draft(draft.id, {"description": "new"})
    assert (saved["id"], saved["summary"], saved["description"]) == (event["id"], "Old", "new")
    assert saved["conferenceData"]["conferenceId"] == f"c-{ALICE}"


def test_saving_fires_the_triggers_and_discarding_does_not(script: Script) -> None:
    installed(script)
    platform = script.world.appsscript
    script.push("function fired() {} function main() { ScriptApp.newTrigger('fired').forUserCalendar(Session.getActiveUser()"
                ".getEmail()).onEventUpdated().create(); }")  # fmt: skip
    platform.install(ALICE, script.id)
    platform.run(ALICE, script.id, "main")
    platform.discard_draft(platform.open_draft(ALICE).id)
    assert platform.deliver() == []
    platform.save_draft(platform.open_draft(ALICE).id, TIMES)
    assert len(platform.deliver()) == 1


FAILURES = [
    ("throw new Error('no')", {"type": "UNKNOWN", "message": "Failed to create conference"}),
    ("return { conferenceId: 'x' }", {"type": "UNKNOWN", "message": "Failed to create conference"}),
    ("return undefined", {"type": "UNKNOWN", "message": "Failed to create conference"}),
    ("Utilities.sleep(40000)", {"type": "UNKNOWN", "message": "Failed to create conference"}),
    (
        "const S = ConferenceDataService; return S.newConferenceDataBuilder().setError(S.newConferenceError()"
        + ".setConferenceErrorType(S.ConferenceErrorType.AUTHENTICATION).setAuthenticationUrl('https://in.example/')).build()",
        {"type": "AUTHENTICATION", "authenticationUrl": "https://in.example/"},
    ),
]


@pytest.mark.parametrize(("other", "error"), FAILURES)
def test_what_calendar_shows_when_there_is_no_conference(
    script: Script, other: str, error: dict[str, str]
) -> None:
    installed(script, other)
    draft = script.world.appsscript.open_draft(ALICE)
    result = script.world.appsscript.choose_conference(draft.id, "2")
    assert result["error"] == error and "conferenceData" not in result
    assert "conferenceData" not in script.world.appsscript.save_draft(draft.id, TIMES)


def test_a_solution_must_be_installed_for_the_user(script: Script) -> None:
    installed(script)
    platform = script.world.appsscript
    with pytest.raises(
        EmulatorError, match=r'no conference solution "Zoo" \(there is: My Web Conference, Other\)'
    ):
        platform.choose_conference(platform.open_draft(ALICE).id, "Zoo")
    with pytest.raises(EmulatorError, match=r"\(there is: none\)"):
        platform.choose_conference(platform.open_draft(BOB).id, "web")


@pytest.mark.parametrize(
    ("user", "script_id", "deployment", "what"),
    [
        ("nobody@example.com", "", None, "there is no user"),
        (ALICE, "none", None, "there is no script none"),
        (ALICE, "", "AKfycbNone", "through the deployment AKfycbNone"),
    ],
)
def test_what_is_not_there_cannot_be_installed(
    script: Script, user: str, script_id: str, deployment: str | None, what: str
) -> None:
    with pytest.raises(EmulatorError, match=what):
        script.world.appsscript.install(user, script_id or script.id, deployment)
    assert script.world.appsscript.installs() == []


def test_an_installation_of_the_head_deployment_is_a_test_installation(script: Script) -> None:
    head, *_ = script.api.projects().deployments().list(scriptId=script.id).execute()["deployments"]
    assert script.world.appsscript.install(ALICE, script.id, head["deploymentId"]).deploymentId is None
    installed(script)
    assert len(script.world.appsscript.installs()) == 1
