"""Guests: invited, asked, answering, and organisers in the end."""

from typing import Any

from .pages import (
    ALICE,
    BOB,
    CAROL,
    FIRST,
    SECOND,
    THIRD,
    WEEKLY,
    answers,
    get,
    insert,
    listed,
    patch,
    statuses,
    token_of,
)


def test_an_answer_to_all_or_to_one(alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY, attendees=[BOB])
    patch(alice, series + THIRD, summary="Own")
    gesture("answer", "bob", eventId=series, answer="accepted")
    gesture("answer", "bob", eventId=series + SECOND, answer="declined", comment="Away")
    said = [answers(get(alice, series + stamp))["bob"] for stamp in (FIRST, SECOND, THIRD)]
    assert said == ["accepted", "declined", "accepted"]
    assert get(alice, series + SECOND)["attendees"][0]["comment"] == "Away"
    assert '"answer"' in gesture("answer", "bob", eventId=series, answer="perhaps")
    assert "not invited" in gesture("answer", "alice", eventId=series, answer="accepted")


def test_guests_come_and_go(alice: Any, bob: Any, carol: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY)
    [invited] = gesture("invite", "alice", eventId=series, guests=["Bob@example.com", "bob@example.com"])
    assert answers(invited) == {"bob": "needsAction"}
    gesture("invite", "bob", eventId=series, guests=["carol@example.com"])
    gesture("answer", "bob", eventId=series, answer="accepted")
    assert answers(get(carol, series)) == {"bob": "accepted", "carol": "needsAction"}
    assert gesture("uninvite", "bob", eventId=series, guests=["carol@example.com"]).startswith("403 ")
    gesture("uninvite", "alice", eventId=series + SECOND, guests=["carol@example.com"])
    assert statuses(listed(carol)) == {series: "confirmed", series + SECOND: "cancelled"}
    gesture("uninvite", "alice", eventId=series, guests=["carol@example.com"])
    assert get(carol, series)["status"] == "cancelled"
    patch(alice, series, guestsCanInviteOthers=False)
    assert gesture("invite", "bob", eventId=series, guests=["carol@example.com"]).startswith("403 ")
    assert '"guests"' in gesture("invite", "alice", eventId=series, guests=[])
    assert '"guests"' in gesture("invite", "alice", eventId=series, guests=["carol"])


def test_a_guest_becomes_the_organiser(alice: Any, bob: Any, carol: Any, gesture: Any) -> None:
    series = insert(alice, WEEKLY, attendees=[ALICE, BOB, CAROL])
    patch(alice, series + SECOND, summary="Own")
    _, theirs = gesture("transfer", "alice", eventId=series, to="bob@example.com")
    assert theirs["organizer"] == {"email": "bob@example.com", "self": True}
    for events in (alice, carol):
        assert get(events, series)["organizer"]["email"] == "bob@example.com"
        assert statuses(listed(events)) == {series: "confirmed", series + SECOND: "confirmed"}
    patch(bob, series, summary="New")
    assert get(alice, series)["summary"] == get(carol, series)["summary"] == "New"
    assert gesture("rename", "alice", eventId=series, summary="Mine").startswith("403 ")


def test_who_hands_an_event_over_and_is_no_guest_has_it_no_longer(alice: Any, bob: Any, gesture: Any) -> None:
    event = insert(alice, attendees=[BOB])
    assert "not one of its guests" in gesture("transfer", "alice", eventId=event, to="carol@example.com")
    assert gesture("transfer", "bob", eventId=event, to="bob@example.com").startswith("400 ")
    token = token_of(alice)
    gesture("transfer", "alice", eventId=event, to="bob@example.com")
    assert statuses(listed(alice, syncToken=token)) == {event: "cancelled"}
    assert get(bob, event)["organizer"]["self"]
