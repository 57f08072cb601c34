"""A person and an add-on's cards: home page, open event, buttons, fields, and what comes of them."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp

from .conftest import ALICE, MANIFEST, Script

ADD_ON = {
    "common": {"name": "Rooms", "logoUrl": "https://lh3.googleusercontent.com/x"},
    "calendar": {
        "currentEventAccess": "READ_WRITE",
        "homepageTrigger": {"runFunction": "home"},
        "eventOpenTrigger": {"runFunction": "opened"},
        "conferenceSolution": [{"id": 1, "name": "Rooms", "onCreateFunction": "create"}],
    },
}
SVG = "{http://www.w3.org/2000/svg}"
SOURCE = """
function button(text, name, parameters) {
  const action = CardService.newAction().setFunctionName(name).setParameters(parameters || {});
  return CardService.newTextButton().setText(text).setOnClickAction(action);
}
function card(title, widgets, name) {
  const section = CardService.newCardSection();
  widgets.forEach((widget) => section.addWidget(widget));
  return CardService.newCardBuilder().setName(name || title).setHeader(CardService.newCardHeader().setTitle(title))
    .addSection(section).build();
}
function home(e) {
  return card("Home", [
    CardService.newTextInput().setFieldName("who").setTitle("Who").setValue("nobody"),
    CardService.newSelectionInput().setFieldName("size").setTitle("Size").addItem("Small", "s", true)
      .addItem("Large", "l", false),
    CardService.newDecoratedText().setTopLabel("Top").setText("<b>Bold</b>").setBottomLabel("Below"),
    CardService.newButtonSet().addButton(button("Next", "next", { step: "1" })).addButton(button("Back", "back")),
    CardService.newTextButton().setText("Help").setOpenLink(CardService.newOpenLink().setUrl("https://help.example/")),
    button("Fail", "fail"), button("Sign in", "signIn"), button("Nothing", "nothing"), button("Number", "number"),
    button("All", "all"), button("Guests", "guests"),
  ]);
}
function next(e) {
  const text = [e.parameters.step, e.formInput.who, e.commonEventObject.formInputs.size.stringInputs.value[0]].join();
  const navigation = CardService.newNavigation().pushCard(card("Second", [
    CardService.newTextParagraph().setText(text), button("Back", "back")]));
  return CardService.newActionResponseBuilder().setNavigation(navigation)
    .setNotification(CardService.newNotification().setText("Moved")).setStateChanged(true).build();
}
function back() {
  return CardService.newActionResponseBuilder().setNavigation(CardService.newNavigation().popToNamedCard("Home")).build();
}
function fail() { throw new Error("no"); }
function signIn() {
  CardService.newAuthorizationException().setAuthorizationUrl("https://sign.example/").setResourceDisplayName("Rooms")
    .throwException();
}
function nothing() {}
function number() { return 7; }
function all() {
  return CardService.newUniversalActionResponseBuilder().displayAddOnCards([card("A", []), card("B", [])]).build();
}
function opened(e) {
  return card(JSON.stringify(e.calendar), [button("Guests", "guests")]);
}
function guests() {
  const point = ConferenceDataService.newEntryPoint().setEntryPointType(ConferenceDataService.EntryPointType.VIDEO)
    .setUri("https://rooms.example/1");
  const data = ConferenceDataService.newConferenceDataBuilder().setConferenceId("r1").setConferenceSolutionId("1")
    .addEntryPoint(point).build();
  const file = CardService.newAttachment().setTitle("Plan").setResourceUrl("https://files.example/plan")
    .setMimeType("text/plain");
  return CardService.newCalendarEventActionResponseBuilder().addAttendees(["carol@example.com"]).addAttachments([file])
    .setConferenceData(data).build();
}
"""


def installed(script: Script, **calendar: Any) -> Script:
    add_on = {**ADD_ON, "calendar": {**ADD_ON["calendar"], **calendar}}
    script.push(SOURCE, MANIFEST | {"addOns": add_on})
    script.world.appsscript.install(ALICE, script.id)
    return script


def asked(script: Script, verb: str, path: str, **keys: Any) -> Any:
    response = script.world.request(verb, f"/emulator/{path}", {}, json.dumps(keys).encode() if keys else b"")
    return response.json()


def opened(script: Script, **keys: Any) -> Any:
    return asked(script, "POST", "panels", user=ALICE, scriptId=script.id, **keys)


def pressed(script: Script, panel: Any, label: str, **inputs: Any) -> Any:
    return asked(script, "POST", f"panels/{panel['id']}/press", label=label, formInputs=inputs)


def test_a_home_page_reads_as_text(script: Script) -> None:
    panel = opened(installed(script))
    assert panel["text"].splitlines() == [
        "Home",
        "  Who: nobody",
        "  Size: [x] Small [ ] Large",
        "  Top",
        "  Bold",
        "  Below",
        "  [Next] [Back]",
        *(f"  [{name}]" for name in ("Help", "Fail", "Sign in", "Nothing", "Number", "All", "Guests")),
    ]
    assert panel["execution"]["kind"] == "ADD_ON"
    shown = asked(script, "GET", f"panels/{panel['id']}")
    assert shown == {key: panel[key] for key in ("id", "user", "scriptId", "cards", "text")}
    text = script.world.request("GET", f"/emulator/panels/{panel['id']}?as=text")
    assert text.body.decode() == panel["text"] + "\n"


def test_a_home_page_is_drawn(script: Script) -> None:
    """The picture holds every text of the card, and stays as wide as the side panel."""
    panel = opened(installed(script))
    answer = script.world.request("GET", f"/emulator/panels/{panel['id']}?as=picture")
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.body)
    drawn = [element.text for element in root.iter(f"{SVG}text")]
    for text in (
        "Home",
        "Who",
        "nobody",
        "☑ Small",
        "☐ Large",
        "Top",
        "Bold",
        "Below",
        "Next",
        "Back",
        "Help",
    ):
        assert text in drawn
    boxes = [element.attrib for element in root.iter(f"{SVG}rect")]
    assert all(float(box.get("x", 0)) + float(box["width"]) <= 320 for box in boxes)
    assert max(float(element.get("y", 0)) for element in root.iter(f"{SVG}text")) < float(
        root.attrib["height"]
    )


def test_an_empty_panel_is_an_empty_picture(script: Script) -> None:
    script.push(
        "function nothing() {}",
        MANIFEST
        | {
            "addOns": {
                **ADD_ON,
                "common": {**ADD_ON["common"], "homepageTrigger": {"runFunction": "nothing"}},
            }
        },
    )
    script.world.appsscript.install(ALICE, script.id)
    panel = opened(script)
    answer = script.world.request("GET", f"/emulator/panels/{panel['id']}?as=picture")
    assert list(ElementTree.fromstring(answer.body).iter(f"{SVG}text")) == []


def test_a_button_gets_its_parameters_and_what_was_filled_in(script: Script) -> None:
    panel = opened(installed(script))
    second = pressed(script, panel, "Next", who="Alice", size=["l"])
    assert second["text"].splitlines() == ["Second", "  1,Alice,l", "  [Back]"]
    assert second["notification"] == {"text": "Moved"} and second["stateChanged"] is True
    assert [card["name"] for card in second["cards"]] == ["Home", "Second"]
    assert [card["name"] for card in pressed(script, panel, "Back")["cards"]] == ["Home"]
    assert pressed(script, panel, "Next")["text"].splitlines()[1] == "  1,nobody,s"


def test_what_an_add_on_answers_is_shown(script: Script) -> None:
    panel = opened(installed(script))
    assert pressed(script, panel, "Help")["openLink"] == {"url": "https://help.example/"}
    assert pressed(script, panel, "Fail")["error"]["message"] == "no"
    assert pressed(script, panel, "Sign in")["authorization"] == {
        "authorizationUrl": "https://sign.example/",
        "resourceDisplayName": "Rooms",
    }
    assert "error" not in pressed(script, panel, "Nothing")
    assert pressed(script, panel, "Number")["error"] == {"message": "The function returned no card."}
    assert pressed(script, panel, "Guests")["error"] == {"message": "No event is open."}
    assert pressed(script, panel, "All")["text"] == "A"


def test_a_card_action_changes_the_open_event(script: Script) -> None:
    installed(script)
    draft = asked(script, "POST", "drafts", user=ALICE)
    panel = opened(script, draftId=draft["id"])
    seen = json.loads(panel["text"].splitlines()[0])
    assert seen["calendarId"] == ALICE and seen["id"] == draft["eventId"]
    assert seen["capabilities"]["canSetConferenceData"] is True
    changed = pressed(script, panel, "Guests")
    assert changed["event"]["attendees"] == [{"email": "carol@example.com"}]
    event = {
        "summary": "S",
        "start": {"date": "2026-03-03"},
        "end": {"date": "2026-03-04"},
        "attendees": [{"email": "bob@example.com"}],
    }
    saved = asked(script, "POST", f"drafts/{draft['id']}/save", event=event)
    assert [guest["email"] for guest in saved["attendees"]] == ["bob@example.com", "carol@example.com"]
    assert saved["conferenceData"]["conferenceSolution"]["name"] == "Rooms"
    assert saved["conferenceData"]["entryPoints"][0]["uri"] == "https://rooms.example/1"
    assert [file["fileUrl"] for file in saved["attachments"]] == ["https://files.example/plan"]
    again = asked(script, "POST", "drafts", user=ALICE, eventId=draft["eventId"])
    reads = json.loads(opened(script, draftId=again["id"])["text"].splitlines()[0])
    assert [guest["email"] for guest in reads["attendees"]] == ["bob@example.com", "carol@example.com"]
    assert reads["conferenceData"]["conferenceId"] == "r1"


@pytest.mark.parametrize(("access", "seen"), [("METADATA", True), (None, False), ("WRITE", True)])
def test_the_manifest_says_what_a_card_function_sees(script: Script, access: str | None, seen: bool) -> None:
    installed(script, currentEventAccess=access)
    day = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}, "attendees": [{"email": ALICE}]}
    calendar = build("calendar", "v3", http=TwinHttp(script.world, ALICE), static_discovery=True)
    event = calendar.events().insert(calendarId="primary", body=day).execute()
    draft = asked(script, "POST", "drafts", user=ALICE, eventId=event["id"])
    panel = opened(script, draftId=draft["id"])
    shown = json.loads(panel["text"].splitlines()[0])
    assert ("id" in shown) is seen and "attendees" not in shown
    error = pressed(script, panel, "Guests").get("error", {}).get("message", "")
    assert ("currentEventAccess" in error) is (access != "WRITE")


def test_what_cannot_be_opened_or_pressed_says_why(script: Script) -> None:
    assert "has not installed" in opened(script)["error"]["message"]
    installed(script, homepageTrigger={"runFunction": "home", "enabled": False})
    assert "homepageTrigger" in opened(script)["error"]["message"]
    panel = opened(installed(script))
    assert '"Next", "Back"' in pressed(script, panel, "Gone")["error"]["message"]
    assert asked(script, "GET", "panels/none")["error"]["message"] == 'there is no panel "none"'


def test_an_add_on_may_ask_for_access_in_its_own_words(script: Script) -> None:
    ask = """
      function home() {
        CardService.newAuthorizationException().setAuthorizationUrl("https://sign.example/").setResourceDisplayName("Rooms")
          .setCustomUiCallback("%s").throwException();
      }
      function prompt() {
        return [CardService.newCardBuilder().setHeader(CardService.newCardHeader().setTitle(`Sign in ${arguments.length}`))
          .build()];
      }
      function broken() { throw new Error("no prompt"); }"""
    script.push(ask % "prompt", MANIFEST | {"addOns": ADD_ON})
    script.world.appsscript.install(ALICE, script.id)
    panel = opened(script)
    assert panel["text"] == "Sign in 0" and panel["execution"]["function"] == "home"
    assert panel["authorization"]["authorizationUrl"] == "https://sign.example/"
    script.push(ask % "broken", MANIFEST | {"addOns": ADD_ON})
    assert opened(script)["error"]["message"] == "no prompt"


def test_the_settings_of_conferences_are_where_the_add_on_says(script: Script) -> None:
    def settings(source: str) -> Any:
        calendar = ADD_ON["calendar"] | {"createSettingsUrlFunction": "settings"}
        script.push(
            f"function settings() {{ {source} }}", MANIFEST | {"addOns": ADD_ON | {"calendar": calendar}}
        )
        return asked(script, "POST", "panels/settings", user=ALICE, scriptId=script.id)

    assert "has not installed" in settings("")["error"]["message"]
    installed(script)
    answer = asked(script, "POST", "panels/settings", user=ALICE, scriptId=script.id)
    assert answer["error"]["message"] == "the manifest has no createSettingsUrlFunction"
    answer = settings("return 'https://rooms.example/' + arguments.length;")
    assert (
        answer["openLink"] == {"url": "https://rooms.example/0"} and answer["execution"]["kind"] == "ADD_ON"
    )
    assert settings("return null;")["error"] == {"message": "The function returned no URL."}
    assert settings("throw new Error('no');")["error"]["message"] == "no"
