"""`watch` and `channels.stop`: what they take, what they refuse, and what they answer."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.world import World

from .push_receiver import ALICE, PRIMARY, Receiver, advance, channel, control, deliver, insert

WEEK_S = 604_800


def refused(request: Any) -> tuple[int, str, str]:
    """Return status, reason and message of a request that must fail."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    (item,) = caught.value.error_details
    return int(caught.value.resp.status), item["reason"], item["message"]


def test_the_answer_describes_the_channel(world: World, alice: Any, receiver: Receiver) -> None:
    now_s = world.clock.now_us() // MICROSECONDS
    made = alice.watch(**PRIMARY, body=channel(receiver, token="from=alice")).execute()
    resource_id = made.pop("resourceId")
    assert made == {
        "kind": "api#channel",
        "id": "channel-1",
        "resourceUri": "https://www.googleapis.com/calendar/v3/calendars/primary/events?alt=json",
        "token": "from=alice",
        "expiration": str((now_s + WEEK_S) * 1000),
    }
    again = alice.watch(calendarId=ALICE, body=channel(receiver, "channel-2")).execute()
    assert again["resourceId"] == resource_id
    assert again["resourceUri"].endswith("/calendars/alice%40example.com/events?alt=json")
    assert "token" not in again


def test_each_collection_has_a_resource_of_its_own(service: Callable[[str], Any], receiver: Receiver) -> None:
    made = []
    for user in ("alice@example.com", "bob@example.com"):
        client = service(user)
        for collection, path in (
            (client.events(), PRIMARY),
            (client.acl(), PRIMARY),
            (client.calendarList(), {}),
            (client.settings(), {}),
        ):
            made.append(collection.watch(**path, body=channel(receiver, str(uuid.uuid4()))).execute())
    assert len({answer["resourceId"] for answer in made}) == 8
    assert [answer["resourceUri"].rpartition("/v3/")[2] for answer in made[:4]] == [
        "calendars/primary/events?alt=json",
        "calendars/primary/acl?alt=json",
        "users/me/calendarList?alt=json",
        "users/me/settings?alt=json",
    ]


def test_the_first_message_is_the_handshake(world: World, alice: Any, receiver: Receiver) -> None:
    made = alice.watch(**PRIMARY, body=channel(receiver, token="from=alice")).execute()
    assert receiver.messages == []
    assert deliver(world) == [200]
    (message,) = receiver.messages
    ends = datetime.fromtimestamp(int(made["expiration"]) / 1000, UTC)
    assert (message.verb, message.target, message.body) == ("POST", "/hook?from=google", b"")
    assert message.headers["Content-Length"] == "0"
    assert {name: text for name, text in message.headers.items() if name.startswith("X-")} == {
        "X-Goog-Channel-ID": "channel-1",
        "X-Goog-Channel-Token": "from=alice",
        "X-Goog-Channel-Expiration": f"{ends:%a, %d %b %Y %H:%M:%S} GMT",
        "X-Goog-Resource-ID": made["resourceId"],
        "X-Goog-Resource-URI": made["resourceUri"],
        "X-Goog-Resource-State": "sync",
        "X-Goog-Message-Number": "1",
    }


def test_without_a_token_none_is_sent(world: World, alice: Any, receiver: Receiver) -> None:
    alice.watch(**PRIMARY, body=channel(receiver)).execute()
    deliver(world)
    assert "X-Goog-Channel-Token" not in receiver.messages[0].headers


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "required"),
        ({"id": ""}, "required"),
        ({"id": "x" * 65}, "invalid"),
        ({"id": "with a space"}, "invalid"),
        ({"id": "line\nbreak"}, "invalid"),
        ({"id": ["x"]}, "invalid"),
        ({"type": None}, "required"),
        ({"type": "smoke_signal"}, "invalid"),
        ({"address": None}, "required"),
        ({"address": "127.0.0.1:80"}, "invalid"),
        ({"address": "http://127.0.0.1:99999/"}, "invalid"),
        ({"address": "http://127.0.0.1/a b"}, "invalid"),
        ({"address": "ftp://127.0.0.1/"}, "invalid"),
        ({"token": "x" * 257}, "invalid"),
        ({"token": "line\r\nX-Goog-Channel-ID: mine"}, "invalid"),
        ({"expiration": "soon"}, "invalid"),
        ({"expiration": True}, "invalid"),
        ({"expiration": "-5"}, "invalid"),
        ({"params": {"ttl": "0"}}, "invalid"),
        ({"params": {"ttl": "long"}}, "invalid"),
        ({"params": "ttl"}, "invalid"),
    ],
)
def test_a_bad_body_is_refused(
    world: World, alice: Any, receiver: Receiver, change: dict[str, Any], reason: str
) -> None:
    status, found, message = refused(alice.watch(**PRIMARY, body=channel(receiver) | change))
    assert (status, found) == (400, reason)
    assert message
    assert control(world, "GET", "channels") == {"channels": [], "outbox": []}


