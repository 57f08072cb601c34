"""Faults strike before or after the effect."""

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
MEETING = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
def test_before_and_after_the_effect(world: World, alice: Any, when: str, kept: int) -> None:
    rule = {"method": "calendar.events.insert", "when": when, "status": 503}
    world.faults.add({**rule, "user": "alice@example.com", "calendar": "alice@example.com"})
    with pytest.raises(HttpError) as caught:
        alice.insert(**ME, body=MEETING).execute()
    assert caught.value.resp.status == 503
    assert len(alice.list(**ME).execute()["items"]) == kept


def test_a_refusal_has_a_moment_after_it_too(world: World, alice: Any) -> None:
    world.faults.add({"method": "calendar.events.list", "when": "after", "action": "no-items"})
    world.faults.add({"method": "calendar.events.get", "when": "after", "status": 503})
    with pytest.raises(HttpError) as caught:
        alice.list(calendarId="bob@example.com").execute()
    assert caught.value.resp.status == 404
    with pytest.raises(HttpError) as caught:
        alice.get(**ME, eventId="nowhere").execute()
    assert caught.value.resp.status == 503
    assert [rule.struck for rule in world.faults.list()] == [1, 1]


def test_only_the_named_user_and_calendar(world: World, alice: Any, bob: Any) -> None:
    world.faults.add({"method": "calendar.events.list", "user": "bob@example.com", "status": 500})
    assert alice.list(**ME).execute()["items"] == []
    with pytest.raises(HttpError):
        bob.list(**ME).execute()
