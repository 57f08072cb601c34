"""`confsync explain`: what it says in each state of a conference, of both wings."""

import json
from pathlib import Path
from typing import Any

import pytest

from confsync.addon import load
from confsync.rehearsal.setting import served
from confsync.render import render

from .conftest import ROOT, TITLE, Ground

HOUR = 3600


def told(ground: Ground, name: str = "meeting") -> Any:
    (explanation,) = ground.explain(name)
    return explanation


def test_in_step_until_it_is_forgotten(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    found = told(ground)
    assert found["inStep"]
    assert found["why"] == "The third party has accepted what its events say."
    assert found["next"] == {"action": "forget", "at": "2026-04-02T15:01Z"}
    (link,) = found["links"]
    assert (link["event"], link["calendar"], link["principal"]) == ("meeting", "alice@example.com", True)
    assert [calendar["token"] for calendar in found["calendars"]] == ["kept"]
    assert [execution["wrote"] for execution in found["executions"]] == [True]


def test_what_failed_and_when_it_is_tried_again(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("conferences.update", status=429, retryAfterSeconds=600)
    ground.run("sync", "--target", "local")
    found = told(ground)
    assert (found["decision"], found["attempts"], found["notBefore"]) == ("nothing", 1, "2026-03-02T08:11Z")
    assert found["next"] == {"action": "update", "at": "2026-03-02T08:11Z"}
    assert "1 requests in a row have failed" in found["why"]
    assert found["then"] == "The first execution from 2026-03-02T08:11Z on sends what its events say."
    assert found["executions"][0]["log"] == ["WARNING update: retry [conferen] 429"]
    ground.advance(1)
    assert told(ground)["then"] == "The next execution sends what its events say."


def test_what_was_refused(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.ask("DELETE", "/conferences/v1/conferences/conference-1", token=ground.key)
    ground.run("sync", "--target", "local")
    found = told(ground)
    assert found["why"].startswith("The third party refused the last update, or no longer has it")
    assert found["next"] == {"action": "update", "at": "2026-03-03T08:00Z"}


def test_what_is_going_to_be_deleted(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    ground.cancel("meeting")
    ground.sync()
    found = told(ground)
    assert found["why"] == "No event carries it any more: the last one was cancelled."
    assert (found["due"], found["next"]) == (
        "2026-03-03T08:00Z",
        {"action": "delete", "at": "2026-03-03T08:00Z"},
    )
    assert found["gone"] == [{"event": "meeting", "calendar": "alice@example.com", "ended": "cancelled"}]
    ground.advance(25)
    assert told(ground)["decision"] == "delete"
    assert ground.steps() == ["deleted"]
    assert ground.explain("meeting") == []


def test_a_series_without_end_and_an_instance_of_it(ground: Ground) -> None:
    times = {
        "start": {"dateTime": ground.at(30), "timeZone": "Etc/UTC"},
        "end": {"dateTime": ground.at(31), "timeZone": "Etc/UTC"},
    }
    ground.meet("meeting", "conference-1", recurrence=["RRULE:FREQ=DAILY"], **times)
    first = ground.ask("GET", "/calendar/v3/calendars/primary/events/meeting/instances?maxResults=1")[
        "items"
    ][0]
    ground.change(first["id"], summary="Another plan")
    ground.sync()
    found = told(ground)
    assert found["then"] == "Nothing happens until one of its events changes."
    assert [(link["series"], link["end"] is None, link["principal"]) for link in found["links"]] == [
        (None, True, True), ("meeting", False, False),
    ]  # fmt: skip
    assert told(ground, first["id"])["conference"] == found["conference"]


@pytest.mark.parametrize("name", ["conference-1", "conferen", "meetin"])
def test_it_is_found_by_other_names(ground: Ground, name: str) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    assert told(ground, name)["links"][0]["event"] == "meeting"


def test_what_nobody_knows(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync()
    assert ground.explain("meet") == ground.explain("another-event") == []
    text = ground.run("explain", "another-event", "--target", "local").stdout
    assert text.startswith("No conference is known for another-event")


def test_it_is_said_in_words_and_without_the_server(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("conferences.update", status=503)
    ground.run("sync", "--target", "local")
    text = ground.run("explain", "meeting", "--target", "local", "--url", "http://127.0.0.1:9").stdout
    assert text.splitlines()[0] == "Conference conferen (web)"
    for line in (
        "  1 failures in a row",
        "  looks like meeting in alice@example.com (2026-03-03T14:00Z to 2026-03-03T15:00Z)",
        "  calendar alice@example.com: primary, sync token kept",
        "  2026-03-02T08:00Z execution 1 (net) wrote its record",
        "    WARNING update: retry [conferen] 503",
    ):
        assert line in text.splitlines()


def test_the_add_on_of_a_local_google(folder: Path, standing: Any) -> None:
    addon = load(ROOT / "addon.toml")
    with served(addon, render(addon), 1) as setting:
        stage = setting.stage
        draft = stage.control("POST", "/drafts", {"user": "alice@example.com"})
        stage.control("POST", f"/drafts/{draft['id']}/conference", {"solution": "web"})
        ground = Ground(None, stage.url, folder)  # type: ignore[arg-type]
        standing(None, stage.url)
        (unsaved,) = ground.explain(draft["eventId"], "--wing", "apps-script")
        assert unsaved["why"] == "It was made for an event that has not been seen yet."
        assert unsaved["next"]["action"] == "delete"

        now = stage.now().date().isoformat()
        event = {"summary": TITLE, "start": {"date": now}, "end": {"date": now}}
        stage.control("POST", f"/drafts/{draft['id']}/save", {"event": event})
        stage.deliver()
        (saved,) = ground.explain(draft["eventId"], "--wing", "apps-script")
        assert (saved["inStep"], saved["conference"]) == (True, unsaved["conference"])
        assert {one["cause"] for one in saved["executions"]} == {"createWebConference", "syncEvents"}
        assert all(one["status"] == "COMPLETED" for one in saved["executions"])
        assert TITLE not in json.dumps(saved)
