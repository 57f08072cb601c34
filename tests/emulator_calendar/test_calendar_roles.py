"""What each access role may do, method by method, and what it sees of an event."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
PLAIN, PRIVATE, GONE = "plain01", "private01", "gone01"
BOB = "user:bob@example.com"
TIMES = {"start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"}}
DETAILS = {"summary": "Secret", "description": "Details", "location": "Room 1"}
BODY = {**DETAILS, **TIMES}
NEW = {"summary": "New", **TIMES}
RULE = {"role": "reader", "scope": {"type": "user", "value": "carol@example.com"}}

Call = Callable[[Any, str], Any]


@pytest.fixture
def team(service: Callable[[str], Any]) -> str:
    """Make Alice's calendar with a plain and a private event, and one in it that is deleted."""
    alice = service("alice@example.com")
    calendar = str(alice.calendars().insert(body={"summary": "Team"}).execute()["id"])
    for event, more in ((PLAIN, {}), (PRIVATE, {"visibility": "private"}), (GONE, {})):
        alice.events().insert(calendarId=calendar, body={**BODY, "id": event, **more}).execute()
    alice.events().delete(calendarId=calendar, eventId=GONE).execute()
    return calendar


@pytest.fixture
def bob_as(service: Callable[[str], Any], team: str) -> Callable[[str], Any]:
    """Give Bob a role, and return his client."""

    def client(role: str) -> Any:
        rule = {"role": role, "scope": {"type": "user", "value": "bob@example.com"}}
        service("alice@example.com").acl().insert(calendarId=team, body=rule).execute()
        return service("bob@example.com")

    return client


def status_of(request: Any) -> int:
    try:
        request.execute()
    except HttpError as error:
        return int(error.status_code)
    return 200


