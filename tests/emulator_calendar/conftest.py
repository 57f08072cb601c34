"""A world with three users, and Google's own client for each of them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World

from .push_receiver import PRIMARY, Receiver, channel, deliver, receiving

USERS = {"alice": "Europe/Berlin", "bob": "America/New_York", "carol": "Etc/UTC"}


@pytest.fixture
def world() -> Iterator[World]:
    world = World(clock=Clock(start_us=VIRTUAL_START_US))
    for name, zone in USERS.items():
        world.oauth.add_user(f"{name}@example.com", zone)
    yield world
    world.close()


@pytest.fixture
def service(world: World) -> Callable[[str], Any]:
    def client(token: str) -> Any:
        return build("calendar", "v3", http=TwinHttp(world, token), static_discovery=True)

    return client


@pytest.fixture
def alice(service: Callable[[str], Any]) -> Any:
    return service("alice@example.com").events()


@pytest.fixture
def bob(service: Callable[[str], Any]) -> Any:
    return service("bob@example.com").events()


@pytest.fixture
def carol(service: Callable[[str], Any]) -> Any:
    return service("carol@example.com").events()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def watched(world: World, alice: Any, receiver: Receiver) -> Receiver:
    """Give a receiver that watches Alice's calendar and has had its handshake."""
    alice.watch(**PRIMARY, body=channel(receiver)).execute()
    assert deliver(world) == [200]
    receiver.messages.clear()
    return receiver


@pytest.fixture
def refusal() -> Callable[[Any], tuple[int, str]]:
    """Execute a request that must fail; return its status and the reason that Google gives."""

    def refused(request: Any) -> tuple[int, str]:
        with pytest.raises(HttpError) as caught:
            request.execute()
        return caught.value.resp.status, caught.value.error_details[0]["reason"]

    return refused


@pytest.fixture
def gesture(world: World) -> Callable[..., Any]:
    """Do something in Calendar's pages: `gesture("rename", "alice", eventId=…)` returns the events, or the refusal."""

    def do(name: str, user: str, **keys: Any) -> Any:
        body = json.dumps({"user": f"{user}@example.com", **keys}).encode()
        answer = world.request("POST", f"/emulator/gestures/{name}", {}, body)
        told = answer.json()
        return told["events"] if answer.status == 200 else f"{answer.status} {told['error']['message']}"

    return do
