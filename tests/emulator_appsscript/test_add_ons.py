"""Add-ons of three authors, as they are, from the push to the last change: what Calendar and the third party then hold."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from googleapiclient.discovery import build

from confsync.emulator.appsscript.executions import ExecutionRecord
from confsync.emulator.appsscript.folder import folder_files
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.hosts import local_target
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .conftest import ALICE, BOB

ADD_ONS = Path(__file__).parent / "addons"
OAUTH2 = "1B7FSrk5Zi6L1rSxxTDgDEUsPzlukDsi4KGuTMorsTQHhGBzBkMun4iDF"
TIMES = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}


@pytest.fixture
def world(runtime: V8Runtime) -> Iterator[World]:
    libraries = {OAUTH2: ADD_ONS / "libraries" / "OAuth2"}
    clock = Clock(start_us=VIRTUAL_START_US)
    world = World(clock=clock, runtime=runtime, users=[ALICE, BOB], libraries=libraries)
    yield world
    world.close()


# One execution after the other, or one call of each in turn.
in_both_orders = pytest.mark.parametrize("together", [False, True], ids=["one-by-one", "side-by-side"])


class AddOn:
    """An add-on of ours that users have installed, and what they do in Calendar."""

    def __init__(self, world: World, name: str, *, together: bool = False) -> None:
        self.world, self.platform, self.together = world, world.appsscript, together
        api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True).projects()
        self.id = api.create(body={"title": name}).execute()["scriptId"]
        api.updateContent(scriptId=self.id, body={"files": folder_files(ADD_ONS / name)}).execute()
        number = api.versions().create(scriptId=self.id, body={}).execute()["versionNumber"]
        config = {"versionNumber": number, "manifestFileName": "appsscript"}
        self.deployment = api.deployments().create(scriptId=self.id, body=config).execute()
        for user in (ALICE, BOB):
            self.platform.install(user, self.id, self.deployment["deploymentId"])
            self.platform.withdraw_consent(user, self.id)

    def consent(self, solution: str) -> None:
        """Choose a solution before there is consent, which Calendar asks for; then give it."""
        for user in (ALICE, BOB):
            answer = self.platform.choose_conference(self.platform.open_draft(user).id, solution)
            assert answer["error"]["type"] == "AUTHENTICATION" and "conferenceData" not in answer
            assert answer["execution"]["calls"] == 0
            self.platform.give_consent(user, self.id)

    def calendar(self, user: str = ALICE) -> Any:
        """Return Google's client of a user's calendars."""
        return build("calendar", "v3", http=TwinHttp(self.world, user), static_discovery=True).events()

    def choose(self, solution: str, user: str = ALICE, draft: str = "") -> tuple[str, dict[str, Any]]:
        """Open a new event and choose a solution; return the draft, and what came of it."""
        draft = draft or self.platform.open_draft(user).id
        answer = self.platform.choose_conference(draft, solution, together=self.together)
        assert answer["execution"]["status"] == "COMPLETED", answer["execution"]
        return draft, answer

    def meeting(self, solution: str, user: str = ALICE, **event: Any) -> dict[str, Any]:
        """Make an event with a conference and save it; return what the API then shows of it."""
        draft, answer = self.choose(solution, user)
        assert "error" not in answer, answer["error"]
        saved = self.platform.save_draft(draft, {"summary": "Planning", **TIMES, **event})
        self.deliver()
        shown: dict[str, Any] = self.calendar(user).get(calendarId="primary", eventId=saved["id"]).execute()
        return shown

    def change(self, event: dict[str, Any], user: str = ALICE, **changes: Any) -> None:
        """Change an event through the API, and let what that fires run."""
        request = self.calendar(user).patch(
            calendarId="primary", eventId=event["id"], body=changes, conferenceDataVersion=1
        )
        request.execute()
        self.deliver()

    def delete(self, event: dict[str, Any], user: str = ALICE) -> None:
        """Delete an event through the API, and let what that fires run."""
        self.calendar(user).delete(calendarId="primary", eventId=event["id"]).execute()
        self.deliver()

    def deliver(self) -> list[ExecutionRecord]:
        """Run what triggers have queued; all must end well."""
        records = self.platform.deliver(together=self.together)
        assert [record.error for record in records if record.status != "COMPLETED"] == []
        return records

    def rooms(self) -> dict[str, dict[str, Any]]:
        """Return what the third party holds, by title."""
        return {room["title"]: room for room in self.world.conferences.held()}

    def writes(self) -> list[str]:
        """Return what was written to the third party, in order."""
        return [write["operation"] for write in self.world.conferences.journal()]

    def triggers(self) -> list[tuple[str, str, str | None]]:
        """Return user, handler and calendar of all triggers."""
        return [(trigger.user, trigger.handler, trigger.source_id) for trigger in self.platform.triggers()]

    def call(self, app: str, function: str, *arguments: Any) -> Any:
        """Call a function as a page of a web app does that Alice looks at; return the answer."""
        body = json.dumps({"function": function, "arguments": arguments}).encode()
        return self.world.request("POST", f"{app}/run", {"authorization": f"Bearer {ALICE}"}, body).json()

    def open(self, url: str) -> tuple[int, str]:
        """Open an address as a browser does, following redirects of the third party to Google and back."""
        for _ in range(5):
            parts = urlsplit(url)
            google = parts.hostname == "script.google.com"
            target = f"{parts.path}?{parts.query}" if google else local_target(url)
            assert target, url
            response = self.world.request("GET", target)
            if response.status != 302:
                return response.status, response.body.decode()
            url = response.headers["location"]
        raise AssertionError("too many redirects")


@in_both_orders
def test_classic(world: World, together: bool) -> None:
    add_on = AddOn(world, "classic", together=together)
    add_on.consent("Dialup Rooms")
    panel = add_on.platform.open_panel(ALICE, add_on.id)
    assert panel["authorization"]["authorizationUrl"] == "https://conferences.example/sign-up"
    assert "Connect Dialup Rooms" in panel["text"] and "API key" in panel["text"]

    _, answer = add_on.choose("Dialup Rooms")
    url = "https://conferences.example/sign-up?user=alice%40example.com"
    assert answer["error"] == {"type": "AUTHENTICATION", "authenticationUrl": url}
    assert add_on.rooms() == {} and add_on.triggers() == []

    nothing = add_on.platform.press(panel["id"], "Connect", {})
    assert nothing["notification"]["text"] == "Please enter a key."
    wrong = add_on.platform.press(panel["id"], "Connect", {"key": "wrong"})
    assert "Connected just now. Rooms: 0." in wrong["text"]
    assert add_on.choose("Dialup Rooms")[1]["error"] == {"type": "PERMISSION_DENIED"}
    add_on.platform.press(panel["id"], "Disconnect", {})
    connected = add_on.platform.press(panel["id"], "Connect", {"key": world.conferences.key})
    assert connected["notification"]["text"] == "Saved."

    event = add_on.meeting("Dialup Rooms", summary="Retro")
    room = add_on.rooms()["Retro"]
    data = event["conferenceData"]
    assert data.pop("signature")
    assert data == {
        "conferenceId": room["id"],
        "conferenceSolution": {
            "key": {"type": "addOn"},
            "name": "Dialup Rooms",
            "iconUri": "https://lh3.googleusercontent.com/dialup",
        },
        "entryPoints": [
            {"entryPointType": "video", "uri": room["joinUrl"]},
            {"entryPointType": "phone", "uri": f"tel:{room['phone']}", "pin": room["pin"].lstrip("0")},
        ],
        "notes": f"Phone <b>{room['phone']}</b>, PIN {room['pin']}",
        "parameters": {"addOnParameters": {"parameters": {"roomId": room["id"]}}},
    }
    assert (room["startTime"], room["endTime"]) == ("2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z")
    assert add_on.triggers() == [(ALICE, "syncEvents", ALICE)]

    add_on.change(event, summary="Retro, moved", start={"dateTime": "2026-03-03T09:30:00Z"})
    assert add_on.rooms()["Retro, moved"]["startTime"] == "2026-03-03T09:30:00Z"
    other = add_on.meeting("Dialup Rooms", summary="Other")
    assert len(add_on.triggers()) == 1 and set(add_on.rooms()) == {"Retro, moved", "Other"}

    world.faults.add({"method": "calendar.events.list", "action": "expire-tokens", "times": 1})
    add_on.change(event, summary="Retro again")
    assert "Retro again" in add_on.rooms()

    add_on.change(other, conferenceData=None)
    assert set(add_on.rooms()) == {"Retro again"}
    add_on.delete(event)
    assert add_on.rooms() == {}
    assert set(add_on.platform.properties(add_on.id, ALICE)) == {"apiKey", f"syncToken@{ALICE}"}
    panel = add_on.platform.open_panel(ALICE, add_on.id)
    assert "You are connected. Rooms: 0." in panel["text"] and "authorization" not in panel


@in_both_orders
def test_modern(world: World, together: bool) -> None:
    add_on = AddOn(world, "modern", together=together)
    add_on.consent("Prisme Video")
    refused = add_on.choose("Prisme Video")[1]
    assert refused["error"] == {"type": "PERMANENT"}
    assert "ApiError: unauthorized: The key is missing or wrong." in refused["execution"]["log"][0]["message"]
    add_on.platform.set_properties(add_on.id, "script", {"PRISME_KEY": world.conferences.key})

    event = add_on.meeting("Prisme Video", summary="Sprint", recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"], **{
        edge: moment | {"timeZone": "Europe/Paris"} for edge, moment in TIMES.items()
    })  # fmt: skip
    room = add_on.rooms()["Sprint"]
    assert (room["timeZone"], room["recurrence"]) == ("Europe/Paris", ["RRULE:FREQ=WEEKLY;COUNT=3"])
    assert room["externalReference"] == f"{ALICE}/{event['id']}"
    parameters = event["conferenceData"]["parameters"]["addOnParameters"]["parameters"]
    assert parameters == {"prismeRoom": room["id"], "version": "2"}
    assert event["conferenceData"]["entryPoints"][1] == {
        "entryPointType": "phone",
        "uri": f"tel:{room['phone']}",
        "pin": room["pin"],
        "regionCode": "US",
    }

    recorded = add_on.meeting("prisme-recorded", BOB, summary="Demo")
    assert add_on.rooms()["Demo"]["recording"] is True
    assert recorded["conferenceData"]["conferenceSolution"]["name"] == "Prisme Video (recorded)"
    handler = "entryPoints.onCalendarChange"
    assert add_on.triggers() == [(ALICE, handler, ALICE), (BOB, handler, BOB)]

    plain = add_on.calendar().insert(calendarId="primary", body={"summary": "Plain", **TIMES}).execute()
    assert [record.result for record in add_on.deliver()] == [[]]
    draft = add_on.platform.open_draft(ALICE, None, plain["id"]).id
    panel = add_on.platform.open_panel(ALICE, add_on.id, draft)
    assert "No room for alice@example.com yet" in panel["text"]
    pressed = add_on.platform.press(panel["id"], "Add a room", {})
    assert pressed["event"]["conferenceData"]["conferenceSolution"]["name"] == "Prisme Video"
    add_on.platform.save_draft(draft, {})
    add_on.deliver()
    assert set(add_on.rooms()) == {"Sprint", "Demo", "Plain"}
    shown = add_on.platform.open_panel(
        ALICE, add_on.id, add_on.platform.open_draft(ALICE, None, plain["id"]).id
    )
    assert f"Room {add_on.rooms()['Plain']['id']}" in shown["text"]

    add_on.change(event, summary="Sprint 2")
    add_on.change(recorded, BOB, summary="Demo 2", end={"dateTime": "2026-03-03T11:00:00Z"})
    assert add_on.rooms()["Demo 2"]["endTime"] == "2026-03-03T11:00:00Z"
    assert set(add_on.rooms()) == {"Sprint 2", "Demo 2", "Plain"}
    add_on.change(plain, conferenceData=None)
    add_on.delete(recorded, BOB)
    assert set(add_on.rooms()) == {"Sprint 2"}
    add_on.delete(event)
    assert add_on.rooms() == {} and add_on.writes().count("delete") == 3
    assert set(add_on.platform.properties(add_on.id, BOB)) == {f"cursor/{BOB}"}


@in_both_orders
def test_oauth(world: World, together: bool) -> None:
    add_on = AddOn(world, "oauth", together=together)
    add_on.consent("Signed-in Rooms")
    add_on.platform.set_properties(add_on.id, "script", {"CLIENT_SECRET": world.conferences.key})
    draft, answer = add_on.choose("Signed-in Rooms")
    assert answer["error"]["type"] == "AUTHENTICATION"
    status, page = add_on.open(answer["error"]["authenticationUrl"])
    assert status == 200 and f"{ALICE} is signed in. You can close this tab." in page

    settings = add_on.platform.open_settings(ALICE, add_on.id)["openLink"]["url"]
    [point] = [one for one in add_on.deployment["entryPoints"] if one["entryPointType"] == "WEB_APP"]
    assert settings == point["webApp"]["url"]
    status, page = add_on.open(f"{settings}?authuser={ALICE}")
    assert status == 200 and "Sign out" in page and "label { display: block; }" in page
    assert '"saveSettings", "signOut", "sweep", "syncEvents"' in page

    call = functools.partial(add_on.call, urlsplit(settings).path.removesuffix("/exec"))
    assert call("saveSettings", {"recording": "on", "prefix": "[R]"}) == {
        "result": {"recording": True, "prefix": "[R]"}
    }
    assert call("saveSettings", {"prefix": "x" * 21})["error"]["message"] == "The prefix is too long."
    assert 'value="[R]"' in add_on.open(f"{settings}?authuser={ALICE}")[1]

    _, answer = add_on.choose("Signed-in Rooms", draft=draft)
    saved = add_on.platform.save_draft(draft, {"summary": "Review", **TIMES})
    add_on.deliver()
    room = add_on.rooms()["[R] Review"]
    assert (room["recording"], room["startTime"]) == (True, "2026-03-03T09:00:00Z")
    event = add_on.calendar().get(calendarId="primary", eventId=saved["id"]).execute()
    [entry] = event["conferenceData"]["entryPoints"]
    assert entry == {"entryPointType": "video", "uri": room["joinUrl"], "meetingCode": room["id"]}
    assert (ALICE, "onEventUpdated", ALICE) in add_on.triggers() and len(add_on.triggers()) == 2

    told = json.dumps(
        [entry.arguments for entry in world.trace.since(0, "execution") if entry.service == "UrlFetch"]
    )
    assert "grant_type=authorization_code" in told and world.conferences.key not in told

    # The token has expired meanwhile: the library renews it. Bob, who has not signed in, is asked to.
    world.clock.advance(7_200_000_000)
    add_on.change(event, summary="Review 2")
    assert set(add_on.rooms()) == {"[R] Review 2"}
    assert add_on.choose("Signed-in Rooms", BOB)[1]["error"]["type"] == "AUTHENTICATION"

    # A change that was not told is found by the clock.
    add_on.calendar().patch(calendarId="primary", eventId=event["id"], body={"summary": "Review 3"}).execute()
    add_on.platform.drop_firings()
    assert "sweep" in [record.function for record in add_on.platform.advance(6 * 3600)]
    assert set(add_on.rooms()) == {"[R] Review 3"}

    add_on.delete(event)
    assert add_on.rooms() == {} and add_on.writes()[-1] == "delete"
    assert call("signOut")["result"].startswith("https://conferences.example/oauth/authorize?")
    assert add_on.choose("Signed-in Rooms")[1]["error"]["type"] == "AUTHENTICATION"
    status, page = add_on.open(f"{settings}?authuser={BOB}")
    assert status == 200 and 'id="sign-in"' in page and 'value=""' in page


SURFACE = """
function service() {
  return OAuth2.createService("rooms").setAuthorizationBaseUrl("https://conferences.example/oauth/authorize")
    .setTokenUrl("https://conferences.example/oauth/token").setClientId("sample-client").setClientSecret("no")
    .setCallbackFunction("back").setPropertyStore(PropertiesService.getUserProperties());
}
function begin() { return [service().hasAccess(), service().getAuthorizationUrl({ more: "1" }), OAuth2.getRedirectUri()]; }
function back(request) {
  try { return HtmlService.createHtmlOutput(`${service().handleCallback(request)} ${request.parameter.more}`); }
  catch (error) { return HtmlService.createHtmlOutput(`${error}`); }
}
function token() { return service().getAccessToken(); }
"""


def test_the_oauth2_library_is_found_by_its_id(world: World) -> None:
    add_on = AddOn(world, "oauth")
    add_on.consent("Signed-in Rooms")
    files = [
        next(file for file in folder_files(ADD_ONS / "oauth") if file["type"] == "JSON"),
        {"name": "Code", "type": "SERVER_JS", "source": SURFACE},
    ]
    api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True).projects()
    api.updateContent(scriptId=add_on.id, body={"files": files}).execute()
    add_on.platform.install(ALICE, add_on.id)
    access, url, redirect = add_on.platform.run(ALICE, add_on.id, "begin").result
    assert access is False
    assert redirect == f"https://script.google.com/macros/d/{add_on.id}/usercallback"
    state = parse_qs(urlsplit(url).query)["state"][0]
    assert add_on.open(f"{redirect}?state={state}&error=access_denied") == (200, "false 1")
    assert (
        "Authorization has failed: server_error"
        in add_on.open(f"{redirect}?state={state}&error=server_error")[1]
    )
    assert add_on.open(url) == (200, "Error: The provider gave no token: The client or its secret is wrong.")
    failed = add_on.platform.run(ALICE, add_on.id, "token").error
    assert failed and failed["message"] == "There is no access, or it has expired."
    assert failed["stack"].splitlines()[1:] == [
        "    at Service_.getAccessToken (Service:92:34)",
        "    at token (Code:12:37)",
    ]