def test_an_expiration_in_the_past_is_refused(world: World, alice: Any, receiver: Receiver) -> None:
    past = world.clock.now_ms() - 90_000
    answer = refused(alice.watch(**PRIMARY, body=channel(receiver, expiration=past)))
    assert answer == (400, "invalid", "Invalid ttl value for channel -90")


def test_the_longest_id_and_token_are_taken(world: World, alice: Any, receiver: Receiver) -> None:
    body = {**channel(receiver, "x" * 64, token="ü" * 256), "type": "webhook"}
    assert alice.watch(**PRIMARY, body=body).execute()["token"] == "ü" * 256
    assert deliver(world) == [200]
    sent = receiver.messages[0].headers["X-Goog-Channel-Token"]
    assert sent.encode("latin-1").decode() == "ü" * 256


@pytest.mark.parametrize(
    ("asked", "lives_s"),
    [
        ({}, WEEK_S),
        ({"expiration": 3_600_000}, 3_600),
        ({"expiration": "3600999"}, 3_600),
        ({"expiration": 30 * 86_400_000}, WEEK_S),
        ({"params": {"ttl": "60"}}, 60),
        ({"params": {"ttl": 60}, "expiration": 3_600_000}, 60),
    ],
)
def test_the_expiration_is_the_earliest_of_what_is_asked_and_a_week(
    world: World, alice: Any, receiver: Receiver, asked: dict[str, Any], lives_s: int
) -> None:
    now_ms = world.clock.now_ms()
    if "expiration" in asked:
        kind = type(asked["expiration"])
        asked = asked | {"expiration": kind(now_ms + int(asked["expiration"]))}
    made = alice.watch(**PRIMARY, body=channel(receiver, **asked)).execute()
    assert int(made["expiration"]) == now_ms + lives_s * 1000


def test_an_expired_channel_hears_nothing(world: World, alice: Any, receiver: Receiver) -> None:
    made = alice.watch(**PRIMARY, body=channel(receiver, params={"ttl": "60"})).execute()
    advance(world, 59)
    insert(alice)
    assert deliver(world) == [200]
    insert(alice)
    world.clock.advance(MICROSECONDS)  # what waits is too late as well
    insert(alice)
    assert deliver(world) == []
    assert receiver.states == ["sync", "exists"]
    listed = control(world, "GET", "channels")
    assert [(kept["id"], kept["status"]) for kept in listed["channels"]] == [(made["id"], "expired")]
    assert listed["outbox"] == []


def test_a_channel_id_is_taken_once_in_a_project(
    alice: Any, bob: Any, service: Callable[[str], Any], receiver: Receiver
) -> None:
    made = alice.watch(**PRIMARY, body=channel(receiver)).execute()
    answer = (400, "channelIdNotUnique", "Channel id channel-1 not unique")
    assert refused(alice.watch(**PRIMARY, body=channel(receiver))) == answer
    assert refused(bob.watch(**PRIMARY, body=channel(receiver))) == answer
    service(ALICE).channels().stop(body={"id": made["id"], "resourceId": made["resourceId"]}).execute()
    assert refused(alice.watch(**PRIMARY, body=channel(receiver))) == answer


def test_a_stopped_channel_hears_nothing(
    world: World, alice: Any, service: Callable[[str], Any], receiver: Receiver
) -> None:
    made = alice.watch(**PRIMARY, body=channel(receiver)).execute()
    alice.watch(**PRIMARY, body=channel(receiver, "channel-2")).execute()
    deliver(world)
    insert(alice)  # waits when the channel is stopped
    ids = {"id": made["id"], "resourceId": made["resourceId"]}
    assert service(ALICE).channels().stop(body=ids).execute() == ""
    insert(alice)
    deliver(world)
    assert [message.channel for message in receiver.messages[2:]] == ["channel-2", "channel-2"]


def test_only_its_maker_stops_a_channel_by_both_ids(
    alice: Any, service: Callable[[str], Any], receiver: Receiver
) -> None:
    made = alice.watch(**PRIMARY, body=channel(receiver)).execute()
    ids = {"id": made["id"], "resourceId": made["resourceId"]}
    alices, bobs = (service(user).channels() for user in (ALICE, "bob@example.com"))
    unknown = (404, "notFound", "Channel 'channel-1' not found for project '1'")
    assert refused(bobs.stop(body=ids)) == unknown
    assert refused(alices.stop(body={**ids, "resourceId": "another"})) == unknown
    assert refused(alices.stop(body={"id": made["id"]}))[:2] == (400, "required")
    alices.stop(body=ids).execute()
    assert refused(alices.stop(body=ids)) == unknown


