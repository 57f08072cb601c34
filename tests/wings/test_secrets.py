"""Where the wings find the provider's key, and what happens without one."""

from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.rehearsal.setting import ALICE, in_process
from confsync.render import render
from confsync.verify.people import People
from confsync.verify.stage import StageError
from confsync.verify.wing import PythonWing

ROOT = Path(__file__).parents[2]
CREATE = {
    "do": "create",
    "who": ALICE,
    "event": "meeting",
    "solution": "My Web Conference",
    "with": {"start": {"date": "2026-03-10"}, "end": {"date": "2026-03-11"}},
}


@pytest.fixture
def addon():
    return load(ROOT / "addon.toml")


def setting(addon, wing):
    return in_process(addon, render(addon), 1, PythonWing(config_of(addon)) if wing == "python" else None)


def forget_property(stage):
    stage.control(
        "PUT", f"/properties/{stage.script_id}/script", {"properties": {"secret.conferences_key": ""}}
    )


@pytest.mark.parametrize("wing", ["python", "v8"])
def test_without_the_key_nothing_is_made_and_the_log_names_it(addon, wing):
    with setting(addon, wing) as place:
        forget_property(place.stage)
        with pytest.raises(StageError, match="PERMANENT"):
            People(place.stage).act(CREATE)
        (execution,) = place.stage.executions()
        assert "secret.conferences_key" in execution["log"][-1]["message"]
        assert place.stage.conferences() == []


def test_the_python_wing_falls_back_to_the_environment(addon, monkeypatch):
    with setting(addon, "python") as place:
        forget_property(place.stage)
        key = place.stage.control("GET", "/conferences/key")["key"]
        monkeypatch.setenv("CONFSYNC_SECRET_CONFERENCES_KEY", key)
        People(place.stage).act(CREATE)
        assert len(place.stage.conferences()) == 1


@pytest.mark.parametrize("wing", ["python", "v8"])
def test_the_key_is_nowhere_to_be_read(addon, wing):
    with setting(addon, wing) as place:
        key = place.stage.control("GET", "/conferences/key")["key"]
        people = People(place.stage)
        people.act(CREATE)
        people.act({"do": "deliver"})
        for shown in (place.stage.calls(), place.stage.executions(), place.stage.properties(ALICE)):
            assert key not in str(shown)
