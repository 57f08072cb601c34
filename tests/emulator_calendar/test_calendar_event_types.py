"""Events of special types, and the limits of all of them."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

ME = {"calendarId": "primary"}
TIMED = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}
ZONED = {name: {**value, "timeZone": "Etc/UTC"} for name, value in TIMED.items()}
DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
DAYS = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-05"}}
GUESTS = [{"email": "bob@example.com"}]
VALID: dict[str, dict[str, Any]] = {
    "focusTime": {**TIMED, "focusTimeProperties": {"autoDeclineMode": "declineNone", "chatStatus": "doNotDisturb"}},
    "outOfOffice": {**TIMED, "outOfOfficeProperties": {"autoDeclineMode": "declineAllConflictingInvitations"}},
    "workingLocation": {
        **DAY, "visibility": "public", "transparency": "transparent",
        "workingLocationProperties": {"type": "officeLocation", "officeLocation": {"label": "Tower"}},
    },
    "birthday": {**DAY, "visibility": "private", "transparency": "transparent", "recurrence": ["RRULE:FREQ=YEARLY"]},
}  # fmt: skip


def insert(events: Any, kind: str, **change: Any) -> Any:
    body = {"summary": "Special", "eventType": kind, **VALID[kind], **change}
    return events.insert(**ME, body={name: value for name, value in body.items() if value is not None})


def error_of(request: Any) -> tuple[int, str, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    item = caught.value.error_details[0]
    return caught.value.status_code, item["reason"], item["message"]


@pytest.mark.parametrize("kind", VALID)
def test_each_type_is_kept_and_can_be_listed_alone(alice: Any, kind: str) -> None:
    alice.insert(**ME, body=TIMED).execute()
    event = insert(alice, kind).execute()
    assert event["eventType"] == kind
    for name, value in VALID[kind].items():
        if name not in TIMED:
            assert event[name] == value
    [listed] = alice.list(**ME, eventTypes=[kind]).execute()["items"]
    assert listed == event
    again = alice.update(**ME, eventId=event["id"], body={**event, "summary": "Other"}).execute()
    assert (again["summary"], again["eventType"]) == ("Other", kind)


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("focusTime", {"transparency": "transparent"}, "A focus time event must have a transparency setting of opaque."),
        ("focusTime", DAY, "A focus time event must not be an all-day event."),
        ("focusTime", {"attendees": GUESTS}, "A focus time event must not have attendees."),
        ("outOfOffice", DAY, "An out of office event must not be an all-day event."),
        ("outOfOffice", {"description": "Gone"}, "An out of office event must not have a description."),
        ("outOfOffice", {"location": "Sea"}, "An out of office event must not have a location."),
        ("workingLocation", {"visibility": None}, "A working location event must have a visibility setting of public."),
        ("workingLocation", {"transparency": None}, "A working location event must have a transparency setting of transparent."),
        ("workingLocation", DAYS, "An all-day working location event must be exactly one day long."),
        ("workingLocation", {"location": "Here"}, "A working location event must not have a location."),
        ("birthday", {"visibility": None}, "A birthday event must have a visibility setting of private."),
        ("birthday", {"recurrence": None}, "A birthday event must repeat every year."),
        ("birthday", {"recurrence": ["RRULE:FREQ=DAILY"]}, "A birthday event must repeat every year."),
        ("birthday", ZONED, "A birthday event must be an all-day event."),
        ("birthday", DAYS, "An all-day birthday event must be exactly one day long."),
        ("birthday", {"attendees": GUESTS}, "A birthday event must not have attendees."),
    ],
)  # fmt: skip
def test_what_a_type_asks_for(alice: Any, kind: str, change: dict[str, Any], message: str) -> None:
    status, reason, said = error_of(insert(alice, kind, **change))
    assert (status, reason) == (400, f"malformed{kind[0].upper()}{kind[1:]}Event")
    assert said == message


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("focusTime", {"focusTimeProperties": {"autoDeclineMode": "declineSome"}}),
        ("focusTime", {"focusTimeProperties": {"chatStatus": "away"}}),
        ("outOfOffice", {"outOfOfficeProperties": {"autoDeclineMode": "declineSome"}}),
        ("workingLocation", {"workingLocationProperties": {"type": "beach"}}),
        ("workingLocation", {"workingLocationProperties": {"homeOffice": {}}}),
        ("birthday", {"birthdayProperties": {"type": "anniversary"}}),
        ("focusTime", {"focusTimeProperties": None}),
        ("workingLocation", {"workingLocationProperties": None}),
        ("birthday", {"focusTimeProperties": {"chatStatus": "available"}}),
    ],
)
def test_properties_of_a_type(alice: Any, kind: str, change: dict[str, Any]) -> None:
    assert error_of(insert(alice, kind, **change))[:2] == (400, "invalid")


def test_properties_and_type_belong_together(alice: Any) -> None:
    properties = VALID["workingLocation"]["workingLocationProperties"]
    request = alice.insert(**ME, body={**TIMED, "workingLocationProperties": properties})
    message = "workingLocationProperties requires an event type of workingLocation, and vice versa."
    assert error_of(request) == (400, "invalid", message)


@pytest.mark.parametrize("kind", VALID)
def test_special_types_are_for_primary_calendars(service: Callable[[str], Any], kind: str) -> None:
    alice = service("alice@example.com")
    team = alice.calendars().insert(body={"summary": "Team"}).execute()["id"]
    body = {"eventType": kind, **VALID[kind]}
    assert error_of(alice.events().insert(calendarId=team, body=body))[0] == 400


def test_a_type_stays(alice: Any) -> None:
    event = insert(alice, "focusTime").execute()
    refused = error_of(alice.patch(**ME, eventId=event["id"], body={"eventType": "default"}))
    assert refused == (400, "invalid", "Event type cannot be changed.")
    assert error_of(alice.insert(**ME, body={**TIMED, "eventType": "fromGmail"}))[0] == 400


def test_a_birthday_changes_in_few_things(alice: Any) -> None:
    event = insert(alice, "birthday").execute()
    body = {"summary": "Anna", "colorId": "3", "start": {"date": "2026-03-05"}, "end": {"date": "2026-03-06"}}
    assert alice.patch(**ME, eventId=event["id"], body=body).execute()["summary"] == "Anna"
    refused = error_of(
        alice.patch(**ME, eventId=event["id"], body={"extendedProperties": {"private": {"a": "b"}}})
    )
    assert refused[:2] == (400, "eventTypeRestriction")
    alice.delete(**ME, eventId=event["id"]).execute()


def test_a_birthday_on_a_leap_day(alice: Any) -> None:
    leap = {"start": {"date": "2024-02-29"}, "end": {"date": "2024-03-01"}}
    assert error_of(insert(alice, "birthday", **leap))[0] == 400
    rule = ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]
    event = insert(alice, "birthday", **leap, recurrence=rule).execute()
    found = alice.instances(**ME, eventId=event["id"], timeMax="2027-01-01T00:00:00Z").execute()["items"]
    assert [item["start"]["date"] for item in found] == ["2024-02-29", "2025-02-28", "2026-02-28"]


def test_at_most_25_attachments(alice: Any) -> None:
    file = {"fileUrl": "https://files.example/1"}
    request = alice.insert(**ME, body={**TIMED, "attachments": [file] * 26}, supportsAttachments=True)
    assert error_of(request)[:2] == (400, "invalid")
    unnamed = alice.insert(**ME, body={**TIMED, "attachments": [{"title": "x"}]}, supportsAttachments=True)
    assert error_of(unnamed)[:2] == (400, "required")
    ignored = alice.insert(**ME, body={**TIMED, "attachments": [file] * 26}).execute()
    assert "attachments" not in ignored
    kept = alice.insert(**ME, body={**TIMED, "attachments": [file] * 25}, supportsAttachments=True).execute()
    assert len(kept["attachments"]) == 25


def test_extended_properties_are_cut_to_size(alice: Any) -> None:
    properties = {"private": {"x" * 44: "y" * 1025, "z" * 45: "gone"}, "shared": {"w" * 45: "gone"}}
    event = alice.insert(**ME, body={**TIMED, "extendedProperties": properties}).execute()
    assert event["extendedProperties"] == {"private": {"x" * 44: "y" * 1024}}
    many = {"private": {str(number): "" for number in range(301)}}
    assert error_of(alice.insert(**ME, body={**TIMED, "extendedProperties": many}))[0] == 400
    large = {"shared": {str(number): "x" * 1024 for number in range(32)}}
    assert error_of(alice.insert(**ME, body={**TIMED, "extendedProperties": large}))[0] == 400


def test_event_colors(alice: Any) -> None:
    assert alice.insert(**ME, body={**TIMED, "colorId": "11"}).execute()["colorId"] == "11"
    assert error_of(alice.insert(**ME, body={**TIMED, "colorId": "12"})) == (400, "invalid", "Invalid Value")


def test_labels_are_for_clients_that_know_them(service: Callable[[str], Any]) -> None:
    client = service("alice@example.com")
    events, labels = client.events(), {"eventLabels": [{"name": "Customers", "backgroundColor": "#039be5"}]}
    made = client.calendars().patch(**ME, body={"labelProperties": labels}).execute()
    label = made["labelProperties"]["eventLabels"][0]["id"]
    body = {**TIMED, "eventLabelId": label, "colorId": "3"}
    old = events.insert(**ME, body=body).execute()
    assert old["colorId"] == "3" and "eventLabelId" not in old
    new = events.insert(**ME, body=body, eventLabelVersion=1).execute()
    assert new["eventLabelId"] == label and "colorId" not in new
    one = {**ME, "eventId": new["id"]}
    assert events.update(**one, body=TIMED).execute()["eventLabelId"] == label
    assert events.patch(**one, body={"summary": "x"}, eventLabelVersion=1).execute()["eventLabelId"] == label
    assert "eventLabelId" not in events.patch(**one, body={"eventLabelId": ""}, eventLabelVersion=1).execute()
    unknown = {**TIMED, "eventLabelId": "0b9d6a3c-7a55-4f0a-9a3e-3d7f4b1f3c11"}
    assert error_of(events.insert(**ME, body=unknown, eventLabelVersion=1))[0] == 400
    assert "eventLabelId" not in events.update(**one, body=TIMED, eventLabelVersion=1).execute()


def test_the_source_is_its_creators(service: Callable[[str], Any], alice: Any) -> None:
    source = {"title": "Page", "url": "https://pages.example/1"}
    event = alice.insert(**ME, body={**TIMED, "source": source}).execute()
    assert event["source"] == source
    rule = {"role": "writer", "scope": {"type": "user", "value": "bob@example.com"}}
    service("alice@example.com").acl().insert(**ME, body=rule).execute()
    bob, one = (
        service("bob@example.com").events(),
        {"calendarId": "alice@example.com", "eventId": event["id"]},
    )
    refused = error_of(bob.patch(**one, body={"source": {"url": "https://pages.example/2"}}))
    assert refused[:2] == (403, "forbiddenForNonCreator")
    assert bob.update(**one, body={**TIMED, "summary": "New"}).execute()["source"] == source
    assert error_of(alice.insert(**ME, body={**TIMED, "source": {"url": "ftp://x"}}))[:2] == (400, "invalid")


def test_guests_do_not_see_the_source(alice: Any, bob: Any) -> None:
    body = {**TIMED, "id": "meeting01", "attendees": GUESTS, "source": {"url": "https://pages.example/1"}}
    alice.insert(**ME, body=body).execute()
    assert "source" not in bob.get(**ME, eventId="meeting01").execute()
    request = bob.patch(**ME, eventId="meeting01", body={"source": {"url": "https://pages.example/2"}})
    assert error_of(request)[:2] == (403, "forbiddenForNonCreator")
    bob.patch(**ME, eventId="meeting01", body={"colorId": "3"}).execute()
    assert alice.get(**ME, eventId="meeting01").execute()["source"] == body["source"]


def test_guests_invite_others_unless_they_may_not(alice: Any, bob: Any, carol: Any) -> None:
    more = {"attendees": [*GUESTS, {"email": "carol@example.com"}]}
    alice.insert(**ME, body={**TIMED, "id": "open01", "attendees": GUESTS}).execute()
    bob.patch(**ME, eventId="open01", body=more).execute()
    assert len(alice.get(**ME, eventId="open01").execute()["attendees"]) == 2
    assert carol.get(**ME, eventId="open01").execute()["status"] == "confirmed"
    fewer = bob.patch(**ME, eventId="open01", body={"attendees": GUESTS})
    assert error_of(fewer)[:2] == (403, "forbiddenForNonOrganizer")
    closed = {**TIMED, "id": "closed01", "attendees": GUESTS, "guestsCanInviteOthers": False}
    alice.insert(**ME, body=closed).execute()
    assert error_of(bob.patch(**ME, eventId="closed01", body=more))[:2] == (403, "forbiddenForNonOrganizer")
    answer = {"attendees": [{**GUESTS[0], "responseStatus": "accepted"}, {"email": "carol@example.com"}]}
    assert (
        bob.patch(**ME, eventId="open01", body=answer).execute()["attendees"][0]["responseStatus"]
        == "accepted"
    )


def test_what_is_only_kept(alice: Any) -> None:
    kept = {
        "anyoneCanAddSelf": True, "guestsCanModify": True, "guestsCanSeeOtherGuests": False,
        "gadget": {"type": "html", "title": "Old", "link": "https://gadgets.example/1", "preferences": {"a": "b"}},
        "source": {"title": "Page", "url": "http://pages.example"},
    }  # fmt: skip
    event = alice.insert(**ME, body={**TIMED, **kept}).execute()
    assert {name: event[name] for name in kept} == kept
    usual = alice.insert(
        **ME, body={**TIMED, "guestsCanInviteOthers": True, "transparency": "opaque"}
    ).execute()
    assert not {"guestsCanInviteOthers", "transparency"} & usual.keys()


def test_many_guests(alice: Any) -> None:
    people = [{"email": f"guest{number}@elsewhere.example"} for number in range(201)]
    event = alice.insert(**ME, body={**TIMED, "attendees": people}).execute()
    assert len(event["attendees"]) == 201
