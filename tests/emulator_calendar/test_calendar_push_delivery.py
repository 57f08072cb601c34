"""Notifications on their way: which changes they tell of, in which order, and what their receivers may answer."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.world import World

from .push_receiver import (
    ALICE,
    BOB,
    MEETING,
    PRIMARY,
    Receiver,
    advance,
    channel,
    control,
    deliver,
    insert,
    receiving,
)

RULE = {"role": "reader", "scope": {"type": "user", "value": BOB}}


def test_each_change_is_told_once_with_growing_numbers(world: World, alice: Any, watched: Receiver) -> None:
    event = insert(alice)["id"]
    alice.patch(**PRIMARY, eventId=event, body={"summary": "Other"}).execute()
    alice.delete(**PRIMARY, eventId=event).execute()
    assert watched.messages == []
    assert deliver(world) == [200, 200, 200]
    assert watched.states == ["exists"] * 3
    assert watched.numbers == sorted({1, *watched.numbers})[1:]
    assert deliver(world) == []


def test_what_came_to_nothing_is_not_told(world: World, alice: Any, watched: Receiver) -> None:
    event = insert(alice)["id"]
    deliver(world)
    alice.get(**PRIMARY, eventId=event).execute()
    alice.list(**PRIMARY).execute()
    world.faults.add({"method": "calendar.events.patch", "status": 503})
    for request in (
        alice.insert(**PRIMARY, body={**MEETING, "id": event}),
        alice.patch(**PRIMARY, eventId=event, body={"summary": "Other"}),
        alice.patch(**PRIMARY, eventId=event, body={"start": {"date": "2026-03-09"}}),
    ):
        with pytest.raises(HttpError):
            request.execute()
    assert deliver(world) == []


def test_guests_and_every_channel_hear_of_a_change(
    world: World, alice: Any, bob: Any, watched: Receiver
) -> None:
    alice.watch(**PRIMARY, body=channel(watched, "second")).execute()
    bob.watch(**PRIMARY, body=channel(watched, "bobs")).execute()
    deliver(world)
    watched.messages.clear()
    insert(alice, attendees=[{"email": BOB}])
    deliver(world)
    assert sorted(message.channel for message in watched.messages) == ["bobs", "channel-1", "second"]
    insert(alice)
    deliver(world)
    assert sorted(message.channel for message in watched.messages[3:]) == ["channel-1", "second"]


def test_each_call_of_a_batch_is_told(world: World, service: Callable[[str], Any], watched: Receiver) -> None:
    client = service(ALICE)
    batch = client.new_batch_http_request()
    for _ in range(3):
        batch.add(client.events().insert(**PRIMARY, body=MEETING))
    batch.execute()
    assert deliver(world) == [200, 200, 200]


def test_access_rules_calendar_lists_and_settings_are_watched(
    world: World, service: Callable[[str], Any], receiver: Receiver
) -> None:
    alice, bob = service(ALICE), service(BOB)
    alice.acl().watch(**PRIMARY, body=channel(receiver, "rules")).execute()
    alice.events().watch(**PRIMARY, body=channel(receiver, "events")).execute()
    alice.settings().watch(body=channel(receiver, "settings")).execute()
    alice.calendarList().watch(body=channel(receiver, "alices-list")).execute()
    bob.calendarList().watch(body=channel(receiver, "bobs-list")).execute()
    deliver(world)

    def told(request: Any) -> list[str]:
        receiver.messages.clear()
        request.execute()
        deliver(world)
        return [message.channel for message in receiver.messages]

    assert told(alice.acl().insert(**PRIMARY, body=RULE)) == ["rules", "bobs-list"]
    assert told(alice.acl().patch(**PRIMARY, ruleId=f"user:{BOB}", body={"role": "owner"})) == [
        "rules",
        "bobs-list",
    ]
    assert told(bob.calendarList().patch(calendarId=ALICE, body={"selected": False})) == ["bobs-list"]
    assert told(alice.calendars().patch(**PRIMARY, body={"summary": "Mine"})) == ["alices-list", "bobs-list"]
    assert told(alice.calendars().insert(body={"summary": "Second"})) == ["alices-list"]
    receiver.messages.clear()
    world.calendar.change_settings(ALICE, {"weekStart": "1"})
    deliver(world)
    assert [message.channel for message in receiver.messages] == ["settings"]
    assert told(alice.acl().delete(**PRIMARY, ruleId=f"user:{BOB}")) == ["rules", "bobs-list"]
    assert told(alice.calendarList().list()) == []


def test_who_lost_access_hears_nothing_more(
    world: World, service: Callable[[str], Any], receiver: Receiver
) -> None:
    alice, bob = service(ALICE), service(BOB)
    alice.acl().insert(**PRIMARY, body=RULE).execute()
    bob.events().watch(calendarId=ALICE, body=channel(receiver)).execute()
    deliver(world)
    insert(alice.events())  # still waits when access goes
    alice.acl().patch(**PRIMARY, ruleId=f"user:{BOB}", body={"role": "freeBusyReader"}).execute()
    insert(alice.events())
    assert deliver(world) == []
    (kept,) = control(world, "GET", "channels")["channels"]
    assert kept["status"] == "without access"
    alice.acl().insert(**PRIMARY, body=RULE).execute()
    insert(alice.events())
    assert deliver(world) == [200]


def test_a_deleted_calendar_has_nothing_more_to_tell(
    world: World, service: Callable[[str], Any], receiver: Receiver
) -> None:
    alice = service(ALICE)
    second = {"calendarId": alice.calendars().insert(body={"summary": "Second"}).execute()["id"]}
    alice.events().insert(**second, body=MEETING).execute()
    alice.events().watch(**second, body=channel(receiver)).execute()
    alice.acl().watch(**second, body=channel(receiver, "rules")).execute()
    deliver(world)
    alice.calendars().delete(**second).execute()
    assert deliver(world) == []
    assert receiver.states == ["sync", "sync"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 102])
def test_a_receiver_takes_a_message_with_these(
    world: World, alice: Any, watched: Receiver, status: int
) -> None:
    watched.statuses.append(status)
    insert(alice)
    assert deliver(world) == [status]
    advance(world, 3600)
    assert len(watched.messages) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_after_these_a_message_is_sent_again_later(
    world: World, alice: Any, watched: Receiver, status: int
) -> None:
    watched.statuses.extend([status, status])
    insert(alice)
    assert deliver(world) == [status]
    assert deliver(world) == []
    advance(world, 5)
    assert len(watched.messages) == 2
    advance(world, 9)
    assert len(watched.messages) == 2
    advance(world, 1)
    assert len(watched.messages) == 3
    assert watched.messages[0].headers == watched.messages[2].headers
    advance(world, 3600)
    assert len(watched.messages) == 3


@pytest.mark.parametrize("status", [302, 400, 401, 404, 410, 429, 501])
def test_after_all_others_a_message_is_lost(world: World, alice: Any, watched: Receiver, status: int) -> None:
    watched.statuses.append(status)
    watched.headers["Location"] = watched.url
    insert(alice)
    assert deliver(world) == [status]
    advance(world, 3600)
    assert len(watched.messages) == 1
    insert(alice)
    assert deliver(world) == [200]


def test_the_messages_of_a_channel_keep_their_order_while_its_receiver_is_not_well(
    world: World, alice: Any, bob: Any, watched: Receiver
) -> None:
    with receiving() as other:
        alice.watch(**PRIMARY, body=channel(other, "other")).execute()
        deliver(world)
        watched.statuses.append(503)
        insert(alice)
        deliver(world)
        insert(alice)
        assert deliver(world) == [200]  # the other one's
        advance(world, 5)
        numbers = watched.numbers
        assert len(numbers) == 3
        assert numbers[0] == numbers[1] < numbers[2]
        assert len(other.messages) == 3


def test_in_the_end_a_message_is_given_up(world: World, alice: Any, watched: Receiver) -> None:
    watched.statuses.extend([503] * 8)
    insert(alice)
    advance(world, 86_400)
    assert len(watched.messages) == 8
    assert control(world, "GET", "channels")["outbox"] == []
    insert(alice)
    assert deliver(world) == [200]


def test_the_clock_walks_to_each_message_at_its_own_time(world: World, alice: Any, watched: Receiver) -> None:
    started_us = world.clock.now_us()
    watched.statuses.extend([503, 503])
    insert(alice)
    advance(world, 60)
    entries = world.trace.since(0, "notification")
    times = [
        (entry.at_us - started_us) // MICROSECONDS
        for entry in entries
        if entry.arguments["state"] == "exists"
    ]
    assert times == [0, 5, 15]
    assert world.clock.now_us() == started_us + 60 * MICROSECONDS
