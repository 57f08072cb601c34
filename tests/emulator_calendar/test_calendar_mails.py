"""The mails that would be sent: who hears of what, and that no mail says what an event is about."""

from collections.abc import Callable
from typing import Any

import pytest

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
ONE = {**ME, "eventId": "meeting01"}
OUTSIDE = "dan@elsewhere.example"
GUESTS = [{"email": "bob@example.com"}, {"email": OUTSIDE}]
BODY = {
    "id": "meeting01", "summary": "Secret", "description": "Details", "attendees": GUESTS,
    "start": {"dateTime": "2026-03-03T09:00:00Z"}, "end": {"dateTime": "2026-03-03T10:00:00Z"},
}  # fmt: skip


@pytest.fixture
def sent(world: World) -> Callable[[], list[tuple[str, str, str]]]:
    """Return the mails since the last time that this was asked, as (from, to, kind)."""
    seen = 0

    def new() -> list[tuple[str, str, str]]:
        nonlocal seen
        mails = world.request("GET", "/emulator/mails").json()["mails"]
        fresh, seen = mails[seen:], len(mails)
        return [(mail["from"].partition("@")[0], mail["to"], mail["kind"]) for mail in fresh]

    return new


def test_guests_hear_of_an_event_that_is_made_changed_and_deleted(alice: Any, sent: Any) -> None:
    both = [guest["email"] for guest in GUESTS]
    alice.insert(**ME, body=BODY, sendUpdates="all").execute()
    assert sent() == [("alice", guest, "invitation") for guest in both]
    alice.patch(**ONE, body={"summary": "New"}, sendUpdates="all").execute()
    assert sent() == [("alice", guest, "update") for guest in both]
    alice.patch(**ONE, body={"reminders": {"useDefault": False}}, sendUpdates="all").execute()
    assert sent() == []
    changed = [GUESTS[0], {"email": "carol@example.com"}]
    alice.patch(**ONE, body={"attendees": changed}, sendUpdates="all").execute()
    assert sent() == [("alice", "carol@example.com", "invitation"), ("alice", OUTSIDE, "cancellation")]
    alice.delete(**ONE, sendUpdates="all").execute()
    assert sent() == [("alice", guest["email"], "cancellation") for guest in changed]


def test_who_is_told_is_said_by_the_client(alice: Any, sent: Any) -> None:
    alice.insert(**ME, body=BODY).execute()
    alice.patch(**ONE, body={"summary": "A"}, sendUpdates="none", sendNotifications=True).execute()
    assert sent() == []
    alice.patch(**ONE, body={"summary": "B"}, sendUpdates="externalOnly").execute()
    assert sent() == [("alice", OUTSIDE, "update")]
    alice.patch(**ONE, body={"summary": "C"}, sendNotifications=True).execute()
    assert len(sent()) == 2


def test_the_organizer_hears_of_an_answer(alice: Any, bob: Any, sent: Any) -> None:
    alice.insert(**ME, body=BODY).execute()
    answer = {"attendees": [{**GUESTS[0], "responseStatus": "accepted"}, GUESTS[1]]}
    bob.patch(**ONE, body=answer, sendUpdates="all").execute()
    assert sent() == [("bob", "alice@example.com", "response")]
    bob.patch(**ONE, body={"colorId": "3"}, sendUpdates="all").execute()
    assert sent() == []
    bob.delete(**ONE, sendUpdates="all").execute()
    assert sent() == [("bob", "alice@example.com", "response")]


def test_a_mail_names_the_event_and_says_nothing_of_it(world: World, alice: Any) -> None:
    alice.insert(**ME, body=BODY, sendUpdates="all").execute()
    response = world.request("GET", "/emulator/mails")
    [first, _] = response.json()["mails"]
    assert first == {
        "number": 1, "time": "2026-03-02T08:00:00.000Z", "from": "alice@example.com", "to": "bob@example.com",
        "kind": "invitation", "calendarId": "alice@example.com", "eventId": "meeting01",
    }  # fmt: skip
    assert b"Secret" not in response.body and b"Details" not in response.body


def test_a_moved_event(service: Callable[[str], Any], sent: Any) -> None:
    client = service("alice@example.com")
    team = client.calendars().insert(body={"summary": "Team"}).execute()["id"]
    client.events().insert(**ME, body=BODY).execute()
    client.events().move(**ONE, destination=team, sendUpdates="all").execute()
    assert sent() == [("alice", guest["email"], "update") for guest in GUESTS]


def test_private_copies_tell_nobody(alice: Any, sent: Any) -> None:
    alice.insert(**ME, body={**BODY, "privateCopy": True}, sendUpdates="all").execute()
    assert sent() == []


def test_a_request_that_fails_sends_nothing(alice: Any, sent: Any, refusal: Any) -> None:
    alice.insert(**ME, body=BODY).execute()
    assert refusal(alice.insert(**ME, body=BODY, sendUpdates="all")) == (409, "duplicate")
    assert sent() == []


def test_sharing_is_told_unless_it_ends(service: Callable[[str], Any], sent: Any) -> None:
    rules = service("alice@example.com").acl()
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    rules.insert(**ME, body=rule).execute()
    assert sent() == [("alice", "bob@example.com", "sharing")]
    rules.patch(
        **ME, ruleId="user:bob@example.com", body={"role": "writer"}, sendNotifications=False
    ).execute()
    rules.patch(**ME, ruleId="user:bob@example.com", body={"role": "none"}).execute()
    rules.insert(**ME, body={"role": "reader", "scope": {"type": "default"}}).execute()
    assert sent() == []
