"""What an add-on's manifest offers beside an event: updates, attachments, universal actions, and fields that are required."""

import json
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp

from .conftest import ALICE, BOB, MANIFEST, Script

CAROL, DAN = "carol@example.com", "dan@example.com"
ADD_ON = {
    "common": {
        "name": "Rooms",
        "logoUrl": "https://lh3.googleusercontent.com/x",
        "universalActions": [
            {"label": "Help", "openLink": "https://help.example/"},
            {"label": "Settings", "runFunction": "settings"},
            {"label": "Quiet", "runFunction": "quiet"},
        ],
    },
    "calendar": {
        "currentEventAccess": "READ_WRITE",
        "homepageTrigger": {"runFunction": "home"},
        "eventOpenTrigger": {"runFunction": "opened"},
        "eventUpdateTrigger": {"runFunction": "updated"},
        "eventAttachmentTrigger": {"label": "A plan", "runFunction": "attach"},
        "conferenceSolution": [{"id": "r", "name": "Rooms", "onCreateFunction": "create"}],
    },
}
SOURCE = """
function button(text, name) {
  return CardService.newTextButton().setText(text).setOnClickAction(CardService.newAction().setFunctionName(name));
}
function card(title, widgets) {
  const section = CardService.newCardSection();
  widgets.forEach((widget) => section.addWidget(widget));
  return CardService.newCardBuilder().setName(title).setHeader(CardService.newCardHeader().setTitle(title))
    .addSection(section).build();
}
function seen(e) { return card(JSON.stringify(e.calendar), [button("More", "more")]); }
function home() { return card("Home", [CardService.newTextInput().setFieldName("who").setTitle("Who")]); }
function opened(e) { return seen(e); }
function updated(e) { return seen(e); }
function more() { return card("More", []); }
function point(uri) {
  return ConferenceDataService.newEntryPoint().setEntryPointType(ConferenceDataService.EntryPointType.VIDEO).setUri(uri);
}
function data(uri) { return ConferenceDataService.newConferenceDataBuilder().setConferenceSolutionId("r").addEntryPoint(point(uri)).build(); }
function create() { return data("https://rooms.example/made"); }
function attach(e) {
  const can = e.calendar.capabilities.canAddAttachments;
  return card(can ? "Choose a plan" : "No plans", [button("Plan A", "planA")]);
}
function planA() {
  const file = CardService.newAttachment().setTitle("Plan A").setResourceUrl("https://files.example/a")
    .setMimeType("text/html").setIconUrl("https://lh3.googleusercontent.com/a");
  return CardService.newCalendarEventActionResponseBuilder().addAttachments([file]).build();
}
function settings(e) {
  const text = JSON.stringify([e.commonEventObject.hostApp, e.formInput.who, e.calendar.id !== undefined]);
  return CardService.newUniversalActionResponseBuilder().displayAddOnCards([card(text, [])]).build();
}
function quiet() {}
"""
CHANGES = """
function updated(e) {
  const guests = (e.calendar.attendees || []).map((guest) => guest.email);
  if (guests.includes("carol@example.com")) return;
  return CardService.newCalendarEventActionResponseBuilder().addAttendees(["carol@example.com"])
    .setConferenceData(data("https://rooms.example/updated"))
    .addAttachments([CardService.newAttachment().setTitle("T").setResourceUrl("https://files.example/t")]).build();
}
"""


def asked(script: Script, verb: str, path: str, **keys: Any) -> Any:
    response = script.world.request(verb, f"/emulator/{path}", {}, json.dumps(keys).encode() if keys else b"")
    return response.json()


def installed(script: Script, source: str = SOURCE, **calendar: Any) -> Script:
    add_on = {**ADD_ON, "calendar": {**ADD_ON["calendar"], **calendar}}
    kept = {name: held for name, held in add_on["calendar"].items() if held is not None}
    script.push(source, MANIFEST | {"addOns": add_on | {"calendar": kept}})
    script.world.appsscript.install(ALICE, script.id)
    return script


def opened(script: Script, **keys: Any) -> Any:
    return asked(script, "POST", "panels", user=ALICE, scriptId=script.id, **keys)


def pressed(script: Script, panel: Any, label: str, **inputs: Any) -> Any:
    return asked(script, "POST", f"panels/{panel['id']}/press", label=label, formInputs=inputs)