def test_the_parameters_of_a_listing_are_checked(alice: Any, receiver: Receiver) -> None:
    token = alice.list(**PRIMARY).execute()["nextSyncToken"]
    given = {**PRIMARY, "body": channel(receiver)}
    assert refused(alice.watch(**given, syncToken="x"))[:2] == (400, "invalid")
    both = alice.watch(**given, syncToken=token, orderBy="updated")
    assert refused(both)[:2] == (400, "syncTokenWithNonDefaultOrdering")
    empty = alice.watch(**given, timeMin="2026-03-02T00:00:00Z", timeMax="2026-03-01T00:00:00Z")
    assert refused(empty)[:2] == (400, "timeRangeEmpty")
    assert refused(alice.watch(**given, pageToken="x"))[:2] == (400, "invalid")
    assert alice.watch(**given, syncToken=token, maxResults=7).execute()["id"] == "channel-1"


def test_a_watch_with_an_expired_sync_token_needs_a_full_sync(
    world: World, alice: Any, receiver: Receiver
) -> None:
    token = alice.list(**PRIMARY).execute()["nextSyncToken"]
    world.calendar.expire_tokens(ALICE)
    request = alice.watch(**PRIMARY, syncToken=token, body=channel(receiver))
    assert refused(request)[:2] == (410, "fullSyncRequired")
    assert deliver(world) == []


def test_a_page_token_of_the_listing_is_known(alice: Any, receiver: Receiver) -> None:
    for _ in range(2):
        insert(alice)
    page = alice.list(**PRIMARY, maxResults=1).execute()["nextPageToken"]
    assert alice.watch(**PRIMARY, pageToken=page, body=channel(receiver)).execute()


def test_only_readers_watch_events_and_only_writers_access_rules(
    service: Callable[[str], Any], receiver: Receiver
) -> None:
    alice, bob = service(ALICE), service("bob@example.com")
    theirs = {"calendarId": ALICE, "body": channel(receiver)}
    assert refused(bob.events().watch(**theirs))[:2] == (404, "notFound")
    rule = {"role": "freeBusyReader", "scope": {"type": "user", "value": "bob@example.com"}}
    alice.acl().insert(**PRIMARY, body=rule).execute()
    assert refused(bob.events().watch(**theirs))[:2] == (403, "requiredAccessLevel")
    alice.acl().insert(**PRIMARY, body={**rule, "role": "reader"}).execute()
    assert refused(bob.acl().watch(**theirs))[:2] == (403, "requiredAccessLevel")
    assert bob.events().watch(**theirs).execute()["id"] == "channel-1"
    alice.acl().insert(**PRIMARY, body={**rule, "role": "writer"}).execute()
    of_rules = {**theirs, "body": channel(receiver, "channel-2")}
    assert bob.acl().watch(**of_rules).execute()["id"] == "channel-2"


def test_fields_choose_from_the_answer(alice: Any, receiver: Receiver) -> None:
    answer = alice.watch(**PRIMARY, body=channel(receiver), fields="id,expiration").execute()
    assert set(answer) == {"id", "expiration"}
    bad = alice.watch(**PRIMARY, body=channel(receiver, "channel-2"), fields="items")
    assert refused(bad)[:2] == (400, "invalidParameter")


@pytest.mark.parametrize(
    ("rule", "address", "reason"),
    [
        ("loopback", "http://localhost:1/", ""),
        ("loopback", "https://[::1]:1/", ""),
        ("loopback", "http://example.com/", "push.webhookUrlNotHttps"),
        ("loopback", "https://example.com/", "push.webhookUrlUnauthorized"),
        ("loopback", "https://127.0.0.1.example.com/", "push.webhookUrlUnauthorized"),
        ("loopback", "https://127.0.0.1@example.com/", "push.webhookUrlUnauthorized"),
        ("loopback", "https://127.0.0.2/", "push.webhookUrlUnauthorized"),
        ("https", "https://example.com/", ""),
        ("https", "http://localhost/", "push.webhookUrlNotHttps"),
    ],
)
def test_addresses_are_checked_as_the_switch_says(
    world: World, alice: Any, rule: str, address: str, reason: str
) -> None:
    world.switches.change({"pushAddresses": rule})
    request = alice.watch(**PRIMARY, body={"id": "x", "type": "web_hook", "address": address})
    if not reason:
        assert request.execute()["id"] == "x"
        return
    status, found, message = refused(request)
    assert (status, found) == (400, reason)
    assert address in message
    assert ("nothing leaves this machine" in message) == (rule == "loopback")


def test_nothing_is_sent_elsewhere_also_where_the_switch_lets_the_address_pass(
    world: World, alice: Any
) -> None:
    world.switches.change({"pushAddresses": "https"})
    body = {"id": "x", "type": "web_hook", "address": "https://example.com/"}
    alice.watch(**PRIMARY, body=body).execute()
    assert deliver(world) == ["not sent"]
    assert control(world, "GET", "channels")["outbox"] == []
