"""What people do, as data: wrong steps are told by name, and events are found by the names of the steps."""

from pathlib import Path

import pytest

from confsync.addon import load
from confsync.rehearsal.setting import ALICE, BOB, in_process
from confsync.render import render
from confsync.verify.people import People
from confsync.verify.stage import StageError

TIMES = {
    "start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-10T10:00:00Z", "timeZone": "UTC"},
}


@pytest.fixture(scope="module")
def people():
    addon = load(Path(__file__).parents[2] / "addon.toml")
    with in_process(addon, render(addon), 1, None) as setting:
        yield People(setting.stage)


def act(people, action, event="meeting", who=ALICE, **more):
    return people.act({"do": action, "who": who, "event": event, **more})


def test_an_unknown_action_is_named(people):
    with pytest.raises(StageError, match="levitate"):
        act(people, "levitate")


@pytest.mark.parametrize(
    "action", ["change", "delete", "undo", "copy", "move", "remove-conference", "answer"]
)
def test_an_unknown_event_is_named(people, action):
    with pytest.raises(StageError, match="meetng"):
        act(people, action, "meetng", **{"with": {}, "answer": "accepted", "as": "copy"})


def test_an_unknown_calendar_is_named(people):
    with pytest.raises(StageError, match="nowhere"):
        act(people, "create", calendar="nowhere", **{"with": TIMES})


def test_events_have_names(people):
    act(people, "create", **{"with": {"summary": "Review", "attendees": [{"email": BOB}], **TIMES}})
    act(people, "copy", **{"as": "copy", "with": {"summary": "Copy"}})
    act(people, "change", **{"with": {"summary": "Review II"}})
    assert people.event(ALICE, "meeting")["summary"] == people.event(BOB, "meeting")["summary"] == "Review II"
    assert people.event(ALICE, "copy")["summary"] == "Copy"
    act(people, "delete", "copy")
    assert people.event(ALICE, "copy")["status"] == "cancelled"
    act(people, "undo", "copy")
    assert people.event(ALICE, "copy")["status"] == "confirmed"


def test_an_event_can_move_to_a_calendar_with_a_name(people):
    act(people, "add-calendar", "team")
    act(people, "create", **{"with": {"summary": "Review", **TIMES}})
    act(people, "move", calendar="team")
    assert people.event(ALICE, "meeting")["organizer"]["email"].endswith("@group.calendar.google.com")


def test_a_conference_that_cannot_be_made_stops_the_story_unless_it_may(people):
    act(people, "fault", **{"with": {"method": "conferences.create", "status": 503, "times": None}})
    made = {"solution": "My Web Conference", "with": {"summary": "Review", **TIMES}}
    with pytest.raises(StageError, match="no conference"):
        act(people, "create", **made)
    act(people, "create", mayFail=True, **made)
    assert "conferenceData" not in people.event(ALICE, "meeting")
