"""One event: made, read, changed, deleted, brought back."""

import re
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.world import World

ME = {"calendarId": "primary"}
MEETING = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-03T10:00:00+01:00"},
    "end": {"dateTime": "2026-03-03T11:00:00+01:00"},
}


def insert(events: Any, **more: Any) -> dict[str, Any]:
    inserted: dict[str, Any] = events.insert(**ME, body={**MEETING, **more}).execute()
    return inserted


def error_of(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


def test_insert_answers_with_the_whole_event(alice: Any) -> None:
    event = insert(alice)
    assert re.fullmatch(r"[0-9a-v]{26}", event["id"])
    assert event["iCalUID"] == event["id"] + "@google.com"
    assert event["creator"] == event["organizer"] == {"email": "alice@example.com", "self": True}
    assert event["start"] == {"dateTime": "2026-03-03T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert (event["status"], event["sequence"], event["eventType"]) == ("confirmed", 0, "default")
    assert event["reminders"] == {"useDefault": True}
    assert "transparency" not in event and "attendees" not in event


def test_etag_is_twice_the_microsecond_of_updated(world: World, alice: Any) -> None:
    world.clock.advance(1_234_567)
    event = insert(alice)
    us = int(event["etag"].strip('"')) // 2
    assert us == world.clock.now_us()
    assert event["updated"] == "2026-03-02T08:00:01.234Z"
    assert event["created"] == "2026-03-02T08:00:01.000Z"


def test_two_writes_at_one_moment_have_different_etags(alice: Any) -> None:
    assert insert(alice)["etag"] != insert(alice)["etag"]


def test_get_shows_the_response_zone(alice: Any) -> None:
    event = insert(alice)
    shown = alice.get(**ME, eventId=event["id"], timeZone="Asia/Tokyo").execute()
    assert shown["start"] == {"dateTime": "2026-03-03T18:00:00+09:00", "timeZone": "Europe/Berlin"}


def test_a_time_without_offset_is_of_its_zone(alice: Any) -> None:
    event = insert(
        alice,
        start={"dateTime": "2026-07-01T09:00:00", "timeZone": "America/New_York"},
        end={"dateTime": "2026-07-01T10:00:00", "timeZone": "America/New_York"},
    )
    assert event["start"] == {"dateTime": "2026-07-01T15:00:00+02:00", "timeZone": "America/New_York"}


def test_patch_merges_objects_and_null_deletes(alice: Any) -> None:
    event = insert(alice, description="old", extendedProperties={"private": {"a": "1", "b": "2"}})
    body = {"description": None, "extendedProperties": {"private": {"a": None, "c": "3"}}, "id": "ignored"}
    patched = alice.patch(**ME, eventId=event["id"], body=body).execute()
    assert "description" not in patched
    assert patched["extendedProperties"]["private"] == {"b": "2", "c": "3"}
    assert (patched["id"], patched["summary"]) == (event["id"], "Review")
    assert patched["etag"] != event["etag"]


def test_update_replaces_what_a_client_can_write(alice: Any) -> None:
    event = insert(alice, description="old", colorId="3")
    updated = alice.update(**ME, eventId=event["id"], body={**MEETING, "summary": "New"}).execute()
    assert updated["summary"] == "New"
    assert "description" not in updated and "colorId" not in updated
    assert updated["iCalUID"] == event["iCalUID"]


def test_sequence_grows_with_the_time_but_not_with_the_title(alice: Any) -> None:
    event = insert(alice)
    renamed = alice.patch(**ME, eventId=event["id"], body={"summary": "New"}).execute()
    moved = alice.patch(
        **ME, eventId=event["id"], body={"end": {"dateTime": "2026-03-03T12:00:00+01:00"}}
    ).execute()
    assert (renamed["sequence"], moved["sequence"]) == (0, 1)
    assert error_of(alice.patch(**ME, eventId=event["id"], body={"sequence": 0})) == (400, "invalid")


def test_reminders_change_neither_updated_nor_etag_but_are_told_of(world: World, alice: Any) -> None:
    event = insert(alice)
    token = alice.list(**ME).execute()["nextSyncToken"]
    world.clock.advance(MICROSECONDS)
    patched = alice.patch(**ME, eventId=event["id"], body={"reminders": {"useDefault": False}}).execute()
    assert (patched["etag"], patched["updated"]) == (event["etag"], event["updated"])
    assert patched["reminders"] == {"useDefault": False}
    assert len(alice.list(**ME, syncToken=token).execute()["items"]) == 1


def test_delete_leaves_a_cancelled_event_and_a_second_time_is_gone(alice: Any) -> None:
    event = insert(alice)
    alice.delete(**ME, eventId=event["id"]).execute()
    cancelled = alice.get(**ME, eventId=event["id"]).execute()
    assert (cancelled["status"], cancelled["summary"], cancelled["sequence"]) == ("cancelled", "Review", 1)
    assert error_of(alice.delete(**ME, eventId=event["id"])) == (410, "deleted")
    assert alice.list(**ME).execute()["items"] == []


def test_an_id_can_be_used_once(alice: Any) -> None:
    insert(alice, id="abcde01234")
    assert error_of(alice.insert(**ME, body={**MEETING, "id": "abcde01234"})) == (409, "duplicate")
    alice.delete(**ME, eventId="abcde01234").execute()
    assert error_of(alice.insert(**ME, body={**MEETING, "id": "abcde01234"})) == (409, "duplicate")
    assert error_of(alice.insert(**ME, body={**MEETING, "id": "xyz"})) == (400, "invalid")


def test_undelete_by_patch(alice: Any) -> None:
    event = insert(alice)
    alice.delete(**ME, eventId=event["id"]).execute()
    token = alice.list(**ME).execute()["nextSyncToken"]
    restored = alice.patch(**ME, eventId=event["id"], body={"status": "confirmed"}).execute()
    assert (restored["status"], restored["summary"]) == ("confirmed", "Review")
    assert [item["status"] for item in alice.list(**ME, syncToken=token).execute()["items"]] == ["confirmed"]


def test_if_match(alice: Any) -> None:
    event = insert(alice)

    def patch(etag: str) -> Any:
        request = alice.patch(**ME, eventId=event["id"], body={"summary": "x"})
        request.headers["If-Match"] = etag
        return request

    patch(event["etag"]).execute()
    assert error_of(patch(event["etag"])) == (412, "conditionNotMet")
    patch("*").execute()


def test_if_none_match_answers_304(alice: Any) -> None:
    event = insert(alice)
    listed = alice.list(**ME).execute()
    for request, etag in (
        (alice.get(**ME, eventId=event["id"]), event["etag"]),
        (alice.list(**ME), listed["etag"]),
    ):
        request.headers["If-None-Match"] = etag
        with pytest.raises(HttpError) as caught:
            request.execute()
        assert (caught.value.resp.status, caught.value.content) == (304, b"")
    insert(alice)
    request = alice.list(**ME)
    request.headers["If-None-Match"] = listed["etag"]
    assert request.execute()["etag"] != listed["etag"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"summary": "no times"}, "required"),
        ({**MEETING, "end": {"date": "2026-03-03"}}, "invalid"),
        ({**MEETING, "end": {"dateTime": "2026-03-03T09:00:00+01:00"}}, "timeRangeEmpty"),
        ({**MEETING, "end": {"dateTime": "tomorrow"}}, "badRequest"),
        ({**MEETING, "summary": 7}, "invalid"),
        ({**MEETING, "visibility": "secret"}, "invalid"),
        ({**MEETING, "attendees": [{"displayName": "nobody"}]}, "invalid"),
        ({**MEETING, "start": {"dateTime": "2026-03-03T10:00:00", "timeZone": "Mars/Base"}}, "invalid"),
        ({**MEETING, "recurrence": ["RRULE:FREQ=DAILY"]}, "required"),
    ],
)
def test_what_calendar_does_not_take(alice: Any, body: dict[str, Any], reason: str) -> None:
    assert error_of(alice.insert(**ME, body=body)) == (400, reason)


def test_move_keeps_the_id_and_leaves_a_tombstone(service: Any, alice: Any) -> None:
    calendars = service("alice@example.com").calendars()
    other = calendars.insert(body={"summary": "Team"}).execute()["id"]
    event = insert(alice)
    token = alice.list(**ME).execute()["nextSyncToken"]
    moved = alice.move(**ME, eventId=event["id"], destination=other).execute()
    assert (moved["id"], moved["iCalUID"]) == (event["id"], event["iCalUID"])
    assert moved["organizer"] == {"email": other, "displayName": "Team", "self": True}
    [tombstone] = alice.list(**ME, syncToken=token).execute()["items"]
    assert sorted(tombstone) == ["etag", "id", "kind", "status"]
    assert [item["id"] for item in alice.list(calendarId=other).execute()["items"]] == [event["id"]]
    alice.move(calendarId=other, eventId=event["id"], destination="primary").execute()
    assert alice.get(**ME, eventId=event["id"]).execute()["status"] == "confirmed"
