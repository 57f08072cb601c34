"""One event: its id and link, its fields, what a write keeps and what it drops."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
MEETING = {
    "summary": "Review",
    "start": {"dateTime": "2026-03-03T10:00:00+01:00"},
    "end": {"dateTime": "2026-03-03T11:00:00+01:00"},
}
DATA = {
    "conferenceId": "conf-1",
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
    "entryPoints": [{"entryPointType": "video", "uri": "https://conferences.example/join/conf-1"}],
}


def insert(events: Any, query: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    inserted: dict[str, Any] = events.insert(**ME, **query or {}, body={**MEETING, **more}).execute()
    return inserted


def patch(events: Any, event: str, query: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    patched: dict[str, Any] = events.patch(**ME, **query or {}, eventId=event, body=body).execute()
    return patched


def refusal(request: Any) -> tuple[int, str]:
    """Return status and message of an error."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, str(caught.value.reason)


@pytest.mark.parametrize("event_id", ["01234", "abcdefghijklmnopqrstuv", "v" * 1024])
def test_which_ids_a_client_may_choose(alice: Any, event_id: str) -> None:
    assert insert(alice, id=event_id)["id"] == event_id
    for other in ("0123", "v" * 1025, "0123w", "ABCDE", "ab_cd", "ab-cd1"):
        refused = alice.insert(**ME, body={**MEETING, "id": other})
        assert refusal(refused) == (400, "Invalid resource id value.")


def test_an_id_is_free_in_another_calendar(service: Callable[[str], Any], alice: Any) -> None:
    team = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()["id"]
    insert(alice, id="meeting01")
    other = alice.insert(calendarId=team, body={**MEETING, "id": "meeting01"}).execute()
    assert (other["id"], other["organizer"]["email"]) == ("meeting01", team)


def test_a_link_names_event_and_calendar(world: World, service: Callable[[str], Any]) -> None:
    world.oauth.add_user("dora@gmail.com", "Europe/Berlin")
    dora = service("dora@gmail.com")
    team = dora.calendars().insert(body={"summary": "Team"}).execute()["id"]
    for client, calendar, shown in (
        (service("alice@example.com"), "primary", "alice@example.com"),
        (dora, "primary", "dora@m"),
        (dora, team, f"{team.partition('@')[0]}@g"),
    ):
        event = client.events().insert(calendarId=calendar, body=MEETING).execute()
        address, _, eid = event["htmlLink"].partition("?eid=")
        assert address == "https://www.google.com/calendar/event"
        assert "=" not in eid
        assert base64.urlsafe_b64decode(eid + "==").decode() == f"{event['id']} {shown}"


def test_which_fields_a_plain_event_has(alice: Any) -> None:
    said = {"transparency": "opaque", "visibility": "default", "guestsCanInviteOthers": True, "locked": False}
    assert set(insert(alice, **said)) == {
        "kind", "etag", "id", "status", "htmlLink", "created", "updated", "summary", "creator", "organizer",
        "start", "end", "iCalUID", "sequence", "reminders", "eventType",
    }  # fmt: skip
    other = insert(alice, transparency="transparent", visibility="public", guestsCanInviteOthers=False)
    assert (other["transparency"], other["visibility"]) == ("transparent", "public")
    assert other["guestsCanInviteOthers"] is False


@pytest.mark.parametrize(
    ("status", "taken"), [("confirmed", True), ("tentative", True), ("postponed", False)]
)
def test_a_status_is_one_of_three(alice: Any, status: str, taken: bool) -> None:
    if taken:
        assert insert(alice, status=status)["status"] == status
    else:
        assert refusal(alice.insert(**ME, body={**MEETING, "status": status}))[0] == 400


def test_a_status_can_delete(alice: Any) -> None:
    patched, replaced = insert(alice)["id"], insert(alice)["id"]
    patch(alice, patched, status="cancelled")
    alice.update(**ME, eventId=replaced, body={**MEETING, "status": "cancelled"}).execute()
    zone = {"timeZone": "Europe/Berlin"}
    times = {name: {**MEETING[name], **zone} for name in ("start", "end")}  # type: ignore[dict-item]
    series = insert(alice, **times, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])["id"]
    patch(alice, f"{series}_20260304T090000Z", status="cancelled")
    assert [item["id"] for item in alice.list(**ME, singleEvents=True).execute()["items"]] == [
        f"{series}_20260303T090000Z"
    ]
    for event in (patched, replaced):
        assert alice.get(**ME, eventId=event).execute()["status"] == "cancelled"
        assert refusal(alice.delete(**ME, eventId=event))[0] == 410


def test_an_event_that_comes_back_moves_on(world: World, alice: Any) -> None:
    signed = world.calendar.sign(DATA)
    event = insert(alice, {"conferenceDataVersion": 1}, conferenceData=signed)
    alice.delete(**ME, eventId=event["id"]).execute()
    deleted = alice.get(**ME, eventId=event["id"]).execute()
    world.clock.advance(1_000_000)
    back = alice.update(**ME, eventId=event["id"], body=MEETING).execute()
    assert back["status"] == "confirmed"
    assert back["conferenceData"] == signed
    assert back["etag"] not in (event["etag"], deleted["etag"])
    assert back["updated"] > deleted["updated"]
    assert back["sequence"] > deleted["sequence"] > event["sequence"]