def draft_of(script: Script, event: dict[str, Any] | None = None) -> str:
    """Open the editor for a new event, or for one with those fields, and return the draft's id."""
    keys = {}
    if event:
        calendar = build("calendar", "v3", http=TwinHttp(script.world, ALICE), static_discovery=True)
        day = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
        keys["eventId"] = calendar.events().insert(calendarId="primary", body=day | event).execute()["id"]
    return str(asked(script, "POST", "drafts", user=ALICE, **keys)["id"])


def emails(event: Any) -> list[str]:
    return [guest["email"] for guest in event.get("attendees", [])]


def shown(panel: Any) -> Any:
    """Return the event of the function that made the panel's card."""
    return json.loads(panel["text"].splitlines()[0])


def test_an_open_add_on_hears_of_guests_and_conferences(script: Script) -> None:
    draft = draft_of(installed(script), {"attendees": [{"email": BOB}]})
    panel = opened(script, draftId=draft)
    assert [emails(shown(panel)), len(panel["cards"])] == [[BOB], 1]
    assert pressed(script, panel, "More")["text"].splitlines()[0] == "More"

    changed = asked(script, "POST", f"drafts/{draft}/guests", add=[CAROL, BOB])
    (told,) = changed["panels"]
    assert emails(changed["event"]) == emails(shown(told)) == [BOB, CAROL]
    assert (told["id"], len(told["cards"]), told["execution"]["function"]) == (panel["id"], 1, "updated")

    (told,) = asked(script, "POST", f"drafts/{draft}/guests", remove=[BOB])["panels"]
    assert emails(shown(told)) == [CAROL]

    (told,) = asked(script, "POST", f"drafts/{draft}/conference", solution="Rooms")["panels"]
    assert shown(told)["conferenceData"]["entryPoints"][0]["uri"] == "https://rooms.example/made"
    assert "signature" not in shown(told)["conferenceData"]
    assert asked(script, "GET", f"panels/{panel['id']}")["text"] == told["text"]

    saved = asked(script, "POST", f"drafts/{draft}/save", event={"summary": "S"})
    assert emails(saved) == [CAROL] and "signature" in saved["conferenceData"]


def test_an_add_on_hears_of_nothing_else(script: Script) -> None:
    draft, other = draft_of(installed(script), {"attendees": [{"email": BOB}]}), draft_of(script)
    assert "panels" not in asked(script, "POST", f"drafts/{draft}/guests", add=[CAROL])
    opened(script, draftId=other)
    opened(script)
    assert "panels" not in asked(script, "POST", f"drafts/{draft}/guests", add=[DAN])
    opened(script, draftId=draft)
    same = asked(script, "POST", f"drafts/{draft}/guests", add=[BOB.upper(), CAROL], remove=["nobody@x.yy"])
    assert "panels" not in same and emails(same["event"]) == [BOB, CAROL, DAN]
    installed(script, eventUpdateTrigger=None)
    assert "panels" not in asked(script, "POST", f"drafts/{draft}/guests", remove=[DAN])


def test_two_panels_of_an_add_on_are_one(script: Script) -> None:
    draft = draft_of(installed(script))
    opened(script, draftId=draft)
    second = opened(script, draftId=draft)
    (told,) = asked(script, "POST", f"drafts/{draft}/guests", add=[BOB])["panels"]
    assert told["id"] == second["id"]


def test_what_an_add_on_answers_to_an_update_changes_the_event(script: Script) -> None:
    draft = draft_of(installed(script, SOURCE + CHANGES))
    panel = opened(script, draftId=draft)
    changed = asked(script, "POST", f"drafts/{draft}/guests", add=[BOB])
    (told,) = changed["panels"]
    assert told["cards"] == panel["cards"]
    assert emails(changed["event"]) == emails(told["event"]) == [BOB, CAROL]
    ran = [record.function for record in script.world.appsscript.executions()]
    assert ran == ["opened", "updated"]
    (told,) = asked(script, "POST", f"drafts/{draft}/guests", add=[DAN])["panels"]
    assert told["cards"] == panel["cards"] and "event" not in told
    saved = asked(script, "POST", f"drafts/{draft}/save", event=day())
    assert emails(saved) == [BOB, CAROL, DAN]
    assert saved["conferenceData"]["entryPoints"][0]["uri"] == "https://rooms.example/updated"
    assert saved["conferenceData"]["conferenceSolution"]["name"] == "Rooms"
    assert [file["fileUrl"] for file in saved["attachments"]] == ["https://files.example/t"]


