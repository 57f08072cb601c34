"""Switches of conferences, etags and batches: each does what it says."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
MEET = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
DATA = {
    "conferenceId": "conf-1",
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
    "entryPoints": [{"entryPointType": "video", "uri": "https://conferences.example/join/conf-1"}],
}


def insert(events: Any, data: dict[str, Any], version: int = 1) -> dict[str, Any]:
    body = {**DAY, "conferenceData": data}
    inserted: dict[str, Any] = events.insert(**ME, conferenceDataVersion=version, body=body).execute()
    return inserted


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def test_a_conference_may_come_later_and_changes_its_event(world: World, alice: Any) -> None:
    world.switches.change({"conferencePendingReads": 2})
    event = insert(alice, MEET)
    pending = event["conferenceData"]
    assert pending["createRequest"]["status"] == {"statusCode": "pending"}
    assert not {"conferenceSolution", "entryPoints", "conferenceId"} & pending.keys()
    assert "hangoutLink" not in event
    token = alice.list(**ME, fields="nextSyncToken").execute()["nextSyncToken"]
    reads = [get(alice, event["id"]) for _ in range(4)]
    codes = [read["conferenceData"]["createRequest"]["status"]["statusCode"] for read in reads]
    assert codes[0] == "pending" and codes[-1] == "success"
    done = reads[-1]
    assert done["hangoutLink"] == done["conferenceData"]["entryPoints"][0]["uri"]
    assert done["etag"] != event["etag"]
    told = alice.list(**ME, syncToken=token).execute()["items"]
    assert [item["etag"] for item in told] == [done["etag"]]
    stale = alice.patch(**ME, eventId=event["id"], body={"summary": "x"})
    stale.headers["If-Match"] = event["etag"]
    with pytest.raises(HttpError) as caught:
        stale.execute()
    assert caught.value.resp.status == 412


@pytest.mark.parametrize("reads", [0, 1])
def test_a_conference_may_fail(world: World, alice: Any, reads: int) -> None:
    world.switches.change({"conferenceRequestFails": True, "conferencePendingReads": reads})
    event = insert(alice, MEET)["id"]
    found = [get(alice, event) for _ in range(3)][-1]
    assert found["conferenceData"].keys() == {"createRequest"}
    assert found["conferenceData"]["createRequest"]["status"] == {"statusCode": "failure"}
    assert "hangoutLink" not in found


def test_unsigned_data_may_be_taken(world: World, alice: Any) -> None:
    world.switches.change({"unsignedConferenceData": "accept"})
    shown = get(alice, insert(alice, DATA)["id"])["conferenceData"]
    assert {name: shown[name] for name in DATA} == DATA


def test_how_to_join_may_be_refused_too(world: World, alice: Any) -> None:
    event = insert(alice, world.calendar.sign(DATA))["id"]
    changed = {"conferenceData": {**DATA, "notes": "at noon"}}
    request = alice.patch(**ME, conferenceDataVersion=1, eventId=event, body=changed)
    assert request.execute()["conferenceData"]["notes"] == "at noon"
    world.switches.change({"conferenceWriteBacks": "refuse"})
    changed["conferenceData"]["notes"] = "at one"
    with pytest.raises(HttpError, match="Invalid conference data"):
        request = alice.patch(**ME, conferenceDataVersion=1, eventId=event, body=changed)
        request.execute()


def test_answers_to_version_0_may_lack_the_conference(world: World, alice: Any) -> None:
    event = insert(alice, MEET)["id"]
    world.switches.change({"versionZeroAnswer": "without"})
    body = {"summary": "x"}
    for version, shown in ((0, False), (1, True)):
        patched = alice.patch(**ME, conferenceDataVersion=version, eventId=event, body=body).execute()
        assert ("conferenceData" in patched, "hangoutLink" in patched) == (shown, shown)
    assert "conferenceData" in get(alice, event)


def test_reminders_may_change_the_etag(world: World, alice: Any) -> None:
    world.switches.change({"remindersChangeEtag": True})
    event = alice.insert(**ME, body=DAY).execute()
    world.clock.advance(1_000_000)
    body = {"reminders": {"useDefault": False}}
    patched = alice.patch(**ME, eventId=event["id"], body=body).execute()
    assert patched["etag"] != event["etag"]


def test_a_batch_may_hold_fewer_calls(world: World, service: Callable[[str], Any], alice: Any) -> None:
    world.switches.change({"batchLimit": 50})

    def send(calls: int) -> None:
        batch = service("alice@example.com").new_batch_http_request()
        for _ in range(calls):
            batch.add(alice.list(**ME))
        batch.execute()

    send(50)
    with pytest.raises(HttpError) as caught:
        send(51)
    assert caught.value.resp.status == 400
