"""Notifications and the world around them: receivers that do not behave, threads, files, control routes, the trace."""

import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

from .push_receiver import ALICE, PRIMARY, Receiver, advance, channel, control, deliver, insert, receiving
from .test_calendar_server import Bearer


def twin(world: World) -> Any:
    return build("calendar", "v3", http=TwinHttp(world, ALICE), static_discovery=True).events()


def test_a_receiver_may_ask_the_world_before_it_answers(world: World, receiver: Receiver) -> None:
    with serve(world) as server:
        options = {"api_endpoint": f"{server.url}/calendar/v3/"}
        alice = build("calendar", "v3", http=Bearer(), static_discovery=True, client_options=options).events()
        alice.watch(**PRIMARY, body=channel(receiver)).execute()
        receiver.open_hours.clear()
        delivery = threading.Thread(target=deliver, args=[world])
        delivery.start()
        receiver.wait_for(1)
        assert insert(alice)["id"]  # nobody waits for the receiver
        receiver.open_hours.set()
        delivery.join()
    assert receiver.states == ["sync", "exists"]


def test_a_receiver_that_changes_what_it_watches_is_found_out(
    world: World, alice: Any, watched: Receiver
) -> None:
    watched.meanwhile = lambda: insert(alice)
    insert(alice)
    with pytest.raises(EmulatorError, match="5 notifications were sent one after the other"):
        world.calendar.notifications.deliver(most=5)


def test_a_receiver_that_does_not_answer_is_given_up_and_tried_again(
    world: World, alice: Any, watched: Receiver
) -> None:
    courier = world.calendar.notifications.courier
    courier.patience_s, usual_s = 0.2, courier.patience_s
    watched.open_hours.clear()
    insert(alice)
    insert(alice)
    assert deliver(world) == ["no answer"]  # the second waits with the first
    courier.patience_s = usual_s
    watched.open_hours.set()
    watched.messages.clear()
    advance(world, 5)
    assert watched.states == ["exists", "exists"]


def test_a_receiver_that_answers_byte_by_byte_is_given_up(world: World, alice: Any) -> None:
    world.calendar.notifications.courier.patience_s = 0.3
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                while not done.wait(0.05):
                    try:
                        connection.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        alice.watch(**PRIMARY, body={"id": "x", "type": "web_hook", "address": address}).execute()
        assert deliver(world) == ["no answer"]
        done.set()
        thread.join()


def test_closing_hangs_up(receiver: Receiver) -> None:
    world = World(users=[ALICE])
    world.calendar.notifications.courier.patience_s = 3600
    world.delivery = "background"
    receiver.open_hours.clear()
    twin(world).watch(**PRIMARY, body=channel(receiver)).execute()
    receiver.wait_for(1)
    world.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "notifications"]


def test_in_the_background_changes_are_told_as_they_happen(receiver: Receiver) -> None:
    world = World(clock=Clock(), users=[ALICE])
    try:
        world.delivery = "background"
        events = twin(world)
        events.watch(**PRIMARY, body=channel(receiver)).execute()
        receiver.wait_for(1)
        insert(events)
        receiver.wait_for(2)
        insert(events)
        assert [message.state for message in receiver.wait_for(3)] == ["sync", "exists", "exists"]
        world.reset()
        assert world.delivery == "background"
        twin(world).watch(**PRIMARY, body=channel(receiver)).execute()
        assert receiver.wait_for(4)[3].state == "sync"
        world.delivery = "on_demand"
        insert(twin(world))
        assert deliver(world) == [200]
    finally:
        world.close()


def test_channels_and_waiting_messages_survive_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    def opened() -> World:
        clock = Clock(start_us=VIRTUAL_START_US)
        return World(clock=clock, data=tmp_path / "state.db", users=[ALICE])

    world = opened()
    made = twin(world).watch(**PRIMARY, body=channel(receiver, params={"ttl": "100"})).execute()
    receiver.statuses.append(503)
    deliver(world)
    insert(twin(world))
    world.close()
    world = opened()
    assert deliver(world) == []
    advance(world, 5)
    assert receiver.states == ["sync", "sync", "exists"]
    assert {message.headers["X-Goog-Resource-ID"] for message in receiver.messages} == {made["resourceId"]}
    insert(twin(world))
    deliver(world)
    assert receiver.numbers[1:] == sorted(set(receiver.numbers))
    advance(world, 100)
    insert(twin(world))
    assert deliver(world) == []
    world.close()


def test_the_control_routes_show_no_secret(world: World, alice: Any, receiver: Receiver) -> None:
    made = alice.watch(**PRIMARY, body=channel(receiver, token="hush")).execute()
    shown = control(world, "GET", "channels")
    assert shown == {
        "channels": [
            {
                "id": "channel-1",
                "user": ALICE,
                "collection": "events",
                "subject": ALICE,
                "address": receiver.url,
                "resourceId": made["resourceId"],
                "resourceUri": made["resourceUri"],
                "expiration": made["expiration"],
                "status": "live",
            }
        ],
        "outbox": [
            {
                "channel": "channel-1",
                "messageNumber": 1,
                "state": "sync",
                "dueUs": VIRTUAL_START_US,
                "attempts": 0,
            }
        ],
    }


def test_the_trace_tells_of_attempts_without_content(world: World, alice: Any, watched: Receiver) -> None:
    insert(alice)
    deliver(world)
    _, entry = control(world, "GET", "calls?source=notification")["calls"]
    del entry["number"], entry["arguments"]["messageNumber"], entry["execution"], entry["call"]
    assert entry == {
        "atUs": VIRTUAL_START_US,
        "source": "notification",
        "service": "calendar",
        "method": "notification",
        "arguments": {"channel": "channel-1", "state": "exists", "attempt": 1},
        "outcome": 200,
        "user": ALICE,
    }
    assert "Secret plan" not in str([*world.trace.since(0, "notification")])


def test_a_reset_forgets_the_channels(world: World, alice: Any, watched: Receiver) -> None:
    world.reset()
    assert control(world, "GET", "channels") == {"channels": [], "outbox": []}


def test_the_same_seed_gives_the_same_numbers(receiver: Receiver) -> None:
    found = []
    for _ in range(2):
        world = World(clock=Clock(start_us=VIRTUAL_START_US), users=[ALICE], seed=7)
        twin(world).watch(**PRIMARY, body=channel(receiver)).execute()
        for _ in range(3):
            insert(twin(world))
        deliver(world)
        world.close()
        found.append(receiver.numbers)
        receiver.messages.clear()
    assert found[0] == found[1]


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
def test_a_receiver_may_speak_tls_with_a_certificate_of_its_own(
    world: World, alice: Any, tmp_path: Path
) -> None:
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=here",
        *files,
    ]
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with receiving(context) as receiver:
        alice.watch(**PRIMARY, body=channel(receiver)).execute()
        assert deliver(world) == [200]
        assert receiver.states == ["sync"]


def test_a_receiver_that_is_away_is_tried_again(world: World, alice: Any) -> None:
    with receiving() as gone:
        body = channel(gone)
    alice.watch(**PRIMARY, body=body).execute()
    assert deliver(world) == ["no answer"]
    (waiting,) = control(world, "GET", "channels")["outbox"]
    assert waiting == {
        "channel": "channel-1",
        "messageNumber": 1,
        "state": "sync",
        "dueUs": VIRTUAL_START_US + 5 * MICROSECONDS,
        "attempts": 1,
    }
