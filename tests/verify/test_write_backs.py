"""An add-on that asks for write-backs: random histories with faults of `events.patch`, the same calls in both wings."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.verify.campaign import Plan, Player
from confsync.verify.ground import hastened
from confsync.verify.showing import is_write_back, misshown, refused_places

ROOT = Path(__file__).parents[2]
CONFERENCE = """
[provider.update.conference]
notes = "{resp.title} begins at {resp.startTime}"

[[provider.update.conference.entry_point]]
type = "VIDEO"
uri = "{resp.joinUrl}?from={resp.startTime}"
"""
PATCH = {"method": "calendar.events.patch", "scripts": True}
REFUSALS = (
    {"status": 412},
    {"status": 403, "reason": "forbidden"},
    {"status": 404, "reason": "notFound"},
    {"status": 503},
    {"action": "drop", "when": "after"},
)
# 278: a guest's copy is met before the event that was in the editor.
SEEDS = (*range(1, 25), 278)
SHOWN = {"notes": "at {resp.startTime}", "video": "{resp.joinUrl}"}


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """Give the sample add-on with write-backs."""
    file = tmp_path_factory.mktemp("showing") / "addon.toml"
    file.write_text((ROOT / "addon.toml").read_text(encoding="utf-8") + CONFERENCE, encoding="utf-8")
    return hastened(load(file))


@pytest.fixture(scope="module")
def player(described):
    with contextlib.closing(Player(described, "both")) as player:
        yield player


def faulty(history):
    """Return a history with an odd seed with faults of its write-backs besides its own."""
    if history.seed % 2 == 0:
        return history
    first = {
        **PATCH,
        **REFUSALS[history.seed // 2 % 5],
        "skip": history.seed % 4,
        "times": 1 + history.seed % 3,
    }
    return replace(history, faults=[*history.faults, first, {**PATCH, "status": 412, "skip": 5, "times": 3}])


@pytest.mark.parametrize("seed", SEEDS)
def test_both_wings_keep_the_promises(described, player, seed):
    outcome, result = player.play(faulty(Plan(described).history(seed)))
    assert result.broken == []
    assert result.difference is None
    assert outcome.well


def test_there_is_something_to_write_in_histories(described, player):
    for wing in range(2):
        calls = [
            call
            for seed in (8, 10)
            for call in player.play(Plan(described).history(seed))[0].played[wing].calls
        ]
        assert sum(call["method"] == "patch" and call["outcome"] == 200 for call in calls) > 5


def test_the_judge_reads_what_an_event_shows():
    conference = {"joinUrl": "https://conferences.example/join/1", "startTime": "noon"}
    points = [{"entryPointType": "video", "uri": conference["joinUrl"]}]
    event = {
        "id": "e",
        "organizer": {"self": True},
        "conferenceData": {"notes": "at noon", "entryPoints": points},
    }
    assert list(misshown(SHOWN, conference, event)) == []
    del event["conferenceData"]["notes"]
    (how,) = misshown(SHOWN, conference, event)
    assert how == "e shows the notes '' and should show 'at noon'"
    points[0]["uri"] += "?old"
    assert len(list(misshown(SHOWN, conference, event))) == 2
    assert list(misshown(SHOWN, conference, {**event, "organizer": {}})) == []


def test_the_judge_excuses_what_calendar_refused_at_last():
    def patch(event, outcome):
        asked = {"calendarId": "c", "eventId": event}
        return {"service": "calendar.events", "method": "patch", "arguments": asked, "outcome": outcome}

    calls = [patch("a", 403), patch("b", 403), patch("b", 200), patch("c", 412), patch("d", "killed before")]
    assert refused_places(calls) == {("c", "a")}


def test_the_judge_knows_a_write_back():
    asked = {
        "resource": {"conferenceData": {}},
        "conferenceDataVersion": 1,
        "sendUpdates": "none",
        "headers": {},
    }
    assert is_write_back({"method": "patch", "arguments": asked})
    assert not is_write_back({"method": "update", "arguments": asked})
    for wrong in (
        {"resource": {"conferenceData": {}, "summary": ""}},
        {"sendUpdates": "all"},
        {"conferenceDataVersion": 0},
    ):
        assert not is_write_back({"method": "patch", "arguments": {**asked, **wrong}})
    del asked["headers"]
    assert not is_write_back({"method": "patch", "arguments": asked})
