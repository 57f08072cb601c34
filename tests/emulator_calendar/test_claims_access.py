"""Roles and scopes, rules, the calendar list, and what describes a calendar."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
SCOPE = "https://www.googleapis.com/auth/"
SECRET = {
    "summary": "Secret",
    "visibility": "private",
    "start": {"date": "2026-03-03"},
    "end": {"date": "2026-03-04"},
}
PLAIN = {**SECRET, "summary": "Plain", "visibility": "default"}


def refusal(request: Any) -> tuple[int, str]:
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
    calendar = str(owner.calendars().insert(body={"summary": "Team", "description": "Ours"}).execute()["id"])
    for name, body in (("secret01", SECRET), ("pla1n001", PLAIN)):
        owner.events().insert(calendarId=calendar, body={**body, "id": name.replace("s", "v")}).execute()
    return calendar


def grant(owner: Any, calendar: str, role: str, kind: str = "user", value: str = "bob@example.com") -> Any:
    body = {"role": role, "scope": {"type": kind, **({"value": value} if value else {})}}
    return owner.acl().insert(calendarId=calendar, body=body).execute()


def test_a_rule_is_given_once(owner: Any, team: str) -> None:
    first, second = grant(owner, team, "reader"), grant(owner, team, "writer")
    assert first["id"] == second["id"] == "user:bob@example.com"
    rules = owner.acl().list(calendarId=team).execute()["items"]
    assert [rule["role"] for rule in rules if rule["id"] == first["id"]] == ["writer"]
    scope = {"type": "user", "value": "carol@example.com"}
    for body in ({"scope": scope}, {"role": "reader"}, {"role": "king", "scope": scope}):
        assert refusal(owner.acl().insert(calendarId=team, body=body))[0] == 400


def test_a_rule_gets_another_role(owner: Any, team: str) -> None:
    rule = grant(owner, team, "reader")
    at = {"calendarId": team, "ruleId": rule["id"]}
    changed = owner.acl().patch(**at, body={"role": "writer"}).execute()
    assert (changed["id"], changed["role"], changed["scope"]) == (rule["id"], "writer", rule["scope"])
    assert owner.acl().get(**at).execute() == changed


def test_rules_come_in_pages_and_deltas(owner: Any, team: str) -> None:
    for number in range(260):
        grant(owner, team, "reader", "domain", f"d{number}.example")
    acl = owner.acl()
    usual, largest = (acl.list(calendarId=team, **size).execute() for size in ({}, {"maxResults": 999}))
    assert (len(usual["items"]), len(largest["items"])) == (100, 250)
    rest = acl.list(calendarId=team, maxResults=999, pageToken=largest["nextPageToken"]).execute()
    assert len(rest["items"]) == 11
    acl.delete(calendarId=team, ruleId="domain:d7.example").execute()
    grant(owner, team, "writer", "domain", "d8.example")
    told = acl.list(calendarId=team, syncToken=rest["nextSyncToken"]).execute()["items"]
    assert {rule["id"]: rule["role"] for rule in told} == {
        "domain:d7.example": "none",
        "domain:d8.example": "writer",
    }


def test_a_group_has_no_members(owner: Any, other: Any, team: str) -> None:
    rule = grant(owner, team, "reader", "group", "everybody@example.com")
    assert rule["id"] == "group:everybody@example.com"
    assert refusal(other.events().list(calendarId=team)) == (404, "notFound")


def test_a_new_user_has_one_calendar(world: World, service: Callable[[str], Any]) -> None:
    world.oauth.add_user("dora@example.com", "Europe/Berlin")
    [entry] = service("dora@example.com").calendarList().list(showHidden=True).execute()["items"]
    assert (entry["id"], entry["primary"]) == ("dora@example.com", True)


def test_an_address_is_a_token_with_all_scopes(owner: Any, service: Callable[[str], Any], team: str) -> None:
    assert owner.acl().list(calendarId=team).execute()["items"]
    assert owner.calendarList().list().execute()["items"]
    assert refusal(service("nobody@example.com").events().list(**ME)) == (401, "authError")


@pytest.mark.parametrize(
    ("scope", "reads", "writes", "moves", "rules"),
    [
        ("calendar", True, True, True, True),
        ("calendar.readonly", True, False, False, False),
        ("calendar.events", True, True, True, False),
        ("calendar.events.readonly", True, False, False, False),
        ("calendar.events.owned", True, True, True, False),
        ("calendar.events.owned.readonly", True, False, False, False),
        ("calendar.events.public.readonly", True, False, False, False),
        ("calendar.events.freebusy", True, False, False, False),
        ("calendar.app.created", True, True, False, False),
        ("calendar.acls", False, False, False, True),
    ],
)
def test_scopes_of_reading_writing_and_moving(
    world: World, service: Callable[[str], Any], team: str, scope: str, reads: bool, writes: bool, moves: bool,
    rules: bool,
) -> None:  # fmt: skip
    client = service(world.oauth.mint("alice@example.com", frozenset({SCOPE + scope})))
    events = client.events()

    def may(request: Any) -> bool:
        try:
            request.execute()
        except HttpError as error:
            assert error.error_details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
            return False
        return True

    assert may(events.list(**ME)) == reads
    assert may(events.insert(**ME, body={**PLAIN, "id": "meeting01"})) == writes
    service("alice@example.com").events().insert(**ME, body={**PLAIN, "id": "meeting02"}).execute()
    assert may(events.move(**ME, eventId="meeting02", destination=team)) == moves
    assert may(client.acl().list(**ME)) == rules


def test_the_primary_entry_has_its_name(owner: Any) -> None:
    entry = owner.calendarList().get(**ME).execute()
    assert entry == owner.calendarList().get(calendarId="alice@example.com").execute()
    assert (entry["id"], entry["accessRole"]) == ("alice@example.com", "owner")


def test_an_entry_needs_an_id(owner: Any) -> None:
    assert refusal(owner.calendarList().insert(body={"summaryOverride": "Mine"})) == (400, "required")


def test_a_calendar_is_described_as_a_whole(owner: Any, team: str) -> None:
    calendars = owner.calendars()
    patched = calendars.patch(calendarId=team, body={"summary": "Crew"}).execute()
    assert (patched["summary"], patched["description"]) == ("Crew", "Ours")
    updated = calendars.update(calendarId=team, body={"summary": "Gang"}).execute()
    assert (updated["summary"], "description" in updated) == ("Gang", False)
    assert calendars.get(calendarId=team).execute() == updated
