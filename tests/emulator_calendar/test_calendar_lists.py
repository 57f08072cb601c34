"""Calendars, entries of calendar lists and access rules: what can be written, and what becomes of it."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

PRIMARY = {"calendarId": "primary"}
LABEL = "0b9d6a3c-7a55-4f0a-9a3e-3d7f4b1f3c11"
BOB = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}


@pytest.fixture
def owner(service: Callable[[str], Any]) -> Any:
    return service("alice@example.com")


@pytest.fixture
def other(service: Callable[[str], Any]) -> Any:
    return service("bob@example.com")


@pytest.fixture
def team(owner: Any) -> dict[str, str]:
    return {"calendarId": owner.calendars().insert(body={"summary": "Team"}).execute()["id"]}


def error_of(request: Any) -> tuple[int, str, str]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    item = caught.value.error_details[0]
    return caught.value.status_code, item["reason"], item["message"]


def error_status(request: Any) -> int:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return int(caught.value.status_code)


def test_what_a_calendar_says(owner: Any, team: dict[str, str]) -> None:
    calendar = owner.calendars().get(**team).execute()
    assert calendar["conferenceProperties"] == {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}
    assert calendar["dataOwner"] == "alice@example.com"
    assert "dataOwner" not in owner.calendars().get(**PRIMARY).execute()


def test_replacing_a_calendar_leaves_zone_labels_and_hours(owner: Any) -> None:
    hours = {
        "workingHoursEnabled": True,
        "availableTimes": [{"dayOfWeek": "monday", "periodStart": 540, "periodEnd": 1020}],
    }
    labels = {"eventLabels": [{"name": "Customers", "backgroundColor": "#039be5"}]}
    body = {
        "summary": "Alice",
        "description": "Mine",
        "location": "Berlin",
        "workingHours": hours,
        "labelProperties": labels,
    }
    full = owner.calendars().update(**PRIMARY, body=body).execute()
    assert full["workingHours"] == hours and full["labelProperties"]["eventLabels"][0]["id"]
    bare = owner.calendars().update(**PRIMARY, body={"summary": "Alice"}).execute()
    assert (bare["timeZone"], bare["workingHours"]) == ("Europe/Berlin", hours)
    assert bare["labelProperties"] == full["labelProperties"]
    assert not {"description", "location"} & bare.keys()


def test_working_hours_are_of_primary_calendars_alone(owner: Any, team: dict[str, str]) -> None:
    hours = {"workingHoursEnabled": False}
    assert "workingHours" not in owner.calendars().patch(**team, body={"workingHours": hours}).execute()
    assert owner.calendars().patch(**PRIMARY, body={"workingHours": hours}).execute()["workingHours"] == hours


@pytest.mark.parametrize(
    ("body", "reason", "message"),
    [
        ({"summary": ""}, "required", "Missing summary."),
        ({"summary": None}, "required", "Missing summary."),
        ({"summary": "x" * 9000}, "invalid", "A provided value exceeds the allowed size limit."),
        ({"description": "x" * 9000}, "invalid", "Invalid Value"),
        ({"location": "x" * 80000}, "invalid", "Invalid Value"),
        ({"timeZone": "Mars/Base"}, "invalid", "Invalid Value"),
        ({"conferenceProperties": {"allowedConferenceSolutionTypes": ["addOn"]}}, "invalid", "Invalid Value"),
        ({"workingHours": {"workingHoursEnabled": True}}, "invalid", "Invalid Value"),
        ({"workingHours": {"availableTimes": [{"dayOfWeek": "someday", "periodStart": 0, "periodEnd": 60}]}}, "invalid", "Invalid Value"),
        ({"workingHours": {"availableTimes": [{"dayOfWeek": "monday", "periodStart": 60, "periodEnd": 60}]}}, "invalid", "Invalid Value"),
        ({"labelProperties": {"eventLabels": [{"name": "No color"}]}}, "invalid", "Invalid Value"),
        ({"labelProperties": {"eventLabels": [{"backgroundColor": "blue"}]}}, "invalid", "Invalid Value"),
        ({"labelProperties": {"eventLabels": [{"name": "x" * 51, "backgroundColor": "#039be5"}]}}, "invalid", "Invalid Value"),
        ({"labelProperties": {"eventLabels": [{"id": "1", "backgroundColor": "#039be5"}]}}, "invalid", "Invalid Value"),
        ({"labelProperties": {"eventLabels": [{"id": LABEL, "backgroundColor": "#039be5"}] * 2}}, "invalid", "Invalid Value"),
        ({"labelProperties": {"eventLabels": [{"backgroundColor": "#039be5"}] * 201}}, "invalid", "Invalid Value"),
    ],
)  # fmt: skip
def test_what_a_calendar_cannot_be(owner: Any, body: Any, reason: str, message: str) -> None:
    assert error_of(owner.calendars().patch(**PRIMARY, body=body)) == (400, reason, message)


def test_a_stale_calendar_is_not_overwritten(owner: Any, team: dict[str, str]) -> None:
    etag = owner.calendars().get(**team).execute()["etag"]
    owner.calendars().patch(**team, body={"summary": "New"}).execute()
    for stale in (
        owner.calendars().patch(**team, body={}),
        owner.calendars().update(**team, body={"summary": "T"}),
    ):
        stale.headers["If-Match"] = etag
        assert error_of(stale)[:2] == (412, "conditionNotMet")


def test_ownership_is_transferred_by_administrators_alone(owner: Any, team: dict[str, str]) -> None:
    transfer = owner.calendars().transferOwnership
    asked = transfer(**team, newDataOwner="bob@example.com", useAdminAccess=True)
    assert error_of(asked)[:2] == (403, "forbidden")
    assert error_of(transfer(**team, newDataOwner="bob@example.com", useAdminAccess=False))[:2] == (
        400,
        "invalid",
    )


def test_only_primary_calendars_are_cleared_and_only_others_deleted(owner: Any, team: dict[str, str]) -> None:
    assert error_of(owner.calendars().clear(**team))[0] == 400
    assert error_of(owner.calendars().delete(**PRIMARY))[:2] == (400, "cannotDeletePrimaryCalendar")


def test_colors_of_an_entry_are_those_of_its_id(owner: Any, team: dict[str, str]) -> None:
    entries = owner.calendarList()
    entry = entries.patch(**team, body={"colorId": "24", "backgroundColor": "#000000"}).execute()
    assert (entry["colorId"], entry["backgroundColor"]) == ("24", "#a47ae2")
    body = {"backgroundColor": "#a47ae1", "foregroundColor": "#ffffff", "colorId": "3"}
    own = entries.patch(**team, body=body, colorRgbFormat=True).execute()
    assert {name: own[name] for name in body} == {**body, "colorId": "24"}
    assert entries.patch(**team, body={"selected": True}).execute()["backgroundColor"] == "#a47ae1"
    again = entries.patch(**team, body={"colorId": "1"}).execute()
    assert (again["backgroundColor"], again["foregroundColor"]) == ("#ac725e", "#1d1d1d")
    plain = entries.update(**team, body={"colorId": "2"}).execute()
    assert (plain["backgroundColor"], plain["foregroundColor"]) == ("#d06b64", "#1d1d1d")


def test_replacing_an_entry_leaves_nothing(owner: Any, team: dict[str, str]) -> None:
    entries = owner.calendarList()
    body = {
        "summaryOverride": "Mine", "hidden": True, "selected": True,
        "defaultReminders": [{"method": "email", "minutes": 10}],
        "notificationSettings": {"notifications": [{"method": "email", "type": "agenda"}]},
    }  # fmt: skip
    full = entries.update(**team, body=body).execute()
    assert {name: full[name] for name in body} == body
    assert not body.keys() & entries.update(**team, body={}).execute().keys()


@pytest.mark.parametrize(
    "body",
    [
        {"colorId": "25"},
        {"defaultReminders": [{"method": "email", "minutes": 10}] * 6},
        {"defaultReminders": [{"method": "pigeon", "minutes": 10}]},
        {"defaultReminders": [{"method": "email"}]},
        {"defaultReminders": [{"method": "email", "minutes": 40321}]},
        {"notificationSettings": {"notifications": [{"method": "sms", "type": "agenda"}]}},
        {"notificationSettings": {"notifications": [{"method": "email", "type": "everything"}]}},
        {"backgroundColor": "black"},
    ],
)
def test_what_an_entry_cannot_be(owner: Any, team: dict[str, str], body: Any) -> None:
    request = owner.calendarList().patch(**team, body=body, colorRgbFormat=True)
    assert error_of(request) == (400, "invalid", "Invalid Value")


def test_a_stale_entry_is_not_overwritten(owner: Any, team: dict[str, str]) -> None:
    entries = owner.calendarList()
    etag = entries.get(**team).execute()["etag"]
    entries.patch(**team, body={"selected": False}).execute()
    for stale in (entries.patch(**team, body={}), entries.update(**team, body={}), entries.delete(**team)):
        stale.headers["If-Match"] = etag
        assert error_of(stale)[:2] == (412, "conditionNotMet")


def test_an_entry_of_an_unknown_calendar(owner: Any, other: Any, team: dict[str, str]) -> None:
    assert error_of(owner.calendarList().insert(body={"id": "nobody"}))[:2] == (404, "notFound")
    assert error_of(owner.calendarList().insert(body={}))[:2] == (400, "required")
    assert error_of(other.calendarList().insert(body={"id": team["calendarId"]}))[:2] == (404, "notFound")


def test_which_entries_are_listed(owner: Any, other: Any, team: dict[str, str]) -> None:
    def listed(**query: Any) -> dict[str, Any]:
        items = other.calendarList().list(**query).execute()["items"]
        return {item["id"]: item.get("accessRole", "deleted") for item in items}

    owner.acl().insert(**team, body=BOB).execute()
    own = {"bob@example.com": "owner"}
    assert listed() == {**own, team["calendarId"]: "reader"}
    assert listed(minAccessRole="writer") == own
    token = other.calendarList().list().execute()["nextSyncToken"]
    other.calendarList().patch(**team, body={"hidden": True}).execute()
    assert listed() == own
    assert listed(showHidden=True) == {**own, team["calendarId"]: "reader"}
    assert listed(syncToken=token) == {team["calendarId"]: "reader"}
    other.calendarList().delete(**team).execute()
    assert listed(showHidden=True) == own
    assert listed(showDeleted=True) == {**own, team["calendarId"]: "deleted"}
    assert listed(syncToken=token) == {team["calendarId"]: "deleted"}


def test_an_organization_is_a_domain(
    world: World, owner: Any, service: Callable[[str], Any], team: dict[str, str]
) -> None:
    world.oauth.add_user("dan@elsewhere.example")
    scope = {"type": "user", "value": "dan@elsewhere.example"}
    owner.acl().insert(**team, body={**BOB, "scope": scope}).execute()
    entries = service("dan@elsewhere.example").calendarList()
    assert len(entries.list().execute()["items"]) == 2
    [own] = entries.list(showOwnOrganizationOnly=True).execute()["items"]
    assert own["id"] == "dan@elsewhere.example"


@pytest.mark.parametrize(
    "query", [{"minAccessRole": "owner"}, {"showOwnOrganizationOnly": True}, {"showDeleted": False}, {"showHidden": False}]
)  # fmt: skip
def test_what_does_not_go_with_a_token(owner: Any, query: Any) -> None:
    token = owner.calendarList().list().execute()["nextSyncToken"]
    request = owner.calendarList().list(syncToken=token, **query)
    assert error_of(request)[:2] == (400, "syncTokenWithRequestRestrictions")


def test_a_calendar_that_is_described_anew_is_no_change_of_the_list(owner: Any, team: dict[str, str]) -> None:
    entries = owner.calendarList()
    token, etag = entries.list().execute()["nextSyncToken"], entries.get(**team).execute()["etag"]
    owner.calendars().patch(**team, body={"summary": "New"}).execute()
    assert entries.list(syncToken=token).execute()["items"] == []
    entry = entries.get(**team).execute()
    assert entry["summary"] == "New" and entry["etag"] != etag


def test_a_list_that_shows_a_new_name_is_sent_again(owner: Any, team: dict[str, str]) -> None:
    known = owner.calendarList().list().execute()["etag"]
    request = owner.calendarList().list()
    request.headers["If-None-Match"] = known
    assert error_status(request) == 304
    owner.calendars().patch(**team, body={"summary": "New"}).execute()
    assert "New" in {item["summary"] for item in request.execute()["items"]}


def test_access_that_went_with_everybodys_leaves_the_list(
    owner: Any, other: Any, team: dict[str, str]
) -> None:
    owner.acl().insert(**team, body={"role": "reader", "scope": {"type": "default"}}).execute()
    other.calendarList().insert(body={"id": team["calendarId"]}).execute()
    owner.acl().delete(**team, ruleId="default").execute()
    assert [item["id"] for item in other.calendarList().list().execute()["items"]] == ["bob@example.com"]


def test_a_rule_is_replaced(owner: Any, team: dict[str, str]) -> None:
    rules, rule = owner.acl(), {**team, "ruleId": "user:bob@example.com"}
    made = rules.insert(**team, body=BOB).execute()
    changed = rules.update(**rule, body={**BOB, "role": "writer"}).execute()
    assert (changed["role"], changed["id"], changed["etag"] == made["etag"]) == ("writer", made["id"], False)
    assert error_of(rules.update(**rule, body={"role": "reader"}))[:2] == (400, "required")
    assert error_of(rules.update(**rule, body={"scope": BOB["scope"]}))[:2] == (400, "required")
    other = {**BOB, "scope": {"type": "user", "value": "carol@example.com"}}
    assert error_of(rules.update(**rule, body=other)) == (400, "invalid", "Invalid scope value.")
    stale = rules.update(**rule, body=BOB)
    stale.headers["If-Match"] = made["etag"]
    assert error_of(stale)[:2] == (412, "conditionNotMet")
    assert error_of(rules.update(**team, ruleId="user:carol@example.com", body=BOB))[:2] == (404, "notFound")


def test_a_deleted_rule_is_listed_if_wanted(owner: Any, team: dict[str, str]) -> None:
    rules = owner.acl()
    rules.insert(**team, body=BOB).execute()
    token = rules.list(**team).execute()["nextSyncToken"]
    rules.delete(**team, ruleId="user:bob@example.com").execute()
    assert [rule["role"] for rule in rules.list(**team).execute()["items"]] == ["owner"]
    assert {rule["role"] for rule in rules.list(**team, showDeleted=True).execute()["items"]} == {
        "owner",
        "none",
    }
    [gone] = rules.list(**team, syncToken=token).execute()["items"]
    assert (gone["id"], gone["role"]) == ("user:bob@example.com", "none")
    assert error_of(rules.get(**team, ruleId="user:bob@example.com"))[:2] == (404, "notFound")
    barred = rules.list(**team, syncToken=token, showDeleted=False)
    assert error_of(barred)[:2] == (400, "syncTokenWithRequestRestrictions")


def test_owners_keep_their_access(owner: Any, other: Any, team: dict[str, str]) -> None:
    own, bobs = ({**team, "ruleId": f"user:{name}@example.com"} for name in ("alice", "bob"))
    owner.acl().insert(**team, body={**BOB, "role": "owner"}).execute()
    message = "Cannot change your own access level."
    for request in (
        owner.acl().delete(**own),
        owner.acl().patch(**own, body={"role": "reader"}),
        other.acl().delete(**bobs),
    ):
        assert error_of(request) == (403, "cannotChangeOwnAcl", message)
    assert error_of(other.acl().delete(**own))[:2] == (403, "cannotChangeOwnerAcl")
    owner.acl().delete(**bobs).execute()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"role": "reader"}, "required"),
        ({"scope": {"type": "default"}}, "required"),
        ({"role": "king", "scope": {"type": "default"}}, "invalid"),
        ({"role": "reader", "scope": {"type": "planet", "value": "earth"}}, "invalid"),
        ({"role": "reader", "scope": {"type": "user"}}, "invalid"),
        ({"role": "writer", "scope": {"type": "default"}}, "illegalAccessRoleForDefault"),
    ],
)
def test_what_a_rule_cannot_be(owner: Any, team: dict[str, str], body: Any, reason: str) -> None:
    assert error_of(owner.acl().insert(**team, body=body))[:2] == (400, reason)
