"""Conference data: versions, signatures, copies."""

import re
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
MEETING = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
DATA = {
    "conferenceId": "conf-1",
    "conferenceSolution": {
        "key": {"type": "addOn"},
        "name": "My Web Conference",
        "iconUri": "https://x.example/i.png",
    },
    "entryPoints": [{"entryPointType": "video", "uri": "https://conferences.example/join/conf-1"}],
    "parameters": {"addOnParameters": {"parameters": {"tenant": "t1"}}},
}


def insert(events: Any, data: dict[str, Any] | None, version: int = 1) -> dict[str, Any]:
    body = {**MEETING, "conferenceData": data}
    inserted: dict[str, Any] = events.insert(**ME, conferenceDataVersion=version, body=body).execute()
    return inserted


def message_of(request: Any) -> str:
    with pytest.raises(HttpError) as caught:
        request.execute()
    assert caught.value.resp.status == 400
    return str(caught.value.reason)


@pytest.fixture
def signed(world: World) -> dict[str, Any]:
    return world.calendar.sign(DATA)


def test_a_signature_is_the_same_for_the_same_data(world: World, signed: dict[str, Any]) -> None:
    assert world.calendar.sign(signed) == signed
    assert signed["signature"] and {**signed, "signature": None} != signed


def test_signed_data_is_kept_and_shown(alice: Any, signed: dict[str, Any]) -> None:
    event = insert(alice, signed)
    assert event["conferenceData"] == signed
    assert "hangoutLink" not in event
    assert alice.list(**ME).execute()["items"][0]["conferenceData"] == signed


def test_signed_data_can_be_copied_to_another_event(alice: Any, bob: Any, signed: dict[str, Any]) -> None:
    data = insert(alice, signed)["conferenceData"]
    assert insert(bob, data)["conferenceData"] == signed


def test_data_that_was_not_signed_is_refused(alice: Any, signed: dict[str, Any]) -> None:
    edited = {**signed, "conferenceId": "conf-2"}
    for data in (DATA, edited, {**DATA, "signature": "made up"}, {"notes": "x"}):
        request = alice.insert(**ME, conferenceDataVersion=1, body={**MEETING, "conferenceData": data})
        assert message_of(request) == "Invalid conference data."


def test_version_0_neither_writes_nor_clears(alice: Any, signed: dict[str, Any]) -> None:
    assert "conferenceData" not in insert(alice, signed, version=0)
    event = insert(alice, signed)["id"]
    for body in ({"conferenceData": None}, {"conferenceData": DATA}, {"summary": "x"}):
        assert alice.patch(**ME, eventId=event, body=body).execute()["conferenceData"] == signed
    assert alice.update(**ME, eventId=event, body=MEETING).execute()["conferenceData"] == signed


def test_version_1_clears_by_null_and_by_replacing(alice: Any, signed: dict[str, Any]) -> None:
    event, version = insert(alice, signed)["id"], {"conferenceDataVersion": 1}
    kept = alice.patch(**ME, **version, eventId=event, body={"summary": "x"}).execute()
    assert kept["conferenceData"] == signed
    patched = alice.patch(**ME, **version, eventId=event, body={"conferenceData": None}).execute()
    assert "conferenceData" not in patched
    alice.patch(**ME, **version, eventId=event, body={"conferenceData": signed}).execute()
    updated = alice.update(**ME, **version, eventId=event, body=MEETING).execute()
    assert "conferenceData" not in updated


def test_conference_data_is_replaced_as_one_value(world: World, alice: Any, signed: dict[str, Any]) -> None:
    event = insert(alice, signed)["id"]
    other = world.calendar.sign({**DATA, "conferenceId": "conf-2", "parameters": None})
    patched = alice.patch(
        **ME, conferenceDataVersion=1, eventId=event, body={"conferenceData": other}
    ).execute()
    assert patched["conferenceData"] == other


def request_for(kind: str = "hangoutsMeet", request_id: str = "r1") -> dict[str, Any]:
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": {"type": kind}}}


def test_a_meet_conference_can_be_asked_for(alice: Any) -> None:
    event = insert(alice, request_for())
    data = event["conferenceData"]
    assert re.fullmatch("[a-z]{3}-[a-z]{4}-[a-z]{3}", data["conferenceId"])
    assert event["hangoutLink"] == f"https://meet.google.com/{data['conferenceId']}"
    assert data["createRequest"]["status"] == {"statusCode": "success"}
    copied = insert(alice, {name: value for name, value in data.items() if name != "createRequest"})
    assert copied["hangoutLink"] == event["hangoutLink"]


def test_the_same_request_again_changes_nothing(alice: Any) -> None:
    event = insert(alice, request_for())

    def again(request_id: str) -> str:
        body = {"conferenceData": request_for(request_id=request_id)}
        patched = alice.patch(**ME, conferenceDataVersion=1, eventId=event["id"], body=body).execute()
        return str(patched["conferenceData"]["conferenceId"])

    assert again("r1") == event["conferenceData"]["conferenceId"]
    assert again("r2") != event["conferenceData"]["conferenceId"]


def test_an_add_on_cannot_be_asked(alice: Any) -> None:
    body = {**MEETING, "conferenceData": request_for("addOn")}
    request = alice.insert(**ME, conferenceDataVersion=1, body=body)
    assert message_of(request) == "Invalid conference type value."


def test_guests_and_occurrences_share_it(alice: Any, bob: Any, signed: dict[str, Any]) -> None:
    body = {
        **MEETING,
        "conferenceData": signed,
        "attendees": [{"email": "bob@example.com"}],
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"],
    }
    event = alice.insert(**ME, conferenceDataVersion=1, body=body).execute()["id"]
    for found in bob.instances(**ME, eventId=event).execute()["items"]:
        assert found["conferenceData"] == signed
    bob.patch(**ME, conferenceDataVersion=1, eventId=event, body={"conferenceData": signed}).execute()
    with pytest.raises(HttpError) as caught:
        bob.patch(**ME, conferenceDataVersion=1, eventId=event, body={"conferenceData": None}).execute()
    assert caught.value.resp.status == 403


def test_a_moved_event_keeps_it(service: Any, alice: Any, signed: dict[str, Any]) -> None:
    other = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()["id"]
    event = insert(alice, signed)["id"]
    assert alice.move(**ME, eventId=event, destination=other).execute()["conferenceData"] == signed


def test_how_to_join_may_be_changed_and_nothing_else(alice: Any, signed: dict[str, Any]) -> None:
    event, version = insert(alice, signed)["id"], {"conferenceDataVersion": 1}
    other = {"entryPoints": [{"entryPointType": "phone", "uri": "tel:+15550100"}], "notes": "at noon"}
    body = {"conferenceData": {**DATA, **other}}
    data = alice.patch(**ME, **version, eventId=event, body=body).execute()["conferenceData"]
    assert {**DATA, **other, "signature": data["signature"]} == data
    assert insert(alice, data)["conferenceData"] == data
    for wrong in (
        {"conferenceId": "conf-2"},
        {"parameters": {}},
        {"entryPoints": []},
        {"entryPoints": [{"entryPointType": "video", "uri": "ftp://conferences.example"}]},
    ):
        body = {"conferenceData": {**DATA, **wrong}}
        assert (
            message_of(alice.patch(**ME, **version, eventId=event, body=body)) == "Invalid conference data."
        )
