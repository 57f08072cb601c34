"""Imported events: private copies that are known by their iCalUID."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
UID = "040000008200E00074C5B7101A82E008@outlook.example"
TIMES = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}
GUEST = [{"email": "alice@example.com"}]
BODY = {"summary": "Review", "iCalUID": UID, **TIMES}
FOREIGN = {**BODY, "organizer": {"email": "Dan@Elsewhere.example", "displayName": "Dan"}, "attendees": GUEST}


def imported(events: Any, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    event: dict[str, Any] = events.import_(**ME, body=body, **query).execute()
    return event


def error_of(request: Any) -> tuple[int, str, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    item = caught.value.error_details[0]
    return caught.value.status_code, item["reason"], item["message"]


def test_the_id_is_the_ical_uid(alice: Any) -> None:
    event = imported(alice, BODY)
    assert event["iCalUID"] == UID
    encoded = event["id"].removeprefix("_").upper()
    assert base64.b32hexdecode(encoded + "=" * (-len(encoded) % 8)).decode() == UID
    assert alice.get(**ME, eventId=event["id"]).execute() == event
    assert [item["id"] for item in alice.list(**ME, iCalUID=UID).execute()["items"]] == [event["id"]]


def test_an_event_of_the_calendar_itself_is_an_ordinary_one(alice: Any, bob: Any) -> None:
    event = imported(alice, {**BODY, "attendees": [{"email": "bob@example.com"}], "privateCopy": True})
    assert event["organizer"] == {"email": "alice@example.com", "self": True}
    assert "privateCopy" not in event
    assert imported(alice, {**BODY, "attendees": event["attendees"]})["id"] == event["id"]
    assert bob.list(**ME).execute()["items"] == []
    alice.patch(**ME, eventId=event["id"], body={"summary": "New"}).execute()
    assert [item["summary"] for item in bob.list(**ME).execute()["items"]] == ["New"]


def test_an_event_of_another_organizer_is_a_private_copy(alice: Any, bob: Any) -> None:
    guests = [*GUEST, {"email": "bob@example.com"}]
    event = imported(alice, {**FOREIGN, "attendees": guests})
    assert event["organizer"] == {"email": "dan@elsewhere.example", "displayName": "Dan"}
    assert event["privateCopy"] is True
    assert [person.get("self") for person in event["attendees"]] == [True, None]
    changed = alice.patch(**ME, eventId=event["id"], body={"summary": "Mine"}).execute()
    assert (changed["summary"], changed["organizer"]) == ("Mine", event["organizer"])
    assert bob.list(**ME).execute()["items"] == []


def test_who_does_not_take_part_cannot_import(alice: Any) -> None:
    stranger = {**FOREIGN, "attendees": [{"email": "bob@example.com"}]}
    assert error_of(alice.import_(**ME, body=stranger)) == (
        400,
        "participantIsNeitherOrganizerNorAttendee",
        "The owner of the calendar must either be the organizer or an attendee of an event that is imported.",
    )


def test_importing_again_replaces_in_place(alice: Any) -> None:
    first = imported(alice, {**FOREIGN, "location": "Room 1", "sequence": 2})
    answer = [{**GUEST[0], "responseStatus": "accepted"}]
    again = imported(alice, {**FOREIGN, "summary": "New", "attendees": answer, "sequence": 2})
    assert (again["id"], again["created"], again["sequence"]) == (first["id"], first["created"], 2)
    assert (again["summary"], again["attendees"][0]["responseStatus"]) == ("New", "accepted")
    assert "location" not in again
    assert len(alice.list(**ME).execute()["items"]) == 1
    assert imported(alice, {**FOREIGN, "sequence": 5})["sequence"] == 5
    assert imported(alice, FOREIGN)["sequence"] == 5


def test_an_older_version_is_refused(alice: Any) -> None:
    imported(alice, {**FOREIGN, "sequence": 2})
    status, reason, message = error_of(alice.import_(**ME, body={**FOREIGN, "sequence": 1}))
    assert (status, reason) == (400, "invalid")
    assert message.startswith("Invalid sequence value.")


def test_a_deleted_import_comes_back(alice: Any) -> None:
    event = imported(alice, BODY)
    token = alice.list(**ME).execute()["nextSyncToken"]
    alice.delete(**ME, eventId=event["id"]).execute()
    assert imported(alice, BODY)["status"] == "confirmed"
    assert [item["status"] for item in alice.list(**ME, syncToken=token).execute()["items"]] == ["confirmed"]


def test_of_several_events_the_living_one_is_replaced(alice: Any) -> None:
    alice.insert(**ME, body={**BODY, "id": "first01"}).execute()
    alice.delete(**ME, eventId="first01").execute()
    alice.insert(**ME, body={**BODY, "id": "second01"}).execute()
    assert imported(alice, BODY)["id"] == "second01"


@pytest.mark.parametrize("missing", ["start", "end", "iCalUID"])
def test_what_an_import_needs(alice: Any, missing: str) -> None:
    body = {name: value for name, value in BODY.items() if name != missing}
    assert error_of(alice.import_(**ME, body=body))[:2] == (400, "required")


def test_an_id_of_ones_own_is_refused(alice: Any) -> None:
    refused = error_of(alice.import_(**ME, body={**BODY, "id": "meeting01"}))
    assert refused == (400, "invalid", "Invalid resource id value.")


def test_a_special_type_becomes_an_ordinary_event(alice: Any) -> None:
    typed = {"eventType": "focusTime", "focusTimeProperties": {"chatStatus": "doNotDisturb"}}
    event = imported(alice, {**BODY, **typed})
    assert event["eventType"] == "default" and "focusTimeProperties" not in event


def test_conferences_and_attachments_are_taken_if_the_client_knows_them(alice: Any) -> None:
    request = {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    extras = {
        "conferenceData": {"createRequest": request},
        "attachments": [{"fileUrl": "https://files.example/1"}],
    }
    plain = imported(alice, {**BODY, **extras})
    assert not {"conferenceData", "attachments"} & set(plain)
    rich = imported(alice, {**BODY, **extras}, conferenceDataVersion=1, supportsAttachments=True)
    assert rich["conferenceData"]["conferenceId"] and rich["attachments"][0]["fileUrl"]
    kept = imported(alice, BODY)
    assert kept["conferenceData"] == rich["conferenceData"]


def test_an_occurrence_is_imported_beside_its_series(alice: Any) -> None:
    zone = {"timeZone": "Europe/Berlin"}
    times = {
        "start": {"dateTime": "2026-03-03T09:00:00", **zone},
        "end": {"dateTime": "2026-03-03T10:00:00", **zone},
    }
    series = imported(alice, {**BODY, **times, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]})
    moved = {"originalStartTime": {"dateTime": "2026-03-04T09:00:00", **zone}, "summary": "Moved"}
    one = imported(alice, {**BODY, **moved})
    assert one["id"] == f"{series['id']}_20260304T080000Z"
    assert (one["recurringEventId"], one["summary"]) == (series["id"], "Moved")
    listed = alice.list(**ME, singleEvents=True).execute()["items"]
    assert sorted(item["summary"] for item in listed) == ["Moved", "Review", "Review"]
    shorter = imported(alice, {**BODY, **times, "recurrence": ["RRULE:FREQ=DAILY;COUNT=1"]})
    assert shorter["id"] == series["id"]
    assert alice.get(**ME, eventId=one["id"]).execute()["status"] == "cancelled"


def test_a_secondary_calendar_organises_what_it_imports(service: Callable[[str], Any]) -> None:
    client = service("alice@example.com")
    team = client.calendars().insert(body={"summary": "Team"}).execute()["id"]
    event = client.events().import_(calendarId=team, body=BODY).execute()
    assert event["organizer"] == {"email": team, "displayName": "Team", "self": True}
    assert event["creator"] == {"email": "alice@example.com"}


def test_an_invitation_cannot_be_replaced(alice: Any, bob: Any) -> None:
    made = bob.insert(**ME, body={"summary": "Theirs", **TIMES, "attendees": GUEST}).execute()
    refused = error_of(alice.import_(**ME, body={**BODY, "iCalUID": made["iCalUID"]}))
    assert refused[:2] == (409, "duplicate")


def test_nobody_is_written_to(world: World, alice: Any) -> None:
    imported(alice, {**FOREIGN, "attendees": [*GUEST, {"email": "carol@example.com"}]})
    assert world.request("GET", "/emulator/mails").json() == {"mails": []}
