"""Creations that go wrong: the user is told, and nothing that may have been made is forgotten."""

from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.rehearsal.setting import ALICE, in_process
from confsync.render import render
from confsync.verify.ground import hastened
from confsync.verify.wing import PythonWing

ROOT = Path(__file__).parents[2]
HOUR = 3600
CREATE = {"method": "conferences.create"}
# What goes wrong, what the user is told, and whether something may be left at the third party.
FAILURES = {
    "refused": (CREATE | {"status": 400}, "PERMANENT", False),
    "the key is not accepted": (CREATE | {"status": 401}, "PERMISSION_DENIED", False),
    "there is one of that id": (CREATE | {"status": 409}, "UNKNOWN", False),
    "busy": (CREATE | {"status": 503}, "TEMPORARY", True),
    "busy with the effect": (CREATE | {"status": 503, "when": "after"}, "TEMPORARY", True),
    "the answer is lost": (CREATE | {"action": "drop", "when": "after"}, "TEMPORARY", True),
    "not sent": ({"method": "UrlFetch.fetchAll", "action": "drop"}, "TEMPORARY", True),
    "the link is not one to show": (None, "PERMANENT", True),
}


def chosen(stage):
    """Open the editor and choose a conference; return what the user is told."""
    draft = stage.control("POST", "/drafts", {"user": ALICE, "calendarId": ALICE})["id"]
    return stage.control("POST", f"/drafts/{draft}/conference", {"solution": "My Web Conference"})


def verbs(stage):
    """Return the verbs that the third party was asked with."""
    fetches = [call for call in stage.calls() if call["service"] == "UrlFetch"]
    return [request["method"] for call in fetches for request in call["arguments"]["requests"]]


def unsaved(stage):
    """Return whether a promise or a fact of the creation is kept."""
    return any(key.startswith("unsaved:") for key in stage.properties(ALICE))


@pytest.fixture(params=["python", "v8"])
def settle(request, v8):
    """Give a function that makes a setting of an add-on."""

    def setting(described):
        runtime = PythonWing(config_of(described)) if request.param == "python" else v8
        return in_process(described, render(described), 1, runtime)

    return setting


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure(addon, settle, tmp_path, name):
    fault, told, left = FAILURES[name]
    described = addon
    if fault is None:
        text = (ROOT / "addon.toml").read_text(encoding="utf-8")
        (tmp_path / "addon.toml").write_text(
            text.replace('join_hosts = ["conferences.example"]', 'join_hosts = ["elsewhere.example"]')
        )
        described = load(tmp_path / "addon.toml")
    with settle(hastened(described)) as setting:
        stage = setting.stage
        if fault:
            stage.control("POST", "/faults", fault)
        answer = chosen(stage)
        assert answer["error"]["type"] == told
        assert answer["execution"]["status"] == "COMPLETED"
        assert unsaved(stage) == left
        stage.advance(5 * HOUR)
        assert stage.conferences() == []
        assert not unsaved(stage)
        assert verbs(stage) == (["POST", "DELETE"] if left else ["POST"])


@pytest.mark.parametrize("times", [1, None])
def test_a_conference_does_not_fail_for_want_of_triggers(addon, settle, times):
    with settle(addon) as setting:
        stage = setting.stage
        for method in ("getProjectTriggers", "createTrigger"):
            stage.control("POST", "/faults", {"method": f"ScriptApp.{method}", "status": 500, "times": times})
        assert "conferenceData" in chosen(stage)
        sources = sorted(trigger["triggerSource"] for trigger in stage.triggers())
        assert sources == (["CALENDAR", "CLOCK"] if times else [])
        assert len(stage.conferences()) == 1


def test_whoever_comes_by_later_is_there_before_the_conference_is(addon, settle):
    with settle(addon) as setting:
        chosen(setting.stage)
        calls = [f"{call['service']}.{call['method']}" for call in setting.stage.calls()]
        assert calls.index("ScriptApp.createTrigger") < calls.index("UrlFetch.fetchAll")
