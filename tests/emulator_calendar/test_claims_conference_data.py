"""Conference data: what can be asked for, and what each occurrence carries."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
NEW = {"conferenceDataVersion": 1}
WEEKLY = {
    "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
}
MEETING = {name: WEEKLY[name] for name in ("start", "end")}
SECOND = "_20260323T080000Z"


def data(conference: str = "conf-1", **more: Any) -> dict[str, Any]:
    return {
        "conferenceId": conference,
        "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
        "entryPoints": [{"entryPointType": "video", "uri": f"https://conferences.example/join/{conference}"}],
        **more,
    }


def insert(events: Any, body: dict[str, Any], conference: dict[str, Any]) -> dict[str, Any]:
    inserted: dict[str, Any] = events.insert(
        **ME, **NEW, body={**body, "conferenceData": conference}
    ).execute()
    return inserted


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def refusal(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, str(caught.value.reason)


def test_a_calendar_names_the_solutions_that_can_be_asked_for(service: Callable[[str], Any]) -> None:
    client = service("alice@example.com")
    for shown in (client.calendars().get(**ME).execute(), client.calendarList().get(**ME).execute()):
        kinds = shown["conferenceProperties"]["allowedConferenceSolutionTypes"]
        assert "hangoutsMeet" in kinds
        assert set(kinds) <= {"eventHangout", "eventNamedHangout", "hangoutsMeet"}


@pytest.mark.parametrize("kind", ["eventHangout", "eventNamedHangout", "somethingElse"])
def test_old_types_cannot_be_asked_for(alice: Any, kind: str) -> None:
    request = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": kind}}}
    refused = alice.insert(**ME, **NEW, body={**MEETING, "conferenceData": request})
    assert refusal(refused) == (400, "Invalid conference type value.")


def test_a_request_needs_an_id(alice: Any) -> None:
    request = {"createRequest": {"conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    assert refusal(alice.insert(**ME, **NEW, body={**MEETING, "conferenceData": request}))[0] == 400
    solution = data()["conferenceSolution"]
    alone = alice.insert(**ME, **NEW, body={**MEETING, "conferenceData": {"conferenceSolution": solution}})
    assert refusal(alone)[0] == 400


@pytest.mark.parametrize("version", [0, 1])
def test_sending_its_own_data_back_keeps_it(world: World, alice: Any, version: int) -> None:
    meet = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    for conference in (world.calendar.sign(data()), meet):
        event = insert(alice, MEETING, conference)
        body = {**event, "summary": "New"}
        updated = alice.update(**ME, conferenceDataVersion=version, eventId=event["id"], body=body).execute()
        assert (updated["summary"], updated["conferenceData"]) == ("New", event["conferenceData"])


def test_notes_may_hold_html(world: World, alice: Any) -> None:
    signed = world.calendar.sign(data(notes="<b>Room 7</b>, or <a href='https://x.example'>here</a>"))
    assert insert(alice, MEETING, signed)["conferenceData"]["notes"] == signed["notes"]


def test_an_exception_keeps_a_conference_of_its_own(world: World, alice: Any) -> None:
    first, other = world.calendar.sign(data()), world.calendar.sign(data("conf-2"))
    series = insert(alice, WEEKLY, first)["id"]
    alice.patch(**ME, eventId=series + SECOND, body={"summary": "Own"}).execute()
    alice.patch(**ME, **NEW, eventId=series, body={"conferenceData": other}).execute()
    assert get(alice, series + SECOND)["conferenceData"] == first
    assert get(alice, f"{series}_20260316T080000Z")["conferenceData"] == other
    alice.patch(**ME, **NEW, eventId=series + SECOND, body={"conferenceData": None}).execute()
    assert "conferenceData" not in get(alice, series + SECOND)
    assert get(alice, series)["conferenceData"] == other


def test_deleting_an_occurrence_leaves_the_conference(world: World, alice: Any) -> None:
    signed = world.calendar.sign(data())
    series = insert(alice, WEEKLY, signed)["id"]
    alice.delete(**ME, eventId=series + SECOND).execute()
    assert get(alice, series)["conferenceData"] == signed
    items = alice.instances(**ME, eventId=series).execute()["items"]
    assert [item["conferenceData"] for item in items] == [signed, signed]
