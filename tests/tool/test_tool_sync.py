"""`confsync sync --once`: what the third party holds afterwards, and what it cost."""

import json

import pytest

from confsync.tool.lock import ProcessLock

from .conftest import GUEST, TEXT, TITLE, Ground


def test_the_conference_follows_its_event(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    assert ground.steps() == ["adopted", "updated"]
    held = ground.held()["conference-1"]
    assert (held["title"], held["startTime"]) == (TITLE, ground.at(30))

    ground.change("meeting", summary="Another plan")
    assert ground.steps() == ["updated"]
    assert ground.held()["conference-1"]["title"] == "Another plan"

    ground.change("meeting", recurrence=["RRULE:FREQ=DAILY;COUNT=3"], start={"dateTime": ground.at(40), "timeZone": "Etc/UTC"},
                  end={"dateTime": ground.at(41), "timeZone": "Etc/UTC"})  # fmt: skip
    assert ground.steps() == ["updated"]
    held = ground.held()["conference-1"]
    assert (held["recurrence"], held["endTime"]) == (["RRULE:FREQ=DAILY;COUNT=3"], ground.at(41))


def test_it_is_deleted_when_the_grace_is_over_and_not_before(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    ground.cancel("meeting")
    assert ground.steps() == ["waiting"]
    ground.advance(23)
    assert ground.steps() == []
    assert ground.held()
    ground.advance(2)
    assert ground.steps() == ["deleted"]
    assert ground.held() == {}


def test_an_event_that_comes_back_keeps_its_conference(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    ground.cancel("meeting")
    ground.sync()
    ground.change("meeting", status="confirmed")
    assert "kept" in ground.steps()
    ground.advance(48)
    ground.sync()
    assert ground.held()["conference-1"]["title"] == TITLE


def test_a_second_run_costs_a_listing_a_calendar_and_writes_nothing(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    file = ground.folder / ".confsync" / "sync-local-alice@example.com.db"
    before = file.read_bytes()
    ground.requests()
    assert ground.sync()["requests"] == {"calendar": 2, "service": 0}
    asked = [line.partition("?")[0] for line in ground.requests()]
    assert asked == [
        "GET /calendar/v3/users/me/calendarList",
        "GET /calendar/v3/calendars/alice%40example.com/events",
    ]
    assert file.read_bytes() == before


def test_one_calendar_alone(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    ground.change("meeting", summary="Another plan")
    told = ground.sync("--calendar", "alice@example.com")
    assert told["requests"] == {"calendar": 1, "service": 1}


def test_what_the_third_party_refuses_is_said_and_waits(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("conferences.update", status=503)
    result = ground.run("sync", "--target", "local")
    assert result.exit_code == 1
    assert (
        result.stdout.splitlines()[-1] == "2 requests to Calendar, 1 to the conferencing service, 1 problems."
    )
    assert "WARNING update: retry [conferen] 503" in result.stderr
    (told,) = ground.explain("meeting")
    assert (told["attempts"], told["next"]["action"], told["inStep"]) == (1, "update", False)
    ground.advance(1)
    assert ground.steps() == ["updated"]


def test_an_add_on_is_followed_only_when_it_is_said(ground: Ground) -> None:
    conference = ground.conference("conference-1")
    conference["parameters"] = {"addOnParameters": {"parameters": {"confsyncUser": "the-add-on"}}}
    ground.meet("meeting", "conference-0", conferenceData=conference)
    assert ground.steps("--state", "own.db") == []
    assert ground.steps("--state", "taken.db", "--take-over", "the-add-on") == ["adopted", "updated"]
    result = ground.run("sync", "--target", "local", "--state", "taken.db", "--take-over", "another")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_nothing_of_an_event_is_kept_or_printed(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("conferences.update", status=503)
    first, second = (
        ground.run("sync", "--target", "local"),
        ground.run("explain", "meeting", "--target", "local"),
    )
    printed = first.output + second.output + json.dumps(ground.explain("meeting"))
    kept = (
        (ground.folder / ".confsync" / "sync-local-alice@example.com.db")
        .read_bytes()
        .decode(errors="replace")
    )
    for text in (TITLE, TEXT, GUEST, ground.key, "join/conference-1"):
        assert text not in printed
        assert text not in kept


class TestDryRun:
    """`--dry-run`: the same decisions, and nothing written."""

    @pytest.fixture(autouse=True)
    def _a_meeting(self, ground: Ground) -> None:
        ground.meet("meeting", "conference-1")

    def test_without_a_state_it_makes_none(self, ground: Ground) -> None:
        ground.requests()
        assert ground.steps("--dry-run") == ["adopted", "updated"]
        asked = ground.requests()
        assert len(asked) == 2
        assert all(line.startswith("GET /calendar/") for line in asked)
        assert not list(ground.folder.glob("**/*.db*"))
        assert ground.writes() == []

    def test_it_tells_a_deletion_from_an_update(self, ground: Ground) -> None:
        ground.meet("other", "conference-2")
        ground.sync()
        ground.cancel("meeting")
        ground.sync()
        ground.advance(25)
        ground.change("other", summary="Another plan")
        ground.requests()
        before = {path: path.read_bytes() for path in ground.folder.glob(".confsync/*")}
        told = ground.sync("--dry-run")["changes"]
        assert [(one["step"], one["event"]) for one in told] == [("updated", "other"), ("deleted", "meeting")]
        assert all(line.startswith("GET ") for line in ground.requests())
        assert {path: path.read_bytes() for path in ground.folder.glob(".confsync/*")} == before
        assert [(one["step"], one["event"]) for one in ground.sync()["changes"]] == [
            ("updated", "other"), ("deleted", "meeting"),
        ]  # fmt: skip

    def test_a_lock_that_is_held_is_not_in_its_way(self, ground: Ground) -> None:
        ground.sync()
        ground.change("meeting", summary="Another plan")
        lock = ProcessLock(ground.folder / ".confsync" / "sync-local-alice@example.com.db")
        assert lock.try_lock(0)
        text = ground.run("sync", "--target", "local", "--dry-run").stdout
        lock.close()
        assert text.splitlines()[0] == "conferen would be updated, event meeting"
