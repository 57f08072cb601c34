"""Switches of conferences, etags, quotas and batches: each does what it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.wire import Response
from confsync.emulator.world import World

ME = {"calendarId": "primary"}
NEW = {"conferenceDataVersion": 1}
EVENTS = "/calendar/v3/calendars/primary/events"
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


def ask(world: World, method: str, target: str, body: Any = None, user: str = "alice") -> Response:
    sent = {"authorization": f"Bearer {user}@example.com"}
    return world.request(method, target, sent, b"" if body is None else json.dumps(body).encode())


def reason_of(response: Response) -> str:
    return str(response.json()["error"]["errors"][0]["reason"])


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
    assert patched["updated"] == event["updated"]


@pytest.mark.parametrize(
    ("switch", "reason"),
    [("queriesPerMinutePerUser", "userRateLimitExceeded"), ("queriesPerMinute", "rateLimitExceeded")],
)
def test_queries_within_a_minute_may_be_limited(world: World, switch: str, reason: str) -> None:
    world.switches.change({switch: 3})
    statuses = [ask(world, "GET", EVENTS).status for _ in range(4)]
    assert statuses == [200, 200, 200, 403]
    assert reason_of(ask(world, "GET", EVENTS)) == reason
    theirs = ask(world, "GET", EVENTS, user="bob").status
    assert theirs == (200 if switch == "queriesPerMinutePerUser" else 403)
    world.clock.advance(61_000_000)
    assert ask(world, "GET", EVENTS).status == 200


def test_writes_to_one_calendar_may_be_limited(world: World) -> None:
    team = ask(world, "POST", "/calendar/v3/calendars", {"summary": "Team"}).json()["id"]
    world.switches.change({"writesPerMinutePerCalendar": 2})
    assert [ask(world, "POST", EVENTS, DAY).status for _ in range(3)] == [200, 200, 403]
    assert ask(world, "GET", EVENTS).status == 200
    assert ask(world, "POST", f"/calendar/v3/calendars/{team}/events", DAY).status == 200
    world.clock.advance(61_000_000)
    assert ask(world, "POST", EVENTS, DAY).status == 200
    assert len(ask(world, "GET", EVENTS).json()["items"]) == 3


@pytest.mark.parametrize(
    ("error", "status", "reason", "front_end"),
    [
        ("403", 403, "userRateLimitExceeded", False),
        ("403-front-end", 403, "rateLimitExceeded", True),
        ("429", 429, "rateLimitExceeded", False),
    ],
)
def test_how_a_refusal_for_quota_reads(
    world: World, error: str, status: int, reason: str, front_end: bool
) -> None:
    world.switches.change({"queriesPerMinutePerUser": 1, "quotaError": error})
    ask(world, "GET", EVENTS)
    refused = ask(world, "GET", EVENTS)
    assert (refused.status, reason_of(refused)) == (status, reason)
    assert ("status" in refused.json()["error"]) == front_end


def test_every_call_of_a_batch_counts(world: World, service: Callable[[str], Any], alice: Any) -> None:
    world.switches.change({"queriesPerMinutePerUser": 3})
    statuses: list[int] = []

    def keep(_: str, answer: Any, error: HttpError | None) -> None:
        statuses.append(error.resp.status if error else 200)

    batch = service("alice@example.com").new_batch_http_request(callback=keep)
    for _ in range(5):
        batch.add(alice.list(**ME))
    batch.execute()
    assert statuses == [200, 200, 200, 403, 403]


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