def test_a_time_without_offset_and_zone_is_of_the_calendar(alice: Any) -> None:
    times = {"start": {"dateTime": "2026-07-01T09:00:00"}, "end": {"dateTime": "2026-07-01T10:00:00"}}
    assert insert(alice, **times)["start"] == {
        "dateTime": "2026-07-01T09:00:00+02:00",
        "timeZone": "Europe/Berlin",
    }


def test_a_patched_list_is_replaced(alice: Any) -> None:
    people = [{"email": f"{name}@elsewhere.example"} for name in ("ann", "ben", "cleo")]
    event = insert(alice, attendees=people[:2])["id"]
    shown = patch(alice, event, attendees=people[2:])["attendees"]
    assert [person["email"] for person in shown] == ["cleo@elsewhere.example"]
    assert "attendees" not in patch(alice, event, attendees=None)


def test_what_the_server_decides_is_ignored(alice: Any) -> None:
    event = insert(alice)
    theirs = {
        "kind": "calendar#other",
        "etag": '"1"',
        "id": "somethingelse",
        "htmlLink": "https://elsewhere.example",
        "created": "2001-01-01T00:00:00.000Z",
        "updated": "2001-01-01T00:00:00.000Z",
        "creator": {"email": "bob@example.com"},
        "organizer": {"email": "bob@example.com"},
        "hangoutLink": "https://elsewhere.example",
        "iCalUID": "other@elsewhere.example",
        "recurringEventId": "other01",
        "originalStartTime": {"date": "2026-01-01"},
    }
    for changed in (
        patch(alice, event["id"], **theirs),
        alice.update(**ME, eventId=event["id"], body={**MEETING, **theirs}).execute(),
    ):
        assert {name: changed.get(name) for name in theirs.keys() - {"etag", "updated"}} == {
            name: event.get(name) for name in theirs.keys() - {"etag", "updated"}
        }
        assert changed["updated"] >= event["updated"]
        assert changed["etag"] not in ('"1"', event["etag"])


def test_an_update_drops_properties(alice: Any) -> None:
    event = insert(alice, extendedProperties={"private": {"a": "1", "b": "2"}, "shared": {"c": "3"}})["id"]
    body = {**MEETING, "extendedProperties": {"private": {"b": "2"}}}
    updated = alice.update(**ME, eventId=event, body=body).execute()
    assert updated["extendedProperties"] == {"private": {"b": "2"}}


def test_attachments_need_a_parameter(alice: Any) -> None:
    yes = {"supportsAttachments": True}
    one, other = ([{"fileUrl": f"https://files.example/{name}", "title": name}] for name in ("one", "other"))
    assert "attachments" not in insert(alice, attachments=one)
    event = insert(alice, yes, attachments=one)
    assert event["attachments"] == one
    assert patch(alice, event["id"], attachments=other)["attachments"] == one
    assert alice.update(**ME, eventId=event["id"], body=MEETING).execute()["attachments"] == one
    assert patch(alice, event["id"], yes, attachments=other)["attachments"] == other
    assert "attachments" not in alice.update(**ME, **yes, eventId=event["id"], body=MEETING).execute()


def test_an_event_has_five_reminders_at_most(alice: Any) -> None:
    def reminders(*minutes: int) -> dict[str, Any]:
        overrides = [{"method": "popup", "minutes": number} for number in minutes]
        return {"reminders": {"useDefault": False, "overrides": overrides}}

    assert len(insert(alice, **reminders(0, 1, 2, 3, 40320))["reminders"]["overrides"]) == 5
    for wrong in (reminders(0, 1, 2, 3, 4, 5), reminders(40321), reminders(-1)):
        assert refusal(alice.insert(**ME, body={**MEETING, **wrong}))[0] == 400


def test_the_type_of_an_event_stays(alice: Any) -> None:
    event = insert(alice)["id"]
    assert refusal(alice.patch(**ME, eventId=event, body={"eventType": "focusTime"}))[0] == 400
    assert refusal(alice.update(**ME, eventId=event, body={**MEETING, "eventType": "focusTime"}))[0] == 400
    assert patch(alice, event, eventType="default")["eventType"] == "default"
    assert refusal(alice.insert(**ME, body={**MEETING, "eventType": "fromGmail"}))[0] == 400


def test_an_event_of_another_type_has_its_properties(alice: Any) -> None:
    office = {"type": "customLocation", "customLocation": {"label": "Garden"}}
    looks = {"visibility": "public", "transparency": "transparent"}
    place = insert(alice, eventType="workingLocation", workingLocationProperties=office, **looks)
    assert (place["eventType"], place["workingLocationProperties"]) == ("workingLocation", office)
    away = {"autoDeclineMode": "declineNone"}
    absence = insert(alice, eventType="outOfOffice", outOfOfficeProperties=away)
    assert (absence["eventType"], absence["outOfOfficeProperties"]) == ("outOfOffice", away)