def day() -> dict[str, Any]:
    return {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


@pytest.mark.parametrize("access", ["READ", "METADATA", None])
def test_an_update_changes_nothing_without_the_right_to_write(script: Script, access: str | None) -> None:
    draft = draft_of(installed(script, SOURCE + CHANGES, currentEventAccess=access))
    opened(script, draftId=draft)
    changed = asked(script, "POST", f"drafts/{draft}/guests", add=[BOB])
    assert "currentEventAccess" in changed["panels"][0]["error"]["message"]
    assert emails(changed["event"]) == [BOB] and "conferenceData" not in changed["event"]


LEVELS = [
    ("READ_WRITE", True, True),
    ("READ", True, False),
    ("WRITE", False, True),
    ("METADATA", False, False),
]


@pytest.mark.parametrize(("access", "reads", "writes"), LEVELS)
def test_each_level_of_access_decides_what_is_seen(
    script: Script, access: str, reads: bool, writes: bool
) -> None:
    draft = draft_of(installed(script, currentEventAccess=access), {"attendees": [{"email": BOB}]})
    asked(script, "POST", f"drafts/{draft}/conference", solution="Rooms")
    event = shown(opened(script, draftId=draft))
    assert event["calendarId"] == ALICE and event["organizer"]["email"] == ALICE and event["id"]
    assert [name in event for name in ("attendees", "conferenceData")] == [reads, reads]
    assert event["capabilities"] == {
        "canSeeAttendees": reads,
        "canAddAttendees": writes,
        "canSeeConferenceData": reads,
        "canSetConferenceData": writes,
        "canAddAttachments": writes,
    }
    told = asked(script, "POST", f"drafts/{draft}/guests", add=[CAROL])["panels"][0]
    assert shown(told).keys() == event.keys()


def test_without_access_an_add_on_sees_no_event(script: Script) -> None:
    draft = draft_of(installed(script, currentEventAccess=None), {"attendees": [{"email": BOB}]})
    assert shown(opened(script, draftId=draft)) == {}


def test_an_add_on_attaches_something(script: Script) -> None:
    draft = draft_of(installed(script))
    panel = opened(script, draftId=draft, trigger="eventAttachmentTrigger")
    assert panel["text"].splitlines()[:2] == ["Choose a plan", "  [Plan A]"]
    assert pressed(script, panel, "Plan A")["event"]["attachments"][0]["title"] == "Plan A"
    saved = asked(script, "POST", f"drafts/{draft}/save", event=day())
    (file,) = saved["attachments"]
    assert (file["fileUrl"], file["mimeType"]) == ("https://files.example/a", "text/html")
    installed(script, currentEventAccess="READ")
    panel = opened(script, draftId=draft_of(script), trigger="eventAttachmentTrigger")
    assert panel["text"].splitlines()[0] == "No plans"
    assert "currentEventAccess" in pressed(script, panel, "Plan A")["error"]["message"]


def test_a_panel_opens_where_its_trigger_is(script: Script) -> None:
    draft = draft_of(installed(script))

    def refused(**keys: Any) -> str:
        return str(opened(script, **keys)["error"]["message"])

    assert refused(trigger="eventAttachmentTrigger") == 'eventAttachmentTrigger needs a "draftId"'
    assert refused(trigger="homepageTrigger", draftId=draft) == 'homepageTrigger has no "draftId"'
    assert refused(trigger="eventUpdateTrigger", draftId=draft).startswith(
        '"eventUpdateTrigger" opens no panel; there are homepageTrigger'
    )
    assert opened(script, trigger="homepageTrigger")["text"].splitlines()[0] == "Home"
    installed(script, eventAttachmentTrigger=None)
    assert refused(trigger="eventAttachmentTrigger", draftId=draft) == (
        "the manifest has no eventAttachmentTrigger that is enabled"
    )


def test_universal_actions_are_on_every_card(script: Script) -> None:
    home = opened(installed(script))
    assert home["text"].splitlines() == ["Home", "  Who:", "… Help", "… Settings", "… Quiet"]
    assert pressed(script, home, "Help")["openLink"] == {"url": "https://help.example/"}
    assert "execution" not in pressed(script, home, "Help")
    quiet = pressed(script, home, "Quiet")
    assert quiet["text"] == home["text"] and quiet["execution"]["status"] == "COMPLETED"
    settings = pressed(script, home, "Settings", who="Alice")
    assert settings["text"].splitlines() == [
        '["CALENDAR","Alice",false]',
        "… Help",
        "… Settings",
        "… Quiet",
    ]
    beside = opened(script, draftId=draft_of(script))
    second = pressed(script, beside, "More")
    assert second["text"].splitlines()[-3:] == ["… Help", "… Settings", "… Quiet"]
    assert "true" in pressed(script, beside, "Settings")["text"]
    assert '"Help", "Settings"' in pressed(script, home, "Gone")["error"]["message"]


def test_an_add_on_without_cards_has_no_menu(script: Script) -> None:
    installed(script, SOURCE + "function home() { throw new Error('no'); }")
    panel = opened(script)
    assert panel["text"] == "" and panel["error"]["message"] == "no"
    assert "(there is: nothing)" in pressed(script, panel, "Help")["error"]["message"]


FORM = """
function home() {
  const action = () => CardService.newAction().setFunctionName("sent");
  const send = (text, made) => CardService.newTextButton().setText(text).setOnClickAction(made);
  const input = (name) => CardService.newTextInput().setFieldName(name);
  const choice = (name, type) => CardService.newSelectionInput().setFieldName(name).setType(type).addItem("One", "1", false);
  const types = CardService.SelectionInputType;
  return card("Form", [
    input("who"), input("where").setValue("here"), choice("size", types.DROPDOWN), choice("extra", types.CHECK_BOX),
    CardService.newDatePicker().setFieldName("day"), CardService.newTimePicker().setFieldName("at").setHours(0).setMinutes(0),
    send("Any", action()), send("Who", action().addRequiredWidget("who")),
    send("Three", action().addRequiredWidget("where").addRequiredWidget("size").addRequiredWidget("day")),
    send("All", action().setAllWidgetsAreRequired(true)), send("Box", action().addRequiredWidget("extra")),
  ]);
}
function sent(e) { return card(Object.keys(e.commonEventObject.formInputs).sort().join(), []); }
"""
DAY = {"dateInput": {"msSinceEpoch": 1772409600000}}
PRESSES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("Any", {}, []),
    ("Who", {}, ["who"]),
    ("Who", {"who": ""}, ["who"]),
    ("Who", {"who": "Alice"}, []),
    ("Three", {"where": ""}, ["where", "size", "day"]),
    ("Three", {"size": ["1"]}, ["day"]),
    ("Three", {"size": [], "day": DAY}, ["size"]),
    ("Three", {"size": ["1"], "day": DAY}, []),
    ("All", {"who": "Alice", "day": DAY}, ["size"]),
    ("All", {"who": "Alice", "size": ["1"], "day": DAY}, []),
    ("Box", {}, []),
]


