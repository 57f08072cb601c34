"""Calendars, calendar lists and access rules: who sees and may do what."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

MEETING = {
    "summary": "Secret",
    "description": "Details",
    "start": {"date": "2026-03-03"},
    "end": {"date": "2026-03-04"},
}
EVENT = "meeting01"


def error_of(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


@pytest.fixture
def owner(service: Callable[[str], Any]) -> Any:
    return service("alice@example.com")


@pytest.fixture
def other(service: Callable[[str], Any]) -> Any:
    return service("bob@example.com")


@pytest.fixture
def team(owner: Any) -> str:
    calendar = str(owner.calendars().insert(body={"summary": "Team"}).execute()["id"])
    owner.events().insert(calendarId=calendar, body={**MEETING, "id": EVENT}).execute()
    return calendar


def grant(owner: Any, calendar: str, role: str, scope: str = "user:bob@example.com") -> None:
    kind, _, value = scope.partition(":")
    body = {"role": role, "scope": {"type": kind, **({"value": value} if value else {})}}
    owner.acl().insert(calendarId=calendar, body=body).execute()


def test_a_new_calendar(owner: Any, team: str) -> None:
    assert team.endswith("@group.calendar.google.com")
    calendar = owner.calendars().get(calendarId=team).execute()
    assert (calendar["summary"], calendar["timeZone"]) == ("Team", "Europe/Berlin")
    [entry, primary] = sorted(
        owner.calendarList().list().execute()["items"], key=lambda e: e.get("primary", False)
    )
    assert (entry["id"], entry["accessRole"], entry["summary"]) == (team, "owner", "Team")
    assert (primary["id"], primary["primary"]) == ("alice@example.com", True)


def test_nobody_else_sees_it(other: Any, team: str) -> None:
    assert error_of(other.events().list(calendarId=team)) == (404, "notFound")
    assert error_of(other.calendars().get(calendarId=team)) == (404, "notFound")
    assert error_of(other.events().list(calendarId="alice@example.com")) == (404, "notFound")
    assert error_of(other.events().list(calendarId="nobody")) == (404, "notFound")


def test_a_grant_puts_the_calendar_into_the_list_and_its_end_takes_it_off(
    owner: Any, other: Any, team: str
) -> None:
    def listed(**query: Any) -> dict[str, str]:
        items = other.calendarList().list(**query).execute()["items"]
        return {item["id"]: item.get("accessRole", "deleted") for item in items}

    token = other.calendarList().list().execute()["nextSyncToken"]
    grant(owner, team, "reader")
    assert listed()[team] == "reader"
    assert listed(syncToken=token) == {team: "reader"}
    assert team not in listed(minAccessRole="writer")
    owner.acl().delete(calendarId=team, ruleId="user:bob@example.com").execute()
    assert team not in listed()
    assert listed(syncToken=token) == {team: "deleted"}
    assert error_of(other.events().list(calendarId=team)) == (404, "notFound")


@pytest.mark.parametrize(("role", "writes"), [("reader", False), ("writer", True), ("owner", True)])
def test_who_may_write(owner: Any, other: Any, team: str, role: str, writes: bool) -> None:
    grant(owner, team, role)
    request = other.events().patch(calendarId=team, eventId=EVENT, body={"summary": "x"})
    if writes:
        assert request.execute()["summary"] == "x"
    else:
        assert error_of(request) == (403, "requiredAccessLevel")
        assert error_of(other.events().delete(calendarId=team, eventId=EVENT))[0] == 403
        assert error_of(other.events().insert(calendarId=team, body=MEETING))[0] == 403
        assert error_of(other.events().patch(calendarId=team, eventId="never00", body={}))[0] == 404


def test_writers_see_the_rules_and_only_owners_change_them(owner: Any, other: Any, team: str) -> None:
    grant(owner, team, "reader")
    assert error_of(other.acl().list(calendarId=team)) == (403, "requiredAccessLevel")
    grant(owner, team, "writer")
    assert len(other.acl().list(calendarId=team).execute()["items"]) == 2
    rule = {"role": "owner", "scope": {"type": "user", "value": "bob@example.com"}}
    assert error_of(other.acl().insert(calendarId=team, body=rule)) == (403, "requiredAccessLevel")
    rules = owner.acl().list(calendarId=team).execute()["items"]
    assert {rule["id"]: rule["role"] for rule in rules} == {
        "user:alice@example.com": "owner",
        "user:bob@example.com": "writer",
    }
    assert owner.acl().get(calendarId=team, ruleId="user:bob@example.com").execute()["role"] == "writer"
    assert error_of(owner.acl().delete(calendarId=team, ruleId="user:nobody@x.example")) == (404, "notFound")
    own = owner.acl().delete(calendarId=team, ruleId="user:alice@example.com")
    assert error_of(own) == (403, "cannotChangeOwnAcl")


def test_everybody_and_domains(owner: Any, other: Any, team: str) -> None:
    grant(owner, team, "reader", "domain:example.com")
    assert other.events().get(calendarId=team, eventId=EVENT).execute()["summary"] == "Secret"
    owner.acl().delete(calendarId=team, ruleId="domain:example.com").execute()
    grant(owner, team, "freeBusyReader", "default")
    assert other.events().list(calendarId=team).execute()["accessRole"] == "freeBusyReader"


def test_private_events_show_only_when_somebody_is_busy(owner: Any, other: Any, team: str) -> None:
    owner.events().patch(calendarId=team, eventId=EVENT, body={"visibility": "private"}).execute()
    grant(owner, team, "reader")
    [shown] = other.events().list(calendarId=team).execute()["items"]
    assert shown["visibility"] == "private"
    assert not {"summary", "description", "attendees", "creator"} & set(shown)
    grant(owner, team, "writer")
    assert other.events().get(calendarId=team, eventId=EVENT).execute()["summary"] == "Secret"


def test_free_busy_readers_see_occurrences_without_details(owner: Any, other: Any, team: str) -> None:
    body = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}
    owner.events().patch(calendarId=team, eventId=EVENT, body=body).execute()
    grant(owner, team, "freeBusyReader")
    found = other.events().list(calendarId=team).execute()["items"]
    assert len(found) == 3 and "summary" not in found[0]


def test_looks_of_an_entry_are_the_users_own(owner: Any, other: Any, team: str) -> None:
    grant(owner, team, "reader")
    entry = other.calendarList().patch(calendarId=team, body={"summaryOverride": "Theirs"}).execute()
    assert (entry["summary"], entry["summaryOverride"]) == ("Team", "Theirs")
    assert "summaryOverride" not in owner.calendarList().get(calendarId=team).execute()
    other.calendarList().delete(calendarId=team).execute()
    assert error_of(other.calendarList().get(calendarId=team)) == (404, "notFound")
    assert other.calendarList().insert(body={"id": team}).execute()["id"] == team
    primary = owner.calendarList().delete(calendarId="primary")
    assert error_of(primary) == (403, "cannotChangeOwnPrimarySubscription")
    assert error_of(owner.calendarList().delete(calendarId=team)) == (
        403,
        "cannotUnsubscribeFromOwnedCalendar",
    )


def test_lists_of_calendars_page(owner: Any) -> None:
    for number in range(4):
        owner.calendars().insert(body={"summary": f"C{number}"}).execute()
    first = owner.calendarList().list(maxResults=3).execute()
    rest = owner.calendarList().list(maxResults=3, pageToken=first["nextPageToken"]).execute()
    assert len({item["id"] for item in first["items"] + rest["items"]}) == 5
    assert "nextSyncToken" in rest and "nextSyncToken" not in first


def test_a_calendar_is_described_anew(owner: Any, team: str) -> None:
    calendar = owner.calendars().patch(calendarId=team, body={"timeZone": "Asia/Tokyo"}).execute()
    assert (calendar["summary"], calendar["timeZone"]) == ("Team", "Asia/Tokyo")
    found = owner.events().list(calendarId=team, timeMax="2026-03-02T15:30:00Z").execute()
    assert (len(found["items"]), found["timeZone"]) == (1, "Asia/Tokyo")
    assert error_of(owner.calendars().patch(calendarId=team, body={"timeZone": "Mars"}))[0] == 400
    assert error_of(owner.calendars().insert(body={})) == (400, "required")


def test_a_deleted_calendar_takes_its_events_along(owner: Any, other: Any, team: str) -> None:
    body = {"attendees": [{"email": "bob@example.com"}]}
    owner.events().patch(calendarId=team, eventId=EVENT, body=body).execute()
    owner.calendars().delete(calendarId=team).execute()
    assert error_of(owner.events().list(calendarId=team)) == (404, "notFound")
    assert other.events().get(calendarId="primary", eventId=EVENT).execute()["status"] == "cancelled"
    assert error_of(owner.calendars().delete(calendarId="primary"))[0] == 400


def test_clear_empties_a_primary_calendar(owner: Any) -> None:
    events = owner.events()
    events.insert(calendarId="primary", body=MEETING).execute()
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    owner.calendars().clear(calendarId="primary").execute()
    assert events.list(calendarId="primary").execute()["items"] == []
    assert error_of(events.list(calendarId="primary", syncToken=token)) == (410, "fullSyncRequired")


def test_scopes(world: World, service: Callable[[str], Any]) -> None:
    base = "https://www.googleapis.com/auth/"
    reader = world.oauth.mint("alice@example.com", frozenset({base + "calendar.events.readonly"}))
    events = service(reader).events()
    assert events.list(calendarId="primary").execute()["items"] == []
    with pytest.raises(HttpError) as caught:
        events.insert(calendarId="primary", body=MEETING).execute()
    assert caught.value.resp.status == 403
    assert caught.value.error_details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert error_of(service("unknown").events().list(calendarId="primary")) == (401, "authError")
