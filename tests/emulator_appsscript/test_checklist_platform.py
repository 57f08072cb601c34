"""What every add-on relies on: fresh globals, stored triggers, what Calendar answers, what a conference becomes."""

from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

from .conftest import ALICE, BOB, MANIFEST, SCOPES, Script

TIMES = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}
ADD_ON = {
    "common": {"name": "Conf", "logoUrl": "https://lh3.googleusercontent.com/a"},
    "calendar": {
        "conferenceSolution": [
            {"id": 1, "name": "Web", "logoUrl": "https://lh3.googleusercontent.com/b", "onCreateFunction": "create"}
        ]
    },
}  # fmt: skip
GOT = "try { %s; } catch (error) { return [error.name, error.message, error.details.code]; }"
FAILED = "API call to calendar.events.%s failed with error: %s"


@pytest.fixture
def calendar(world: World) -> Any:
    return build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True)


def insert(calendar: Any, **fields: Any) -> dict[str, Any]:
    event: dict[str, Any] = calendar.events().insert(calendarId="primary", body=TIMES | fields).execute()
    return event


def test_nothing_but_the_services_remembers(script: Script) -> None:
    script.push(
        "var loads = (globalThis.loads || 0) + 1; globalThis.kept = (globalThis.kept || 0) + 1;"
        "String.prototype.seen = (String.prototype.seen || 0) + 1;",
        Main="""function main() {
          const store = PropertiesService.getUserProperties(), cache = CacheService.getUserCache();
          const before = [loads, kept, "".seen, store.getProperty("k"), cache.get("k"), ScriptApp.getProjectTriggers().length];
          store.setProperty("k", "v"); cache.put("k", "v");
          ScriptApp.newTrigger("main").timeBased().everyHours(1).create();
          return before;
        }""",
    )
    first, second = (script.world.appsscript.run(ALICE, script.id, "main").result for _ in range(2))
    assert first == [1, 1, 1, None, None, 0]
    assert second == [1, 1, 1, "v", "v", 1]


def test_a_trigger_is_stored_with_its_owner(script: Script) -> None:
    uid = script.value(
        "return ScriptApp.newTrigger('main').forUserCalendar('team@example.com').onEventUpdated().create().getUniqueId()"
    )
    [trigger] = script.world.appsscript.triggers()
    assert uid.isdecimal() and trigger.as_json() == {
        "uniqueId": uid,
        "handlerFunction": "main",
        "eventType": "ON_EVENT_UPDATED",
        "triggerSource": "CALENDAR",
        "triggerSourceId": "team@example.com",
        "user": ALICE,
        "scriptId": script.id,
    }


def test_a_trigger_needs_its_scope(script: Script) -> None:
    scopes = [scope for scope in SCOPES if not scope.endswith("script.scriptapp")]
    script.push("function main() { ScriptApp.getProjectTriggers(); }", MANIFEST | {"oauthScopes": scopes})
    record = script.world.appsscript.run(ALICE, script.id, "main")
    assert record.error and record.error["message"] == (
        "Specified permissions are not sufficient to call ScriptApp.getProjectTriggers. "
        "Required permissions: https://www.googleapis.com/auth/script.scriptapp"
    )


def test_a_write_queues_one_execution_for_each_trigger(script: Script, calendar: Any) -> None:
    script.push("function first(e) { return e; } function second(e) { return e; }")
    for handler, user in (("first", ALICE), ("second", BOB), ("first", BOB)):
        source = BOB if handler == "first" and user == BOB else ALICE
        script.world.appsscript.leave_trigger(user, script.id, handler, source)
    insert(calendar)
    records = script.world.appsscript.deliver()
    uids = {(trigger.handler, trigger.user): trigger.uid for trigger in script.world.appsscript.triggers()}
    assert {(record.function, record.user, record.kind) for record in records} == {
        ("first", ALICE, "TRIGGER"),
        ("second", BOB, "TRIGGER"),
    }
    for record in records:
        uid = uids[record.function, record.user]
        assert record.result == {"authMode": "FULL", "calendarId": ALICE, "triggerUid": uid}