@pytest.mark.parametrize(("label", "given", "lacks"), PRESSES)
def test_a_form_is_sent_when_what_it_requires_is_filled_in(
    script: Script, label: str, given: dict[str, Any], lacks: list[str]
) -> None:
    panel = opened(installed(script, SOURCE + FORM))
    answer = pressed(script, panel, label, **given)
    assert answer.get("missing", []) == lacks
    assert ("execution" in answer, answer["text"] == panel["text"]) == (not lacks, bool(lacks))
    assert len(script.world.appsscript.executions()) == (1 if lacks else 2)


def test_an_add_on_says_where_its_settings_are(script: Script) -> None:
    def settings(source: str, name: str | None = "where") -> Any:
        installed(script, SOURCE + source, createSettingsUrlFunction=name)
        return asked(script, "POST", "panels/settings", user=ALICE, scriptId=script.id)

    found = settings("function where() { return arguments.length + 'https://rooms.example/settings'; }")
    assert found["openLink"] == {"url": "0https://rooms.example/settings"}
    assert (found["execution"]["kind"], found["execution"]["function"]) == ("ADD_ON", "where")
    assert settings("function where() {}")["error"] == {"message": "The function returned no URL."}
    assert settings("function where() { throw new Error('no'); }")["error"]["message"] == "no"
    assert "createSettingsUrlFunction" in settings("", None)["error"]["message"]
    script.world.appsscript.withdraw_consent(ALICE, script.id)
    asks = settings("function where() { return 'https://rooms.example/'; }")
    assert script.id in asks["authorization"]["authorizationUrl"] and "openLink" not in asks


def test_only_addresses_are_guests(script: Script) -> None:
    draft = draft_of(installed(script))
    refused = asked(script, "POST", f"drafts/{draft}/guests", add=[1])
    assert refused["error"]["message"] == '"add" and "remove" must be lists of strings'