# What it is called → the request, and the lowest role that may make it. Below it there is a 403, without any role a 404.
CALLS: dict[str, tuple[Call, str]] = {
    "events.list": (lambda c, team: c.events().list(calendarId=team), "freeBusyReader"),
    "events.get": (lambda c, team: c.events().get(calendarId=team, eventId=PLAIN), "freeBusyReader"),
    "events.get of a deleted one": (lambda c, team: c.events().get(calendarId=team, eventId=GONE), "freeBusyReader"),
    "events.instances": (lambda c, team: c.events().instances(calendarId=team, eventId=PLAIN), "freeBusyReader"),
    "events.insert": (lambda c, team: c.events().insert(calendarId=team, body=NEW), "writerWithoutPrivateAccess"),
    "events.import": (
        lambda c, team: c.events().import_(calendarId=team, body={**NEW, "iCalUID": "x@elsewhere.example"}),
        "writerWithoutPrivateAccess",
    ),
    "events.quickAdd": (lambda c, team: c.events().quickAdd(calendarId=team, text="Lunch"), "writerWithoutPrivateAccess"),
    "events.patch": (lambda c, team: c.events().patch(calendarId=team, eventId=PLAIN, body={}), "writerWithoutPrivateAccess"),
    "events.update": (lambda c, team: c.events().update(calendarId=team, eventId=PLAIN, body=NEW), "writerWithoutPrivateAccess"),
    "events.delete": (lambda c, team: c.events().delete(calendarId=team, eventId=PLAIN), "writerWithoutPrivateAccess"),
    "events.move": (
        lambda c, team: c.events().move(calendarId=team, eventId=PLAIN, destination="bob@example.com"),
        "writerWithoutPrivateAccess",
    ),
    "events.get of a private one": (lambda c, team: c.events().get(calendarId=team, eventId=PRIVATE), "freeBusyReader"),
    "events.patch of a private one": (lambda c, team: c.events().patch(calendarId=team, eventId=PRIVATE, body={}), "writer"),
    "events.update of a private one": (lambda c, team: c.events().update(calendarId=team, eventId=PRIVATE, body=NEW), "writer"),
    "events.delete of a private one": (lambda c, team: c.events().delete(calendarId=team, eventId=PRIVATE), "writer"),
    "events.move of a private one": (
        lambda c, team: c.events().move(calendarId=team, eventId=PRIVATE, destination="bob@example.com"),
        "writer",
    ),
    "calendars.get": (lambda c, team: c.calendars().get(calendarId=team), "freeBusyReader"),
    "calendars.patch": (lambda c, team: c.calendars().patch(calendarId=team, body={}), "owner"),
    "calendars.update": (lambda c, team: c.calendars().update(calendarId=team, body={"summary": "T"}), "owner"),
    "calendars.delete": (lambda c, team: c.calendars().delete(calendarId=team), "owner"),
    "calendarList.get": (lambda c, team: c.calendarList().get(calendarId=team), "freeBusyReader"),
    "calendarList.insert": (lambda c, team: c.calendarList().insert(body={"id": team}), "freeBusyReader"),
    "calendarList.patch": (lambda c, team: c.calendarList().patch(calendarId=team, body={}), "freeBusyReader"),
    "calendarList.update": (lambda c, team: c.calendarList().update(calendarId=team, body={}), "freeBusyReader"),
    "calendarList.delete": (lambda c, team: c.calendarList().delete(calendarId=team), "freeBusyReader"),
    "acl.list": (lambda c, team: c.acl().list(calendarId=team), "writer"),
    "acl.get": (lambda c, team: c.acl().get(calendarId=team, ruleId="user:alice@example.com"), "writer"),
    "acl.insert": (lambda c, team: c.acl().insert(calendarId=team, body=RULE), "owner"),
    "acl.patch": (lambda c, team: c.acl().patch(calendarId=team, ruleId=BOB, body={}), "owner"),
    "acl.update": (lambda c, team: c.acl().update(calendarId=team, ruleId=BOB, body={"role": "owner", "scope": {"type": "user", "value": "bob@example.com"}}), "owner"),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", CALLS)
def test_who_may_do_what(bob_as: Callable[[str], Any], team: str, call: str, role: str) -> None:
    request, lowest = CALLS[call]
    allowed = ROLES.index(role) >= ROLES.index(lowest)
    expected = 404 if role == "none" else 200 if allowed else 403
    assert status_of(request(bob_as(role), team)) == expected


@pytest.mark.parametrize(
    ("role", "plain", "private"),
    [
        ("freeBusyReader", False, False),
        ("reader", True, False),
        ("writerWithoutPrivateAccess", True, False),
        ("writer", True, True),
        ("owner", True, True),
    ],
)
def test_who_sees_what(
    bob_as: Callable[[str], Any], team: str, role: str, plain: bool, private: bool
) -> None:
    events = bob_as(role).events()
    listed = events.list(calendarId=team).execute()
    assert listed["accessRole"] == role
    shown = {item["id"]: item for item in listed["items"]}
    for event, sees in ((PLAIN, plain), (PRIVATE, private)):
        assert events.get(calendarId=team, eventId=event).execute() == shown[event]
        assert (DETAILS.keys() <= shown[event].keys()) == sees
        assert sees or not {*DETAILS, "creator", "organizer"} & shown[event].keys()
        assert shown[event]["start"] == {"dateTime": "2026-03-03T10:00:00+01:00", "timeZone": "Europe/Berlin"}


@pytest.mark.parametrize("role", ROLES[1:])
def test_busy_times_are_for_every_role(bob_as: Callable[[str], Any], team: str, role: str) -> None:
    body = {"timeMin": "2026-03-03T00:00:00Z", "timeMax": "2026-03-04T00:00:00Z", "items": [{"id": team}]}
    found = bob_as(role).freebusy().query(body=body).execute()["calendars"][team]
    assert found == {"busy": [{"start": "2026-03-03T09:00:00Z", "end": "2026-03-03T10:00:00Z"}]}


@pytest.mark.parametrize("role", ("writerWithoutPrivateAccess", "writer"))
def test_the_answer_to_a_write_shows_what_the_role_may_see(
    bob_as: Callable[[str], Any], team: str, role: str
) -> None:
    body = {**BODY, "visibility": "private"}
    made = bob_as(role).events().insert(calendarId=team, body=body).execute()
    assert ("summary" in made) == (role == "writer")


def test_a_delta_shows_what_the_role_may_see(
    service: Callable[[str], Any], bob_as: Callable[[str], Any], team: str
) -> None:
    bob = bob_as("reader").events()
    token = bob.list(calendarId=team).execute()["nextSyncToken"]
    change = {"visibility": "private", "summary": "Even more secret"}
    service("alice@example.com").events().patch(calendarId=team, eventId=PLAIN, body=change).execute()
    [item] = bob.list(calendarId=team, syncToken=token).execute()["items"]
    assert (item["id"], item["visibility"]) == (PLAIN, "private") and "summary" not in item


def test_of_several_roles_the_best_one_counts(
    service: Callable[[str], Any], bob_as: Callable[[str], Any], team: str
) -> None:
    for scope in ({"type": "default"}, {"type": "domain", "value": "example.com"}):
        rule = {"role": "reader", "scope": scope}
        service("alice@example.com").acl().insert(calendarId=team, body=rule).execute()
    assert bob_as("writer").events().list(calendarId=team).execute()["accessRole"] == "writer"
    assert bob_as("freeBusyReader").events().list(calendarId=team).execute()["accessRole"] == "reader"