def test_a_token_that_ended_is_a_410_with_details(script: Script, calendar: Any) -> None:
    insert(calendar)
    token = calendar.events().list(calendarId="primary").execute()["nextSyncToken"]
    script.world.faults.add({"method": "calendar.events.list", "action": "expire-tokens"})
    got = script.value(GOT % "Calendar.Events.list('primary', {syncToken: a})", token)
    message = "Sync token is no longer valid, a full sync is required."
    assert got == ["GoogleJsonResponseException", FAILED % ("list", message), 410]


def test_an_event_that_is_not_saved_is_not_found(script: Script) -> None:
    script.push(
        "function create(arg) { const { calendarId, eventId } = arg.eventData;"
        f"{GOT % 'Calendar.Events.get(calendarId, eventId)'} }}",
        MANIFEST | {"addOns": ADD_ON},
    )
    platform = script.world.appsscript
    platform.install(ALICE, script.id)
    answer = platform.choose_conference(platform.open_draft(ALICE).id, "Web")
    expected = ["GoogleJsonResponseException", FAILED % ("get", "Not Found"), 404]
    assert answer["execution"]["result"] == expected
    assert "conferenceData" not in answer and answer["error"]


def test_what_a_sync_gets(script: Script, calendar: Any) -> None:
    events = [insert(calendar, summary=f"Talk {number}") for number in range(3)]
    first, last, ordered = script.value("""
      const first = Calendar.Events.list("primary", {maxResults: 2, pageToken: undefined, syncToken: null});
      const last = Calendar.Events.list("primary", {maxResults: 2, pageToken: first.nextPageToken});
      return [first, last, Calendar.Events.list("primary", {orderBy: "updated"})];
    """)
    assert "nextSyncToken" not in first and "nextPageToken" not in last and "nextSyncToken" not in ordered
    calendar.events().delete(calendarId="primary", eventId=events[0]["id"]).execute()
    script.world.switches.change({"tombstones": "minimal"})
    delta = script.value("return Calendar.Events.list('primary', {syncToken: a})", last["nextSyncToken"])
    [item] = delta["items"]
    assert (item["id"], item["status"]) == (events[0]["id"], "cancelled") and "summary" not in item


@pytest.mark.parametrize("call", ["update({summary: 'x', ...a}, 'primary', a.id", "patch({summary: 'x'}, 'primary', a.id"])  # fmt: skip
def test_a_write_under_a_condition(script: Script, calendar: Any, call: str) -> None:
    event = insert(calendar)
    conditional = f"Calendar.Events.{call}, {{}}, {{'If-Match': b}})"
    got = script.value(GOT % conditional, event, '"1"')
    method = call.partition("(")[0]
    assert got == ["GoogleJsonResponseException", FAILED % (method, "Precondition Failed"), 412]
    assert script.value(f"return {conditional}.summary", event, event["etag"]) == "x"


def test_other_headers_do_not_count(script: Script, calendar: Any) -> None:
    event = insert(calendar)
    headers = "{Authorization: 'Bearer nobody', 'X-Other': '1', 'If-None-Match': '\"1\"'}"
    assert script.value(f"return Calendar.Events.get('primary', a, {{}}, {headers}).id", event["id"])


def test_what_is_built_is_the_event_s_conference(script: Script, calendar: Any) -> None:
    script.push(
        """function create() {
          const S = ConferenceDataService;
          const entry = (type, uri) => S.newEntryPoint().setEntryPointType(type).setUri(uri);
          const { VIDEO, PHONE, SIP, MORE } = S.EntryPointType;
          return S.newConferenceDataBuilder().setConferenceId("c-1").setNotes("<b>Hello</b>").setConferenceSolutionId("x")
            .addEntryPoint(entry(VIDEO, "https://x.example/").setPasscode("p").setPassword("w").setMeetingCode("m"))
            .addEntryPoint(entry(PHONE, "tel:+1").setPin("1").setRegionCode("US").addFeature(S.EntryPointFeature.TOLL_FREE))
            .addEntryPoint(entry(SIP, "sip:a@x.example").setAccessCode("a"))
            .addEntryPoint(entry(MORE, "https://x.example/more"))
            .addConferenceParameter(S.newConferenceParameter().setKey("k").setValue("v")).build();
        }""",
        MANIFEST | {"addOns": ADD_ON},
    )
    platform = script.world.appsscript
    platform.install(ALICE, script.id)
    draft = platform.open_draft(ALICE)
    platform.choose_conference(draft.id, "Web")
    event_id = platform.save_draft(draft.id, {"summary": "Weekly", **TIMES})["id"]
    data = calendar.events().get(calendarId="primary", eventId=event_id).execute()["conferenceData"]
    assert data.pop("signature")
    assert data == {
        "conferenceId": "c-1",
        "notes": "<b>Hello</b>",
        "conferenceSolution": {
            "key": {"type": "addOn"},
            "name": "Web",
            "iconUri": "https://lh3.googleusercontent.com/b",
        },
        "entryPoints": [
            {"entryPointType": "video", "uri": "https://x.example/", "passcode": "p", "password": "w", "meetingCode": "m"},
            {"entryPointType": "phone", "uri": "tel:+1", "pin": "1", "regionCode": "US", "entryPointFeatures": ["toll_free"]},
            {"entryPointType": "sip", "uri": "sip:a@x.example", "accessCode": "a"},
            {"entryPointType": "more", "uri": "https://x.example/more"},
        ],
        "parameters": {"addOnParameters": {"parameters": {"k": "v"}}},
    }  # fmt: skip


def test_answers_of_fetches_come_in_the_order_of_the_requests(script: Script) -> None:
    codes = script.value("""
      const fetched = (path) => ({ url: "https://conferences.example" + path, muteHttpExceptions: true });
      return UrlFetchApp.fetchAll([fetched("/v1/conferences"), fetched("/v2"), fetched("/v1/conferences/x"), fetched("/")])
        .map((answer) => answer.getResponseCode());
    """)
    assert codes == [401, 404, 401, 404]


def test_one_bad_answer_of_many_is_an_exception(script: Script) -> None:
    error = script.error("""UrlFetchApp.fetchAll([
      {url: "https://conferences.example/v1/conferences", muteHttpExceptions: true}, "https://conferences.example/v2"])""")
    assert error.startswith("Exception: Request failed for https://conferences.example returned code 404.")


def test_a_copy_of_properties_is_a_copy(script: Script) -> None:
    read = script.value("""
      const store = PropertiesService.getUserProperties();
      store.setProperties({ number: 1, truth: true, nothing: null, text: "t" });
      const copy = store.getProperties();
      copy.text = "changed";
      return [copy, store.getProperties(), store.getProperty("absent"), PropertiesService.getScriptProperties().getKeys(),
        PropertiesService.getDocumentProperties()];
    """)
    kept = {"number": "1", "truth": "true", "nothing": "null", "text": "t"}
    assert read == [kept | {"text": "changed"}, kept, None, [], None]


def test_a_deployment_that_is_updated_is_the_same_one_later(script: Script) -> None:
    script.push("var one;")
    deployment_id = script.deploy()
    deployments = script.api.projects().deployments()
    before = deployments.get(scriptId=script.id, deploymentId=deployment_id).execute()
    script.world.clock.advance(60_000_000)
    assert script.deploy(deployment_id) == deployment_id
    head, after = deployments.list(scriptId=script.id).execute()["deployments"]
    assert "versionNumber" not in head["deploymentConfig"]
    assert after["deploymentId"] == deployment_id and after["updateTime"] > before["updateTime"]
    assert (before["deploymentConfig"]["versionNumber"], after["deploymentConfig"]["versionNumber"]) == (1, 2)
